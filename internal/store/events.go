package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type eventRows struct {
	*strict
	held []town.BranchID
}

// Append implements ledger.Events. It insists on the branch being held, which
// one engine would need and the other forgive.
func (rows eventRows) Append(ctx context.Context, branch town.BranchID, events ...ledger.Event) ([]ledger.Event, error) {
	if !slices.Contains(rows.held, branch) {
		return nil, rows.note(fmt.Errorf("append events: branch %q is not held by this transaction", branch))
	}
	if len(events) == 0 {
		return nil, nil
	}
	last, err := one(ctx, rows, value[town.Seq],
		`update branches set seq = seq + $2, mark = $3 where id = $1 returning seq`, branch, len(events), events[len(events)-1].Mark)
	if err != nil {
		return nil, err
	}
	numbered := slices.Clone(events)
	for i := range numbered {
		e := &numbered[i]
		e.Branch, e.Seq = branch, last-town.Seq(len(events)-1-i)
		body, err := json.Marshal(e)
		if err != nil {
			return nil, rows.note(err)
		}
		err = exec(ctx, rows, `insert into events (branch, seq, at, kind, body) values ($1, $2, $3, $4, $5)`,
			e.Branch, e.Seq, instant(e.At), e.Kind, string(body))
		if err != nil {
			return nil, err
		}
	}
	return numbered, nil
}

func readEvent(scan scan) (ledger.Event, error) {
	var e ledger.Event
	var body string
	if err := scan(&e.Branch, &e.Seq, into{&e.At}, &e.Kind, &body); err != nil {
		return e, err
	}
	return e, json.Unmarshal([]byte(body), &e)
}

// After implements ledger.Events.
func (rows eventRows) After(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]ledger.Event, error) {
	return all(ctx, rows, readEvent, `
		select branch, seq, at, kind, body from events where branch = $1 and seq > $2 order by seq limit $3`,
		branch, after, limit)
}

// Calls implements ledger.Events.
func (rows eventRows) Calls(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Event, error) {
	return all(ctx, rows, readEvent, `
		select branch, seq, at, kind, body from events
		where branch = $1 and at >= $2 and kind in ('call', 'clear') order by seq`, branch, instant(since))
}

// Alarms implements ledger.Events.
func (rows eventRows) Alarms(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Event, error) {
	return all(ctx, rows, readEvent, `
		select branch, seq, at, kind, body from events
		where branch = $1 and at >= $2 and kind = 'alarm' order by seq`, branch, instant(since))
}

func readPosition(scan scan) (ledger.Position, error) {
	var p ledger.Position
	err := scan(&p.Seq, &p.Mark, &p.Revision)
	return p, err
}

// Position implements ledger.Events.
func (rows eventRows) Position(ctx context.Context, branch town.BranchID) (ledger.Position, error) {
	return one(ctx, rows, readPosition, `
		select seq, mark, coalesce((select value from meta where name = 'catalogue'), '')
		from branches where id = $1`, branch)
}

// Last implements ledger.Events.
func (rows eventRows) Last(ctx context.Context, branch town.BranchID) (town.Seq, error) {
	return one(ctx, rows, value[town.Seq], `select seq from branches where id = $1`, branch)
}

// DeleteBefore implements ledger.Events.
func (rows eventRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return count(ctx, rows, `delete from events where at < $1`, instant(before))
}
