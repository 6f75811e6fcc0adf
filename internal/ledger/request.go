package ledger

import (
	"context"
	"time"
)

// Request is a request whose repetition must not act again.
type Request struct {
	Scope  string    // "command USER" or "POST PATH USER": keys are unique within it
	Key    []byte    // SHA-256 of the id that the client chose
	Digest []byte    // keyed hash of the content
	Answer []byte    // what is needed to answer again; never personal
	At     time.Time // by trusted time
}

// Requests keeps answered requests for 24 hours.
type Requests interface {
	// Get returns an answered request, or ErrNotFound.
	Get(ctx context.Context, scope string, key []byte) (Request, error)
	// Put stores an answered request; ErrTaken if the key is used.
	Put(ctx context.Context, r Request) error
	// Move shifts the instants of the requests from one to another, both
	// included.
	Move(ctx context.Context, from, to time.Time, by time.Duration) error
	// DeleteBefore removes requests older than an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
