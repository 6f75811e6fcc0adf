package ledger

import (
	"context"
	"time"

	"aufruf/internal/catalogue"
)

// Catalogue keeps one document per entity of the catalogue.
type Catalogue interface {
	// All returns every document, ordered by kind and position.
	All(ctx context.Context) ([]catalogue.Document, error)
	// Put creates or replaces a document; a new branch gets its counter row,
	// with seq 0.
	Put(ctx context.Context, doc catalogue.Document) error
	// Delete removes a document; no error if there is none. A branch's counter
	// row stays: one that comes again under its id goes on counting, and whoever
	// follows its events misses none.
	Delete(ctx context.Context, kind, id string) error
	// Uses counts the rows that name a thing: tickets of whatever state, since
	// pages and figures word what is over too, and holds that expire after now.
	Uses(ctx context.Context, thing catalogue.Thing, now time.Time) (Uses, error)
}

// Uses is how many rows name a thing of the catalogue.
type Uses struct{ Tickets, Holds int }
