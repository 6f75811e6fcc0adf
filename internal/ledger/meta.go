package ledger

import "context"

// Meta keeps single values: the epoch, secrets of this database.
type Meta interface {
	// Get returns a value, or ErrNotFound.
	Get(ctx context.Context, key string) (string, error)
	// Add stores a value unless there is one, whoever is storing one now. What
	// stands can be read afterwards.
	Add(ctx context.Context, key, value string) error
	Set(ctx context.Context, key, value string) error
	// Hold returns a value, or ErrNotFound, and keeps others from holding or
	// changing it until the transaction ends.
	Hold(ctx context.Context, key string) (string, error)
	// Delete removes a value; no error if there is none.
	Delete(ctx context.Context, key string) error
}
