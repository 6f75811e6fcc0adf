package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"aufruf/internal/town"
)

// Labels keep the two uses of a chain value apart: neither output tells
// anything about the other.
const (
	labelNext = "aufruf/seal/1 next day"
	labelKey  = "aufruf/seal/1 key of "
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
	of, err := l.at(date)
	if err != nil {
		return nil, err
	}
	defer clear(of.value[:])
	// The date has a fixed length, so no branch can be named so that its
	// label reads like that of another branch and day.
	return hkdf.Expand(sha256.New, of.value[:], labelKey+date.String()+" "+string(branch), sha256.Size)
}
