package plan

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
)

// Plans knows the newest plan that is committed. It is safe for concurrent use.
type Plans struct {
	newest atomic.Pointer[Plan] // replaced whole, by Learn alone; nil before the first was read
}

// Now returns the plan that holds now.
func (p *Plans) Now() *Plan { return p.newest.Load() }

// Seen returns the plan that holds in a snapshot, and remembers it: what a
// snapshot shows is committed.
func (p *Plans) Seen(ctx context.Context, tx ledger.Tx) (*Plan, error) {
	revision, err := RevisionOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	read, err := p.At(ctx, tx, revision)
	if err != nil {
		return nil, err
	}
	p.Learn(read)
	return read, nil
}

// Learn remembers a committed plan, unless a newer one is known: a snapshot may
// be older than what was read meanwhile, and its plan must not come back.
func (p *Plans) Learn(read *Plan) {
	for {
		current := p.newest.Load()
		if current != nil && (current.Revision == read.Revision || placeOf(current.Revision) > placeOf(read.Revision)) {
			return
		}
		if p.newest.CompareAndSwap(current, read) {
			return
		}
	}
}

// NextRevision returns the revision of what follows another: its place in the
// order of changes, and an id that no other attempt to follow has.
func NextRevision(before, id string) string {
	return strconv.FormatInt(placeOf(before)+1, 10) + revisionMark + id
}

// revisionMark parts place and id; no id holds it. Databases from before there
// were places have revisions without one.
const revisionMark = "."

func placeOf(revision string) int64 {
	place, _, placed := strings.Cut(revision, revisionMark)
	n, err := strconv.ParseInt(place, 10, 64)
	if !placed || err != nil {
		return 0
	}
	return n
}

// At returns the plan of a revision that a transaction has read: the one in
// memory where it is the same. That of an update that isn't committed yet is its
// own: nothing remembers it.
func (p *Plans) At(ctx context.Context, tx ledger.Tx, revision string) (*Plan, error) {
	current := p.newest.Load()
	if current != nil && current.Revision == revision {
		return current, nil
	}
	documents, err := tx.Catalogue().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	return ReadPlan(revision, documents)
}

// ReadPlan makes a plan of stored documents.
func ReadPlan(revision string, documents []catalogue.Document) (*Plan, error) {
	c, err := catalogue.Decode(documents)
	if err != nil {
		return nil, fmt.Errorf("decode catalogue: %w", err)
	}
	return New(revision, &c)
}

// MetaCatalogue names the catalogue's revision in the database.
const MetaCatalogue = "catalogue"

// RevisionOf reads which revision the catalogue has; "" before the first.
func RevisionOf(ctx context.Context, tx ledger.Tx) (string, error) {
	revision, err := tx.Meta().Get(ctx, MetaCatalogue)
	if errors.Is(err, ledger.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read catalogue revision: %w", err)
	}
	return revision, nil
}
