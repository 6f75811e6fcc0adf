package mail

import (
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

// document is a message in the order in which it is read. Plain text and HTML
// are two renderings of it, hence of equal content.
type document struct {
	Lang     string // HTML language tag
	Subject  string
	Title    string
	Opening  []string
	Label    string // above the number
	Number   string // empty: none
	Facts    []fact
	Sections []section
	Closing  []string
}

// fact is a short answer to a short question: when, where, what.
type fact struct {
	Label string
	Lines []string
	Links []Link
}

// section is a list under its own heading.
type section struct {
	Title string
	Text  []string
	Items []string
	Links []Link
}

// writer puts a message together in one language.
type writer struct {
	i18n.Texts
	Data
}

func (w writer) document() document {
	moment := w.moment()
	d := document{
		Lang:    w.HTMLLang(),
		Subject: w.own(w.Words.Subject, w.T("mail."+string(w.Kind)+".subject", "date", moment.date, "time", moment.time, "number", w.Number)),
		Title:   w.own(w.Words.Title, w.T("mail."+string(w.Kind)+".title")),
		Opening: append(w.greeting(), w.news()...),
		Facts:   w.facts(),
		Closing: w.closing(),
	}
	switch w.Kind {
	case Cancellation:
		d.Sections = w.sections(w.again())
	case Offer:
		d.Sections = w.sections(w.offer(), w.wayThere())
	case Wish, Confirm:
		d.Sections = w.sections(w.confirm())
	case NewTime:
		d.Label, d.Number = w.T("mail.new_time.number"), w.Data.Number.String()
		d.Sections = w.sections(w.answer(), w.calling(), w.entry(), w.wayThere())
	default:
		d.Label, d.Number = w.T("mail.number.label"), w.Data.Number.String()
		d.Sections = w.sections(w.calling(), w.arriving(), w.entry(), w.documents(), w.fees(), w.forms(), w.notes(), w.wayThere(), w.manage())
	}
	return d
}

type moment struct{ date, time string }

func (w writer) moment() moment {
	return moment{w.Date(i18n.DateOf(w.Start)), w.Time(w.Start)}
}

// greeting opens the message: in the town's words, else in ours.
func (w writer) greeting() []string {
	if w.Words.Opening != "" {
		return w.ownParagraphs(w.Words.Opening)
	}
	hello := w.T("mail.hello")
	switch w.Kind {
	case Change, Relocation, Cancellation:
		return []string{hello, w.decided()}
	}
	return []string{hello, w.T("mail." + string(w.Kind) + ".opening")}
}

// news is what became of the appointment, whoever words the greeting.
func (w writer) news() []string {
	switch w.Kind {
	case Change, Relocation:
		return w.withReason(w.withOld(nil))
	case NewTime:
		return w.withReason(w.withFormer())
	case Cancellation:
		return w.withReason([]string{w.T("mail.cancellation.number", "number", w.Data.Number)})
	}
	return nil
}

// decided says what became of the appointment, and who wanted it so.
func (w writer) decided() string {
	if w.OfTown {
		return w.T("mail." + string(w.Kind) + ".of_town")
	}
	return w.T("mail." + string(w.Kind) + ".opening")
}

// withOld adds what no longer holds. What came back to where it was is no news.
func (w writer) withOld(lines []string) []string {
	if w.Old == nil || w.Old.Start.Equal(w.Start) && w.Old.Branch == w.Place.Branch {
		return lines
	}
	lines = append(lines, w.T("mail.old", "moment", w.Moment(w.Old.Start), "branch", w.Old.Branch))
	if w.Old.Number != 0 && w.Old.Number != w.Data.Number {
		lines = append(lines, w.T("mail.cancellation.number", "number", w.Old.Number))
	}
	return lines
}

// withFormer says which time doesn't take place.
func (w writer) withFormer() []string {
	if w.Old == nil {
		return nil
	}
	return []string{w.T("mail.new_time.old", "moment", w.Moment(w.Old.Start), "branch", w.Old.Branch)}
}

// answer asks for an answer to a reserved time, and says what comes without one.
func (w writer) answer() section {
	s := section{Title: w.T("mail.new_time.answer")}
	key := "mail.new_time.until"
	if w.Moves {
		key = "mail.new_time.until_moves"
	}
	s.Text = []string{w.T(key, "moment", w.Moment(w.Until))}
	for _, l := range []Link{
		{w.T("mail.new_time.accept"), w.OfferURL}, {w.T("mail.new_time.another"), w.MoveURL}, {w.T("mail.manage.cancel"), w.CancelURL},
	} {
		if l.URL != "" {
			s.Links = append(s.Links, l)
		}
	}
	if w.Place.Phone != "" {
		s.Text = append(s.Text, w.T("mail.manage.phone", "phone", w.Place.Phone))
	}
	return s
}

func (w writer) withReason(lines []string) []string {
	if w.Reason == "" {
		return lines
	}
	return append(lines, w.T("mail.reason", "reason", w.Reason))
}

func (w writer) facts() []fact {
	if w.Kind == Wish {
		return w.wished()
	}
	moment := w.moment()
	facts := []fact{
		{Label: w.T("mail.when"), Lines: []string{moment.date, moment.time}},
		{Label: w.T("mail.where"), Lines: w.where(), Links: w.mapLink()},
	}
	if what := w.what(); len(what) > 0 {
		facts = append(facts, fact{Label: w.T("mail.what"), Lines: what})
	}
	return facts
}

func (w writer) where() []string {
	p := w.Place
	city := strings.TrimSpace(p.Postcode + " " + p.City)
	if p.District != "" {
		city = w.T("mail.district", "city", city, "district", p.District)
	}
	return filled(w.Office, p.Branch, p.Building, p.Street, city, p.Floor)
}

func (w writer) mapLink() []Link {
	if w.Place.MapURL == "" {
		return nil
	}
	return []Link{{Label: w.T("mail.map"), URL: w.Place.MapURL}}
}

func (w writer) what() []string {
	var lines []string
	for _, s := range w.Services {
		lines = append(lines, w.named(s))
	}
	return lines
}

func (w writer) named(s catalogue.VisitService) string {
	if s.Quantity > 1 {
		return w.T("mail.times", "count", s.Quantity, "service", s.Name)
	}
	return s.Name
}

// sections drops those that say nothing.
func (w writer) sections(all ...section) []section {
	return slices.DeleteFunc(all, func(s section) bool {
		return len(s.Text)+len(s.Items)+len(s.Links) == 0
	})
}

func (w writer) calling() section {
	s := section{Title: w.T("mail.calling.title")}
	if w.CallMode == town.CallPickup {
		s.Text = filled(w.T("mail.calling.pickup"))
		if w.MeetAt != "" {
			s.Text = []string{w.T("mail.calling.pickup_at", "place", w.MeetAt)}
		}
		return s
	}
	s.Text = []string{w.T("mail.calling.screen")}
	return s
}

// arriving says how to tell at the door that one is here.
func (w writer) arriving() section {
	s := section{Title: w.T("mail.arriving.title")}
	if w.Code != "" {
		s.Text = []string{w.T("mail.arriving.code", "code", w.Code)}
	}
	return s
}

func (w writer) entry() section {
	return section{Title: w.T("mail.entry"), Items: w.Rules}
}

func (w writer) documents() section {
	s := section{Title: w.T("mail.documents")}
	s.Items = w.perService(func(of catalogue.VisitService) []string { return of.Documents })
	return s
}

func (w writer) fees() section {
	s := section{Title: w.T("mail.fees.title", "date", w.Date(i18n.DateOf(w.Start)))}
	s.Items = w.perService(func(of catalogue.VisitService) []string {
		var lines []string
		for _, f := range of.Fees {
			lines = append(lines, w.fee(f))
		}
		return lines
	})
	return s
}

func (w writer) fee(f catalogue.VisitFee) string {
	amount := w.Amount(i18n.Amount{From: f.Cents, UpTo: f.UpTo, Estimate: f.Estimate})
	switch {
	case f.Label == "":
		return amount
	case f.Optional:
		return w.T("mail.fees.optional", "label", f.Label, "amount", amount)
	}
	return w.T("mail.fees.amount", "label", f.Label, "amount", amount)
}

func (w writer) forms() section {
	s := section{Title: w.T("mail.forms")}
	for _, of := range w.Services {
		for _, form := range of.Forms {
			s.Links = append(s.Links, Link(form))
		}
	}
	return s
}

func (w writer) notes() section {
	s := section{Title: w.T("mail.notes")}
	s.Items = append(w.perService(w.toKnow), w.Hints...)
	return s
}

// toKnow is what there is to know about a service.
func (w writer) toKnow(of catalogue.VisitService) []string {
	lines := slices.Clone(of.Notes)
	for _, d := range of.Details {
		lines = append(lines, w.T("visit."+d.Key, "text", d.Text))
	}
	return lines
}

func (w writer) wayThere() section {
	return section{Title: w.T("mail.way"), Items: w.Place.Ways}
}

func (w writer) manage() section {
	s := section{Title: w.T("mail.manage.title")}
	if w.ManageURL != "" {
		s.Links = append(s.Links, Link{Label: w.T("mail.manage.open"), URL: w.ManageURL})
	}
	if w.CancelURL != "" {
		s.Links = append(s.Links, Link{Label: w.T("mail.manage.cancel"), URL: w.CancelURL})
	}
	if w.Place.Phone != "" {
		s.Text = []string{w.T("mail.manage.phone", "phone", w.Place.Phone)}
	}
	return s
}

func (w writer) again() section {
	s := section{Title: w.T("mail.again.title")}
	if w.BookURL != "" {
		s.Links = []Link{{Label: w.T("mail.again.book"), URL: w.BookURL}}
	}
	if w.Place.Phone != "" {
		s.Text = []string{w.T("mail.again.phone", "phone", w.Place.Phone)}
	}
	return s
}

func (w writer) offer() section {
	s := section{Title: w.T("mail.offer.accept")}
	if w.OfferURL == "" {
		return s
	}
	s.Links = []Link{{Label: w.T("mail.offer.take"), URL: w.OfferURL}}
	if !w.Until.IsZero() {
		s.Text = []string{w.T("mail.offer.until", "moment", w.Moment(w.Until))}
	}
	return s
}

// wished says what was wished for, until when. Where isn't said: it may be at
// several branches.
func (w writer) wished() []fact {
	facts := []fact{{Label: w.T("mail.wish.until"), Lines: []string{w.Date(i18n.DateOf(w.Start))}}}
	if what := w.what(); len(what) > 0 {
		facts = append(facts, fact{Label: w.T("mail.what"), Lines: what})
	}
	return facts
}

// confirm asks to prove the address, and says what comes after.
func (w writer) confirm() section {
	kind := "mail." + string(w.Kind)
	s := section{Title: w.T(kind + ".manage"), Text: []string{w.T(kind+".confirm_until", "moment", w.Moment(w.Until)), w.T(kind + ".next")}}
	if w.OfferURL != "" {
		s.Links = []Link{{Label: w.T(kind + ".open"), URL: w.OfferURL}}
	}
	return s
}

func (w writer) closing() []string {
	if w.Words.Closing != "" {
		return w.ownParagraphs(w.Words.Closing)
	}
	lines := filled(w.Authority, w.Website)
	lines = append(lines, w.T("mail.automatic"))
	switch w.Kind {
	case Offer, Wish:
		return append(lines, w.T("mail.wish.erasure"))
	case Confirm:
		return append(lines, w.T("mail.confirm.erasure"))
	case Cancellation:
		return append(lines, w.T("mail.cancellation.erasure"))
	}
	return append(lines, w.T("mail.erasure"))
}

// perService collects lines, under the name of their service where there are
// several services.
func (w writer) perService(of func(catalogue.VisitService) []string) []string {
	var lines []string
	for _, s := range w.Services {
		for _, line := range of(s) {
			if len(w.Services) > 1 {
				line = fmt.Sprintf("%s: %s", s.Name, line)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func filled(lines ...string) []string {
	return slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
}
