package office

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// rightsForm is the part of a form that says what an account may do and where,
// and what colleagues call it.
type rightsForm struct {
	Shown      string
	Roles      []page.Option
	Role       string
	Where      []page.Tick // the branches that may be given
	All        *page.Tick  // all of them, those to come as well; nil: not to be given
	Offices    []page.Tick
	AllOffices page.Tick
}

// What a form names that isn't one branch or one office. It has to be ticked: a
// form without any means none.
const (
	allBranches = "alle"
	allOffices  = "allefachbereiche"
)

// rightsOf offers what the person may give, as an account has it.
func (o *Pages) rightsOf(c *gin.Context, v *view, u ledger.User) rightsForm {
	f := rightsForm{Role: string(u.Role), Shown: u.Shown}
	for _, role := range roles {
		if page.ActorOf(c).AtLeast(ledger.RoleAdmin) || role == ledger.RoleClerk || role == ledger.RoleReception {
			f.Roles = append(f.Roles, page.Option{Value: string(role), Label: v.T("staff.users.role_" + string(role))})
		}
	}
	offered := o.offered(c)
	for _, b := range offered {
		f.Where = append(f.Where, page.Tick{Value: string(b.ID), Label: b.Name.In(v.Lang), On: slices.Contains(u.Branches, b.ID)})
	}
	f.Offices = officeTicks(offered, v, u.Offices)
	f.AllOffices = page.Tick{Value: "1", Label: v.T("staff.users.every_office"), On: len(u.Offices) == 0}
	if actor := page.ActorOf(c).User; actor.Role == ledger.RoleAdmin || len(actor.Branches) == 0 {
		f.All = &page.Tick{Value: "1", Label: v.T("staff.users.every_branch"), On: len(u.Branches) == 0}
	}
	return f
}

// offered returns the branches that the person may let others in at.
func (o *Pages) offered(c *gin.Context) []*catalogue.Branch {
	if !page.ActorOf(c).AtLeast(ledger.RoleAdmin) {
		return o.staff.Managed(c)
	}
	all := o.app.Catalogue()
	every := make([]*catalogue.Branch, len(all.Branches))
	for i := range all.Branches {
		every[i] = &all.Branches[i]
	}
	return every
}

// officeTicks lists the offices of some branches: those that have one id are one.
func officeTicks(branches []*catalogue.Branch, v *view, chosen []town.OfficeID) []page.Tick {
	var ticks []page.Tick
	for _, b := range branches {
		for i := range b.Offices {
			id := b.Offices[i].ID
			label := b.Offices[i].Name.In(v.Lang)
			at := slices.IndexFunc(ticks, func(t page.Tick) bool { return t.Value == string(id) })
			if at < 0 {
				ticks = append(ticks, page.Tick{Value: string(id), Label: label, On: slices.Contains(chosen, id)})
			} else if ticks[at].Label != label {
				ticks[at].Label = page.Joined([]string{ticks[at].Label, label})
			}
		}
	}
	return ticks
}

// rightsForNew offers them for a new account, as they were typed: of several
// branches none, until it is ticked.
func (o *Pages) rightsForNew(c *gin.Context, v *view) rightsForm {
	f := o.rightsOf(c, v, ledger.User{})
	if f.All != nil {
		f.All.On = false
	}
	if c.Request.Method == http.MethodPost {
		f.again(c.Request.PostForm)
	}
	if len(f.Where) == 1 {
		f.Where[0].On = true
	}
	return f
}

// officeNames names the offices that an account is for; none are all.
func officeNames(all *catalogue.Catalogue, v *view, u ledger.User) []string {
	var there []*catalogue.Branch
	for i := range all.Branches {
		if b := &all.Branches[i]; len(u.Branches) == 0 || slices.Contains(u.Branches, b.ID) {
			there = append(there, b)
		}
	}
	var names []string
	for _, t := range officeTicks(there, v, u.Offices) {
		if t.On {
			names = append(names, t.Label)
		}
	}
	return names
}

// again shows what was typed instead.
func (f *rightsForm) again(form url.Values) {
	f.Role, f.Shown = form.Get("role"), form.Get("anzeige")
	for _, list := range []struct {
		ticks []page.Tick
		name  string
	}{{f.Where, "branch"}, {f.Offices, "office"}} {
		for i := range list.ticks {
			list.ticks[i].On = slices.Contains(form[list.name], list.ticks[i].Value)
		}
	}
	if f.All != nil {
		f.All.On = form.Get(allBranches) != ""
	}
	f.AllOffices.On = form.Get(allOffices) != ""
}

// readRights reads such a part. Errors: Invalid where no branch or no office is
// ticked.
func readRights(form url.Values) (access.Rights, error) {
	role, shown := ledger.Role(form.Get("role")), form.Get("anzeige")
	branches, err := ticked[town.BranchID](form, "branch", allBranches, "user.branch_missing")
	offices, officesErr := ticked[town.OfficeID](form, "office", allOffices, "user.office_missing")
	return access.Rights{Role: &role, Branches: &branches, Offices: &offices, Shown: &shown}, cmp.Or(err, officesErr)
}

// ticked reads which of a list were ticked; none are all, for which its own box
// was.
func ticked[ID ~string](form url.Values, name, all, missing string) ([]ID, error) {
	if form.Get(all) != "" {
		return nil, nil
	}
	var chosen []ID
	for _, value := range form[name] {
		if !slices.Contains(chosen, ID(value)) {
			chosen = append(chosen, ID(value))
		}
	}
	if len(chosen) == 0 {
		return nil, problem.Field(name, missing)
	}
	return chosen, nil
}

// userView is the page of one account.
type userView struct {
	*view
	Account string
	Fixed   string // why only the shown name can be changed here; empty: all can
	rightsForm
}

func (o *Pages) user(c *gin.Context) error { return o.showUser(c, c.Query("user"), nil, nil) }

// showUser shows what an account may do, with what was typed and stood in the
// way.
func (o *Pages) showUser(c *gin.Context, name string, form url.Values, refused error) error {
	actor := page.ActorOf(c)
	users, err := o.app.Access.Managed(c.Request.Context(), actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(users, func(u ledger.User) bool { return string(u.ID) == name })
	if at < 0 {
		return cmp.Or(refused, error(problem.New(problem.NotFound, "user.unknown")))
	}
	u := users[at]
	view := userView{view: o.officePage(c, "staff.users.edit"), Account: name}
	view.rightsForm = o.rightsOf(c, view.view, u)
	if form != nil {
		view.again(form)
	}
	switch {
	case u.ID == actor.User.ID:
		view.Fixed = view.T("staff.users.fixed_self")
	case u.Subject != "":
		view.Fixed = view.T("staff.users.fixed_linked")
	}
	return o.staff.ShowRefused(c, view.View, refused, "user", view)
}

// amendUser changes what an account may do, and what colleagues call it.
func (o *Pages) amendUser(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	rights, err := readRights(form)
	if !form.Has("role") { // the page offered the shown name alone
		rights, err = access.Rights{Shown: rights.Shown}, nil
	}
	id := town.UserID(form.Get("user"))
	if err == nil {
		err = o.app.Access.Amend(c.Request.Context(), page.ActorOf(c), id, rights)
	}
	if err != nil {
		return o.showUser(c, string(id), form, err)
	}
	return o.staff.Done303(c, staff.OfficeRoot+"/konten", "geaendert", string(id))
}
