// Package secrets draws what nobody can guess, such as tokens and ids, and
// derives what only this database can. It stores nothing.
package secrets

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"
)

// Source draws what nobody can guess, and derives what only this database can.
// It never changes, and is safe for concurrent use.
type Source struct {
	random io.Reader        // cryptographic
	clock  func() time.Time // ids tell when they were drawn
	secret []byte           // of this database
}

// New draws from random, and derives with the secret of a database.
func New(random io.Reader, clock func() time.Time, secret []byte) *Source {
	return &Source{random: random, clock: clock, secret: secret}
}

// tokenSize is how much of every token is drawn, in bytes: 192 bits, of which the
// last sign leaves out less than one.
const tokenSize = 24

// Token returns a new secret for a link, a session or a device.
func (s *Source) Token() (string, error) {
	raw := make([]byte, tokenSize)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return "", fmt.Errorf("draw at random: %w", err)
	}
	return written(raw), nil
}

// written is a token as text. Mail programs take a sign at the end of an address for
// the sentence's, and leave it out of the link: the last one is a letter or a digit.
func written(raw []byte) string {
	text := []byte(base64.RawURLEncoding.EncodeToString(raw))
	switch last := len(text) - 1; text[last] {
	case '-':
		text[last] = 'A'
	case '_':
		text[last] = 'Z'
	}
	return string(text)
}

// An id has this many of the digits of ordered: idTime count milliseconds since
// idEpoch, to the year 2159, the others are drawn.
const (
	idTime   = 7
	idRandom = 11
)

var idEpoch = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

// ordered holds 64 digits that sort as their values do.
const ordered = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

// ID returns a new id, which tells when it was drawn and nothing else. What
// is made together lies together in every index by it: with ids that are all
// chance a commit writes a page for each row of each such index.
func (s *Source) ID() (string, error) {
	id := make([]byte, idTime+idRandom)
	if _, err := io.ReadFull(s.random, id[idTime:]); err != nil {
		return "", fmt.Errorf("draw at random: %w", err)
	}
	for i := range id[idTime:] {
		id[idTime+i] = ordered[id[idTime+i]%64]
	}
	since := max(0, s.clock().Sub(idEpoch).Milliseconds())
	for i := range idTime {
		id[idTime-1-i] = ordered[since>>(6*i)&63]
	}
	return string(id), nil
}

// IsID reports whether a text can be an id of ID.
func IsID(text string) bool {
	return len(text) == idTime+idRandom && strings.Trim(text, ordered) == ""
}

// Mark returns what tells one update's outcome from another's.
func (s *Source) Mark() (int64, error) {
	var raw [8]byte
	if _, err := io.ReadFull(s.random, raw[:]); err != nil {
		return 0, fmt.Errorf("draw at random: %w", err)
	}
	return int64(binary.BigEndian.Uint64(raw[:]) >> 1), nil
}

// Intn returns a uniform number in [0,n) from the cryptographic source.
func (s *Source) Intn(n int) int {
	drawn, err := rand.Int(s.random, big.NewInt(int64(n)))
	if err != nil {
		drawn, _ = rand.Int(rand.Reader, big.NewInt(int64(n))) // never fails since Go 1.24
	}
	return int(drawn.Int64())
}

// Hash is what is stored of a token.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Keyed returns a hash that nobody without this database's secret can make.
// Every copy of the database holds that secret, so nothing that is stored may be
// made of a person's data with it: whoever has a copy could test guesses.
func (s *Source) Keyed(purpose, value string) []byte {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	return mac.Sum(nil)
}

// Derived returns the token that belongs to a repeatable request, so that the
// answer can be built again although no token is stored readable.
func (s *Source) Derived(scope, key, salt string) string {
	return written(s.Keyed("token "+scope+" "+salt, key)[:tokenSize])
}
