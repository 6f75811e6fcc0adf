package plan

import (
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/clock"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Wanted is what somebody wants to book, and where.
type Wanted struct {
	Branch town.BranchID
	Items  []town.Item
	Staff  bool // the staff limit of capacity counts; lead time and horizon don't
	// Offices are the only ones that may be meant; none: each of the branch.
	Offices []town.OfficeID `json:",omitempty"`
}

// Checked is what somebody wants to book, checked against the catalogue.
type Checked struct {
	Branch *Branch
	Office *Office
	Items  []town.Item
	Rules  booking.Request
}

// MaxItems is the most services that one appointment combines.
const MaxItems = 10

// Check reads what is wanted: known and bookable services of one office, in
// permitted quantities. The duration adds up.
func (p *Plan) Check(w Wanted, at clock.Instant) (Checked, error) {
	branch, err := p.Branch(w.Branch)
	if err != nil {
		return Checked{}, err
	}
	if len(w.Items) == 0 {
		return Checked{}, problem.Field("services", "field.required")
	}
	if len(w.Items) > MaxItems {
		return Checked{}, problem.Field("services", "services.too_many")
	}
	result := Checked{Branch: branch, Items: slices.Clone(w.Items)}
	result.Rules = booking.Request{Now: at.Wall, Held: at.Trusted, Staff: w.Staff}
	seen := map[town.ServiceID]bool{}
	for _, item := range w.Items {
		if seen[item.Service] {
			return Checked{}, problem.Field("services", "services.twice")
		}
		seen[item.Service] = true
		if err := result.add(p.Catalogue, item, w); err != nil {
			return Checked{}, err
		}
	}
	return result, nil
}

func (w *Checked) add(c *catalogue.Catalogue, item town.Item, of Wanted) error {
	service, ok := c.Service(item.Service)
	if !ok || service.Retired {
		return ErrService.With("service", string(item.Service))
	}
	office, ok := w.Branch.OfficeAmong(of.Offices, item.Service)
	if !ok || office.Retired {
		return ErrService.With("service", string(item.Service))
	}
	if w.Office != nil && w.Office.ID != office.ID {
		return problem.Field("services", "services.two_offices")
	}
	if len(of.Items) > 1 && service.Single {
		return problem.Field("services", "services.not_combinable").With("service", string(item.Service))
	}
	if item.Quantity < 1 || item.Quantity > max(1, service.MaxQuantity) {
		return problem.Field("services", "services.quantity").With("max", max(1, service.MaxQuantity))
	}
	w.Office = w.Branch.PlanOf[office.ID]
	w.Rules.Duration += time.Duration(service.Minutes*item.Quantity) * time.Minute
	w.Rules.Services = append(w.Rules.Services, item.Service)
	w.Rules.First = later(w.Rules.First, service.First)
	w.Rules.Last = earlier(w.Rules.Last, service.Last)
	return nil
}

func later(a, b *town.Date) *town.Date {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

func earlier(a, b *town.Date) *town.Date {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}
