package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// concernView asks what a person wants to do.
type concernView struct {
	*Page
	Query    string
	Found    int // services shown, for the line that says how many
	Searched bool
	Groups   []concernGroup
	Picked   []pickedService // what is chosen already, while it is being changed
	Branch   string
}

type concernGroup struct {
	Name     string
	Services []concernLink
}

type concernLink struct {
	Name, Description, URL string
	Minutes                string
}

type pickedService struct {
	Name       string
	Field      string // id of the select
	Quantities []quantity
}

type quantity struct {
	Value, Label string
	Selected     bool
}

// concern shows the first step. A link that names a service goes straight to
// the days, unless the choice is to be changed: /termin?service=…&aendern=1.
func (p *Pages) concern(c *gin.Context) {
	values := c.Request.URL.Query()
	chosen := readChoice(values)
	editing := values.Get("aendern") != "" || values.Has("q")
	if len(chosen.items) > 0 && !editing {
		c.Redirect(http.StatusSeeOther, p.page(c).link("/termin/tag", chosen.values()))
		return
	}
	if err := chosen.known(p.hall.Catalogue()); err != nil {
		p.fail(c, err)
		return
	}
	if query := strings.TrimSpace(values.Get("q")); query != "" {
		// Everybody words it differently, and would crowd out what is kept.
		p.render(c, http.StatusOK, "concern", p.concernView(c, chosen, query))
		return
	}
	view := func() (any, error) { return p.concernView(c, chosen, ""), nil }
	if err := p.kept(c, "concern", nil, view); err != nil {
		p.fail(c, err)
	}
}

// refuseConcern shows the first step again, with what kept the person from
// going on.
func (p *Pages) refuseConcern(c *gin.Context, chosen choice, refused *problem.Error) {
	view := p.concernView(c, chosen, "")
	view.Alert = &Alert{Title: view.firstField(refused)}
	p.render(c, refused.Kind.Status(), "concern", view)
}

func (p *Pages) concernView(c *gin.Context, chosen choice, query string) concernView {
	v := p.page(c)
	all := p.hall.Catalogue()
	v.Title, v.Step = v.T("booking.concern.title"), 1
	view := concernView{Page: v, Query: query, Searched: query != "", Branch: string(chosen.branch)}
	view.Groups, view.Found = v.groups(all, chosen, query)
	for _, item := range chosen.items {
		view.Picked = append(view.Picked, v.picked(all, item))
	}
	return view
}

// firstField words a problem by its first wrong field, where it has one.
func (v *Page) firstField(e *problem.Error) string {
	for _, key := range e.Fields {
		return v.Field(key)
	}
	return v.Problem(e)
}

// groups lists what can be chosen: in the catalogue's groups, or what a search
// found, the best first.
func (v *Page) groups(all *catalogue.Catalogue, chosen choice, query string) ([]concernGroup, int) {
	var groups []concernGroup
	found := 0
	for _, id := range all.Search(query, v.Lang) {
		service, ok := all.Service(id)
		if !ok || chosen.has(id) || !offeredAnywhere(all, id) {
			continue
		}
		name := service.Group.In(v.Lang)
		if query != "" {
			name = v.T("booking.concern.results")
		}
		at := groupNamed(groups, name)
		if at < 0 {
			groups = append(groups, concernGroup{Name: name})
			at = len(groups) - 1
		}
		groups[at].Services = append(groups[at].Services, v.concernLink(service, chosen))
		found++
	}
	return groups, found
}

func groupNamed(groups []concernGroup, name string) int {
	for i := range groups {
		if groups[i].Name == name {
			return i
		}
	}
	return -1
}

func offeredAnywhere(all *catalogue.Catalogue, service town.ServiceID) bool {
	return len(branchesFor(all, []town.Item{{Service: service, Quantity: 1}})) > 0
}

// concernLink leads to the days, or adds to what is being changed.
func (v *Page) concernLink(service *catalogue.Service, chosen choice) concernLink {
	more := choice{branch: chosen.branch}
	more.items = append(append(more.items, chosen.items...), town.Item{Service: service.ID, Quantity: 1})
	address := v.link("/termin/tag", more.values())
	if len(chosen.items) > 0 {
		address = v.link("/termin", withEdit(more))
	}
	return concernLink{
		Name: service.Name.In(v.Lang), Description: service.Description.In(v.Lang), URL: address,
		Minutes: v.N("date.minutes", service.Minutes),
	}
}

func (v *Page) picked(all *catalogue.Catalogue, item town.Item) pickedService {
	service, _ := all.Service(item.Service)
	picked := pickedService{Name: service.Name.In(v.Lang), Field: "anzahl-" + string(item.Service)}
	for n := 1; n <= max(1, service.MaxQuantity); n++ {
		picked.Quantities = append(picked.Quantities, quantity{
			Value: itemValue(town.Item{Service: item.Service, Quantity: n}), Label: v.N("booking.concern.quantity", n), Selected: n == item.Quantity,
		})
	}
	picked.Quantities = append(picked.Quantities, quantity{Label: v.T("booking.concern.remove")})
	return picked
}
