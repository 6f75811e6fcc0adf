package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func runRoundTrip(t *testing.T, s ledger.Store) {
	run := ledger.Run{
		ID: "r1", Branch: markt, Date: day, User: "boss", Kind: ledger.RunOffer, State: ledger.RunRunning, KeyDay: day, Reason: []byte{1}, Created: at,
		Terms: ledger.RunTerms{Earliest: day, Branches: []town.BranchID{markt}, Until: at.Add(time.Hour), Moves: true},
	}
	target := &ledger.RunTarget{Branch: markt, Office: "buergerbuero", Start: at, End: at.Add(time.Minute), Number: 417}
	items := []ledger.RunItem{
		{Run: "r1", Place: 0, Ticket: "t0", Branch: markt, State: ledger.ItemWaiting, Target: target},
		{Run: "r1", Place: 1, Ticket: "t1", Branch: markt, State: ledger.ItemLeft, Note: "fits"},
	}
	mail := ledger.Mail{ID: "m1", Ticket: "t0", Branch: markt, Date: day, Kind: "change", Due: at, Since: at, State: "queued", KeyDay: day, Run: "r1"}
	unsaid := mail
	unsaid.ID, unsaid.State, unsaid.Reason = "m2", "refused", "no_address"
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Runs().Begin(ctx, run, items), tx.Mails().Put(ctx, mail), tx.Mails().Put(ctx, unsaid))
	})
	due := func(now time.Time) int {
		return len(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Mail, error) { return tx.Mails().Due(ctx, now, 9) }))
	}
	toCall := func(now time.Time) []int {
		waiting := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Mail, error) {
			return tx.Mails().Waiting(ctx, markt, day, day, now)
		})
		refused := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Mail, error) {
			return tx.Mails().Refused(ctx, markt, day, now)
		})
		return []int{len(waiting), len(refused)}
	}
	equal(t, "its mail while it runs", due(at.Add(time.Hour)), 0)
	equal(t, "to telephone while it runs", toCall(at.Add(time.Hour)), []int{0, 0})
	equal(t, "open", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Run, error) { return tx.Runs().Open(ctx) }), []ledger.Run{run})
	equal(t, "items", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.RunItem, error) { return tx.Runs().Items(ctx, "r1") }), items)
	items[0].State, items[0].Version = ledger.ItemDone, 4
	items[0].Before = &ledger.RunBefore{RunTarget: *target, Date: day, State: queue.Booked, SortAt: at}
	run.State, run.Reason, run.MailsAt = ledger.RunDone, nil, at.Add(2*time.Minute)
	var again error
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		err := errors.Join(tx.Runs().PutItem(ctx, items[0]), tx.Runs().Turn(ctx, run, ledger.RunRunning))
		again = tx.Runs().Turn(ctx, run, ledger.RunRunning)
		return err
	})
	equal(t, "turned twice", errors.Is(again, ledger.ErrStale), true)
	equal(t, "item", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.RunItem, error) { return tx.Runs().Item(ctx, "r1", 0) }), items[0])
	equal(t, "of the branch", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Run, error) { return tx.Runs().Of(ctx, markt, at) }), []ledger.Run{run})
	equal(t, "its mail", []int{due(run.MailsAt.Add(-time.Second)), due(run.MailsAt)}, []int{0, 1})
	equal(t, "to telephone before its mails leave", toCall(run.MailsAt.Add(-time.Second)), []int{0, 0})
	equal(t, "to telephone once they do", toCall(run.MailsAt), []int{1, 1})
	leftBehind(t, s, run, items[1])
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Runs().DeleteBefore(ctx, at.Add(time.Second))
		return err
	})
	equal(t, "its mail without it", due(at), 1)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().DropOf(ctx, "r1", "t0") })
	equal(t, "dropped", due(at), 0)
	none := view(t, s, func(ctx context.Context, tx ledger.Tx) (bool, error) {
		_, err := tx.Runs().ByID(ctx, "r1")
		items, itemsErr := tx.Runs().Items(ctx, "r1")
		return errors.Is(err, ledger.ErrNotFound) && len(items) == 0, itemsErr
	})
	equal(t, "nothing left", none, true)
}

// leftBehind asks for what a run left: not while another runs, and of an appointment
// only what its newest run did.
func leftBehind(t *testing.T, s ledger.Store, run ledger.Run, item ledger.RunItem) {
	t.Helper()
	left := func(kind ledger.RunKind, note string) []ledger.RunItem {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.RunItem, error) {
			return tx.Runs().Left(ctx, kind, note)
		})
	}
	equal(t, "left for another reason", left(run.Kind, "no_time"), []ledger.RunItem(nil))
	equal(t, "left by another kind", left(ledger.RunMove, item.Note), []ledger.RunItem(nil))
	equal(t, "left", left(run.Kind, item.Note), []ledger.RunItem{item})
	newer, again := run, item
	// Its id is the older one: it is drawn with the page, and another was begun meanwhile.
	newer.ID, newer.State, newer.MailsAt, newer.Created = "r0", ledger.RunRunning, time.Time{}, run.Created.Add(time.Millisecond)
	again.Run, again.State, again.Note = newer.ID, ledger.ItemWaiting, ""
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Runs().Begin(ctx, newer, []ledger.RunItem{again})
	})
	equal(t, "left by an older run", left(run.Kind, item.Note), []ledger.RunItem(nil))
}

func reservationRoundTrip(t *testing.T, s ledger.Store) {
	ticket := walkIn(markt, 0)
	ticket.State = queue.Booked
	r := ledger.Reservation{
		Ticket: ticket.ID, Run: "r1", Branch: markt, Office: "buergerbuero", Date: day, Number: 417, Items: ticket.Items, Start: at, End: at.Add(time.Minute),
		Hold: []byte{1}, Until: at.Add(time.Hour), Moves: true, Order: 3, Created: at,
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Tickets().Insert(ctx, ticket), tx.Reservations().Put(ctx, r), tx.Reservations().Put(ctx, r))
	})
	type list = []ledger.Reservation
	read := func(fn func(ctx context.Context, tx ledger.Tx) (list, error)) list { return view(t, s, fn) }
	of := view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Reservation, error) {
		return tx.Reservations().Of(ctx, r.Ticket)
	})
	equal(t, "of its ticket", of, r)
	on := func(ctx context.Context, tx ledger.Tx) (list, error) {
		return tx.Reservations().On(ctx, markt, day, day)
	}
	due := func(ctx context.Context, tx ledger.Tx) (list, error) { return tx.Reservations().Due(ctx, r.Until, 5) }
	early := func(ctx context.Context, tx ledger.Tx) (list, error) {
		return tx.Reservations().Due(ctx, r.Until.Add(-time.Second), 5)
	}
	of4 := func(ctx context.Context, tx ledger.Tx) (list, error) { return tx.Reservations().For(ctx, markt) }
	next := func() time.Time {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (time.Time, error) { return tx.Reservations().Next(ctx) })
	}
	equal(t, "kept", []int{len(read(on)), len(read(due)), len(read(early)), len(read(of4))}, []int{1, 1, 0, 1})
	equal(t, "the first end", next(), r.Until)
	r.Hold = nil
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Reservations().Put(ctx, r) })
	equal(t, "over", []int{len(read(on)), len(read(due)), len(read(of4))}, []int{0, 0, 1})
	equal(t, "no end", next().IsZero(), true)
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Reservations().DeleteBefore(ctx, day.AddDays(1))
		return errors.Join(err, tx.Reservations().Delete(ctx, r.Ticket))
	})
	equal(t, "gone", len(read(of4)), 0)
}
