package storetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// unixUp is an instant in Unix seconds, a fraction rounded up.
func unixUp(t time.Time) int64 { return t.Add(time.Second - time.Nanosecond).Unix() }

// byStart brings spans, which come in any order, into one.
func byStart(spans []ledger.OfficeSpan) []ledger.OfficeSpan {
	slices.SortFunc(spans, func(a, b ledger.OfficeSpan) int { return cmp.Compare(a.From, b.From) })
	return spans
}

func numberRoundTrip(t *testing.T, s ledger.Store) {
	var got []bool
	note := func(ok bool, err error) error {
		got = append(got, ok)
		return err
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		got = nil
		numbers := tx.Numbers()
		return errors.Join(
			note(numbers.Take(ctx, markt, day, 417, at)),
			note(numbers.Take(ctx, markt, day, 417, at)),
			note(numbers.Take(ctx, nerchau, day, 417, at)),
			note(numbers.Take(ctx, markt, day.AddDays(1), 417, at)),
			note(numbers.Take(ctx, markt, day, 100, at)),
			note(numbers.Retake(ctx, markt, day, 100, at)),
			numbers.Return(ctx, markt, day, 100, "t1", at),
			note(numbers.Take(ctx, markt, day, 100, at)),
			note(numbers.Retake(ctx, markt, day, 100, at)),
			note(numbers.Reclaim(ctx, markt, day, 100, "t1", at)), // somebody has it
			numbers.Return(ctx, markt, day, 417, "t1", at),
			note(numbers.Reclaim(ctx, markt, day, 417, "t2", at)), // another's
			note(numbers.Reclaim(ctx, markt, day, 417, "t1", at)),
			note(numbers.Reclaim(ctx, markt, day, 417, "t1", at)),
			numbers.Return(ctx, markt, day, 417, "t1", at),
		)
	})
	equal(t, "taken", got, []bool{true, false, true, true, true, false, false, true, false, false, true, false})
	given := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Given, error) {
		return tx.Numbers().Given(ctx, markt, day)
	})
	slices.SortFunc(given, func(a, b queue.Given) int { return cmp.Compare(a.Number, b.Number) })
	equal(t, "given", given, []queue.Given{{Number: 100}, {Number: 417, Returned: true}})
	refused(t, s, "return of a number never given", ledger.ErrNotFound, branches, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Numbers().Return(ctx, markt, day, 999, "t1", at)
	})
}

func holdRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Hold{
		Hash: []byte{1, 0}, Branch: markt, Office: "buergerbuero", Date: day, Items: []town.Item{{Service: "reisepass", Quantity: 1}},
		Start: at, End: at.Add(10 * time.Minute), Online: true, Expires: at.Add(time.Hour), Extended: 1, Origin: []byte{7}, Browser: []byte{8},
	}
	bare := ledger.Hold{
		Hash: []byte{2}, Branch: markt, Office: "standesamt", Date: day,
		Start: at.Add(time.Minute), End: at.Add(time.Hour), Expires: at.Add(time.Minute),
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Holds().Insert(ctx, full), tx.Holds().Insert(ctx, bare))
	})
	byHash := func(hash []byte) ledger.Hold {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Hold, error) { return tx.Holds().ByHash(ctx, hash) })
	}
	spans := func(now time.Time) []ledger.OfficeSpan {
		return byStart(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.OfficeSpan, error) {
			return tx.Holds().Spans(ctx, markt, day, day, now)
		}))
	}
	equal(t, "full", byHash(full.Hash), full)
	equal(t, "bare", byHash(bare.Hash), bare)
	fullSpan := ledger.OfficeSpan{Office: full.Office, Date: day, Span: booking.Span{
		From: unixUp(full.Start), To: unixUp(full.End), Expires: unixUp(full.Expires), Online: true,
	}}
	equal(t, "both live", len(spans(at)), 2)
	equal(t, "one live", spans(bare.Expires), []ledger.OfficeSpan{fullSpan})
	live := func(now time.Time) int {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (int, error) { return tx.Holds().Live(ctx, []byte{7}, now) })
	}
	equal(t, "live of origin", []int{live(at), live(full.Expires)}, []int{1, 0})
	liveOfBrowser := func(now time.Time) int {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (int, error) {
			return tx.Holds().LiveOfBrowser(ctx, []byte{8}, now)
		})
	}
	equal(t, "live of browser", []int{liveOfBrowser(at), liveOfBrowser(full.Expires)}, []int{1, 0})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Wishes().Put(ctx, ledger.Wish{ID: "w", Hash: []byte{9}, Until: day, Branch: markt, KeyDay: day, Body: []byte{}, Created: at, Hold: full.Hash})
	})
	offered := func(now time.Time) []ledger.Hold {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Hold, error) { return tx.Holds().Offered(ctx, now) })
	}
	equal(t, "offered", offered(at), []ledger.Hold{full})
	equal(t, "offered once", offered(full.Expires), nil)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Holds().DropOrigins(ctx) })
	full.Origin, full.Browser = nil, nil
	equal(t, "origin dropped", byHash(full.Hash), full)

	ending := func(branch town.BranchID, after, until time.Time) []ledger.Hold {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Hold, error) {
			return tx.Holds().Ending(ctx, branch, after, until)
		})
	}
	equal(t, "ending", ending(markt, at, full.Expires), []ledger.Hold{full, bare})
	equal(t, "ending later", ending(markt, bare.Expires, full.Expires), []ledger.Hold{full})
	equal(t, "ending sooner", len(ending(markt, at, bare.Expires.Add(-time.Microsecond))), 0)
	equal(t, "ending elsewhere", len(ending(nerchau, at, full.Expires)), 0)

	extended := full
	extended.Expires, extended.Extended = at.Add(2*time.Hour), 2
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Holds().Extend(ctx, full.Hash, extended.Expires, extended.Extended)
	})
	equal(t, "extended", byHash(full.Hash), extended)
	refused(t, s, "extend none", ledger.ErrNotFound, branches, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Holds().Extend(ctx, []byte{9}, at, 1)
	})
	refused(t, s, "same hash", ledger.ErrTaken, branches, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Holds().Insert(ctx, full)
	})

	var swept int
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.Holds().Sweep(ctx, at.Add(90*time.Minute))
		return errors.Join(err, tx.Holds().Delete(ctx, []byte{9}))
	})
	equal(t, "swept", swept, 1)
	missing(t, s, "swept hold", func(ctx context.Context, tx ledger.Tx) (ledger.Hold, error) { return tx.Holds().ByHash(ctx, bare.Hash) })
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Holds().Delete(ctx, full.Hash) })
	missing(t, s, "deleted hold", func(ctx context.Context, tx ledger.Tx) (ledger.Hold, error) { return tx.Holds().ByHash(ctx, full.Hash) })
}

func personalRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Sealed{Ticket: walkIn(markt, 0).ID, Branch: markt, Date: day.AddDays(1), KeyDay: day, Email: []byte{5}, Body: []byte{0, 1, 2}}
	bare := ledger.Sealed{Ticket: walkIn(markt, 1).ID, Branch: markt, Date: day.AddDays(1), KeyDay: day.AddDays(1), Body: []byte{}}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(
			tx.Tickets().Insert(ctx, walkIn(markt, 0)), tx.Tickets().Insert(ctx, walkIn(markt, 1)),
			tx.Personal().Put(ctx, full), tx.Personal().Put(ctx, bare),
		)
	})
	get := func(id town.TicketID) func(context.Context, ledger.Tx) (ledger.Sealed, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Sealed, error) { return tx.Personal().Get(ctx, id) }
	}
	equal(t, "full", view(t, s, get(full.Ticket)), full)
	equal(t, "bare", view(t, s, get(bare.Ticket)), bare)
	byKeyDay := func(from, to town.Date, after town.TicketID, limit int) []ledger.Sealed {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Sealed, error) {
			return tx.Personal().ByKeyDay(ctx, markt, from, to, after, limit)
		})
	}
	equal(t, "all keys", byKeyDay(day, day.AddDays(1), "", 10), []ledger.Sealed{full, bare})
	equal(t, "the first", byKeyDay(day, day.AddDays(1), "", 1), []ledger.Sealed{full})
	equal(t, "after the first", byKeyDay(day, day.AddDays(1), full.Ticket, 10), []ledger.Sealed{bare})
	equal(t, "earlier keys", byKeyDay(0, day, "", 10), []ledger.Sealed{full})
	equal(t, "later keys", byKeyDay(day.AddDays(1), day.AddDays(9), "", 10), []ledger.Sealed{bare})
	replaced := full
	replaced.Date, replaced.KeyDay, replaced.Body, replaced.Email = day.AddDays(2), day.AddDays(1), []byte("anew"), []byte{6}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Personal().Put(ctx, replaced) })
	equal(t, "replaced", view(t, s, get(full.Ticket)), replaced)
	ofDates := func(branch town.BranchID, from, to town.Date, after town.TicketID, limit int) []ledger.Sealed {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Sealed, error) {
			return tx.Personal().OfDates(ctx, branch, from, to, after, limit)
		})
	}
	equal(t, "of both days", ofDates(markt, day.AddDays(1), day.AddDays(2), "", 10), []ledger.Sealed{replaced, bare})
	equal(t, "of both days, the first", ofDates(markt, day.AddDays(1), day.AddDays(2), "", 1), []ledger.Sealed{replaced})
	equal(t, "of both days, the others", ofDates(markt, day.AddDays(1), day.AddDays(2), replaced.Ticket, 10), []ledger.Sealed{bare})
	equal(t, "of one day", ofDates(markt, day.AddDays(1), day.AddDays(1), "", 10), []ledger.Sealed{bare})
	equal(t, "of one day elsewhere", ofDates(nerchau, day.AddDays(1), day.AddDays(2), "", 10), nil)
	byEmail := func(hashes ...[]byte) []town.TicketID {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.TicketID, error) {
			return tx.Personal().ByEmail(ctx, hashes)
		})
	}
	equal(t, "by email", byEmail([]byte{4}, []byte{6}, []byte{7}), []town.TicketID{full.Ticket})
	equal(t, "by old email", byEmail([]byte{5}), []town.TicketID(nil))
	equal(t, "by no email", byEmail(), []town.TicketID(nil))
	withEmail := func(since town.Date) []ledger.Sealed {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Sealed, error) {
			return tx.Personal().WithEmail(ctx, since)
		})
	}
	equal(t, "with email", withEmail(replaced.Date), []ledger.Sealed{replaced})
	equal(t, "with email later", withEmail(replaced.Date.AddDays(1)), nil)

	deleted := func(branch town.BranchID) (n int) {
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) (err error) {
			n, err = tx.Personal().DeleteBefore(ctx, branch, day.AddDays(2))
			return err
		})
		return n
	}
	equal(t, "deleted elsewhere", deleted(nerchau), 0)
	equal(t, "deleted", deleted(markt), 1)
	missing(t, s, "past", get(bare.Ticket))
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Personal().Delete(ctx, full.Ticket), tx.Personal().Delete(ctx, "none"))
	})
	missing(t, s, "erased", get(full.Ticket))
}

func wishRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Wish{
		ID: "w2", Hash: []byte{1}, Branches: []town.BranchID{nerchau, markt}, Items: []town.Item{{Service: "reisepass", Quantity: 2}},
		Weekdays: []time.Weekday{time.Sunday, time.Friday}, From: 480, To: 1440, Until: day, Branch: markt, KeyDay: day.AddDays(-2), Body: []byte{3},
		Created: at.Add(time.Second), Offered: at.Add(time.Minute), Hold: []byte{4}, Lapsed: 1,
	}
	bare := ledger.Wish{ID: "w1", Hash: []byte{2}, Until: day.AddDays(-1), Branch: markt, KeyDay: day.AddDays(-2), Body: []byte{}, Created: at}
	later := ledger.Wish{ID: "w0", Hash: []byte{3}, Branches: []town.BranchID{markt}, Until: day.AddDays(5), Branch: markt, KeyDay: day, Body: []byte{}, Created: at.Add(time.Hour)}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Wishes().Put(ctx, later), tx.Wishes().Put(ctx, full), tx.Wishes().Put(ctx, bare))
	})
	byHash := func(hash []byte) func(context.Context, ledger.Tx) (ledger.Wish, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Wish, error) { return tx.Wishes().ByHash(ctx, hash) }
	}
	equal(t, "full", view(t, s, byHash(full.Hash)), full)
	equal(t, "bare", view(t, s, byHash(bare.Hash)), bare)
	open := func(today town.Date) []ledger.Wish {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Wish, error) { return tx.Wishes().Open(ctx, today) })
	}
	equal(t, "open", open(day), []ledger.Wish{full, later})
	byKeyDay := func(from, to town.Date, after string) []ledger.Wish {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Wish, error) {
			return tx.Wishes().ByKeyDay(ctx, markt, from, to, after, 10)
		})
	}
	equal(t, "earlier keys", byKeyDay(0, day.AddDays(-1), later.ID), []ledger.Wish{bare, full})
	equal(t, "no earlier key", byKeyDay(day.AddDays(-1), day.AddDays(-1), ""), nil)
	concerned := func(today town.Date) []town.BranchID {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.BranchID, error) {
			return tx.Wishes().Branches(ctx, today)
		})
	}
	equal(t, "branches", concerned(day), []town.BranchID{markt, nerchau})
	equal(t, "branches later", len(concerned(day.AddDays(1))), 1)
	full.Offered, full.Hold, full.Weekdays = time.Time{}, nil, nil
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		if err := tx.Wishes().Put(ctx, full); err != nil {
			return err
		}
		_, err := tx.Wishes().DeleteBefore(ctx, day)
		return errors.Join(err, tx.Wishes().Delete(ctx, later.ID))
	})
	equal(t, "what is left", open(day.AddDays(-9)), []ledger.Wish{full})
	missing(t, s, "past wish", byHash(bare.Hash))
}

func confirmationRoundTrip(t *testing.T, s ledger.Store) {
	first := ledger.Confirmation{
		ID: "c1", Hash: []byte{1}, Purpose: "wish", Branch: markt, Date: day, KeyDay: day.AddDays(-2), Body: []byte{2}, Expires: at,
	}
	second := ledger.Confirmation{
		ID: "c2", Hash: []byte{3}, Purpose: "booking", Branch: nerchau, Date: day.AddDays(1), KeyDay: day, Body: []byte{}, Expires: at.Add(time.Hour),
	}
	put := func(all ...ledger.Confirmation) {
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
			var err error
			for _, c := range all {
				err = errors.Join(err, tx.Confirmations().Put(ctx, c))
			}
			return err
		})
	}
	put(second, first)
	byHash := func(hash []byte) func(context.Context, ledger.Tx) (ledger.Confirmation, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Confirmation, error) {
			return tx.Confirmations().ByHash(ctx, hash)
		}
	}
	since := func(date town.Date) []ledger.Confirmation {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Confirmation, error) {
			return tx.Confirmations().Since(ctx, date)
		})
	}
	equal(t, "first", view(t, s, byHash(first.Hash)), first)
	equal(t, "all", since(day), []ledger.Confirmation{first, second})
	equal(t, "later", since(day.AddDays(1)), []ledger.Confirmation{second})
	equal(t, "by key day", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Confirmation, error) {
		return tx.Confirmations().ByKeyDay(ctx, markt, 0, day, "", 9)
	}), []ledger.Confirmation{first})
	first.Body, first.KeyDay = []byte{9}, day
	put(first)
	equal(t, "replaced", view(t, s, byHash(first.Hash)), first)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Confirmations().Sweep(ctx, at.Add(time.Microsecond))
		return err
	})
	missing(t, s, "expired", byHash(first.Hash))
	put(first)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Confirmations().DeleteBefore(ctx, day.AddDays(1))
		return errors.Join(err, tx.Confirmations().Delete(ctx, "none"))
	})
	equal(t, "what is left", since(0), []ledger.Confirmation{second})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Confirmations().Delete(ctx, second.ID) })
	missing(t, s, "deleted", byHash(second.Hash))
}

func countRoundTrip(t *testing.T, s ledger.Store) {
	var got []int
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		got = nil
		for _, hash := range [][]byte{{1}, {1}, {2}} {
			n, err := tx.Counts().Add(ctx, hash, day)
			if err != nil {
				return err
			}
			got = append(got, n)
		}
		_, err := tx.Counts().Add(ctx, []byte{3}, day.AddDays(1))
		return err
	})
	equal(t, "counts", got, []int{1, 2, 1})
	of := func(hash byte) int {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (int, error) { return tx.Counts().Of(ctx, []byte{hash}) })
	}
	equal(t, "counted", of(1), 2)
	equal(t, "never counted", of(9), 0)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Counts().DeleteBefore(ctx, day.AddDays(1))
		return err
	})
	equal(t, "past", of(1), 0)
	equal(t, "to come", of(3), 1)
}
