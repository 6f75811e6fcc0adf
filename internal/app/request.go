package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aufruf/internal/problem"
)

// errKeyReused: the same Idempotency-Key came with another body.
var errKeyReused = problem.New(problem.Invalid, "request.key_reused")

// maxKey is the longest Idempotency-Key.
const maxKey = 255

// repeatable is a POST whose repetition has the same answer and no second
// effect. The zero value is one without a key: it always acts.
type repeatable struct {
	scope, key string
	digest     []byte
}

// repeatable reads the actor's key for one kind of request with its content.
func (a *App) repeatable(actor Actor, what string, content any) (repeatable, error) {
	if actor.Key == "" {
		return repeatable{}, nil
	}
	if len(actor.Key) > maxKey {
		return repeatable{}, problem.Field("Idempotency-Key", "request.too_long")
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return repeatable{}, fmt.Errorf("digest request: %w", err)
	}
	// Keyed, because the content holds names and passwords.
	return repeatable{scope: what + " " + actor.Name(), key: actor.Key, digest: a.keyed("digest", string(raw))}, nil
}

// token returns the secret that the request creates: drawn, or derived from
// the key, so that a repetition finds it again.
func (r repeatable) token(a *App) (string, error) {
	if r.key == "" {
		return a.drawToken()
	}
	return a.derived(r.scope, r.key), nil
}

// answered returns the stored answer of an earlier request with this key.
func (r repeatable) answered(ctx context.Context, tx Tx) ([]byte, bool, error) {
	if r.key == "" {
		return nil, false, nil
	}
	earlier, err := tx.Requests().Get(ctx, r.scope, hash(r.key))
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("look up request: %w", err)
	}
	if !bytes.Equal(earlier.Digest, r.digest) {
		return nil, false, errKeyReused
	}
	return earlier.Answer, true, nil
}

// remember stores the answer in the request's own transaction.
func (r repeatable) remember(ctx context.Context, c *change, answer []byte) error {
	if r.key == "" {
		return nil
	}
	err := c.Requests().Put(ctx, Request{Scope: r.scope, Key: hash(r.key), Digest: r.digest, Answer: answer, At: c.now})
	if errors.Is(err, ErrTaken) {
		return errKeyReused
	}
	return err
}
