package store

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
)

// branchDocument is the kind of document that brings a counter row with it.
const branchDocument = "branch"

type catalogueRows struct{ *strict }

// All implements ledger.Catalogue.
func (rows catalogueRows) All(ctx context.Context) ([]catalogue.Document, error) {
	return all(ctx, rows, func(scan scan) (catalogue.Document, error) {
		var doc catalogue.Document
		var body string
		err := scan(&doc.Kind, &doc.ID, &doc.Position, &body)
		doc.Body = []byte(body)
		return doc, err
	}, `select kind, id, position, body from documents order by kind, position, id`)
}

// Put implements ledger.Catalogue.
func (rows catalogueRows) Put(ctx context.Context, doc catalogue.Document) error {
	if doc.Kind == branchDocument {
		if err := exec(ctx, rows, `insert into branches (id) values ($1) on conflict do nothing`, doc.ID); err != nil {
			return err
		}
	}
	return exec(ctx, rows, `
		insert into documents (kind, id, position, body) values ($1, $2, $3, $4)
		on conflict (kind, id) do update set position = excluded.position, body = excluded.body`,
		doc.Kind, doc.ID, doc.Position, string(doc.Body))
}

// Delete implements ledger.Catalogue.
func (rows catalogueRows) Delete(ctx context.Context, kind, id string) error {
	return exec(ctx, rows, `delete from documents where kind = $1 and id = $2`, kind, id)
}

// Uses implements ledger.Catalogue.
func (rows catalogueRows) Uses(ctx context.Context, thing catalogue.Thing, now time.Time) (ledger.Uses, error) {
	var uses ledger.Uses
	n, err := one(ctx, rows, value[int], `select count(*) from tickets where `+ticketsNaming[thing.Entity], namesOf(thing)...)
	if err != nil {
		return uses, err
	}
	uses.Tickets = n
	holds, named := holdsNaming[thing.Entity]
	if !named {
		return uses, nil
	}
	args := append(namesOf(thing), instant(now))
	uses.Holds, err = one(ctx, rows, value[int], `select count(*) from holds where `+holds+fmt.Sprintf(` and expires_at > $%d`, len(args)), args...)
	return uses, err
}

// namesOf are the values of the conditions below: a service's or a branch's id,
// or a branch's and the id of what is in it. An id holds no sign that a pattern
// reads otherwise.
func namesOf(t catalogue.Thing) []any {
	if t.Entity == catalogue.EntityOffice || t.Entity == catalogue.EntityRoom {
		return []any{t.Branch, t.ID}
	}
	return []any{t.ID}
}

// Which tickets and holds name a thing. What a person was sent on for and where
// they were before, and what undo would give back, stands in documents.
var (
	ticketsNaming = map[catalogue.Entity]string{
		catalogue.EntityService: `items like '%"id":"' || $1 || '"%' or visits like '%"next":"' || $1 || '"%'`,
		catalogue.EntityBranch:  `branch = $1`,
		catalogue.EntityOffice: `branch = $1 and (office = $2 or visits like '%"office":"' || $2 || '"%'
			or before like '%"office":"' || $2 || '"%')`,
		catalogue.EntityRoom: `branch = $1 and (room = $2 or only_room = $2 or visits like '%"room":"' || $2 || '"%'
			or before like '%room":"' || $2 || '"%')`,
	}
	holdsNaming = map[catalogue.Entity]string{
		catalogue.EntityService: `items like '%"id":"' || $1 || '"%'`,
		catalogue.EntityBranch:  `branch = $1`,
		catalogue.EntityOffice:  `branch = $1 and office = $2`,
	}
)
