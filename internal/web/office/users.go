package office

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// usersView lists the accounts that the person manages, and takes new ones.
type usersView struct {
	*view
	Users []userRow
	Roles []page.Option
	Name  string // as typed
	Role  string
	Where []page.Tick // the branches that a new account may be good for
	All   *page.Tick  // all of them, those to come as well; nil: not to be given
}

type userRow struct {
	Name, Role, Branches string
	Disabled, Self       bool
	Linked               bool // signs in elsewhere
}

var roles = []ledger.Role{ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin}

// allBranches is the box that makes an account good for all branches. It has to
// be ticked: a form without any branch means none.
const allBranches = "alle"

func (o *Pages) userList(c *gin.Context) error { return o.showUsers(c, nil) }

func (o *Pages) showUsers(c *gin.Context, refused error) error {
	view := usersView{view: o.officePage(c, "staff.users.title"), Name: c.PostForm("name"), Role: c.PostForm("role")}
	actor := page.ActorOf(c)
	users, err := o.app.Access.Managed(c.Request.Context(), actor)
	if err != nil {
		return err
	}
	for _, u := range users {
		row := userRow{Name: string(u.ID), Role: view.T("staff.users.role_" + string(u.Role)), Disabled: u.Disabled, Self: u.ID == actor.User.ID, Linked: u.Subject != ""}
		var names []string
		for _, b := range u.Branches {
			names = append(names, page.BranchName(o.app.Catalogue(), b, view.Lang))
		}
		if row.Branches = strings.Join(names, ", "); row.Branches == "" {
			row.Branches = view.T("staff.users.all_branches")
		}
		view.Users = append(view.Users, row)
	}
	for _, role := range roles {
		if actor.User.Role == ledger.RoleAdmin || role == ledger.RoleClerk || role == ledger.RoleReception {
			view.Roles = append(view.Roles, page.Option{Value: string(role), Label: view.T("staff.users.role_" + string(role))})
		}
	}
	o.whereView(c, &view)
	if name := page.Happened(c).Get("geaendert"); name != "" {
		view.News = view.T("staff.users.changed", "name", name)
	}
	return o.staff.ShowRefused(c, view.View, refused, "users", view)
}

// whereView offers the branches for a new account, as they were ticked.
func (o *Pages) whereView(c *gin.Context, view *usersView) {
	ticked := c.PostFormArray("branch")
	for _, b := range view.Branches {
		on := slices.Contains(ticked, b.Value) || len(view.Branches) == 1
		view.Where = append(view.Where, page.Tick{Value: b.Value, Label: b.Label, On: on})
	}
	if actor := page.ActorOf(c).User; actor.Role == ledger.RoleAdmin || len(actor.Branches) == 0 {
		view.All = &page.Tick{Value: "1", Label: view.T("staff.users.every_branch"), On: c.PostForm(allBranches) != ""}
	}
}

// hireUser creates an account.
func (o *Pages) hireUser(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	u := ledger.User{ID: town.UserID(strings.TrimSpace(form.Get("name"))), Role: ledger.Role(form.Get("role"))}
	if u.Branches, err = branchesTicked(form); err != nil {
		return o.showUsers(c, err)
	}
	return o.afterUser(c, u.ID, o.app.Access.Hire(c.Request.Context(), page.ActorOf(c), u, form.Get("kennwort")))
}

// branchesTicked reads what an account is good for; none are all, for which its
// own box was ticked.
func branchesTicked(form url.Values) ([]town.BranchID, error) {
	if form.Get(allBranches) != "" {
		return nil, nil
	}
	var ticked []town.BranchID
	for _, branch := range form["branch"] {
		ticked = append(ticked, town.BranchID(branch))
	}
	if len(ticked) == 0 {
		return nil, problem.Field("branch", "user.branch_missing")
	}
	return ticked, nil
}

// resetUser gives an account a new password.
func (o *Pages) resetUser(c *gin.Context) error {
	id := town.UserID(c.PostForm("user"))
	return o.afterUser(c, id, o.app.Access.ResetPassword(c.Request.Context(), page.ActorOf(c), id, c.PostForm("kennwort")))
}

// dismissUser lets nobody in any more with an account.
func (o *Pages) dismissUser(c *gin.Context) error {
	id := town.UserID(c.PostForm("user"))
	return o.afterUser(c, id, o.app.Access.Dismiss(c.Request.Context(), page.ActorOf(c), id))
}

// reinstateUser takes that back.
func (o *Pages) reinstateUser(c *gin.Context) error {
	id := town.UserID(c.PostForm("user"))
	return o.afterUser(c, id, o.app.Access.Reinstate(c.Request.Context(), page.ActorOf(c), id))
}

func (o *Pages) afterUser(c *gin.Context, id town.UserID, err error) error {
	if err != nil {
		return o.showUsers(c, err)
	}
	return o.staff.Done303(c, staff.OfficeRoot+"/konten", "geaendert", string(id))
}
