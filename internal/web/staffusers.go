package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

// usersView lists the accounts that the person manages, and takes new ones.
type usersView struct {
	*officePage
	Users []userRow
	Roles []target
	Name  string // as typed
	Role  string
}

type userRow struct {
	Name, Role, Branches string
	Disabled, Self       bool
	Linked               bool // signs in elsewhere
}

var roles = []app.Role{app.RoleClerk, app.RoleReception, app.RoleManager, app.RoleAdmin}

func (s *Staff) userList(c *gin.Context) { s.showUsers(c, nil) }

func (s *Staff) showUsers(c *gin.Context, refused error) {
	view := usersView{officePage: s.officePage(c, "staff.users.title"), Name: c.PostForm("name"), Role: c.PostForm("role")}
	actor := actorOf(c)
	users, err := s.desk.Managed(c.Request.Context(), actor)
	if err != nil {
		s.fail(c, err)
		return
	}
	for _, u := range users {
		row := userRow{Name: string(u.ID), Role: view.T("staff.users.role_" + string(u.Role)), Disabled: u.Disabled, Self: u.ID == actor.User.ID, Linked: u.Subject != ""}
		var names []string
		for _, b := range u.Branches {
			names = append(names, branchName(s.hall.Catalogue(), b, view.Lang))
		}
		if row.Branches = strings.Join(names, ", "); row.Branches == "" {
			row.Branches = view.T("staff.users.all_branches")
		}
		view.Users = append(view.Users, row)
	}
	for _, role := range roles {
		if actor.User.Role == app.RoleAdmin || role == app.RoleClerk || role == app.RoleReception {
			view.Roles = append(view.Roles, target{string(role), view.T("staff.users.role_" + string(role))})
		}
	}
	if name := c.Query("geaendert"); name != "" {
		view.News = view.T("staff.users.changed", "name", name)
	}
	if status, ok := s.refused(c, view.staffPage, refused); ok {
		s.show(c, status, "users", view)
	}
}

// hireUser creates an account.
func (s *Staff) hireUser(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	u := app.User{ID: town.UserID(strings.TrimSpace(form.Get("name"))), Role: app.Role(form.Get("role"))}
	for _, branch := range form["branch"] {
		u.Branches = append(u.Branches, town.BranchID(branch))
	}
	s.afterUser(c, u.ID, s.desk.Hire(c.Request.Context(), actorOf(c), u, form.Get("kennwort")))
}

// resetUser gives an account a new password.
func (s *Staff) resetUser(c *gin.Context) {
	id := town.UserID(c.PostForm("user"))
	s.afterUser(c, id, s.desk.ResetPassword(c.Request.Context(), actorOf(c), id, c.PostForm("kennwort")))
}

// dismissUser lets nobody in any more with an account.
func (s *Staff) dismissUser(c *gin.Context) {
	id := town.UserID(c.PostForm("user"))
	s.afterUser(c, id, s.desk.Dismiss(c.Request.Context(), actorOf(c), id))
}

// reinstateUser takes that back.
func (s *Staff) reinstateUser(c *gin.Context) {
	id := town.UserID(c.PostForm("user"))
	s.afterUser(c, id, s.desk.Reinstate(c.Request.Context(), actorOf(c), id))
}

func (s *Staff) afterUser(c *gin.Context, id town.UserID, err error) {
	if err != nil {
		s.showUsers(c, err)
		return
	}
	s.done303(c, officeRoot+"/konten", "geaendert", string(id))
}

// done303 leads back to a page that says what was done.
func (s *Staff) done303(c *gin.Context, path, name, value string) {
	c.Redirect(http.StatusSeeOther, path+"?"+url.Values{name: {value}}.Encode())
}

// accountView is a person's own account.
type accountView struct {
	*staffPage
	Linked bool // has no password here
}

func (s *Staff) account(c *gin.Context) { s.showAccount(c, nil) }

func (s *Staff) showAccount(c *gin.Context, refused error) {
	view := accountView{s.staffPage(c, "staff.account.title"), actorOf(c).User.Subject != ""}
	if status, ok := s.refused(c, view.staffPage, refused); ok {
		s.show(c, status, "account", view)
	}
}

// changePassword sets a new password, which ends every session: the person
// signs in anew with it.
func (s *Staff) changePassword(c *gin.Context) {
	if err := s.desk.ChangeOwnPassword(c.Request.Context(), actorOf(c), c.PostForm("alt"), c.PostForm("neu")); err != nil {
		s.showAccount(c, err)
		return
	}
	s.leave(c, false)
}

// signOutEverywhere ends the person's sessions on every machine.
func (s *Staff) signOutEverywhere(c *gin.Context) {
	if err := s.desk.SignOutEverywhere(c.Request.Context(), actorOf(c).User.ID); err != nil {
		s.fail(c, err)
		return
	}
	s.leave(c, actorOf(c).User.Subject != "")
}
