package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// TestTwoUseCasesOnOneTicketEndAsOneAfterTheOther: of who waits, is at a desk,
// or has an appointment or a time that is held.
func TestTwoUseCasesOnOneTicketEndAsOneAfterTheOther(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		s.EndInSeries(t, map[string]func(int) forced.Row{
			"waiting": h.somebodyWaiting, "at a desk": h.somebodyAtADesk, "appointment": h.anAppointment, "held": h.aHeldTime,
		})
	})
}

// TestTwoUseCasesOnOneWishEndAsOneAfterTheOther: of a wish with an offer.
func TestTwoUseCasesOnOneWishEndAsOneAfterTheOther(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.change(`format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        opening:
          - dates: [` + wished.String() + `]
            hours: [09:00-09:10]
            capacity: {online: 1, staff: 2, counters: 4}
`)
		s.EndInSeries(t, map[string]func(int) forced.Row{"wish": h.aWishWithAnOffer})
	})
}

var wished = tuesday.AddDays(3)

// plays are use cases that nobody waits for the answer of.
type plays = map[string]func() error

// command is a step of somebody at a desk.
func (h *townHall) command(user town.UserID, cmd deskwork.Command) func() error {
	return func() error {
		_, err := h.do(user, cmd)
		return err
	}
}

// cancels takes a ticket back at the desk.
func (h *townHall) cancels(id town.TicketID) func() error {
	return func() error { return h.CancelTicket(h.ctx(), staff(clerk), markt, id, app.StaffReason{}) }
}

// told is the row of a ticket, what its branch was told since, and the mails
// that are due; at last it makes room for the next row.
func (h *townHall) told(since town.Seq, stored func(ledger.Tx) (string, error), clear func()) func() string {
	return func() string {
		var row string
		failed := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
			row, err = stored(tx)
			return err
		})
		events, err := h.EventsAfter(h.ctx(), markt, since, 100)
		var kinds []string
		for _, e := range events {
			kinds = append(kinds, strings.TrimSpace(fmt.Sprint(e.Kind, " ", e.Label)))
		}
		clear()
		return fmt.Sprint(row, failed, kinds, err)
	}
}

// stored is the row of a ticket without what is drawn.
func (h *townHall) storedTicket(id town.TicketID) func(ledger.Tx) (string, error) {
	return func(tx ledger.Tx) (string, error) {
		got, err := tx.Tickets().ByID(h.ctx(), id)
		return fmt.Sprint(got.State, " ", got.Room, " ", got.OnlyRoom, " ", got.User, " ", got.Start.UTC(), " ", got.Calls, " ", got.Outcome), err
	}
}

// empty lets everybody go who waits or is at a desk.
func (h *townHall) empty() {
	line := h.line()
	for _, t := range slices.Concat(line.Open, line.Waiting, line.Parked) {
		switch {
		case t.Room == "":
			h.wantNone(h.cancels(t.ID)())
		case t.Start.IsZero():
			h.must(t.User, on(deskwork.Finish, t.ID))
		default: // its time is free again
			h.must(t.User, on(deskwork.Undo, t.ID))
			h.wantNone(h.cancels(t.ID)())
		}
	}
}

// unless passes over what there is nothing to do any more for.
func (h *townHall) unless(key string, err error) {
	h.t.Helper()
	if err != nil && !problem.Is(err, key) {
		h.t.Error(err)
	}
}

// madeAtOnce is what several who book at once come to.
type madeAtOnce struct {
	mu  sync.Mutex
	all []app.Appointment
}

func (m *madeAtOnce) add(a app.Appointment, err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.all = append(m.all, a)
	}
	return err
}

func (h *townHall) somebodyWaiting(int) forced.Row {
	issued := h.walkIn()
	id := issued.Ticket.ID
	return forced.Row{Plays: plays{
		"next":       h.command(clerk, next("platz-1")),
		"other next": h.command("other", next("platz-2")),
		"call":       h.command("third", deskwork.Command{Type: deskwork.Call, Room: "platz-3", Number: issued.Ticket.Number}),
		"cancel":     h.cancels(id),
		"leave":      func() error { return h.Cancel(h.ctx(), access.Actor{}, issued.Token) },
	}, State: h.told(h.Memory.Seq(markt), h.storedTicket(id), h.empty)}
}

func (h *townHall) somebodyAtADesk(int) forced.Row {
	issued := h.walkIn()
	id := issued.Ticket.ID
	h.must(clerk, next("platz-1"))
	return forced.Row{Plays: plays{
		"recall":   h.command(clerk, on(deskwork.Recall, id)),
		"start":    h.command(clerk, on(deskwork.Start, id)),
		"finish":   h.command(clerk, on(deskwork.Finish, id)),
		"no show":  h.command(clerk, on(deskwork.NoShow, id)),
		"park":     h.command(clerk, deskwork.Command{Type: deskwork.Park, Ticket: id, Note: "holt Foto"}),
		"transfer": h.command(clerk, deskwork.Command{Type: deskwork.Transfer, Ticket: id, Room: "platz-2"}),
		"undo":     h.command(clerk, on(deskwork.Undo, id)),
		"next":     h.command(clerk, next("platz-1")),
		"pause":    h.command(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-1"}),
		"take over": h.command("other", deskwork.Command{
			Type: deskwork.Call, Room: "platz-1", Number: issued.Ticket.Number, TakeOver: true,
		}),
		"cancel": h.cancels(id),
	}, State: h.told(h.Memory.Seq(markt), h.storedTicket(id), func() {
		h.empty()
		for _, room := range h.line().Paused {
			h.must(clerk, deskwork.Command{Type: deskwork.Resume, Room: room})
		}
	})}
}

func (h *townHall) anAppointment(int) forced.Row {
	made := h.book(at(h.t, tuesday, "10:20"))
	id := made.Ticket.ID
	return forced.Row{Plays: plays{
		"cancel": func() error { return h.Cancel(h.ctx(), access.Actor{}, made.Token) },
		"move": func() error {
			_, err := h.Move(h.ctx(), access.Actor{}, made.Token, markt, at(h.t, tuesday, "10:40"))
			return err
		},
		"moved by staff": func() error {
			_, err := h.MoveTicket(h.ctx(), staff(clerk), markt, id, markt, at(h.t, tuesday.AddDays(2), "10:20"), app.StaffReason{})
			return err
		},
		"check in": func() error {
			_, err := h.CheckIn(h.ctx(), staff(clerk), app.CheckInRequest{Branch: markt, Number: made.Ticket.Number})
			return err
		},
		"call": h.command(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: made.Ticket.Number}),
	}, State: h.told(h.Memory.Seq(markt), h.storedTicket(id), func() {
		h.empty()
		h.unless("ticket.done", h.cancels(id)()) // on another day
		h.letters()
	})}
}

func (h *townHall) aHeldTime(int) forced.Row {
	start, other := at(h.t, tuesday, "11:00"), at(h.t, tuesday, "11:10")
	held := h.hold(access.Actor{}, start)
	var made app.Appointment
	var again app.HeldSlot
	return forced.Row{Plays: plays{
		"book": func() (err error) {
			r := wants(start)
			r.Hold = held.ID
			made, err = h.Book(h.ctx(), access.Actor{}, r)
			return err
		},
		"another time": func() (err error) {
			again, err = h.rehold(held.ID, other)
			return err
		},
		"give back": func() error { return h.ReleaseHold(h.ctx(), held.ID) },
		"extend": func() error {
			_, err := h.ExtendHold(h.ctx(), access.Actor{}, held.ID)
			return err
		},
	}, State: h.told(h.Memory.Seq(markt), func(ledger.Tx) (string, error) {
		return fmt.Sprint(h.free(start), " ", h.free(other), " ", made.Ticket.State), nil
	}, func() {
		h.empty()
		for _, id := range []string{held.ID, again.ID} {
			h.unless("hold.unknown", h.ReleaseHold(h.ctx(), id))
		}
	})}
}

func (h *townHall) aWishWithAnOffer(n int) forced.Row {
	start, email := at(h.t, wished, "09:00"), fmt.Sprintf("ben%d@example.org", n)
	taken := h.book(start)
	h.wish(wishFor(wished, email))
	h.cancel(taken.Token)
	token := h.letters()["offer "+email][0].Person.Token
	made := &madeAtOnce{}
	add := made.add
	accept := func() error { return add(h.Wishes.Accept(h.ctx(), token)) }
	return forced.Row{Plays: plays{
		"accept":       accept,
		"accept twice": accept,
		"decline":      func() error { return h.Wishes.DeclineOffer(h.ctx(), token) },
		"withdraw":     func() error { return h.Wishes.Withdraw(h.ctx(), token) },
		"book":         func() error { return add(h.Book(h.ctx(), access.Actor{}, wants(start))) },
	}, State: h.told(h.Memory.Seq(markt), func(ledger.Tx) (string, error) {
		_, err := h.Wishes.View(h.ctx(), token)
		return fmt.Sprint(h.free(start), err == nil, len(h.letters()["confirmation "+email])), nil
	}, func() {
		for _, a := range made.all {
			if err := h.Cancel(h.ctx(), access.Actor{}, a.Token); err != nil {
				h.t.Error(err)
			}
		}
		h.unless("wish.over_or_unknown", h.Wishes.Withdraw(h.ctx(), token))
	})}
}
