package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// errKeyReused: the same Idempotency-Key came with another body.
var errKeyReused = problem.New(problem.Invalid, "request.key_reused")

// maxKey is the longest Idempotency-Key.
const maxKey = 255

// repeatable is a POST, or a desk's command, whose repetition has the same
// answer and no second effect for requestTime. One without a key always acts.
// The key is stored as its plain SHA-256: clients draw it, so that it can't be
// guessed and says nothing.
type repeatable struct {
	scope, key string
	digest     digest
	now        time.Time
	salt       string         // drawn; of a repetition the first one's
	over       bool           // the key was used longer than requestTime ago
	reused     *problem.Error // the key came with other content
}

// moment is an instant as digests have it: encoding/json can't write the time of
// a year beyond 9999, which a client may send.
type moment struct {
	Seconds int64
	Nanos   int
}

func momentOf(t time.Time) moment { return moment{t.Unix(), t.Nanosecond()} }

// repeatable reads the actor's key for one kind of request with its content.
func (a *App) repeatable(actor Actor, what string, content any) (*repeatable, error) {
	salt, err := a.drawToken()
	if err != nil {
		return nil, err
	}
	if actor.Key == "" {
		return &repeatable{salt: salt}, nil
	}
	if len(actor.Key) > maxKey {
		return nil, problem.Field("Idempotency-Key", "request.too_long")
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("digest request: %w", err)
	}
	return &repeatable{
		scope: what + " " + actor.Name(), key: actor.Key, now: a.instant().trusted, salt: salt, reused: errKeyReused,
		digest: func(day town.Date) []byte { return a.digest(day, actor.Key, string(raw)) },
	}, nil
}

// token returns the secret that the request creates. Ask after answered: a
// repetition finds the first one's again. It can't be computed from what is
// stored without the client's key.
func (r *repeatable) token(a *App) string {
	if r.key == "" {
		return r.salt
	}
	return a.derived(r.scope, r.key, r.salt)
}

// answered returns the stored answer of an earlier request with this key.
func (r *repeatable) answered(ctx context.Context, tx ledger.Tx) ([]byte, bool, error) {
	if r.key == "" {
		return nil, false, nil
	}
	earlier, err := tx.Requests().Get(ctx, r.scope, hash(r.key))
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("look up request: %w", err)
	}
	if r.over = r.now.Sub(earlier.At) >= requestTime; r.over {
		return nil, false, nil
	}
	if !r.digest.made(earlier.Digest) || len(earlier.Answer) < len(r.salt) {
		return nil, false, r.reused
	}
	r.salt = string(earlier.Answer[:len(r.salt)])
	return earlier.Answer[len(r.salt):], true, nil
}

// remember stores the answer in the request's own transaction.
func (r *repeatable) remember(ctx context.Context, c *change, answer string) error {
	if r.key == "" {
		return nil
	}
	if r.over {
		if err := c.forgetRequests(ctx); err != nil {
			return err
		}
	}
	err := c.Requests().Put(ctx, ledger.Request{
		Scope: r.scope, Key: hash(r.key), Digest: r.digest(c.at.digestDay()), Answer: []byte(r.salt + answer), At: c.at.trusted,
	})
	if errors.Is(err, ledger.ErrTaken) {
		return errOvertaken
	}
	return err
}

// errOvertaken: a request with the same key was answered while this one ran.
// update runs this one again, which then finds that answer.
var errOvertaken = errors.New("the same request was answered meanwhile")

// forgetRequests makes room for the keys of requests that are over.
func (c *change) forgetRequests(ctx context.Context) error {
	if _, err := c.Requests().DeleteBefore(ctx, c.at.trusted.Add(time.Microsecond-requestTime)); err != nil {
		return fmt.Errorf("forget requests: %w", err)
	}
	return nil
}
