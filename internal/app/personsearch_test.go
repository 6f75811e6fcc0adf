package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// known books an appointment for somebody by telephone.
func (h *townHall) known(start time.Time, p app.Person) string {
	h.t.Helper()
	r := wants(start)
	r.Person = p
	made, err := h.Book(h.ctx(), staff(clerk), r)
	h.wantNone(err)
	return made.Ticket.Number.String()
}

func (h *townHall) finds(actor access.Actor, r app.PersonSearch) (found []string, err error) {
	h.t.Helper()
	hits, err := h.Persons.Search(h.ctx(), actor, markt, r)
	found = []string{}
	for _, t := range hits.Tickets {
		found = append(found, t.Number.String())
	}
	return found, err
}

// Whoever telephones says a name, an address or a number, spelled in any way.
func TestAPersonIsFoundByNameMailOrPhone(t *testing.T) {
	h := openTownHall(t)
	müller := h.known(at(t, tuesday, "09:00"), app.Person{Name: "Jörg Müller-Strauß", Email: "joerg@example.org"})
	ada := h.known(at(t, tuesday, "09:10"), app.Person{Name: "Ada Beispiel", Phone: "+49 3437 98-58"})
	later := h.known(at(t, tuesday.AddDays(28), "09:00"), app.Person{Name: "Ádá Später"})
	h.known(at(t, tuesday.AddDays(35), "09:00"), app.Person{Name: "Ada Beispiel"}) // beyond four weeks
	for typed, want := range map[string][]string{
		"müller": {müller}, "MUELLER": {müller}, "muller": {müller}, "strauss jörg": {müller}, "joerg": {müller},
		"JOERG@example": {müller}, "beispiel": {ada}, "ada": {ada, later}, "03437 98": {ada}, "3437": {ada}, "+49343798": {ada},
		"nobody": {}, "ada müller": {}, "9999": {},
	} {
		got, err := h.finds(with(ledger.RoleReception), app.PersonSearch{Typed: typed})
		h.wantNone(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", typed, diff)
		}
	}
	for _, typed := range []string{"", "ad", " a d ", "--- +"} {
		_, err := h.finds(with(ledger.RoleReception), app.PersonSearch{Typed: typed})
		h.wantKey(typed, err, "request.invalid")
	}
	_, err := h.finds(staff(clerk), app.PersonSearch{Typed: "beispiel"})
	h.wantKey("a clerk", err, "right.missing")
	_, err = h.finds(access.Actor{}, app.PersonSearch{Typed: "beispiel"})
	h.wantKey("nobody", err, "session.required")
}

// Only what is sealed for the days asked for is opened.
func TestASearchOpensNoOtherDays(t *testing.T) {
	h := openTownHall(t)
	today := h.known(at(t, tuesday, "09:00"), app.Person{Name: "Ada Beispiel"})
	h.known(at(t, tuesday.AddDays(7), "09:00"), app.Person{Name: "Ada Beispiel"})
	opened := map[town.Date]bool{}
	h.seals.opens = func(about string) { opened[dateOfPerson(h, about)] = true }
	got, err := h.finds(with(ledger.RoleManager), app.PersonSearch{Typed: "beispiel", From: tuesday, To: tuesday})
	h.wantNone(err)
	if diff := cmp.Diff([]string{today}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[town.Date]bool{tuesday: true}, opened); diff != "" {
		t.Errorf("opened (-want +got):\n%s", diff)
	}
	_, err = h.finds(with(ledger.RoleManager), app.PersonSearch{Typed: "beispiel", From: tuesday, To: tuesday.AddDays(app.MaxSearch + 1)})
	h.wantKey("too many days", err, "request.invalid")
	_, err = h.finds(with(ledger.RoleManager), app.PersonSearch{Typed: "beispiel", From: tuesday, To: tuesday - 1})
	h.wantKey("no days", err, "request.invalid")
}

// dateOfPerson is the day of the ticket that a sealed row is about.
func dateOfPerson(h *townHall, about string) (date town.Date) {
	h.t.Helper()
	id, _, _ := strings.Cut(about, " ")
	h.wantNone(h.store.View(h.ctx(), func(tx ledger.Tx) error {
		ticket, err := tx.Tickets().ByID(h.ctx(), town.TicketID(id))
		date = ticket.Date
		return err
	}))
	return date
}

// At most twenty are shown, the earliest, and whoever searches learns that there are
// more.
func TestASearchShowsTwentyAtMost(t *testing.T) {
	h := openTownHall(t)
	var first []string
	for i := range 24 {
		start := at(t, tuesday, "09:00").Add(time.Duration(i/3) * 10 * time.Minute)
		first = append(first, h.known(start, app.Person{Name: "Ada Beispiel"}))
	}
	hits, err := h.Persons.Search(h.ctx(), with(ledger.RoleReception), markt, app.PersonSearch{Typed: "beispiel"})
	h.wantNone(err)
	if len(hits.Tickets) != 20 || !hits.More {
		t.Fatalf("got %d, more %t", len(hits.Tickets), hits.More)
	}
	for i, ticket := range hits.Tickets {
		if !slices.Contains(first[:21], ticket.Number.String()) {
			t.Errorf("%d: got %s of %s, want an earlier one", i, ticket.Number, ticket.Start)
		}
	}
}

// The trail says who searched when, how many were found and who was opened, and nothing
// of what was typed. Where it can't be noted nothing is shown.
func TestTheTrailKnowsTheSearchButNotWhatWasTyped(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		number := h.known(at(t, tuesday, "09:00"), app.Person{Name: "Ada Beispiel", Email: "ada@example.org"})
		actor := with(ledger.RoleReception)
		hits, err := h.Persons.Search(h.ctx(), actor, markt, app.PersonSearch{Typed: "Beispiel"})
		h.wantNone(err)
		_, err = h.Persons.Open(h.ctx(), actor, markt, hits.Tickets[0].ID)
		h.wantNone(err)
		entries, err := h.Trail.Of(h.ctx(), with(ledger.RoleManager), markt, h.clock().Add(-time.Hour), h.clock().Add(time.Hour), 100)
		h.wantNone(err)
		var got []string
		for _, e := range entries {
			if e.Actor == actor.Name() {
				got = append(got, e.Action+" "+e.Detail+" "+e.Number.String())
			}
		}
		if diff := cmp.Diff([]string{"person_opened booked " + number, "person_searched 1 000"}, got); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
		refused := errors.New("the trail is full")
		s.Fail("Audit.Put", refused, 100)
		hits, err = h.Persons.Search(h.ctx(), actor, markt, app.PersonSearch{Typed: "Beispiel"})
		if err == nil || len(hits.Tickets) > 0 {
			t.Errorf("without a note: got %d, %v", len(hits.Tickets), err)
		}
	})
}

// Thirty searches an hour are all that an account has; another has its own.
func TestSearchesAreCountedByTheHour(t *testing.T) {
	h := openTownHall(t)
	h.known(at(t, tuesday, "09:00"), app.Person{Name: "Ada Beispiel"})
	actor := with(ledger.RoleReception)
	for range 30 {
		_, err := h.finds(actor, app.PersonSearch{Typed: "beispiel"})
		h.wantNone(err)
	}
	_, err := h.finds(actor, app.PersonSearch{Typed: "beispiel"})
	h.wantKey("the next", err, "search.too_many")
	other := actor
	other.User.ID = "somebody-else"
	_, err = h.finds(other, app.PersonSearch{Typed: "beispiel"})
	h.wantNone(err)
	h.time.Add(71 * time.Minute)
	_, err = h.finds(actor, app.PersonSearch{Typed: "beispiel"})
	h.wantNone(err)
}
