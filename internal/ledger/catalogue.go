package ledger

import (
	"context"

	"aufruf/internal/catalogue"
)

// Catalogue keeps one document per entity of the catalogue.
type Catalogue interface {
	// All returns every document, ordered by kind and position.
	All(ctx context.Context) ([]catalogue.Document, error)
	// Put creates or replaces a document; a new branch gets its counter row,
	// with seq 0.
	Put(ctx context.Context, doc catalogue.Document) error
}
