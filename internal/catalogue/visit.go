package catalogue

import (
	"cmp"
	"strings"

	"aufruf/internal/town"
)

// Visit is all that a town says about coming to an office on a day, in one
// language: the one projection that pages, mails, slips and programs are made
// from, which only word it. What is not known, or said in no language, is empty.
type Visit struct {
	Branch, Building string
	Address          Address
	MapURL           string
	Directions       []string
	Office, Floor    string
	Phone, Email     string // the nearest: the office's, else the branch's, else the town's
	Mode             town.CallMode
	MeetingPoint     string   // with pickup
	EntryRules       []string // in force on the day
	Hints            []string
	Services         []VisitService // in the order in which they were asked for; those that are gone are left out
}

// VisitService is what a town says about one service on a day.
type VisitService struct {
	ID                   town.ServiceID
	Quantity             int
	Name, Description    string
	Minutes, MaxQuantity int
	Documents, Notes     []string
	Fees                 []VisitFee // that hold on the day
	Forms                []VisitForm
	Details              []VisitDetail // whatever else there is to know, in this order
	LeiKa                string
	Questions            []VisitQuestion
	ConfirmAddress       bool // a citizen's booking stands once its mail address is confirmed
}

// VisitQuestion is what a service asks when it is booked.
type VisitQuestion struct {
	ID         town.QuestionID
	Text, Help string
	Kind       QuestionKind
	Required   bool
	Choices    []VisitChoice
}

// VisitChoice is one of the answers that a choice allows.
type VisitChoice struct{ ID, Label string }

// VisitDetail is a sentence about a service. It is worded by the key "visit."
// and Key, with the town's Text in it where it has one; so pages, mails and
// programs show a new one without knowing it.
type VisitDetail struct{ Key, Text string }

// VisitFee is one line of the price list.
type VisitFee struct {
	Label              string
	Cents, UpTo        int64 // UpTo 0: exactly Cents
	Optional, Estimate bool
}

// VisitForm is a link to a form; its label is never empty.
type VisitForm struct{ Label, URL string }

// Visit returns what there is to say; ok is false where the catalogue has no
// such office.
func (c *Catalogue) Visit(branch town.BranchID, office town.OfficeID, items []town.Item, on town.Date, language town.Language) (visit Visit, ok bool) {
	in := wordedIn(language)
	b, known := c.Branch(branch)
	if known {
		visit = Visit{
			Branch: in.text(b.Name), Building: in.text(b.Building), Address: b.Address, MapURL: b.MapURL,
			Directions: in.texts(b.Directions), Phone: b.Phone, Email: b.Email,
		}
		var o *Office
		if o, ok = b.Office(office); ok {
			visit.receive(in, b, o, on)
		}
	}
	visit.Phone, visit.Email = cmp.Or(visit.Phone, c.Authority.Phone), cmp.Or(visit.Email, c.Authority.Email)
	for _, item := range items {
		if s, known := c.Service(item.Service); known {
			asked := s.Visit(on, language)
			asked.Quantity = item.Quantity
			visit.Services = append(visit.Services, asked)
		}
	}
	return visit, ok
}

// receive adds how an office receives people on a day.
func (v *Visit) receive(in wordedIn, b *Branch, o *Office, on town.Date) {
	v.Office, v.Floor, v.Phone = in.text(o.Name), in.text(o.Floor), cmp.Or(o.Phone, v.Phone)
	v.Hints, v.Mode = in.texts(o.Hints), b.Mode(o, on)
	if v.Mode == town.CallPickup {
		v.MeetingPoint = in.text(b.PickupPoint(o))
	}
	for _, rule := range o.EntryRulesOn(on) {
		v.EntryRules = append(v.EntryRules, in.texts([]town.Text{rule.Text})...)
	}
}

// Visit returns what there is to say about a service on a day.
func (s *Service) Visit(on town.Date, language town.Language) VisitService {
	in := wordedIn(language)
	out := VisitService{
		ID: s.ID, Quantity: 1, Name: in.text(s.Name), Description: in.text(s.Description),
		Minutes: s.Minutes, MaxQuantity: max(1, s.MaxQuantity), LeiKa: s.LeiKa,
		Documents: in.texts(s.Documents), Notes: in.texts(s.Notes), Details: s.details(in), ConfirmAddress: s.ConfirmAddress,
	}
	for _, f := range s.FeesOn(on) {
		out.Fees = append(out.Fees, VisitFee{Label: in.text(f.Label), Cents: f.Cents, UpTo: f.UpTo, Optional: f.Optional, Estimate: f.Estimate})
	}
	for _, q := range s.Questions {
		out.Questions = append(out.Questions, q.Visit(language))
	}
	for _, form := range s.Forms {
		out.Forms = append(out.Forms, VisitForm{Label: cmp.Or(in.text(form.Label), form.URL), URL: form.URL})
	}
	return out
}

// Visit words a question.
func (q Question) Visit(language town.Language) VisitQuestion {
	in := wordedIn(language)
	out := VisitQuestion{ID: q.ID, Text: in.text(q.Text), Help: in.text(q.Help), Kind: q.Kind, Required: q.Required}
	for _, c := range q.Choices {
		out.Choices = append(out.Choices, VisitChoice{c.ID, in.text(c.Label)})
	}
	return out
}

// details is what there is to know about a service besides what has a place of
// its own.
func (s *Service) details(in wordedIn) []VisitDetail {
	var all []VisitDetail
	if s.InPerson != nil && *s.InPerson {
		all = append(all, VisitDetail{Key: "in_person"})
	}
	if s.CheckName {
		all = append(all, VisitDetail{Key: "check_name"})
	}
	if after := in.text(s.ReadyAfter); after != "" {
		all = append(all, VisitDetail{Key: "ready_after", Text: after})
	}
	return all
}

// wordedIn reads the catalogue in one language.
type wordedIn town.Language

func (in wordedIn) text(t town.Text) string { return strings.TrimSpace(t.In(town.Language(in))) }

func (in wordedIn) texts(all []town.Text) []string {
	var lines []string
	for _, t := range all {
		if line := in.text(t); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
