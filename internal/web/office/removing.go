package office

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// removingView takes out of the catalogue what came into it by mistake.
type removingView struct {
	Groups  []thingGroup
	Chosen  string   // empty: nothing was looked at yet
	Name    string   // of what was
	Hanging []string // what keeps it; none: it can go
	Along   []string // what goes along with it
}

// thingGroup is what can be chosen under one heading.
type thingGroup struct {
	Heading string
	Things  []page.Option
}

// removing says what could be removed, and what hangs on the one that the
// address names.
func (o *Pages) removing(c *gin.Context, v *view) (removingView, error) {
	all := o.app.Catalogue()
	r := removingView{Groups: thingGroups(v, all)}
	thing, ok := parseThing(c.Query("was"))
	if !ok {
		return r, nil
	}
	hanging, err := o.app.Town.TryRemove(c.Request.Context(), page.ActorOf(c), thing)
	if problem.Is(err, "thing.unknown") {
		return r, nil // gone meanwhile
	}
	r.Chosen, r.Name, r.Hanging = thingValue(thing), thingName(v, all, thing), hangingWords(v, hanging)
	for _, inside := range all.Within(thing) {
		r.Along = append(r.Along, thingName(v, all, inside))
	}
	return r, err
}

// removeThing removes what was looked at, unless something hangs on it by now.
func (o *Pages) removeThing(c *gin.Context) error {
	thing, ok := parseThing(c.PostForm("was"))
	switch {
	case !page.ActorOf(c).AtLeast(ledger.RoleAdmin):
		return access.ErrForbidden
	case !ok:
		return problem.New(problem.NotFound, "thing.unknown")
	}
	hanging, err := o.app.Town.Remove(c.Request.Context(), page.ActorOf(c), thing)
	switch {
	case err != nil:
		return err
	case len(hanging) > 0:
		return page.SeeOther(c, cataloguePath+"?"+url.Values{"was": {thingValue(thing)}}.Encode())
	}
	return o.staff.Done303(c, cataloguePath, "geloescht", thing.ID)
}

// cataloguePath is where an administrator looks at the catalogue.
const cataloguePath = staff.OfficeRoot + "/katalog"

func thingValue(t catalogue.Thing) string {
	if t.Entity == catalogue.EntityOffice || t.Entity == catalogue.EntityRoom {
		return string(t.Entity) + "/" + string(t.Branch) + "/" + t.ID
	}
	return string(t.Entity) + "/" + t.ID
}

func parseThing(value string) (catalogue.Thing, bool) {
	entity, name, _ := strings.Cut(value, "/")
	switch entity := catalogue.Entity(entity); entity {
	case catalogue.EntityService, catalogue.EntityBranch, catalogue.EntityOffice, catalogue.EntityRoom:
		return catalogue.ParseThing(entity, name)
	}
	return catalogue.Thing{}, false
}

// thingGroups lists services under one heading, and each branch with what is in
// it under another.
func thingGroups(v *view, all *catalogue.Catalogue) []thingGroup {
	groups := []thingGroup{{Heading: v.T("staff.estimates.services")}}
	for _, t := range all.Things() {
		if t.Entity == catalogue.EntityBranch {
			groups = append(groups, thingGroup{Heading: page.BranchName(all, t.Branch, v.Lang)})
		}
		last := &groups[len(groups)-1]
		last.Things = append(last.Things, page.Option{Value: thingValue(t), Label: thingName(v, all, t)})
	}
	if len(groups[0].Things) == 0 {
		return groups[1:]
	}
	return groups
}

// thingName is how people call a thing, with what it is.
func thingName(v *view, all *catalogue.Catalogue, t catalogue.Thing) string {
	return v.T("staff.estimates.thing_"+string(t.Entity), "name", nameOf(v, all, t))
}

func nameOf(v *view, all *catalogue.Catalogue, t catalogue.Thing) string {
	if s, ok := all.Service(town.ServiceID(t.ID)); ok && t.Entity == catalogue.EntityService {
		return s.Name.In(v.Lang)
	}
	b, ok := all.Branch(t.Branch)
	switch {
	case !ok:
		return t.ID
	case t.Entity == catalogue.EntityOffice:
		return page.OfficeOf(b, town.OfficeID(t.ID)).Name.In(v.Lang)
	case t.Entity == catalogue.EntityRoom:
		return page.RoomLabel(b, town.RoomID(t.ID))
	}
	return b.Name.In(v.Lang)
}

// hangingWords says what keeps a thing.
func hangingWords(v *view, hanging []app.Hanging) []string {
	words := make([]string, len(hanging))
	for i, h := range hanging {
		switch h.Kind {
		case app.HangsTicket:
			words[i] = v.N("staff.estimates.hangs_ticket", h.Count)
		case app.HangsHold:
			words[i] = v.N("staff.estimates.hangs_hold", h.Count)
		case app.HangsWish:
			words[i] = v.N("staff.estimates.hangs_wish", h.Count)
		default:
			words[i] = v.T("staff.estimates.hangs_"+string(h.Kind), "name", h.Name)
		}
	}
	return words
}
