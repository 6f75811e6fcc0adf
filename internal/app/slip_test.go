package app_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/seal"
)

// wantWeak fails the test unless a token opens a ticket's place in line and
// nothing of its appointment.
func (h *townHall) wantWeak(what, token string, ticket queue.Ticket) {
	h.t.Helper()
	s, err := h.Standing(h.ctx(), token)
	if err != nil || s.Ticket.ID != ticket.ID || !s.Weak {
		h.t.Errorf("%s: got %+v, %v, want the place in line", what, s, err)
	}
	const over = "appointment.over_or_unknown"
	_, err = h.Appointment(h.ctx(), token)
	h.wantKey(what+": look", err, over)
	_, err = h.Move(h.ctx(), access.Actor{}, token, "", at(h.t, tuesday, "11:00"))
	h.wantKey(what+": move", err, over)
	h.wantKey(what+": cancel", h.Cancel(h.ctx(), access.Actor{}, token), over)
	h.wantKey(what+": cancel by staff", h.Cancel(h.ctx(), staff(clerk), token), over)
}

// Whoever books, finds or moves for somebody else gets no key to them.
func TestNobodyButTheCitizenGetsTheirToken(t *testing.T) {
	h := openTownHall(t)
	strong := h.book(at(t, tuesday, "09:00"))
	number := strong.Ticket.Number
	if strong.Weak || strong.Person == nil {
		t.Errorf("the citizen: got %+v, want token and person", strong)
	}
	actors := map[string]access.Actor{
		"staff":   staff(clerk),
		"manager": with(ledger.RoleManager),
		"screen":  {Kind: access.Screen, Device: ledger.Device{ID: "d1", Branch: markt}},
		"kiosk":   {Kind: access.Kiosk, Device: ledger.Device{ID: "d2", Branch: markt}},
	}
	minutes := 10
	for name, actor := range actors {
		start := at(t, tuesday, "09:00").Add(time.Duration(minutes) * time.Minute)
		minutes += 10
		actor.Key = "once"
		r := wants(start)
		made, err := h.Book(h.ctx(), actor, r)
		h.wantNone(err)
		again, err := h.Book(h.ctx(), actor, r)
		h.wantNone(err)
		for _, got := range []app.Appointment{made, again} {
			if got.Person != nil || !got.Weak {
				t.Errorf("%s: got %+v, want nobody", name, got)
			}
			h.wantWeak(name, got.Token, made.Ticket)
		}
	}
	found, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, number)
	h.wantNone(err)
	h.wantWeak("found", found.Token, strong.Ticket)
	start := at(t, tuesday+7, "09:00")
	for what, move := range map[string]func() (app.Appointment, error){
		"moved on the page": func() (app.Appointment, error) {
			return h.MoveTicket(h.ctx(), staff(clerk), markt, strong.Ticket.ID, "", start, app.StaffReason{})
		},
		"moved by id": func() (app.Appointment, error) {
			return h.Move(h.ctx(), staff(clerk), string(strong.Ticket.ID), "", start.Add(time.Hour))
		},
	} {
		moved, err := move()
		h.wantNone(err)
		if moved.Person != nil || moved.Token != found.Token {
			t.Errorf("%s: got %+v, want the weak token of before", what, moved)
		}
	}
	if still, err := h.Appointment(h.ctx(), strong.Token); err != nil || still.Person == nil {
		t.Errorf("got %v, want the citizen's token to open it still", err)
	}
}

// A slip's code stays good wherever the appointment goes.
func TestAWeakTokenOutlivesAMove(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "09:00"))
	slip, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, made.Ticket.Number)
	h.wantNone(err)
	_, err = h.Move(h.ctx(), access.Actor{}, made.Token, "", at(t, tuesday+7, "10:00"))
	h.wantNone(err)
	h.set(at(t, tuesday+7, "09:30"))
	h.wantWeak("on the new day", slip.Token, made.Ticket)
	if s, err := h.Standing(h.ctx(), slip.Token); err != nil || s.Ticket.Date != tuesday+7 {
		t.Errorf("got %+v, %v", s, err)
	}
	h.set(at(t, tuesday+8, "00:00"))
	_, err = h.Standing(h.ctx(), slip.Token)
	h.wantKey("its day is over", err, "appointment.over_or_unknown")
}

// An id alone, somebody else's hash, or one that is cut: nobody makes a weak token.
func TestAWeakTokenCantBeMade(t *testing.T) {
	h := openTownHall(t)
	var all []app.Appointment
	for _, clock := range []string{"09:00", "09:10"} {
		made := h.book(at(t, tuesday, clock))
		found, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, made.Ticket.Number)
		h.wantNone(err)
		all = append(all, found)
	}
	id, token := string(all[0].Ticket.ID), all[0].Token
	hash := strings.TrimPrefix(token, id)
	if raw, err := base64.RawURLEncoding.DecodeString(hash); err != nil || len(raw) != 16 {
		t.Fatalf("got %q of %s, want an id and sixteen bytes", token, id)
	}
	for what, forged := range map[string]string{
		"the id": id, "an empty hash": id + strings.Repeat("A", len(hash)), "cut": token[:len(token)-1],
		"longer": token + "A", "another's hash": string(all[1].Ticket.ID) + hash, "the hash": hash, "nothing": "",
	} {
		_, err := h.Standing(h.ctx(), forged)
		h.wantKey(what, err, "appointment.over_or_unknown")
	}
}

// A number without an appointment is given back by its slip; an appointment isn't.
func TestAWalkInGivesTheNumberBack(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "09:30"))
	issued := h.walkIn()
	h.wantWeak("a walk-in's token", issued.Token, issued.Ticket)
	made := h.book(at(t, tuesday, "11:00"))
	found, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, made.Ticket.Number)
	h.wantNone(err)
	for _, token := range []string{found.Token, made.Token} {
		h.wantKey("an appointment", h.GiveBack(h.ctx(), access.Actor{}, token), "appointment.over_or_unknown")
	}
	for range 2 {
		h.wantNone(h.GiveBack(h.ctx(), access.Actor{}, issued.Token))
	}
	if s, err := h.Standing(h.ctx(), issued.Token); err != nil || s.Ticket.State != queue.Cancelled {
		t.Errorf("got %+v, %v, want it given back", s, err)
	}
	called := h.walkIn()
	h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: called.Ticket.Number})
	if err := h.GiveBack(h.ctx(), access.Actor{}, called.Token); problem.Of(err).Kind != problem.Conflict {
		t.Errorf("called already: got %v, want a conflict", err)
	}
}

// The trail takes nobody for a citizen who has only shown what staff have too, and
// nobody of the staff for one.
func TestTheTrailTellsASlipFromACitizen(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "08:55"))
	issued := h.walkIn()
	h.wantNone(h.GiveBack(h.ctx(), access.Actor{}, issued.Token))
	made := h.book(at(t, tuesday, "11:00"))
	found, err := h.FindByNumber(h.ctx(), staff(clerk), markt, tuesday, made.Ticket.Number)
	h.wantNone(err)
	_, err = h.CheckIn(h.ctx(), access.Actor{}, app.CheckInRequest{Token: found.Token})
	h.wantNone(err)
	own := h.book(at(t, tuesday, "11:10"))
	_, err = h.CheckIn(h.ctx(), access.Actor{}, app.CheckInRequest{Token: own.Token})
	h.wantNone(err)
	by, err := h.Book(h.ctx(), staff(clerk), wants(at(t, tuesday, "11:20")))
	h.wantNone(err)
	h.wantNone(h.Cancel(h.ctx(), staff(clerk), string(by.Ticket.ID)))
	h.wantBy(issued.Ticket, string(clerk)+" ticket", "slip cancelled")
	h.wantBy(made.Ticket, "citizen booked", "slip checked_in")
	h.wantBy(own.Ticket, "citizen booked", "citizen checked_in")
	h.wantBy(by.Ticket, string(clerk)+" booked", string(clerk)+" cancelled")
}

// wantBy compares who did what to a ticket, oldest first.
func (h *townHall) wantBy(ticket queue.Ticket, want ...string) {
	h.t.Helper()
	entries, err := h.Trail.Of(h.ctx(), with(ledger.RoleManager), ticket.Branch, h.clock().AddDate(0, 0, -1), h.clock().Add(time.Hour), 1000)
	h.wantNone(err)
	got := []string{}
	for _, e := range slices.Backward(entries) {
		if e.Ticket == ticket.ID {
			got = append(got, e.Actor+" "+e.Action)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("trail of %s (-want +got):\n%s", ticket.Number, diff)
	}
}

// A node that has other keys than the database is sealed with makes no codes that
// nobody else would know; those of a chain that was given up end with it.
func TestSlipsCodesAreOfTheDatabasesChain(t *testing.T) {
	onEachVault(t, func(t *testing.T, v *vault, _ *interrupted) {
		made, err := v.Book(v.ctx(), access.Actor{}, secretive(at(t, tuesday+9, "09:20")))
		v.wantNone(err)
		v.wantNone(v.Keys.Claim(v.ctx(), v.keys.Date()))
		code := func() string {
			t.Helper()
			found, err := v.FindByNumber(v.ctx(), staff(clerk), markt, made.Ticket.Date, made.Ticket.Number)
			v.wantNone(err)
			return found.Token
		}
		before := code()
		v.wantWeak("as it began", before, made.Ticket)
		v.nights(1)
		if got := code(); got != before {
			t.Errorf("after a night: got %q, want %q", got, before)
		}
		node := v.thief()
		keys, err := seal.Renew(v.path, "", v.keys.Date(), rand.Reader)
		v.wantNone(err)
		v.with(keys)
		v.wantNone(errors.Join(v.Keys.Claim(v.ctx(), keys.Date()), keys.Settle()))
		v.wantWeak("of the new chain", code(), made.Ticket)
		_, err = v.Standing(v.ctx(), before)
		v.wantKey("of the old chain", err, "appointment.over_or_unknown")
		v.with(node)
		if got := code(); got != "" {
			t.Errorf("the node that wasn't told: got %q, want none", got)
		}
	})
}
