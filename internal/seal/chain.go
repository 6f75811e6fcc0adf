package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"aufruf/internal/town"
)

// Labels keep the uses of a chain value apart: no output tells anything about
// another.
const (
	labelNext = "aufruf/seal/1 next day"
	labelKey  = "aufruf/seal/1 key of "
	labelHash = "aufruf/seal/1 hash of "
)

// link is the chain value of one day.
type link struct {
	date  town.Date
	value [sha256.Size]byte
}

// at returns the link of the same or a later day.
func (l link) at(date town.Date) (link, error) {
	if date < l.date {
		return link{}, ErrPast
	}
	if int64(date)-int64(l.date) > MaxDays {
		return link{}, ErrTooFar
	}
	for l.date < date {
		next, err := hkdf.Expand(sha256.New, l.value[:], labelNext, sha256.Size)
		if err != nil {
			return link{}, fmt.Errorf("derive next day: %w", err)
		}
		copy(l.value[:], next)
		clear(next)
		l.date++
	}
	return l, nil
}

// key returns the 256-bit key of a branch on a day.
func (l link) key(branch town.BranchID, date town.Date) ([]byte, error) {
	// The date has a fixed length, so no branch can be named so that its
	// label reads like that of another branch and day.
	return l.derive(date, labelKey+date.String()+" "+string(branch))
}

// derive returns 256 bits of a day for what the label says.
func (l link) derive(date town.Date, label string) ([]byte, error) {
	of, err := l.at(date)
	if err != nil {
		return nil, err
	}
	defer clear(of.value[:])
	return hkdf.Expand(sha256.New, of.value[:], label, sha256.Size)
}
