package page

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Choice is what an address says was chosen so far:
// ?service=S&service=S2:2&branch=B. It is as typed: the use cases check it.
type Choice struct {
	Items  []town.Item
	Branch town.BranchID
}

// ReadChoice reads an address or a form. An empty service is none: that is how
// a form without script says "no longer this one". Of more services than an
// appointment combines one too many is read, so that they are refused and not
// cut, and no page grows with what a stranger writes into its address.
func ReadChoice(values url.Values) Choice {
	c := Choice{Branch: town.BranchID(values.Get("branch"))}
	for _, value := range values["service"] {
		if value == "" {
			continue
		}
		id, count, given := strings.Cut(value, ":")
		item := town.Item{Service: town.ServiceID(id), Quantity: 1}
		if given {
			n, err := strconv.Atoi(count)
			if err != nil {
				n = 0 // refused by the use cases as a wrong quantity
			}
			item.Quantity = n
		}
		if c.Items = append(c.Items, item); len(c.Items) > plan.MaxItems {
			break
		}
	}
	return c
}

// Values writes the choice as readChoice reads it.
func (c Choice) Values() url.Values {
	v := url.Values{}
	for _, item := range c.Items {
		v.Add("service", ItemValue(item))
	}
	if c.Branch != "" {
		v.Set("branch", string(c.Branch))
	}
	return v
}

func ItemValue(item town.Item) string {
	if item.Quantity == 1 {
		return string(item.Service)
	}
	return fmt.Sprintf("%s:%d", item.Service, item.Quantity)
}

// With returns the values of the choice and one more.
func (c Choice) With(name, value string) url.Values {
	v := c.Values()
	v.Set(name, value)
	return v
}

func (c Choice) At(branch town.BranchID) Choice {
	c.Branch = branch
	return c
}

func (c Choice) Has(service town.ServiceID) bool {
	for _, item := range c.Items {
		if item.Service == service {
			return true
		}
	}
	return false
}

func (c Choice) Wanted() plan.Wanted { return plan.Wanted{Branch: c.Branch, Items: c.Items} }

// Known checks that the services exist, so that a stale link is told from a
// calendar without free days, and that they aren't more than an appointment
// combines.
func (c Choice) Known(all *catalogue.Catalogue) error {
	if len(c.Items) > plan.MaxItems {
		return problem.Field("services", "services.too_many")
	}
	for _, item := range c.Items {
		if s, ok := all.Service(item.Service); !ok || s.Retired {
			return problem.New(problem.NotFound, "service.unknown").With("service", string(item.Service))
		}
	}
	if c.Branch == "" {
		return nil
	}
	if b, ok := all.Branch(c.Branch); !ok || b.Retired {
		return problem.New(problem.NotFound, "branch.unknown")
	}
	return nil
}

// Combinable returns the choice without what goes beyond one appointment.
func (c Choice) Combinable() Choice {
	c.Items = c.Items[:min(len(c.Items), plan.MaxItems)]
	return c
}

// BranchesFor returns the branches that offer all the services, in the order
// of the catalogue.
func BranchesFor(all *catalogue.Catalogue, items []town.Item) []*catalogue.Branch {
	var fit []*catalogue.Branch
	for i := range all.Branches {
		branch := &all.Branches[i]
		if !branch.Retired && OffersAll(branch, items) {
			fit = append(fit, branch)
		}
	}
	return fit
}

func OffersAll(branch *catalogue.Branch, items []town.Item) bool {
	for _, item := range items {
		if office, ok := branch.OfficeOf(item.Service); !ok || office.Retired {
			return false
		}
	}
	return true
}

// ItemNames words the services: "Reisepass beantragen (2-mal)".
func (v *Page) ItemNames(all *catalogue.Catalogue, items []town.Item) []string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = string(item.Service)
		if service, ok := all.Service(item.Service); ok {
			names[i] = service.Name.In(v.Lang)
		}
		if item.Quantity > 1 {
			names[i] = v.T("booking.times", "name", names[i], "count", item.Quantity)
		}
	}
	return names
}

// ZoneOf returns the zone of a branch; the catalogue was checked when it was
// imported, so UTC is for a branch that isn't there.
func (f *Frame) ZoneOf(branch town.BranchID) *time.Location {
	b, ok := f.Town.Catalogue().Branch(branch)
	if !ok {
		return time.UTC
	}
	return Zone(b)
}

func Zone(b *catalogue.Branch) *time.Location {
	location, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return time.UTC
	}
	return location
}

// LocalNow returns the time in the zone of the first branch.
func (f *Frame) LocalNow() time.Time {
	now := f.Town.Now()
	if branches := f.Town.Catalogue().Branches; len(branches) > 0 {
		return now.In(Zone(&branches[0]))
	}
	return now
}

// ChosenItems and the like word what was decided in earlier steps, each with a
// way to change it.
func (v *Page) ChosenItems(all *catalogue.Catalogue, c Choice) Chosen {
	return Chosen{
		Label: v.T("booking.chosen.concern"), Value: strings.Join(v.ItemNames(all, c.Items), ", "),
		ChangeURL: v.LinkWith("/termin", WithEdit(c)), ChangeLabel: v.T("booking.chosen.change_concern"),
	}
}

func WithEdit(c Choice) url.Values { return c.With("aendern", "1") }

func (v *Page) ChosenDay(all *catalogue.Catalogue, c Choice, date town.Date) []Chosen {
	month := c.With("monat", date.String()[:7])
	return []Chosen{
		{
			Label: v.T("booking.chosen.place"), Value: BranchName(all, c.Branch, v.Lang),
			ChangeURL: v.LinkWith("/termin/tag", month), ChangeLabel: v.T("booking.chosen.change_place"),
		},
		{
			Label: v.T("booking.chosen.day"), Value: v.Date(date),
			ChangeURL: v.LinkWith("/termin/tag", month), ChangeLabel: v.T("booking.chosen.change_day"),
		},
	}
}

func (v *Page) ChosenTime(c Choice, start time.Time) Chosen {
	date := town.DateOf(start, start.Location())
	return Chosen{
		Label: v.T("booking.chosen.time"), Value: v.Time(start),
		ChangeURL: v.LinkWith("/termin/zeit", c.With("date", date.String())), ChangeLabel: v.T("booking.chosen.change_time"),
	}
}

func BranchName(all *catalogue.Catalogue, id town.BranchID, lang town.Language) string {
	if b, ok := all.Branch(id); ok {
		return b.Name.In(lang)
	}
	return string(id)
}

type Quantity struct {
	Value, Label string
	Selected     bool
}

func RoomLabel(b *catalogue.Branch, room town.RoomID) string {
	if r, ok := b.Room(room); ok {
		return r.Label
	}
	return string(room)
}

// OfficeOf returns an office of a branch; an empty one where it is gone.
func OfficeOf(b *catalogue.Branch, id town.OfficeID) *catalogue.Office {
	if office, ok := b.Office(id); ok {
		return office
	}
	return &catalogue.Office{ID: id}
}

// Joined lists names the way a line has room for.
func Joined(names []string) string { return strings.Join(names, ", ") }

// Hidden writes the choice into a form.
func (c Choice) Hidden() []HiddenField {
	var fields []HiddenField
	for _, item := range c.Items {
		fields = append(fields, HiddenField{"service", ItemValue(item)})
	}
	return append(fields, HiddenField{"branch", string(c.Branch)})
}
