package booking

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// concernView asks what a person wants to do.
type concernView struct {
	*page.Page
	Query    string
	Found    int // services shown, for the line that says how many
	Searched bool
	Nothing  bool // nobody can book anything in this town
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
	Quantities []page.Quantity
}

// concern shows the first step. A link that names a service goes straight to
// the days, unless the choice is to be changed: /termin?service=…&aendern=1.
func (p *Pages) concern(c *gin.Context) error {
	values := c.Request.URL.Query()
	chosen := page.ReadChoice(values)
	editing := values.Get("aendern") != "" || values.Has("q")
	if len(chosen.Items) > 0 && !editing {
		return page.SeeOther(c, p.frame.Page(c).LinkWith("/termin/tag", chosen.Values()))
	}
	if err := chosen.Known(p.app.Catalogue()); err != nil {
		if e := problem.Of(err); e.Kind == problem.Invalid {
			return p.refuseConcern(c, chosen, e)
		}
		return err
	}
	if query := strings.TrimSpace(values.Get("q")); query != "" {
		// Everybody words it differently, and would crowd out what is kept.
		return p.render(c, http.StatusOK, "concern", p.concernView(c, chosen, query))
	}
	view := func() (any, error) { return p.concernView(c, chosen, ""), nil }
	if err := p.kept(c, "concern", nil, view); err != nil {
		return err
	}
	return nil
}

// refuseConcern shows the first step again, with what kept the person from
// going on.
func (p *Pages) refuseConcern(c *gin.Context, chosen page.Choice, refused *problem.Error) error {
	chosen = chosen.Combinable()
	view := p.concernView(c, chosen, "")
	view.Alert = &page.Alert{Title: view.FirstField(refused)}
	return p.render(c, refused.Kind.Status(), "concern", view)
}

func (p *Pages) concernView(c *gin.Context, chosen page.Choice, query string) concernView {
	v := p.frame.Page(c)
	all := p.app.Catalogue()
	v.Title, v.Step = v.T("booking.concern.title"), 1
	view := concernView{Page: v, Query: query, Searched: query != "", Branch: string(chosen.Branch)}
	view.Groups, view.Found = groups(v, all, chosen, query)
	view.Nothing = query == "" && len(chosen.Items) == 0 && view.Found == 0
	for _, item := range chosen.Items {
		view.Picked = append(view.Picked, picked(v, all, item))
	}
	return view
}

// groups lists what can be chosen: in the catalogue's groups, or what a search
// found, the best first.
func groups(v *page.Page, all *catalogue.Catalogue, chosen page.Choice, query string) ([]concernGroup, int) {
	var groups []concernGroup
	found := 0
	for _, id := range all.Search(query, v.Lang) {
		service, ok := all.Service(id)
		if !ok || chosen.Has(id) || !offeredAnywhere(all, id) {
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
		groups[at].Services = append(groups[at].Services, linkTo(v, service, chosen))
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
	return len(page.BranchesFor(all, []town.Item{{Service: service, Quantity: 1}})) > 0
}

// linkTo leads to the days, or adds to what is being changed.
func linkTo(v *page.Page, service *catalogue.Service, chosen page.Choice) concernLink {
	more := page.Choice{Branch: chosen.Branch}
	more.Items = append(append(more.Items, chosen.Items...), town.Item{Service: service.ID, Quantity: 1})
	address := v.LinkWith("/termin/tag", more.Values())
	if len(chosen.Items) > 0 {
		address = v.LinkWith("/termin", page.WithEdit(more))
	}
	return concernLink{
		Name: service.Name.In(v.Lang), Description: service.Description.In(v.Lang), URL: address,
		Minutes: v.N("date.minutes", service.Minutes),
	}
}

func picked(v *page.Page, all *catalogue.Catalogue, item town.Item) pickedService {
	service, _ := all.Service(item.Service)
	picked := pickedService{Name: service.Name.In(v.Lang), Field: "anzahl-" + string(item.Service)}
	for n := 1; n <= max(1, service.MaxQuantity); n++ {
		picked.Quantities = append(picked.Quantities, page.Quantity{
			Value: page.ItemValue(town.Item{Service: item.Service, Quantity: n}), Label: v.N("booking.concern.quantity", n), Selected: n == item.Quantity,
		})
	}
	picked.Quantities = append(picked.Quantities, page.Quantity{Label: v.T("booking.concern.remove")})
	return picked
}
