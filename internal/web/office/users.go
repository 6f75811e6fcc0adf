package office

import (
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// usersView lists the accounts that the person manages, and takes new ones.
type usersView struct {
	*view
	Users []userRow
	Name  string // as typed
	rightsForm
}

type userRow struct {
	Name, Role, Branches string
	Shown, Offices       string // empty: none, all
	Disabled, Self       bool
	Linked               bool // signs in elsewhere
}

var roles = []ledger.Role{ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin}

func (o *Pages) userList(c *gin.Context) error { return o.showUsers(c, nil) }

func (o *Pages) showUsers(c *gin.Context, refused error) error {
	view := usersView{view: o.officePage(c, "staff.users.title"), Name: c.PostForm("name")}
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
		row.Shown, row.Offices = u.Shown, page.Joined(officeNames(o.app.Catalogue(), view.view, u))
		view.Users = append(view.Users, row)
	}
	view.rightsForm = o.rightsForNew(c, view.view)
	if name := o.staff.Frame.Happened(c).Get("geaendert"); name != "" {
		view.News = view.T("staff.users.changed", "name", name)
	}
	return o.staff.ShowRefused(c, view.View, refused, "users", view)
}

// hireUser creates an account.
func (o *Pages) hireUser(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	rights, err := readRights(form)
	if err != nil {
		return o.showUsers(c, err)
	}
	u := ledger.User{
		ID: town.UserID(strings.TrimSpace(form.Get("name"))), Role: *rights.Role, Branches: *rights.Branches, Offices: *rights.Offices, Shown: *rights.Shown,
	}
	return o.afterUser(c, u.ID, o.app.Access.Hire(c.Request.Context(), page.ActorOf(c), u, form.Get("kennwort")))
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
