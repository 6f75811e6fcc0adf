package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// testRows stores one full and one bare row of every kind and reads them back:
// every field, zero times, nil lists, values in the order that queries take
// them (`set extended = $3, expires_at = $2` goes wrong where placeholders are
// numbered by appearance).
func testRows(t *testing.T, engine Engine) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, ledger.Store)
	}{
		{"catalogue", catalogueRoundTrip},
		{"tickets", ticketRoundTrip},
		{"ticket queries", ticketQueries},
		{"numbers", numberRoundTrip},
		{"holds", holdRoundTrip},
		{"takings", takingRoundTrip},
		{"runs", runRoundTrip},
		{"reservations", reservationRoundTrip},
		{"demand", demandRoundTrip},
		{"figures", figureRoundTrip},
		{"personal", personalRoundTrip},
		{"events", eventRoundTrip},
		{"deliveries", deliveryRoundTrip},
		{"late calls", lateCallRoundTrip},
		{"nodes", nodeRoundTrip},
		{"users", userRoundTrip},
		{"columns of users", userColumns},
		{"sessions", sessionRoundTrip},
		{"browsers", browserRoundTrip},
		{"attempts", attemptRoundTrip},
		{"devices", deviceRoundTrip},
		{"requests", requestRoundTrip},
		{"mails", mailRoundTrip},
		{"audit", auditRoundTrip},
		{"security", securityRoundTrip},
		{"rooms", roomRoundTrip},
		{"wishes", wishRoundTrip},
		{"confirmations", confirmationRoundTrip},
		{"counts", countRoundTrip},
		{"meta", metaRoundTrip},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t, engine)) })
	}
}

// equal compares what was read with what was stored.
func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// is compares an error.
func is(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) || (want == nil) != (got == nil) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

// missing expects that a row isn't there.
func missing[T any](t *testing.T, s ledger.Store, what string, read func(context.Context, ledger.Tx) (T, error)) {
	t.Helper()
	var got error
	is(t, what, s.View(t.Context(), func(tx ledger.Tx) error {
		_, got = read(t.Context(), tx)
		return nil
	}), nil)
	if got != ledger.ErrNotFound {
		t.Errorf("%s: got error %v, want exactly %v", what, got, ledger.ErrNotFound)
	}
}

// refused expects that a change fails in this way.
func refused(t *testing.T, s ledger.Store, what string, want error, held []town.BranchID, change func(context.Context, ledger.Tx) error) {
	t.Helper()
	got := s.Update(t.Context(), held, func(tx ledger.Tx) error { return change(t.Context(), tx) })
	if got != want {
		t.Errorf("%s: got error %v, want exactly %v", what, got, want)
	}
}

func catalogueRoundTrip(t *testing.T, s ledger.Store) {
	service := catalogue.Document{Kind: "service", ID: "b", Position: 0, Body: []byte(`{"name":"Führerschein"}`)}
	first := catalogue.Document{Kind: "service", ID: "c", Position: 2, Body: []byte(`{}`)}
	moved := catalogue.Document{Kind: "service", ID: "c", Position: 1, Body: []byte(`{"x":1}`)}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Catalogue().Put(ctx, first), tx.Catalogue().Put(ctx, service), tx.Catalogue().Put(ctx, moved))
	})
	got := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]catalogue.Document, error) { return tx.Catalogue().All(ctx) })
	equal(t, "documents", got, []catalogue.Document{
		{Kind: "branch", ID: "grimma-markt", Body: []byte("{}")},
		{Kind: "branch", ID: "nerchau", Body: []byte("{}")},
		service, moved,
	})
}

// fullTicket has a value in every field.
func fullTicket() queue.Ticket {
	before := queue.Earlier{
		Progress: queue.Progress{Office: "standesamt", State: queue.Waiting, SortAt: at, OnlyRoom: "zimmer-2", Calls: 1, CallSeq: 3, CalledAt: at},
		Closed:   []queue.Closed{{Ticket: "t0", Version: 4}}, Resumed: true, Steps: 1,
	}
	return queue.Ticket{
		ID: "t1", Version: 1, Branch: markt, Date: day, Number: 417, Kind: queue.Appointment,
		Items: []town.Item{{Service: "reisepass", Quantity: 2}, {Service: "meldebescheinigung", Quantity: 1}},
		Start: at, End: at.Add(20 * time.Minute), Online: true, Overbooked: true, Language: town.PlainGerman,
		Created: at.Add(-time.Hour), Order: 7, Priority: -2,
		Progress: queue.Progress{
			Office: "buergerbuero", State: queue.Serving, SortAt: at.Add(time.Minute), CheckedIn: at.Add(2 * time.Minute),
			Room: "platz-1", OnlyRoom: "platz-2", User: "meier", Calls: 2, CallSeq: 9, CalledAt: at.Add(3 * time.Minute),
			StartedAt: at.Add(4 * time.Minute), EndedAt: at.Add(5 * time.Minute),
			Visits: []queue.Visit{{Office: "standesamt", Room: "zimmer-2", CalledAt: at, StartedAt: at, EndedAt: at, Next: "reisepass"}},
			Path:   []queue.Moment{{Did: queue.DoCheckIn, At: at}, {Did: queue.DoCall, At: at.Add(time.Minute), Room: "platz-1"}},
		},
		Before: &before, TokenHash: []byte{0, 1, 255}, Revision: 3, Kept: true, Channel: queue.ByWeb,
	}
}

func ticketRoundTrip(t *testing.T, s ledger.Store) {
	full, bare := fullTicket(), walkIn(markt, 0)
	bare.Items, bare.TokenHash = nil, nil
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Tickets().Insert(ctx, full), tx.Tickets().Insert(ctx, bare))
	})
	byID := func(id town.TicketID) queue.Ticket {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) { return tx.Tickets().ByID(ctx, id) })
	}
	equal(t, "full", byID(full.ID), full)
	equal(t, "bare", byID(bare.ID), bare)

	done := full
	done.Version, done.State, done.Room, done.User, done.Outcome, done.Before = 2, queue.Done, "", "", queue.Served, nil
	done.Date, done.Branch, done.Number = day.AddDays(1), nerchau, 418
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Update(ctx, done) })
	equal(t, "updated", byID(full.ID), done)
	refused(t, s, "stale version", ledger.ErrStale, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Update(ctx, done) })
	equal(t, "after stale", byID(full.ID), done)

	// Each of what an update seldom changes, alone.
	for _, alter := range []func(*queue.Ticket){
		func(t *queue.Ticket) { t.Branch = markt },
		func(t *queue.Ticket) { t.Date = day.AddDays(2) },
		func(t *queue.Ticket) { t.Number = 419 },
		func(t *queue.Ticket) { t.Start = t.Start.Add(-time.Minute) },
		func(t *queue.Ticket) { t.End = t.End.Add(time.Minute) },
		func(t *queue.Ticket) { t.Online = !t.Online },
		func(t *queue.Ticket) { t.Order++ },
		func(t *queue.Ticket) { t.TokenHash = []byte{0, 1, 255} },
		func(t *queue.Ticket) { t.TokenHash = nil },
		func(t *queue.Ticket) { t.TokenHash = full.TokenHash },
		func(t *queue.Ticket) { t.State, t.Outcome = queue.NoShow, "" },
	} {
		done.Version++
		alter(&done)
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Update(ctx, done) })
		equal(t, "altered", byID(full.ID), done)
	}
	bare.Version, bare.Calls = 2, 1
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Update(ctx, bare) })
	equal(t, "called", byID(bare.ID), bare)

	equal(t, "by token", view(t, s, func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) {
		return tx.Tickets().ByToken(ctx, []byte{0, 1, 255})
	}), done)
	missing(t, s, "id", func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) { return tx.Tickets().ByID(ctx, "none") })
	missing(t, s, "token", func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) {
		return tx.Tickets().ByToken(ctx, []byte{9})
	})
	missing(t, s, "no token", func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) { return tx.Tickets().ByToken(ctx, nil) })
	missing(t, s, "number", func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) {
		return tx.Tickets().ByNumber(ctx, markt, day, 417)
	})
}

func ticketQueries(t *testing.T, s ledger.Store) {
	cancelled := fullTicket()
	cancelled.ID, cancelled.TokenHash, cancelled.Order = "a-cancelled", nil, 30
	cancelled.State, cancelled.Room, cancelled.User = queue.Cancelled, "", ""
	appointment := fullTicket()
	appointment.Order = 20
	noShow := fullTicket()
	noShow.ID, noShow.Number, noShow.TokenHash, noShow.Order = "no-show", 500, nil, 21
	noShow.Start, noShow.End, noShow.Online = at.Add(-time.Hour), at.Add(-time.Hour/2), false
	noShow.State, noShow.Room, noShow.User = queue.NoShow, "", ""
	served := walkIn(markt, 1)
	served.State, served.Outcome = queue.Done, queue.Served
	assumed := walkIn(markt, 2)
	assumed.State, assumed.Outcome = queue.Done, queue.Assumed
	tomorrow := walkIn(markt, 3)
	tomorrow.Date, tomorrow.State, tomorrow.Outcome = day.AddDays(1), queue.Done, queue.Served
	elsewhere := walkIn(nerchau, 1)
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		for _, ticket := range []queue.Ticket{cancelled, tomorrow, appointment, elsewhere, noShow, assumed, served} {
			if err := tx.Tickets().Insert(ctx, ticket); err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "by number", view(t, s, func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) {
		return tx.Tickets().ByNumber(ctx, markt, day, 417)
	}), appointment)
	equal(t, "dates of a number", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.Date, error) {
		return tx.Tickets().DatesOf(ctx, markt, day, appointment.Number)
	}), []town.Date{day})
	for what, asked := range map[string]struct {
		from   town.Date
		number town.Number
	}{"later": {day.AddDays(1), appointment.Number}, "without an appointment": {day, served.Number}} {
		equal(t, "dates of a number, "+what, view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.Date, error) {
			return tx.Tickets().DatesOf(ctx, markt, asked.from, asked.number)
		}), []town.Date(nil))
	}
	equal(t, "of day", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().OfDay(ctx, markt, day)
	}), []queue.Ticket{served, assumed, appointment, noShow, cancelled})
	equal(t, "of an empty day", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().OfDay(ctx, markt, day.AddDays(9))
	}), []queue.Ticket(nil))
	equal(t, "between", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().Between(ctx, markt, day, day)
	}), []queue.Ticket{noShow, appointment})
	equal(t, "served", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().ServedBetween(ctx, markt, day.AddDays(-1), day.AddDays(1))
	}), []queue.Ticket{served, tomorrow})
	spans := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.OfficeSpan, error) {
		return tx.Tickets().Spans(ctx, markt, day, day)
	})
	equal(t, "spans", byStart(spans), []ledger.OfficeSpan{
		{Office: "buergerbuero", Date: day, Span: booking.Span{From: unixUp(noShow.Start), To: unixUp(noShow.End)}},
		{Office: "buergerbuero", Date: day, Span: booking.Span{From: unixUp(at), To: unixUp(appointment.End), Online: true}},
	})
}
