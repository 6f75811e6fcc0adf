// Package repeat makes requests repeatable: the same one, sent again under its
// key because an answer got lost, has the same answer and no second effect. It
// knows the requests only by what they say.
package repeat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// errKeyReused: the same Idempotency-Key came with another body.
var errKeyReused = problem.New(problem.Invalid, "request.key_reused")

// MaxKey is the longest Idempotency-Key.
const MaxKey = 255

// AnswerTime is how long an answer is kept for a repetition.
const AnswerTime = 24 * time.Hour

// purposeDigest is a hash's of a request's content, with the key of the day on
// which it is forgotten.
const purposeDigest = "digest"

// hasher hashes with a key of the chain of days.
type hasher interface {
	// Hash returns a keyed hash that nobody can test guesses against once the key
	// of its day is gone.
	Hash(keyDay town.Date, purpose, value string) ([]byte, error)
}

// Keeper makes requests repeatable. It never changes, and is safe for
// concurrent use.
type Keeper struct {
	secrets *secrets.Source
	hasher  hasher
	instant func() clock.Instant
}

// New tells repetitions by digests, which hold what a request says.
func New(secrets *secrets.Source, hasher hasher, instant func() clock.Instant) *Keeper {
	return &Keeper{secrets: secrets, hasher: hasher, instant: instant}
}

// Request is a POST, or a desk's command, whose repetition has the same answer
// and no second effect for AnswerTime. One without a key always acts. The key is
// stored as its plain SHA-256: clients draw it, so that it can't be guessed and
// says nothing.
type Request struct {
	secrets    *secrets.Source
	scope, key string
	digest     Digest
	now        time.Time
	salt       string         // drawn; of a repetition the first one's
	over       bool           // the key was used longer than AnswerTime ago
	reused     *problem.Error // the key came with other content
}

// Moment is an instant as digests have it: encoding/json can't write the time of
// a year beyond 9999, which a client may send.
type Moment struct {
	Seconds int64
	Nanos   int
}

// MomentOf makes an instant part of a digest.
func MomentOf(t time.Time) Moment { return Moment{t.Unix(), t.Nanosecond()} }

// Of reads the client's key for one kind of request with its content: who asks,
// by which each has keys of their own, the Idempotency-Key and what is asked for.
func (r *Keeper) Of(who, key, what string, content any) (*Request, error) {
	salt, err := r.secrets.Token()
	if err != nil {
		return nil, err
	}
	if key == "" {
		return &Request{salt: salt}, nil
	}
	if len(key) > MaxKey {
		return nil, problem.Field("Idempotency-Key", "request.too_long")
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("digest request: %w", err)
	}
	return &Request{
		secrets: r.secrets, scope: what + " " + who, key: key, now: r.instant().Trusted, salt: salt, reused: errKeyReused,
		digest: func(day town.Date) []byte { return r.Digest(day, key, string(raw)) },
	}, nil
}

// OrRefuse has what the request answers with where its key came with other
// content before.
func (r *Request) OrRefuse(reused *problem.Error) *Request {
	r.reused = reused
	return r
}

// Token returns the secret that the request creates. Ask after answered: a
// repetition finds the first one's again. It can't be computed from what is
// stored without the client's key.
func (r *Request) Token() string {
	if r.key == "" {
		return r.salt
	}
	return r.secrets.Derived(r.scope, r.key, r.salt)
}

// Answered returns the stored answer of an earlier request with this key.
func (r *Request) Answered(ctx context.Context, tx ledger.Tx) ([]byte, bool, error) {
	if r.key == "" {
		return nil, false, nil
	}
	earlier, err := tx.Requests().Get(ctx, r.scope, secrets.Hash(r.key))
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("look up request: %w", err)
	}
	if r.over = r.now.Sub(earlier.At) >= AnswerTime; r.over {
		return nil, false, nil
	}
	if !r.digest.Made(earlier.Digest) || len(earlier.Answer) < len(r.salt) {
		return nil, false, r.reused
	}
	r.salt = string(earlier.Answer[:len(r.salt)])
	return earlier.Answer[len(r.salt):], true, nil
}

// Remember stores the answer in the request's own transaction.
func (r *Request) Remember(ctx context.Context, tx ledger.Tx, at clock.Instant, answer string) error {
	if r.key == "" {
		return nil
	}
	if r.over {
		if err := Forget(ctx, tx, at); err != nil {
			return err
		}
	}
	err := tx.Requests().Put(ctx, ledger.Request{
		Scope: r.scope, Key: secrets.Hash(r.key), Digest: r.digest(DigestDay(at)), Answer: []byte(r.salt + answer), At: at.Trusted,
	})
	if errors.Is(err, ledger.ErrTaken) {
		return errOvertaken
	}
	return err
}

// Digest makes, with the key of a day, what tells a request from another one that
// comes with the same key of its client's. The day is part of it.
type Digest func(day town.Date) []byte

// DigestDay is a day that isn't over before a request of now is forgotten,
// whatever the zone, and whichever clock is right.
func DigestDay(i clock.Instant) town.Date {
	latest := i.Trusted
	if i.Wall.After(latest) {
		latest = i.Wall
	}
	return town.DateOf(latest, time.UTC).AddDays(2)
}

// Made reports whether a digest is of the same request.
func (d Digest) Made(stored []byte) bool {
	if len(stored) != sha256.Size+4 {
		return false
	}
	day := town.Date(int32(binary.BigEndian.Uint32(stored[sha256.Size:])))
	return bytes.Equal(stored, d(day))
}

// Digest is a request's with the key of a day. The content may hold names, notes
// and passwords.
func (r *Keeper) Digest(day town.Date, key, content string) []byte {
	whole := sha256.Sum256([]byte(key + "\x00" + content)) // a sealer takes short values
	sum, err := r.hasher.Hash(day, purposeDigest, string(whole[:]))
	if err != nil {
		// Without a key names are lost, but never a call. What the client chose
		// is known to nobody else, as a rule.
		sum = r.secrets.Keyed("digest "+key, content)
	}
	return binary.BigEndian.AppendUint32(sum, uint32(day))
}

// errOvertaken: a request with the same key was answered while this one ran.
// update runs this one again, which then finds that answer.
var errOvertaken = errors.New("the same request was answered meanwhile")

// overtakenTries bounds how often an update begins anew because another request
// with the same key was faster.
const overtakenTries = 3

// UntilAnswered runs an update again where a request with the same key was
// answered meanwhile.
func UntilAnswered(update func() error) error {
	for try := 1; ; try++ {
		err := update()
		if !errors.Is(err, errOvertaken) || try == overtakenTries {
			return err
		}
	}
}

// Forget makes room for the keys of requests that are over.
func Forget(ctx context.Context, tx ledger.Tx, at clock.Instant) error {
	if _, err := tx.Requests().DeleteBefore(ctx, at.Trusted.Add(time.Microsecond-AnswerTime)); err != nil {
		return fmt.Errorf("forget requests: %w", err)
	}
	return nil
}
