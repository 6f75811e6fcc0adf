package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// metaKeys tells which chain a database is sealed with: "DAY HASH", a hash with
// a key of that day. It is far ahead, so that every key file of the chain can
// tell.
const (
	metaKeys  = "keys"
	claimDays = 3600
)

// ErrOtherKeys: the database is sealed with another chain than the key file's.
var ErrOtherKeys = errors.New("the database is sealed with other keys than those of the key file")

// ErrStillOpens: what is stored, or some of it, opens with the key file's chain all
// the same: another one claimed the database.
var ErrStillOpens = errors.New("which opens what is stored")

// Keys are what seals personal data: which chain of them is the database's, and
// sealing anew with another.
type Keys struct{ *core }

// Claim notes that from now on the database is sealed with these keys, which
// stand at a day.
func (ks *Keys) Claim(ctx context.Context, at town.Date) error {
	until := at.AddDays(claimDays)
	mark, err := ks.sealer.keysMark(until)
	if err != nil {
		return fmt.Errorf("claim keys: %w", err)
	}
	return ks.write(ctx, nil, func(v *view) error {
		return v.Meta().Set(ctx, metaKeys, until.String()+" "+mark)
	})
}

// keysMark is the hash that tells the chain. It is asked for with all that is
// sealed, and costs ten years of hashing: it is kept.
func (s *vault) keysMark(until town.Date) (string, error) {
	if kept := s.keysOf.Load(); kept != nil && kept.until == until {
		return kept.hash, nil
	}
	sum, err := s.Sealer.Hash(until, "chain", "")
	if err != nil {
		return "", err
	}
	mark := &chainMark{until, hex.EncodeToString(sum)}
	s.keysOf.Store(mark)
	return mark.hash, nil
}

// chainMark tells a chain by a hash with its key of a day.
type chainMark struct {
	until town.Date
	hash  string
}

// Check compares the keys with those that the database is sealed with; not
// known where nobody has claimed it yet. Errors: ErrOtherKeys, and ErrStillOpens with
// it.
func (ks *Keys) Check(ctx context.Context) (known bool, err error) {
	err = ks.view(ctx, func(v *view) (err error) {
		known, err = v.keysAreOurs(ctx)
		if !errors.Is(err, ErrOtherKeys) {
			return err
		}
		_, opens, failed := v.stored(ctx)
		if failed != nil {
			return failed
		}
		if opens {
			return fmt.Errorf("%w, %w", err, ErrStillOpens)
		}
		return err
	})
	return known, err
}

// keysAreOurs is Keys.Check in a transaction. Whoever seals asks in the one that
// stores what is sealed, after it holds the branch: another node may begin a new
// chain at any time, and seals anew what it then finds in that branch.
func (v *view) keysAreOurs(ctx context.Context) (known bool, err error) {
	claim, err := v.Meta().Get(ctx, metaKeys)
	if errors.Is(err, ledger.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read whose keys seal: %w", err)
	}
	day, want, _ := strings.Cut(claim, " ")
	until, err := town.ParseDate(day)
	if err != nil {
		return false, fmt.Errorf("read whose keys seal: %w", err)
	}
	got, err := v.core.sealer.keysMark(until)
	if errors.Is(err, seal.ErrPast) {
		return false, nil // after ten years
	}
	if errors.Is(err, seal.ErrTooFar) { // a file from long before, that has yet to move on
		return true, fmt.Errorf("%w: %w", ErrOtherKeys, err)
	}
	if err != nil {
		return true, fmt.Errorf("compare keys: %w", err)
	}
	if got != want {
		return true, ErrOtherKeys
	}
	return true, nil
}

// EverSealed reports whether the database has been claimed for a chain, or anything
// sealed is stored. It needs no keys.
func (ks *Keys) EverSealed(ctx context.Context) (ever bool, err error) {
	err = ks.view(ctx, func(v *view) error {
		_, err := v.Meta().Get(ctx, metaKeys)
		if err == nil {
			ever = true
			return nil
		}
		if !errors.Is(err, ledger.ErrNotFound) {
			return fmt.Errorf("read whose keys seal: %w", err)
		}
		ever, _, err = v.stored(ctx)
		return err
	})
	return ever, err
}

// LosesAll reports whether something sealed is stored, and the keys open none of
// it: whoever begins a new chain with them gives it up.
func (ks *Keys) LosesAll(ctx context.Context) (loses bool, err error) {
	err = ks.view(ctx, func(v *view) error {
		anything, opens, err := v.stored(ctx)
		loses = anything && !opens
		return err
	})
	return loses, err
}

// sealedRow is what is sealed in a row of any kind.
type sealedRow struct {
	place  place
	keyDay town.Date
	body   []byte
}

// stored reports whether anything sealed is stored, and whether the keys open any
// of it. Of each branch and kind it looks at the first rows only.
func (v *view) stored(ctx context.Context) (anything, opens bool, err error) {
	for branch := range v.rules.Branches {
		rows, err := v.firstSealed(ctx, branch)
		if err != nil {
			return anything, false, fmt.Errorf("look at what is sealed: %w", err)
		}
		for _, row := range rows {
			anything = true
			if _, err := v.core.sealer.open(row.place, row.keyDay, row.body); err == nil {
				return true, true, nil
			}
		}
	}
	return anything, false, nil
}

// firstSealed returns the first rows of a branch of each kind.
func (v *view) firstSealed(ctx context.Context, branch town.BranchID) ([]sealedRow, error) {
	var rows []sealedRow
	persons, err := v.Personal().ByKeyDay(ctx, branch, 0, lastDay, "", resealAtOnce)
	for _, p := range persons {
		rows = append(rows, sealedRow{placeOfPerson(p), p.KeyDay, p.Body})
	}
	mails, mailsErr := v.Mails().ByKeyDay(ctx, branch, 0, lastDay, "", resealAtOnce)
	for _, m := range mails {
		rows = append(rows, sealedRow{placeOfMail(m), m.KeyDay, m.Body})
	}
	wishes, wishesErr := v.Wishes().ByKeyDay(ctx, branch, 0, lastDay, "", resealAtOnce)
	for _, w := range wishes {
		rows = append(rows, sealedRow{placeOfWish(w), w.KeyDay, w.Body})
	}
	awaited, awaitedErr := v.Confirmations().ByKeyDay(ctx, branch, 0, lastDay, "", resealAtOnce)
	for _, c := range awaited {
		rows = append(rows, sealedRow{placeOfConfirmation(c), c.KeyDay, c.Body})
	}
	return rows, errors.Join(err, mailsErr, wishesErr, awaitedErr)
}
