package page

import (
	"strings"

	"aufruf/internal/catalogue"
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
	Services    []visitService
}

type visitService struct {
	Name      string
	Documents []string
	Fees      []visitFee
	Notes     []string
	Forms     []Link
}

type visitFee struct{ Label, Amount, Mark string }

// VisitOf gathers what the catalogue says about a ticket's place and services.
// A branch or service that is gone from the catalogue leaves its lines out.
func (v *Page) VisitOf(all *catalogue.Catalogue, t queue.Ticket) Visit {
	out := Visit{
		Number: t.Number.String(), When: v.Moment(t.Start), Until: v.Time(t.End),
		Duration: v.N("date.minutes", int(t.End.Sub(t.Start).Minutes())),
	}
	if branch, ok := all.Branch(t.Branch); ok {
		v.place(&out, branch)
		if office, ok := branch.Office(t.Office); ok {
			v.reception(&out, branch, office, t)
		}
	}
	for _, item := range t.Items {
		if service, ok := all.Service(item.Service); ok {
			name := v.ItemNames(all, []town.Item{item})[0]
			out.Services = append(out.Services, v.visitService(service, name, t.Date))
		}
	}
	return out
}

func (v *Page) place(out *Visit, branch *catalogue.Branch) {
	out.Branch, out.Building = branch.Name.In(v.Lang), branch.Building.In(v.Lang)
	out.Address = []string{branch.Address.Street, strings.TrimSpace(branch.Address.Postcode + " " + branch.Address.City)}
	if branch.Address.District != "" {
		out.Address[1] += " (" + branch.Address.District + ")"
	}
	out.MapURL, out.Phone = branch.MapURL, branch.Phone
	out.Directions = v.sentences(branch.Directions)
}

func (v *Page) reception(out *Visit, branch *catalogue.Branch, office *catalogue.Office, t queue.Ticket) {
	if office.Phone != "" {
		out.Phone = office.Phone
	}
	out.Hints = v.sentences(office.Hints)
	for _, rule := range office.EntryRules {
		if within(t.Date, rule.From, rule.To) {
			out.EntryRules = append(out.EntryRules, rule.Text.In(v.Lang))
		}
	}
	if branch.Mode(office, t.Date) == town.CallPickup {
		out.Call = v.pickup(branch, office)
		return
	}
	out.Call = []string{v.T("booking.visit.call_screen")}
	if t.Kind == queue.Appointment { // who has none is here already
		out.Call = append(out.Call, v.T("booking.visit.call_early"))
	}
	out.Call = append(out.Call, v.T("booking.visit.call_nameless"))
}

func (v *Page) pickup(branch *catalogue.Branch, office *catalogue.Office) []string {
	point := office.MeetingPoint.In(v.Lang)
	if point == "" {
		point = branch.MeetingPoint.In(v.Lang)
	}
	if point == "" {
		return []string{v.T("booking.visit.call_pickup")}
	}
	return []string{v.T("booking.visit.call_pickup_at", "place", point), v.T("booking.visit.call_pickup")}
}

func (v *Page) sentences(texts []town.Text) []string {
	var out []string
	for _, text := range texts {
		if s := text.In(v.Lang); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (v *Page) visitService(s *catalogue.Service, name string, on town.Date) visitService {
	out := visitService{Name: name, Documents: v.sentences(s.Documents), Notes: v.sentences(s.Notes)}
	for _, fee := range s.Fees {
		if within(on, fee.From, fee.To) {
			out.Fees = append(out.Fees, v.fee(fee))
		}
	}
	for _, form := range s.Forms {
		label := form.Label.In(v.Lang)
		if label == "" {
			label = form.URL
		}
		out.Forms = append(out.Forms, Link{label, form.URL})
	}
	return out
}

func (v *Page) fee(f catalogue.Fee) visitFee {
	out := visitFee{Label: f.Label.In(v.Lang), Amount: v.Euro(f.Cents)}
	switch {
	case f.UpTo > f.Cents:
		out.Amount = v.EuroRange(f.Cents, f.UpTo)
	case f.Cents == 0:
		out.Amount = v.T("money.free")
	}
	var marks []string
	if f.Optional {
		marks = append(marks, v.T("booking.visit.fee_optional"))
	}
	if f.Estimate {
		marks = append(marks, v.T("booking.visit.fee_estimate"))
	}
	out.Mark = strings.Join(marks, ", ")
	return out
}

func within(on town.Date, from, to *town.Date) bool {
	return (from == nil || *from <= on) && (to == nil || on <= *to)
}
