package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Sealer encrypts what is known of a person with the key of a branch and day.
type Sealer interface {
	// KeyDay is whose day's key is to seal what is of a date: that date's, or a
	// nearer one. What is sealed so is sealed anew before that day is over.
	KeyDay(date town.Date) town.Date
	// Seal binds the sealed bytes to about, which Open must be given again.
	Seal(branch town.BranchID, keyDay town.Date, about string, plain []byte) ([]byte, error)
	// Open fails for days whose key is gone.
	Open(branch town.BranchID, keyDay town.Date, about string, sealed []byte) ([]byte, error)
	// Hash returns a keyed hash that nobody can test guesses against once the key
	// of its day is gone.
	Hash(keyDay town.Date, purpose, value string) ([]byte, error)
	// Hashes returns the Hash of each day from one to another, but for those
	// whose key is gone.
	Hashes(from, to town.Date, purpose, value string) ([][]byte, error)
}

// vault opens what is known of persons; it is sealed in the transaction that
// stores it (view.seal).
type vault struct {
	Sealer                           // set once
	keysOf atomic.Pointer[chainMark] // the sealer's, which never changes its first chain
}

// errKeyGone: what is stored can't be read, because its key is gone or was never
// in this key file.
var errKeyGone = errors.New("can't be read: key gone")

// errUndecodable: what is stored was opened and isn't what it should be.
var errUndecodable = errors.New("can't be understood")

// place is where something sealed belongs; nowhere else it can be opened.
type place struct {
	branch town.BranchID
	date   town.Date // erased afterwards
	about  string    // whose row
}

// bound says what the key doesn't: the row, and its date where another day's key
// seals.
func (p place) bound(keyDay town.Date) string {
	if keyDay == p.date {
		return p.about
	}
	return p.about + " of " + p.date.String()
}

// seal seals in the transaction that stores what it seals. Errors: ErrOtherKeys,
// and those of the sealer.
func (v *view) seal(ctx context.Context, p place, plain []byte) (body []byte, keyDay town.Date, err error) {
	if !v.sealsWithOurs {
		if _, err := v.keysAreOurs(ctx); err != nil {
			return nil, 0, err
		}
		v.sealsWithOurs = true
	}
	keyDay = v.core.sealer.KeyDay(p.date)
	body, err = v.core.sealer.Seal(p.branch, keyDay, p.bound(keyDay), plain)
	return body, keyDay, err
}

// sealValue seals what can be told as JSON.
func (v *view) sealValue(ctx context.Context, p place, value any) (body []byte, keyDay town.Date, err error) {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false) // six bytes for one: the longest has to fit into one size
	if err := encoder.Encode(value); err != nil {
		return nil, 0, fmt.Errorf("encode what is sealed: %w", err)
	}
	return v.seal(ctx, p, plain.Bytes())
}

func (s *vault) open(p place, keyDay town.Date, body []byte) ([]byte, error) {
	plain, err := s.Sealer.Open(p.branch, keyDay, p.bound(keyDay), body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errKeyGone, err)
	}
	return plain, nil
}

// openValue opens what sealValue sealed. Errors: errKeyGone; errUndecodable.
func (s *vault) openValue(p place, keyDay town.Date, body []byte, into any) error {
	plain, err := s.open(p, keyDay, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("%w: %w", errUndecodable, err)
	}
	return nil
}

// Where each kind of row belongs.
func placeOfPerson(s ledger.Sealed) place { return place{s.Branch, s.Date, string(s.Ticket)} }
func placeOfWish(w ledger.Wish) place     { return place{w.Branch, w.Until, "wish " + w.ID} }
func placeOfConfirmation(c ledger.Confirmation) place {
	return place{c.Branch, c.Date, "confirmation " + c.ID}
}
func placeOfMail(m ledger.Mail) place { return place{m.Branch, m.Date, "mail " + m.ID} }

// Purposes of hashes under a key of the chain of days. What is stored of a
// person is sealed, or hashed so: such a key is in no copy of the database, and
// gone once its day is over.
const (
	purposeEmail  = "email"  // a person's mail address, with the key that seals beside it
	purposeOrigin = "origin" // a connection's address, with today's key
)
