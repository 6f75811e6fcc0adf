package mail

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
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

// NewTime returns the page where a reserved time is accepted, and the one where
// another is chosen.
func (s Site) NewTime(token string) (accept, another string) {
	manage, _ := s.Own(token)
	if manage == "" {
		return "", ""
	}
	return manage + "/neue-zeit", manage + "/verschieben"
}

// Confirm returns the page where an address is confirmed.
func (s Site) Confirm(token string) string { return string(s) + "/bestaetigen/" + token }

// Describe says of a ticket what its mails and calendar entries need, in the
// ticket's language and with the fees and rules of its day. token is the
// citizen's, empty where it isn't known. Errors: the ticket names a branch or
// an office that the catalogue doesn't have.
func Describe(c *catalogue.Catalogue, t queue.Ticket, site Site, token string) (Data, error) {
	visit, ok := c.Visit(t.Branch, t.Office, t.Items, t.Date, t.Language)
	if !ok {
		return Data{}, fmt.Errorf("describe ticket: office %q of branch %q is unknown", t.Office, t.Branch)
	}
	branch, _ := c.Branch(t.Branch)
	zone, err := time.LoadLocation(branch.TimeZone)
	if err != nil {
		return Data{}, fmt.Errorf("describe ticket: %w", err)
	}
	d := Data{
		Language: t.Language, Ticket: t.ID, Revision: t.Revision, Host: site.Host(),
		Authority: strings.TrimSpace(c.Authority.Name.In(t.Language)), Website: c.Authority.Website,
		Organizer: c.Authority.Email, Saturday: c.Authority.Saturday,
		Office: visit.Office, Place: placeOf(visit),
		Start: t.Start.In(zone), End: t.End.In(zone), Number: t.Number,
		CallMode: visit.Mode, MeetAt: visit.MeetingPoint, Rules: visit.EntryRules,
		Services: visit.Services, Hints: visit.Hints, BookURL: string(site) + "/",
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
	d.Kind, d.Stamp = Kind(l.Mail.Kind), l.Written
	d.OfTown, d.Reason = l.News.ByOffice, l.News.Reason
	if was := l.News.Was; was != nil {
		d.Old = &Old{Branch: string(was.Branch), Start: was.Start, Number: was.Number}
		if branch, ok := c.Branch(was.Branch); ok {
			d.Old.Branch = strings.TrimSpace(branch.Name.In(d.Language))
			if zone, err := time.LoadLocation(branch.TimeZone); err == nil {
				d.Old.Start = was.Start.In(zone)
			}
		}
	}
	d.Code = grouped(l.Code)
	d.Words = words(c, l, d)
	if reserved := l.News.Reserved; reserved != nil && d.Kind == NewTime {
		d.Until, d.Moves = reserved.Until.In(d.Start.Location()), reserved.Moves
		d.OfferURL, d.MoveURL = site.NewTime(l.Person.Token)
	}
	if aboutWish(d) {
		d.ManageURL, d.CancelURL = "", ""
		d.OfferURL, d.Until = site.Confirm(l.Person.Token), l.Until
		if d.Kind == Offer {
			d.OfferURL = site.Wish(l.Person.Token)
		}
	}
	return d, nil
}

// grouped writes digits in groups of three.
func grouped(digits string) string {
	var groups []string
	for group := range slices.Chunk([]byte(digits), 3) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
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

func placeOf(v catalogue.Visit) Place {
	return Place{
		Branch: v.Branch, Building: v.Building,
		Street: v.Address.Street, Postcode: v.Address.Postcode, City: v.Address.City, District: v.Address.District,
		Floor: v.Floor, MapURL: v.MapURL, Ways: v.Directions, Phone: v.Phone, Email: v.Email,
	}
}
