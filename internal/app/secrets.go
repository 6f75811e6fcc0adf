package app

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"time"

	"crypto/rand"

	"aufruf/internal/town"
)

// tokenSize is the entropy of every token in bytes: 192 bits.
const tokenSize = 24

// drawToken returns a new secret for a link, a session or a device.
func (a *App) drawToken() (string, error) {
	raw := make([]byte, tokenSize)
	if _, err := io.ReadFull(a.random, raw); err != nil {
		return "", fmt.Errorf("draw at random: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
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

// drawID returns a new id, which tells when it was drawn and nothing else. What
// is made together lies together in every index by it: with ids that are all
// chance a commit writes a page for each row of each such index.
func (a *App) drawID() (string, error) {
	id := make([]byte, idTime+idRandom)
	if _, err := io.ReadFull(a.random, id[idTime:]); err != nil {
		return "", fmt.Errorf("draw at random: %w", err)
	}
	for i := range id[idTime:] {
		id[idTime+i] = ordered[id[idTime+i]%64]
	}
	since := max(0, a.clock().Sub(idEpoch).Milliseconds())
	for i := range idTime {
		id[idTime-1-i] = ordered[since>>(6*i)&63]
	}
	return string(id), nil
}

// drawMark returns what tells one update's outcome from another's.
func (a *App) drawMark() (int64, error) {
	var raw [8]byte
	if _, err := io.ReadFull(a.random, raw[:]); err != nil {
		return 0, fmt.Errorf("draw at random: %w", err)
	}
	return int64(binary.BigEndian.Uint64(raw[:]) >> 1), nil
}

// intn returns a uniform number in [0,n) from the cryptographic source.
func (a *App) intn(n int) int {
	drawn, err := rand.Int(a.random, big.NewInt(int64(n)))
	if err != nil {
		drawn, _ = rand.Int(rand.Reader, big.NewInt(int64(n))) // never fails since Go 1.24
	}
	return int(drawn.Int64())
}

// hash is what is stored of a token.
func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Purposes of hashes under a key of the chain of days. What is stored of a
// person is sealed, or hashed so: such a key is in no copy of the database, and
// gone once its day is over.
const (
	purposeEmail  = "email"  // a person's mail address, with the key that seals beside it
	purposeOrigin = "origin" // a connection's address, with today's key
	purposeDigest = "digest" // a request's content, with the key of the day on which it is forgotten
)

// digest makes, with the key of a day, what tells a request from another one that
// comes with the same key of its client's. The day is part of it.
type digest func(day town.Date) []byte

// digestDay is a day that isn't over before a request of now is forgotten,
// whatever the zone, and whichever clock is right.
func (i instant) digestDay() town.Date {
	latest := i.trusted
	if i.wall.After(latest) {
		latest = i.wall
	}
	return town.DateOf(latest, time.UTC).AddDays(2)
}

// made reports whether a digest is of the same request.
func (d digest) made(stored []byte) bool {
	if len(stored) != sha256.Size+4 {
		return false
	}
	day := town.Date(int32(binary.BigEndian.Uint32(stored[sha256.Size:])))
	return bytes.Equal(stored, d(day))
}

// digest is a request's with the key of a day. The content may hold names, notes
// and passwords.
func (a *App) digest(day town.Date, key, content string) []byte {
	whole := sha256.Sum256([]byte(key + "\x00" + content)) // a sealer takes short values
	sum, err := a.sealer.Hash(day, purposeDigest, string(whole[:]))
	if err != nil {
		// Without a key names are lost, but never a call. What the client chose
		// is known to nobody else, as a rule.
		sum = a.keyed("digest "+key, content)
	}
	return binary.BigEndian.AppendUint32(sum, uint32(day))
}

// keyed returns a hash that nobody without this database's secret can make.
// Every copy of the database holds that secret, so nothing that is stored may be
// made of a person's data with it: whoever has a copy could test guesses.
func (a *App) keyed(purpose, value string) []byte {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	return mac.Sum(nil)
}

// derived returns the token that belongs to a repeatable request, so that the
// answer can be built again although no token is stored readable.
func (a *App) derived(scope, key, salt string) string {
	return base64.RawURLEncoding.EncodeToString(a.keyed("token "+scope+" "+salt, key)[:tokenSize])
}
