package store

import (
	"context"

	"aufruf/internal/catalogue"
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
