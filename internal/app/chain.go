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

// ClaimKeys notes that from now on the database is sealed with these keys, which
// stand at a day.
func (a *App) ClaimKeys(ctx context.Context, at town.Date) error {
	until := at.AddDays(claimDays)
	mark, err := a.sealer.keysMark(until)
	if err != nil {
		return fmt.Errorf("claim keys: %w", err)
	}
	return a.write(ctx, nil, func(v *view) error {
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

// CheckKeys compares the keys with those that the database is sealed with; not
// known where nobody has claimed it yet. Errors: ErrOtherKeys.
func (a *App) CheckKeys(ctx context.Context) (known bool, err error) {
	err = a.view(ctx, func(v *view) (err error) {
		known, err = v.keysAreOurs(ctx)
		return err
	})
	return known, err
}

// keysAreOurs is CheckKeys in a transaction. Whoever seals asks in the one that
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
	got, err := v.app.sealer.keysMark(until)
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

// AnySealed reports whether anything sealed of a person is stored.
func (a *App) AnySealed(ctx context.Context) (found bool, err error) {
	err = a.view(ctx, func(v *view) error {
		for branch := range v.rules.Branches {
			rows, err := v.Personal().ByKeyDay(ctx, branch, 0, lastDay, "", 1)
			if err != nil || len(rows) > 0 {
				found = len(rows) > 0
				return err
			}
		}
		return nil
	})
	return found, err
}
