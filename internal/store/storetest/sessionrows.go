package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func sessionRoundTrip(t *testing.T, s ledger.Store) {
	user := fullUser()
	first := ledger.Session{Hash: []byte{1}, User: user.ID, Created: at, Acted: at, Expires: at.Add(time.Hour)}
	second := ledger.Session{Hash: []byte{2}, User: user.ID, Created: at, Acted: at, Expires: at.Add(2 * time.Hour)}
	third := ledger.Session{Hash: []byte{3}, User: user.ID, Created: at, Acted: at, Expires: at.Add(3 * time.Hour)}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		if err := tx.People().Insert(ctx, user); err != nil {
			return err
		}
		return errors.Join(tx.People().InsertSession(ctx, first), tx.People().InsertSession(ctx, second), tx.People().InsertSession(ctx, third))
	})
	find := func(hash []byte) func(context.Context, ledger.Tx) (ledger.Session, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Session, error) {
			session, owner, err := tx.People().SessionUser(ctx, hash)
			if err == nil {
				equal(t, "owner", owner, user)
			}
			return session, err
		}
	}
	equal(t, "first", view(t, s, find(first.Hash)), first)
	refused(t, s, "same token", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().InsertSession(ctx, first) })
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		acted := tx.People().Acted(ctx, first.Hash, at.Add(time.Minute))
		earlier := tx.People().Acted(ctx, first.Hash, at.Add(time.Second))
		return errors.Join(acted, earlier, tx.People().Acted(ctx, []byte{9}, at))
	})
	first.Acted = at.Add(time.Minute)
	equal(t, "acted", view(t, s, find(first.Hash)), first)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.People().SweepSessions(ctx, at.Add(90*time.Minute))
		return errors.Join(err, tx.People().DeleteSession(ctx, second.Hash))
	})
	refused(t, s, "end none", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.People().DeleteSession(ctx, []byte{9})
	})
	missing(t, s, "swept", find(first.Hash))
	missing(t, s, "signed out", find(second.Hash))
	equal(t, "third", view(t, s, find(third.Hash)), third)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().DeleteSessionsOf(ctx, user.ID) })
	missing(t, s, "signed out everywhere", find(third.Hash))
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().InsertSession(ctx, first), tx.People().InsertSession(ctx, second), tx.People().DeleteSessions(ctx))
	})
	missing(t, s, "all gone, the first", find(first.Hash))
	missing(t, s, "all gone, the second", find(second.Hash))
}

func browserRoundTrip(t *testing.T, s ledger.Store) {
	user, other := fullUser(), fullUser()
	other.ID, other.Subject = "other", ""
	mark := []byte{1}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().Insert(ctx, user), tx.People().Insert(ctx, other), tx.People().KnowBrowser(ctx, mark, user.ID, at))
	})
	knows := func(hash []byte, id town.UserID, since time.Time) bool {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (bool, error) {
			return tx.People().KnowsBrowser(ctx, hash, id, since)
		})
	}
	equal(t, "known to", []bool{knows(mark, user.ID, at), knows(mark, "", at), knows(mark, other.ID, at), knows([]byte{2}, user.ID, at), knows([]byte{2}, "", at)},
		[]bool{true, true, false, false, false})
	equal(t, "known since", knows(mark, user.ID, at.Add(time.Second)), false)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().KnowBrowser(ctx, mark, other.ID, at), tx.People().KnowBrowser(ctx, mark, user.ID, at.Add(time.Hour)))
	})
	equal(t, "seen again", knows(mark, user.ID, at.Add(time.Hour)), true)
	swept := 0
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.People().SweepBrowsers(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "swept", swept, 1)
	equal(t, "left", []bool{knows(mark, user.ID, at), knows(mark, other.ID, at)}, []bool{true, false})
}

func attemptRoundTrip(t *testing.T, s ledger.Store) {
	key, other := []byte{1}, []byte{2}
	of := func(key []byte) ledger.Attempt {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Attempt, error) { return tx.Attempts().Of(ctx, key) })
	}
	equal(t, "none", of(key), ledger.Attempt{})
	want := ledger.Attempt{Tries: 3, Last: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		held, err := tx.Attempts().Hold(ctx, key)
		equal(t, "held, none", held.Tries, 0)
		return errors.Join(err, tx.Attempts().Set(ctx, key, want))
	})
	equal(t, "set", of(key), want)
	equal(t, "of another", of(other), ledger.Attempt{})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		held, err := tx.Attempts().Hold(ctx, key)
		equal(t, "held", held, want)
		_, otherErr := tx.Attempts().Hold(ctx, other)
		return errors.Join(err, otherErr, tx.Attempts().Set(ctx, other, ledger.Attempt{Tries: 1, Last: at.Add(time.Hour)}))
	})
	refused(t, s, "not held", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Attempts().Set(ctx, []byte{9}, want)
	})
	swept := 0
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.Attempts().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "swept", swept, 1)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Attempts().Forget(ctx, other), tx.Attempts().Forget(ctx, []byte{9}))
	})
	equal(t, "forgotten", of(other), ledger.Attempt{})
}
