package forced

import (
	"context"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type mailRows struct {
	rows  ledger.Mails
	watch *watch
}

func (r mailRows) Put(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Put", func() error { return r.rows.Put(ctx, m) })
}

func (r mailRows) Due(ctx context.Context, now time.Time, limit int) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Due", func() ([]ledger.Mail, error) { return r.rows.Due(ctx, now, limit) })
}

func (r mailRows) Sending(ctx context.Context) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Sending", func() ([]ledger.Mail, error) { return r.rows.Sending(ctx) })
}

func (r mailRows) WaitingSince(ctx context.Context) (time.Time, error) {
	return got(ctx, r.watch, "Mails.WaitingSince", func() (time.Time, error) { return r.rows.WaitingSince(ctx) })
}

func (r mailRows) Waiting(ctx context.Context, branch town.BranchID, from, to town.Date, since time.Time) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Waiting", func() ([]ledger.Mail, error) { return r.rows.Waiting(ctx, branch, from, to, since) })
}

func (r mailRows) Reminded(ctx context.Context, branch town.BranchID, kind string, until time.Time) ([]town.TicketID, error) {
	return got(ctx, r.watch, "Mails.Reminded", func() ([]town.TicketID, error) { return r.rows.Reminded(ctx, branch, kind, until) })
}

func (r mailRows) Troubled(ctx context.Context, since time.Time) ([]town.BranchID, error) {
	return got(ctx, r.watch, "Mails.Troubled", func() ([]town.BranchID, error) { return r.rows.Troubled(ctx, since) })
}

func (r mailRows) Sent(ctx context.Context, id string) error {
	return ran(ctx, r.watch, "Mails.Sent", func() error { return r.rows.Sent(ctx, id) })
}

func (r mailRows) Return(ctx context.Context, id, reason string) error {
	return ran(ctx, r.watch, "Mails.Return", func() error { return r.rows.Return(ctx, id, reason) })
}

func (r mailRows) Update(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Update", func() error { return r.rows.Update(ctx, m) })
}

func (r mailRows) Claim(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Claim", func() error { return r.rows.Claim(ctx, m) })
}

func (r mailRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.ByKeyDay", func() ([]ledger.Mail, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r mailRows) Reseal(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Reseal", func() error { return r.rows.Reseal(ctx, m) })
}

func (r mailRows) OfTicket(ctx context.Context, ticket town.TicketID) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.OfTicket", func() ([]ledger.Mail, error) { return r.rows.OfTicket(ctx, ticket) })
}

func (r mailRows) DropAbout(ctx context.Context, wish string) error {
	return ran(ctx, r.watch, "Mails.DropAbout", func() error { return r.rows.DropAbout(ctx, wish) })
}

func (r mailRows) AboutWishes(ctx context.Context) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.AboutWishes", func() ([]ledger.Mail, error) { return r.rows.AboutWishes(ctx) })
}

func (r mailRows) Rename(ctx context.Context, id string, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Rename", func() error { return r.rows.Rename(ctx, id, m) })
}

func (r mailRows) ByID(ctx context.Context, id string) (ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.ByID", func() (ledger.Mail, error) { return r.rows.ByID(ctx, id) })
}

func (r mailRows) Refused(ctx context.Context, branch town.BranchID, since town.Date, now time.Time) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Refused", func() ([]ledger.Mail, error) { return r.rows.Refused(ctx, branch, since, now) })
}

func (r mailRows) Settle(ctx context.Context, id string, at time.Time) error {
	return ran(ctx, r.watch, "Mails.Settle", func() error { return r.rows.Settle(ctx, id, at) })
}

func (r mailRows) Drop(ctx context.Context, ticket town.TicketID, kind string) error {
	return ran(ctx, r.watch, "Mails.Drop", func() error { return r.rows.Drop(ctx, ticket, kind) })
}

func (r mailRows) DropOf(ctx context.Context, run string, ticket town.TicketID) error {
	return ran(ctx, r.watch, "Mails.DropOf", func() error { return r.rows.DropOf(ctx, run, ticket) })
}

func (r mailRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return got(ctx, r.watch, "Mails.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, branch, date) })
}
