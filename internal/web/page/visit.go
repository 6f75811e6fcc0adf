package page

import (
	"slices"
	"strings"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Visit is everything that a person needs to come: when, where, what to bring,
// how they are called.
type Visit struct {
	Number      string
	When, Until string
	Duration    string
	Branch      string
	Building    string
	Address     []string // lines
	MapURL      string
	Directions  []string
	Phone       string
	Call        []string // how one is called
	EntryRules  []string // in force on the day
	Hints       []string
	Services    []VisitService
}

// VisitService is what a service needs and costs.
type VisitService struct {
	Name      string
	Documents []string
	Fees      []visitFee
	Notes     []string
	Forms     []Link
}

type visitFee struct{ Label, Amount, Mark string }

// VisitOf words what the catalogue says about a ticket's place and services. A
// branch or service that is gone from the catalogue leaves its lines out.
func (v *Page) VisitOf(all *catalogue.Catalogue, t queue.Ticket) Visit {
	known, ok := all.Visit(t.Branch, t.Office, t.Items, t.Date, v.Lang)
	out := Visit{
		Number: t.Number.String(), When: v.Moment(t.Start), Until: v.Time(t.End),
		Duration: v.N("date.minutes", int(t.End.Sub(t.Start).Minutes())),
		Branch:   known.Branch, Building: known.Building, Address: addressLines(known.Address),
		MapURL: known.MapURL, Directions: known.Directions, Phone: known.Phone,
		EntryRules: known.EntryRules, Hints: known.Hints,
	}
	if ok {
		out.Call = v.called(known, t)
	}
	for _, service := range known.Services {
		out.Services = append(out.Services, v.visitService(service))
	}
	return out
}

func addressLines(a catalogue.Address) []string {
	if a == (catalogue.Address{}) {
		return nil
	}
	city := strings.TrimSpace(a.Postcode + " " + a.City)
	if a.District != "" {
		city += " (" + a.District + ")"
	}
	return []string{a.Street, city}
}

func (v *Page) called(known catalogue.Visit, t queue.Ticket) []string {
	if known.Mode == town.CallPickup {
		return v.pickup(known.MeetingPoint)
	}
	call := []string{v.T("booking.visit.call_screen")}
	if t.Kind == queue.Appointment { // who has none is here already
		call = append(call, v.T("booking.visit.call_early"))
	}
	return append(call, v.T("booking.visit.call_nameless"))
}

func (v *Page) pickup(point string) []string {
	if point == "" {
		return []string{v.T("booking.visit.call_pickup")}
	}
	return []string{v.T("booking.visit.call_pickup_at", "place", point), v.T("booking.visit.call_pickup")}
}

func (v *Page) visitService(s catalogue.VisitService) VisitService {
	out := VisitService{Name: v.named(s), Documents: s.Documents, Notes: slices.Clone(s.Notes)}
	for _, detail := range s.Details {
		out.Notes = append(out.Notes, v.T("visit."+detail.Key, "text", detail.Text))
	}
	for _, fee := range s.Fees {
		out.Fees = append(out.Fees, v.fee(fee))
	}
	for _, form := range s.Forms {
		out.Forms = append(out.Forms, Link{form.Label, form.URL})
	}
	return out
}

// named words a service: "Reisepass beantragen (2-mal)".
func (v *Page) named(s catalogue.VisitService) string {
	if s.Quantity > 1 {
		return v.T("booking.times", "name", s.Name, "count", s.Quantity)
	}
	return s.Name
}

func (v *Page) fee(f catalogue.VisitFee) visitFee {
	out := visitFee{Label: f.Label, Amount: v.Amount(i18n.Amount{From: f.Cents, UpTo: f.UpTo, Estimate: f.Estimate})}
	if f.Optional {
		out.Mark = v.T("booking.visit.fee_optional")
	}
	return out
}
