package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func mailRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Mail{
		ID: "m1", Ticket: "t1", Branch: markt, Date: day, KeyDay: day.AddDays(-1), Kind: "confirmation", Revision: 2, Due: at, Since: at.Add(-2 * time.Hour), State: "queued",
		Attempts: 1, Tries: 1, Reason: "451", Body: []byte{1},
	}
	bare := ledger.Mail{ID: "m2", Branch: markt, Date: day.AddDays(-1), Kind: "offer", Due: at.Add(-time.Hour), Since: at.Add(-time.Hour), State: "queued"}
	reminder := ledger.Mail{ID: "m3", Ticket: "t1", Branch: markt, Date: day, Kind: "reminder", Due: at.Add(time.Hour), Since: at.Add(time.Hour), State: "queued"}
	list := func(read func(context.Context, ledger.Mails) ([]ledger.Mail, error)) []ledger.Mail {
		t.Helper()
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Mail, error) { return read(ctx, tx.Mails()) })
	}
	waitingSince := func() time.Time {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (time.Time, error) { return tx.Mails().WaitingSince(ctx) })
	}
	waiting := func(branch town.BranchID, from, to town.Date, since time.Time) []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) {
			return mails.Waiting(ctx, branch, from, to, since)
		})
	}
	due := func(limit int) []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.Due(ctx, at, limit) })
	}
	equal(t, "none waits", waitingSince(), time.Time{})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Put(ctx, full), tx.Mails().Put(ctx, bare), tx.Mails().Put(ctx, reminder))
	})
	refused(t, s, "same cause", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Put(ctx, full) })
	equal(t, "due", due(10), []ledger.Mail{bare, full})
	equal(t, "first due", due(1), []ledger.Mail{bare})
	equal(t, "waits longest", waitingSince(), full.Since)
	equal(t, "waiting", waiting(markt, day, day, at.Add(time.Hour)), []ledger.Mail{full, reminder})
	equal(t, "waiting for so long", waiting(markt, day, day, at), []ledger.Mail{full})
	equal(t, "waiting for other days", waiting(markt, day.AddDays(1), day.AddDays(9), at), nil)
	equal(t, "waiting elsewhere", waiting(nerchau, day, day, at), nil)
	reminded := func(branch town.BranchID, kind string, until time.Time) []town.TicketID {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.TicketID, error) {
			return tx.Mails().Reminded(ctx, branch, kind, until)
		})
	}
	equal(t, "reminded by then", reminded(markt, "reminder", reminder.Due), []town.TicketID{"t1"})
	equal(t, "reminded later", reminded(markt, "reminder", reminder.Due.Add(-time.Second)), []town.TicketID(nil))
	equal(t, "reminded elsewhere", reminded(nerchau, "reminder", reminder.Due), []town.TicketID(nil))
	troubled := func(since time.Time) []town.BranchID {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.BranchID, error) {
			return tx.Mails().Troubled(ctx, since)
		})
	}
	equal(t, "in trouble", troubled(at), []town.BranchID{markt})
	equal(t, "not yet in trouble", troubled(full.Since.Add(-time.Second)), []town.BranchID(nil))

	byKeyDay := func(from, to town.Date, after string) []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) {
			return mails.ByKeyDay(ctx, markt, from, to, after, 10)
		})
	}
	equal(t, "earlier keys, of what has a body", byKeyDay(0, day.AddDays(-1), ""), []ledger.Mail{full})
	equal(t, "no earlier key", byKeyDay(0, day.AddDays(-2), ""), nil)
	equal(t, "after the last", byKeyDay(0, day, full.ID), nil)
	taken := full
	full.KeyDay, full.Body = day, []byte{2}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Reseal(ctx, full), tx.Mails().Reseal(ctx, ledger.Mail{ID: bare.ID, KeyDay: day, Body: []byte{9}}))
	})
	// Who took it before knows the old body, and must not bring it back.
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Update(ctx, taken) })
	equal(t, "sealed anew", due(10), []ledger.Mail{bare, full})

	bare.State, bare.Attempts = "sending", 1
	full.State, full.Reason, full.Body, full.Due, full.Since, full.Tries = "refused", "550", nil, at.Add(time.Minute), at, 2
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Claim(ctx, bare), tx.Mails().Update(ctx, full))
	})
	refused(t, s, "claim again", ledger.ErrStale, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Claim(ctx, bare) })
	equal(t, "sending", list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.Sending(ctx) }), []ledger.Mail{bare})
	unsettled := func() []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) {
			return mails.Refused(ctx, markt, day, at)
		})
	}
	byID := func(id string) func(ctx context.Context, tx ledger.Tx) (ledger.Mail, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Mail, error) { return tx.Mails().ByID(ctx, id) }
	}
	equal(t, "refused", unsettled(), []ledger.Mail{full})
	full.Settled = at.Add(2 * time.Minute)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Settle(ctx, full.ID, full.Settled), tx.Mails().Settle(ctx, full.ID, at.Add(time.Hour)),
			tx.Mails().Settle(ctx, bare.ID, at), tx.Mails().Settle(ctx, "m9", at))
	})
	equal(t, "settled", unsettled(), nil)
	equal(t, "settled once", view(t, s, byID(full.ID)), full)
	equal(t, "only what was refused", view(t, s, byID(bare.ID)), bare)
	missing(t, s, "unknown", byID("m9"))
	equal(t, "waits longest, being sent", waitingSince(), bare.Since)
	refused(t, s, "update none", ledger.ErrStale, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Mails().Update(ctx, ledger.Mail{ID: "m9", State: "sent", Due: at})
	})
	refused(t, s, "update by who took it before", ledger.ErrStale, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Mails().Update(ctx, ledger.Mail{ID: bare.ID, State: "queued", Due: at, Since: at})
	})
	sent := ledger.Mail{ID: "m7", Ticket: "t9", Branch: markt, Date: day.AddDays(1), Kind: "reminder", Due: at, State: "sent"}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Put(ctx, sent) })
	for name, change := range map[string]func(context.Context, ledger.Tx) error{
		"update what is sent": func(ctx context.Context, tx ledger.Tx) error {
			return tx.Mails().Update(ctx, ledger.Mail{ID: sent.ID, State: "queued", Due: at})
		},
		"take what is sent": func(ctx context.Context, tx ledger.Tx) error {
			return tx.Mails().Claim(ctx, ledger.Mail{ID: sent.ID, State: "queued", Due: at, Attempts: 1})
		},
	} {
		refused(t, s, name, ledger.ErrStale, nil, change)
	}
	equal(t, "sent", view(t, s, byID(sent.ID)), sent)
	mailReturns(t, s, sent, byID(sent.ID))

	ofTicket := func() []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.OfTicket(ctx, "t1") })
	}
	drop := func(kind string) {
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Drop(ctx, "t1", kind) })
	}
	drop("confirmation")
	equal(t, "nothing of that kind queued", ofTicket(), []ledger.Mail{full, reminder})
	drop("")
	equal(t, "dropped", ofTicket(), []ledger.Mail{full})
	earlier := bare.ID
	bare.ID, bare.KeyDay, bare.Body = "m4.wish", day, []byte{9}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Rename(ctx, earlier, bare) })
	aboutWishes := func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.AboutWishes(ctx) }
	equal(t, "about wishes, renamed", list(aboutWishes), []ledger.Mail{bare})
	refused(t, s, "rename none", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Rename(ctx, earlier, bare) })
	other := bare
	other.ID = "m44.wish"
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Put(ctx, other) })
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().DropAbout(ctx, "m44") })
	equal(t, "dropped about a wish", list(aboutWishes), []ledger.Mail{bare})
	deleted := func(branch town.BranchID) (n int) {
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
			n, err = tx.Mails().DeleteBefore(ctx, branch, day)
			return err
		})
		return n
	}
	equal(t, "deleted elsewhere", deleted(nerchau), 0)
	equal(t, "deleted", deleted(markt), 1)
}

// mailReturns sends, takes back and sends again.
func mailReturns(t *testing.T, s ledger.Store, sent ledger.Mail, read func(context.Context, ledger.Tx) (ledger.Mail, error)) {
	t.Helper()
	back := sent
	back.State, back.Reason = "refused", "returned: 5.1.1"
	giveBack := func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Return(ctx, sent.ID, back.Reason) }
	update(t, s, nil, giveBack)
	equal(t, "came back", view(t, s, read), back)
	refused(t, s, "comes back again", ledger.ErrNotFound, nil, giveBack)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Sent(ctx, sent.ID), tx.Mails().Sent(ctx, sent.ID), tx.Mails().Sent(ctx, "m9"))
	})
	equal(t, "sent after all", view(t, s, read), sent)
}
