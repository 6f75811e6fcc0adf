package store

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

type mailRows struct{ *strict }

const mailColumns = `id, ticket, branch, date, kind, revision, due_at, state, attempts, reason, body, settled_at, key_date, since_at, tries, run`

func readMail(scan scan) (ledger.Mail, error) {
	var m ledger.Mail
	err := scan(&m.ID, maybe[town.TicketID]{&m.Ticket}, &m.Branch, &m.Date, &m.Kind, &m.Revision, into{&m.Due},
		&m.State, &m.Attempts, &m.Reason, &m.Body, into{&m.Settled}, &m.KeyDay, into{&m.Since}, &m.Tries, maybe[string]{&m.Run})
	return m, err
}

// Put implements ledger.Mails.
func (rows mailRows) Put(ctx context.Context, m ledger.Mail) error {
	return insert(ctx, rows, `
		insert into mails (`+mailColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		on conflict do nothing`,
		m.ID, optional(m.Ticket), m.Branch, m.Date, m.Kind, m.Revision, instant(m.Due),
		m.State, m.Attempts, m.Reason, m.Body, instant(m.Settled), m.KeyDay, instant(m.Since), m.Tries, optional(m.Run))
}

// letGo holds for a mail of no run, and for one of a run that lets its mails go by
// the instant $1.
const letGo = `(run is null or not exists (
	select 1 from runs where runs.id = mails.run and (runs.mails_at is null or runs.mails_at > $1)))`

// Due implements ledger.Mails.
func (rows mailRows) Due(ctx context.Context, now time.Time, limit int) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `
		select `+mailColumns+` from mails where state = 'queued' and due_at <= $1 and `+letGo+`
		order by due_at, id limit $2`,
		instant(now), limit)
}

// Sending implements ledger.Mails.
func (rows mailRows) Sending(ctx context.Context) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `select `+mailColumns+` from mails where state = 'sending' order by due_at, id`)
}

// WaitingSince implements ledger.MailRows.
func (rows mailRows) WaitingSince(ctx context.Context) (time.Time, error) {
	next, err := one(ctx, rows, func(scan scan) (time.Time, error) {
		var at time.Time
		err := scan(into{&at})
		return at, err
	}, `select since_at from mails where state in ('queued', 'sending') and since_at is not null order by since_at limit 1`)
	if errors.Is(err, ledger.ErrNotFound) {
		return time.Time{}, nil
	}
	return next, err
}

// Waiting implements ledger.MailRows.
func (rows mailRows) Waiting(ctx context.Context, branch town.BranchID, from, to town.Date, since time.Time) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `
		select `+mailColumns+` from mails
		where state in ('queued', 'sending') and since_at <= $1 and branch = $2 and date between $3 and $4 and ticket is not null and `+letGo+`
		order by since_at, id`,
		instant(since), branch, from, to)
}

// Reminded implements ledger.Mails.
func (rows mailRows) Reminded(ctx context.Context, branch town.BranchID, kind string, until time.Time) ([]town.TicketID, error) {
	return all(ctx, rows, value[town.TicketID], `
		select ticket from mails where state = 'queued' and due_at <= $3 and branch = $1 and kind = $2 and ticket is not null
		order by due_at, id`, branch, kind, instant(until))
}

// Troubled implements ledger.Mails.
func (rows mailRows) Troubled(ctx context.Context, since time.Time) ([]town.BranchID, error) {
	return all(ctx, rows, value[town.BranchID], `
		select branch from mails where state = 'refused' and settled_at is null
		union select branch from mails where state in ('queued', 'sending') and since_at <= $1
		order by branch`, instant(since))
}

// Update implements ledger.MailRows.
func (rows mailRows) Update(ctx context.Context, m ledger.Mail) error {
	return changed(ctx, rows, ledger.ErrStale, `
		update mails set state = $2, tries = $3, due_at = $4, reason = $5, `+bodyUnless+`, since_at = $7
		where id = $1 and attempts = $8 and state <> 'sent'`,
		m.ID, m.State, m.Tries, instant(m.Due), m.Reason, m.Body == nil, instant(m.Since), m.Attempts)
}

// Sent implements ledger.MailRows.
func (rows mailRows) Sent(ctx context.Context, id string) error {
	return exec(ctx, rows, `update mails set state = 'sent', reason = '', body = null where id = $1 and state <> 'sent'`, id)
}

// Return implements ledger.MailRows.
func (rows mailRows) Return(ctx context.Context, id, reason string) error {
	return changed(ctx, rows, ledger.ErrNotFound, `update mails set state = 'refused', reason = $2 where id = $1 and state = 'sent'`, id, reason)
}

// bodyUnless drops the body where $6 says so. A body is never written by who
// sends it: it may have been sealed anew meanwhile.
const bodyUnless = `body = case when $6 then null else body end`

// Claim implements ledger.Mails. Where two nodes take the same mail, the second
// waits for the first to commit and then finds another count.
func (rows mailRows) Claim(ctx context.Context, m ledger.Mail) error {
	return changed(ctx, rows, ledger.ErrStale, `
		update mails set state = $2, tries = $3, due_at = $4, reason = $5, `+bodyUnless+`, since_at = $7, attempts = $8
		where id = $1 and attempts = $9 and state <> 'sent'`,
		m.ID, m.State, m.Tries, instant(m.Due), m.Reason, m.Body == nil, instant(m.Since), m.Attempts, m.Attempts-1)
}

// ByKeyDay implements ledger.Mails.
func (rows mailRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `
		select `+mailColumns+` from mails where branch = $1 and key_date between $2 and $3 and id > $4 and body is not null
		order by id limit $5`,
		branch, from, to, after, limit)
}

// Reseal implements ledger.Mails.
func (rows mailRows) Reseal(ctx context.Context, m ledger.Mail) error {
	return exec(ctx, rows, `update mails set key_date = $2, body = $3 where id = $1 and body is not null`, m.ID, m.KeyDay, m.Body)
}

// OfTicket implements ledger.Mails.
func (rows mailRows) OfTicket(ctx context.Context, ticket town.TicketID) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `select `+mailColumns+` from mails where ticket = $1 order by due_at, id`, ticket)
}

// Refused implements ledger.Mails.
func (rows mailRows) Refused(ctx context.Context, branch town.BranchID, since town.Date, now time.Time) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `
		select `+mailColumns+` from mails
		where branch = $2 and date >= $3 and state = 'refused' and settled_at is null and `+letGo+`
		order by due_at, id`,
		instant(now), branch, since)
}

// Settle implements ledger.Mails.
func (rows mailRows) Settle(ctx context.Context, id string, at time.Time) error {
	return exec(ctx, rows, `
		update mails set settled_at = $2, body = null where id = $1 and state = 'refused' and settled_at is null`, id, instant(at))
}

// DropAbout implements ledger.Mails. The ids of these mails begin with the wish's.
func (rows mailRows) DropAbout(ctx context.Context, wish string) error {
	return exec(ctx, rows, `delete from mails where ticket is null and substr(id, 1, $1) = $2`, len(wish)+1, wish+".")
}

// AboutWishes implements ledger.Mails.
func (rows mailRows) AboutWishes(ctx context.Context) ([]ledger.Mail, error) {
	return all(ctx, rows, readMail, `select `+mailColumns+` from mails where ticket is null order by due_at, id`)
}

// Rename implements ledger.Mails.
func (rows mailRows) Rename(ctx context.Context, id string, m ledger.Mail) error {
	return changed(ctx, rows, ledger.ErrNotFound, `update mails set id = $2, body = $3, key_date = $4 where id = $1`, id, m.ID, m.Body, m.KeyDay)
}

// ByID implements ledger.Mails.
func (rows mailRows) ByID(ctx context.Context, id string) (ledger.Mail, error) {
	return one(ctx, rows, readMail, `select `+mailColumns+` from mails where id = $1`, id)
}

// Drop implements ledger.Mails.
func (rows mailRows) Drop(ctx context.Context, ticket town.TicketID, kind string) error {
	err := exec(ctx, rows, `
		delete from mails where ticket = $1 and state = 'queued' and (kind = $2 or $2 = '')`, ticket, kind)
	if err != nil {
		return err
	}
	return exec(ctx, rows, `
		update mails set body = null where ticket = $1 and state = 'refused' and (kind = $2 or $2 = '') and body is not null`, ticket, kind)
}

// DropOf implements ledger.Mails.
func (rows mailRows) DropOf(ctx context.Context, run string, ticket town.TicketID) error {
	return exec(ctx, rows, `delete from mails where run = $1 and ticket = $2 and state in ('queued', 'refused')`, run, ticket)
}

// DeleteBefore implements ledger.Mails.
func (rows mailRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return count(ctx, rows, `delete from mails where branch = $1 and date < $2`, branch, date)
}
