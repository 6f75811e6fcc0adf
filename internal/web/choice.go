package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// choice is what an address says was chosen so far:
// ?service=S&service=S2:2&branch=B. It is as typed: the use cases check it.
type choice struct {
	items  []town.Item
	branch town.BranchID
}

// readChoice reads an address or a form. An empty service is none: that is how
// a form without script says "no longer this one".
func readChoice(values url.Values) choice {
	c := choice{branch: town.BranchID(values.Get("branch"))}
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
		c.items = append(c.items, item)
	}
	return c
}

// values writes the choice as readChoice reads it.
func (c choice) values() url.Values {
	v := url.Values{}
	for _, item := range c.items {
		v.Add("service", itemValue(item))
	}
	if c.branch != "" {
		v.Set("branch", string(c.branch))
	}
	return v
}

func itemValue(item town.Item) string {
	if item.Quantity == 1 {
		return string(item.Service)
	}
	return fmt.Sprintf("%s:%d", item.Service, item.Quantity)
}

// with returns the values of the choice and one more.
func (c choice) with(name, value string) url.Values {
	v := c.values()
	v.Set(name, value)
	return v
}

func (c choice) at(branch town.BranchID) choice {
	c.branch = branch
	return c
}

func (c choice) has(service town.ServiceID) bool {
	for _, item := range c.items {
		if item.Service == service {
			return true
		}
	}
	return false
}

func (c choice) wanted() app.Wanted { return app.Wanted{Branch: c.branch, Items: c.items} }

// known checks that the services exist, so that a stale link is told from a
// calendar without free days.
func (c choice) known(all *catalogue.Catalogue) error {
	for _, item := range c.items {
		if s, ok := all.Service(item.Service); !ok || s.Retired {
			return problem.New(problem.NotFound, "service.unknown").With("service", string(item.Service))
		}
	}
	if c.branch == "" {
		return nil
	}
	if b, ok := all.Branch(c.branch); !ok || b.Retired {
		return problem.New(problem.NotFound, "branch.unknown")
	}
	return nil
}

// branchesFor returns the branches that offer all the services, in the order
// of the catalogue.
func branchesFor(all *catalogue.Catalogue, items []town.Item) []*catalogue.Branch {
	var fit []*catalogue.Branch
	for i := range all.Branches {
		branch := &all.Branches[i]
		if !branch.Retired && offersAll(branch, items) {
			fit = append(fit, branch)
		}
	}
	return fit
}

func offersAll(branch *catalogue.Branch, items []town.Item) bool {
	for _, item := range items {
		if office, ok := branch.OfficeOf(item.Service); !ok || office.Retired {
			return false
		}
	}
	return true
}

// itemNames words the services: "Reisepass beantragen (2-mal)".
func (v *Page) itemNames(all *catalogue.Catalogue, items []town.Item) []string {
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

// zoneOf returns the zone of a branch; the catalogue was checked when it was
// imported, so UTC is for a branch that isn't there.
func (p *Pages) zoneOf(branch town.BranchID) *time.Location {
	b, ok := p.hall.Catalogue().Branch(branch)
	if !ok {
		return time.UTC
	}
	return zone(b)
}

func zone(b *catalogue.Branch) *time.Location {
	location, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return time.UTC
	}
	return location
}

// localNow returns the time in the zone of the first branch.
func (p *Pages) localNow() time.Time {
	now := p.hall.Now()
	if branches := p.hall.Catalogue().Branches; len(branches) > 0 {
		return now.In(zone(&branches[0]))
	}
	return now
}

// chosenItems and the like word what was decided in earlier steps, each with a
// way to change it.
func (v *Page) chosenItems(all *catalogue.Catalogue, c choice) Chosen {
	return Chosen{
		Label: v.T("booking.chosen.concern"), Value: strings.Join(v.itemNames(all, c.items), ", "),
		ChangeURL: v.link("/termin", withEdit(c)), ChangeLabel: v.T("booking.chosen.change_concern"),
	}
}

func withEdit(c choice) url.Values { return c.with("aendern", "1") }

func (v *Page) chosenDay(all *catalogue.Catalogue, c choice, date town.Date) []Chosen {
	month := c.with("monat", date.String()[:7])
	return []Chosen{
		{
			Label: v.T("booking.chosen.place"), Value: branchName(all, c.branch, v.Lang),
			ChangeURL: v.link("/termin/tag", month), ChangeLabel: v.T("booking.chosen.change_place"),
		},
		{
			Label: v.T("booking.chosen.day"), Value: v.Date(date),
			ChangeURL: v.link("/termin/tag", month), ChangeLabel: v.T("booking.chosen.change_day"),
		},
	}
}

func (v *Page) chosenTime(c choice, start time.Time) Chosen {
	date := town.DateOf(start, start.Location())
	return Chosen{
		Label: v.T("booking.chosen.time"), Value: v.Time(start),
		ChangeURL: v.link("/termin/zeit", c.with("date", date.String())), ChangeLabel: v.T("booking.chosen.change_time"),
	}
}

func branchName(all *catalogue.Catalogue, id town.BranchID, lang town.Language) string {
	if b, ok := all.Branch(id); ok {
		return b.Name.In(lang)
	}
	return string(id)
}
