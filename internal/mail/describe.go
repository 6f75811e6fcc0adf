package mail

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Site is the public address of the booking pages, without a trailing slash.
type Site string

// Host returns the name that message ids and calendar entries carry.
func (s Site) Host() string {
	u, err := url.Parse(string(s))
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// Own returns the citizen's own page, and its page to cancel.
func (s Site) Own(token string) (manage, cancel string) {
	if token == "" {
		return "", ""
	}
	manage = string(s) + "/t/" + token
	return manage, manage + "/absagen"
}

// Wish returns the page of a wish, where an offer is accepted.
func (s Site) Wish(token string) string { return string(s) + "/wunsch/" + token }

// Describe says of a ticket what its mails and calendar entries need, in the
// ticket's language and with the fees and rules of its day. token is the
// citizen's, empty where it isn't known. Errors: the ticket names a branch or
// an office that the catalogue doesn't have.
func Describe(c *catalogue.Catalogue, t queue.Ticket, site Site, token string) (Data, error) {
	branch, ok := c.Branch(t.Branch)
	if !ok {
		return Data{}, fmt.Errorf("describe ticket: branch %q is unknown", t.Branch)
	}
	office, ok := branch.Office(t.Office)
	if !ok {
		return Data{}, fmt.Errorf("describe ticket: office %q is unknown", t.Office)
	}
	zone, err := time.LoadLocation(branch.TimeZone)
	if err != nil {
		return Data{}, fmt.Errorf("describe ticket: %w", err)
	}
	in := reader{t.Language}
	d := Data{
		Language: t.Language, Ticket: t.ID, Revision: t.Revision, Host: site.Host(),
		Authority: in.text(c.Authority.Name), Website: c.Authority.Website, Organizer: c.Authority.Email, Saturday: c.Authority.Saturday,
		Office: in.text(office.Name), Place: in.place(c.Authority, branch, office),
		Start: t.Start.In(zone), End: t.End.In(zone), Number: t.Number,
		CallMode: branch.Mode(office, t.Date), MeetAt: in.text(branch.PickupPoint(office)),
		Services: in.services(c, t.Items, t.Date), Hints: in.texts(office.Hints), BookURL: string(site) + "/",
	}
	for _, rule := range office.EntryRulesOn(t.Date) {
		d.Rules = append(d.Rules, filled(in.text(rule.Text))...)
	}
	d.ManageURL, d.CancelURL = site.Own(token)
	return d, nil
}

// DescribeLetter says of a letter from the outbox what its message needs.
// Errors: as of Describe.
func DescribeLetter(c *catalogue.Catalogue, l app.Letter, site Site) (Data, error) {
	d, err := Describe(c, l.Ticket, site, l.Person.Token)
	if err != nil {
		return d, err
	}
	d.Kind, d.Stamp = Kind(l.Mail.Kind), l.Mail.Due
	d.OfTown, d.Reason = l.News.ByOffice, l.News.Reason
	if was := l.News.Was; was != nil {
		d.Old = &Old{Branch: string(was.Branch), Start: was.Start, Number: was.Number}
		if branch, ok := c.Branch(was.Branch); ok {
			d.Old.Branch = reader{d.Language}.text(branch.Name)
			if zone, err := time.LoadLocation(branch.TimeZone); err == nil {
				d.Old.Start = was.Start.In(zone)
			}
		}
	}
	d.Words = words(c, l, d)
	if aboutWish(d) {
		d.ManageURL, d.CancelURL = "", ""
		d.OfferURL, d.Until = site.Wish(l.Person.Token), l.Until
	}
	return d, nil
}

// words returns the town's own words in the reader's very language: a message
// in two languages would help nobody.
func words(c *catalogue.Catalogue, l app.Letter, d Data) Words {
	branch, ok := c.Branch(l.Ticket.Branch)
	if !ok {
		return Words{}
	}
	office, ok := branch.Office(l.Ticket.Office)
	if !ok {
		return Words{}
	}
	own := c.MailText(office, catalogue.MailKind(l.Mail.Kind, l.News.ByOffice))
	return Words{
		Subject: own.Subject[d.Language], Title: own.Title[d.Language],
		Opening: own.Opening[d.Language], Closing: own.Closing[d.Language],
	}
}

// reader reads the catalogue in one language.
type reader struct{ lang town.Language }

func (r reader) text(t town.Text) string { return strings.TrimSpace(t.In(r.lang)) }

func (r reader) texts(all []town.Text) []string {
	var lines []string
	for _, t := range all {
		lines = append(lines, filled(r.text(t))...)
	}
	return lines
}

func (r reader) place(a catalogue.Authority, b *catalogue.Branch, o *catalogue.Office) Place {
	return Place{
		Branch: r.text(b.Name), Building: r.text(b.Building),
		Street: b.Address.Street, Postcode: b.Address.Postcode, City: b.Address.City, District: b.Address.District,
		Floor: r.text(o.Floor), MapURL: b.MapURL, Ways: r.texts(b.Directions),
		Phone: first(o.Phone, b.Phone, a.Phone), Email: first(b.Email, a.Email),
	}
}

func (r reader) services(c *catalogue.Catalogue, items []town.Item, date town.Date) []Service {
	var all []Service
	for _, item := range items {
		s, ok := c.Service(item.Service)
		if !ok {
			continue // retired and gone: the rest of the mail still counts
		}
		all = append(all, Service{
			Name: r.text(s.Name), Quantity: item.Quantity, Documents: r.texts(s.Documents),
			Fees: r.fees(s.FeesOn(date)), Forms: r.forms(s.Forms), Notes: r.texts(s.Notes),
		})
	}
	return all
}

func (r reader) fees(all []catalogue.Fee) []Fee {
	var fees []Fee
	for _, f := range all {
		fees = append(fees, Fee{Label: r.text(f.Label), Cents: f.Cents, UpTo: f.UpTo, Optional: f.Optional})
	}
	return fees
}

func (r reader) forms(all []catalogue.Link) []Link {
	var links []Link
	for _, l := range all {
		links = append(links, Link{Label: first(r.text(l.Label), l.URL), URL: l.URL})
	}
	return links
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
