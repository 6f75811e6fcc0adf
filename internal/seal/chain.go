package seal

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"

	"aufruf/internal/town"
)

// Labels keep the uses of a chain value apart: no output tells anything about
// another.
const (
	labelNext = "aufruf/seal/1 next day"
	labelKey  = "aufruf/seal/1 key of "
	labelHash = "aufruf/seal/1 hash of "
)

var errLong = errors.New("too long to be hashed with a key")

// link is where a chain stands: the value of one day, which lies in a page.
type link struct {
	date  town.Date
	value *value
}

// reaches says whether a day's keys can be derived from a link.
func (l link) reaches(date town.Date) error {
	if date < l.date {
		return ErrPast
	}
	if int64(date)-int64(l.date) > MaxDays {
		return ErrTooFar
	}
	return nil
}

// walk derives the chain's value of a day that the link reaches into walked.
func (s *secrets) walk(l link, date town.Date) error {
	s.walked = *l.value
	for at := l.date; at < date; at++ {
		if err := s.expand(&s.walked, &s.walked, labelNext); err != nil {
			return err
		}
	}
	return nil
}

// derive derives 256 bits of a day for what the label says into key.
func (s *secrets) derive(l link, date town.Date, label string) error {
	if err := s.walk(l, date); err != nil {
		return err
	}
	return s.expand(&s.key, &s.walked, label)
}

// hash makes the hash of a day, whose value has been walked to, into key.
func (s *secrets) hash(date town.Date, purpose, of string) error {
	if err := s.expand(&s.key, &s.walked, hashLabel(date, purpose)); err != nil {
		return err
	}
	return s.mac(&s.key, &s.key, of)
}

func hashLabel(date town.Date, purpose string) string {
	return labelHash + date.String() + " " + purpose
}

// expand is HKDF-Expand-SHA256 of RFC 5869 with an output of 32 bytes. The one
// of the standard library leaves copies of key and output on the heap.
func (s *secrets) expand(out, key *value, label string) error { return s.mac(out, key, label, "\x01") }

// mac is HMAC-SHA256 of RFC 2104.
func (s *secrets) mac(out, key *value, message ...string) error {
	n := hashBlock
	for _, part := range message {
		if copied := copy(s.inner[n:], part); copied < len(part) {
			return errLong
		}
		n += len(part)
	}
	padKey(s.inner[:hashBlock], key, 0x36)
	sum := sha256.Sum256(s.inner[:n])
	padKey(s.outer[:hashBlock], key, 0x5c)
	copy(s.outer[hashBlock:], sum[:])
	*out = sha256.Sum256(s.outer[:])
	return nil
}

func padKey(block []byte, key *value, with byte) {
	for i := range block {
		block[i] = with
	}
	subtle.XORBytes(block, block, key[:])
}

// same reports whether two links are of one chain. The earlier one tells.
func (s *secrets) same(a, b link) bool {
	if a.date > b.date {
		a, b = b, a
	}
	if a.reaches(b.date) != nil || s.walk(a, b.date) != nil {
		return false
	}
	return subtle.ConstantTimeCompare(s.walked[:], b.value[:]) == 1
}
