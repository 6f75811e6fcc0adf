package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Runs implements ledger.Tx.
func (tx forcedTx) Runs() ledger.Runs { return runRows{tx.Tx.Runs(), tx.watch} }

// Reservations implements ledger.Tx.
func (tx forcedTx) Reservations() ledger.Reservations {
	return reservationRows{tx.Tx.Reservations(), tx.watch}
}

type runRows struct {
	rows  ledger.Runs
	watch *watch
}

func (r runRows) Begin(ctx context.Context, run ledger.Run, items []ledger.RunItem) error {
	return ran(ctx, r.watch, "Runs.Begin", func() error { return r.rows.Begin(ctx, run, items) })
}

func (r runRows) ByID(ctx context.Context, id string) (ledger.Run, error) {
	return got(ctx, r.watch, "Runs.ByID", func() (ledger.Run, error) { return r.rows.ByID(ctx, id) })
}

func (r runRows) Open(ctx context.Context) ([]ledger.Run, error) {
	return got(ctx, r.watch, "Runs.Open", func() ([]ledger.Run, error) { return r.rows.Open(ctx) })
}

func (r runRows) Of(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Run, error) {
	return got(ctx, r.watch, "Runs.Of", func() ([]ledger.Run, error) { return r.rows.Of(ctx, branch, since) })
}

func (r runRows) Turn(ctx context.Context, run ledger.Run, from ledger.RunState) error {
	return ran(ctx, r.watch, "Runs.Turn", func() error { return r.rows.Turn(ctx, run, from) })
}

func (r runRows) Items(ctx context.Context, run string) ([]ledger.RunItem, error) {
	return got(ctx, r.watch, "Runs.Items", func() ([]ledger.RunItem, error) { return r.rows.Items(ctx, run) })
}

func (r runRows) Item(ctx context.Context, run string, place int) (ledger.RunItem, error) {
	return got(ctx, r.watch, "Runs.Item", func() (ledger.RunItem, error) { return r.rows.Item(ctx, run, place) })
}

func (r runRows) Left(ctx context.Context, kind ledger.RunKind, note string) ([]ledger.RunItem, error) {
	return got(ctx, r.watch, "Runs.Left", func() ([]ledger.RunItem, error) { return r.rows.Left(ctx, kind, note) })
}

func (r runRows) PutItem(ctx context.Context, i ledger.RunItem) error {
	return ran(ctx, r.watch, "Runs.PutItem", func() error { return r.rows.PutItem(ctx, i) })
}

func (r runRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Runs.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type reservationRows struct {
	rows  ledger.Reservations
	watch *watch
}

func (r reservationRows) Put(ctx context.Context, reserved ledger.Reservation) error {
	return ran(ctx, r.watch, "Reservations.Put", func() error { return r.rows.Put(ctx, reserved) })
}

func (r reservationRows) Of(ctx context.Context, ticket town.TicketID) (ledger.Reservation, error) {
	return got(ctx, r.watch, "Reservations.Of", func() (ledger.Reservation, error) { return r.rows.Of(ctx, ticket) })
}

func (r reservationRows) On(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.Reservation, error) {
	return got(ctx, r.watch, "Reservations.On", func() ([]ledger.Reservation, error) { return r.rows.On(ctx, branch, from, to) })
}

func (r reservationRows) For(ctx context.Context, branch town.BranchID) ([]ledger.Reservation, error) {
	return got(ctx, r.watch, "Reservations.For", func() ([]ledger.Reservation, error) { return r.rows.For(ctx, branch) })
}

func (r reservationRows) Due(ctx context.Context, now time.Time, limit int) ([]ledger.Reservation, error) {
	return got(ctx, r.watch, "Reservations.Due", func() ([]ledger.Reservation, error) { return r.rows.Due(ctx, now, limit) })
}

func (r reservationRows) Next(ctx context.Context) (time.Time, error) {
	return got(ctx, r.watch, "Reservations.Next", func() (time.Time, error) { return r.rows.Next(ctx) })
}

func (r reservationRows) Branches(ctx context.Context) ([]town.BranchID, error) {
	return got(ctx, r.watch, "Reservations.Branches", func() ([]town.BranchID, error) { return r.rows.Branches(ctx) })
}

func (r reservationRows) Delete(ctx context.Context, ticket town.TicketID) error {
	return ran(ctx, r.watch, "Reservations.Delete", func() error { return r.rows.Delete(ctx, ticket) })
}

func (r reservationRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Reservations.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}
