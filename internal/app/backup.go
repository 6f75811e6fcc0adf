package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
)

// Upkeep is what a database needs beside its use: copies, tidying, overwriting.
type Upkeep struct{ *core }

// Backup writes a consistent copy to a new file. The copy has an epoch of its
// own, so that screens don't resume in a history that was replaced, and leaves
// personal data of past days, wishes that are over, answered requests, sessions,
// known browsers and who tried to sign in out: a copy lets nobody in who doesn't
// sign in. The secret of the database stays out too, and where holds came from:
// with the copy alone nobody tests a guess or makes what only the server can.
func (uk *Upkeep) Backup(ctx context.Context, file string) error {
	epoch, err := uk.secrets.ID()
	if err != nil {
		return err
	}
	now := uk.time.Now().Surely()
	err = uk.store.Backup(ctx, file, func(tx ledger.Tx) error {
		if err := tx.Meta().Set(ctx, metaEpoch, epoch); err != nil {
			return fmt.Errorf("set epoch: %w", err)
		}
		if err := tx.Meta().Delete(ctx, metaSecret); err != nil { // drawn anew where it is restored
			return fmt.Errorf("leave out the secret: %w", err)
		}
		if err := tx.Holds().DropOrigins(ctx); err != nil {
			return fmt.Errorf("leave out where holds came from: %w", err)
		}
		if err := tx.People().DeleteSessions(ctx); err != nil {
			return fmt.Errorf("leave out sessions: %w", err)
		}
		if _, err := tx.People().SweepBrowsers(ctx, never); err != nil {
			return fmt.Errorf("leave out known browsers: %w", err)
		}
		if _, err := tx.Attempts().DeleteBefore(ctx, never); err != nil {
			return fmt.Errorf("leave out tries: %w", err)
		}
		if _, err := tx.Requests().DeleteBefore(ctx, now.Add(time.Minute)); err != nil {
			return fmt.Errorf("leave out answered requests: %w", err)
		}
		for branch, b := range uk.plans.Now().Branches {
			today := b.Today(now)
			if _, err := tx.Personal().DeleteBefore(ctx, branch, today); err != nil {
				return fmt.Errorf("leave out personal data: %w", err)
			}
			if _, err := tx.Mails().DeleteBefore(ctx, branch, today); err != nil {
				return fmt.Errorf("leave out mails: %w", err)
			}
		}
		if _, err := tx.Wishes().DeleteBefore(ctx, plan.Earliest(uk.plans.Now().Days(now))); err != nil {
			return fmt.Errorf("leave out wishes: %w", err)
		}
		if _, err := tx.Confirmations().DeleteBefore(ctx, plan.Earliest(uk.plans.Now().Days(now))); err != nil {
			return fmt.Errorf("leave out what waits for an address: %w", err)
		}
		if _, err := tx.Counts().DeleteBefore(ctx, lastDay); err != nil {
			return fmt.Errorf("leave out counts: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return uk.write(ctx, nil, func(v *view) error {
		return v.Meta().Set(ctx, metaBackup, now.UTC().Format(time.RFC3339))
	})
}

// never is an instant that all are before.
var never = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

// metaBackup is when the last backup was made.
const metaBackup = "backup"

// LastBackup returns when the last backup was made, by whatever program; zero:
// none was.
func (uk *Upkeep) LastBackup(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := uk.view(ctx, func(v *view) error {
		text, err := v.Meta().Get(ctx, metaBackup)
		if errors.Is(err, ledger.ErrNotFound) {
			return nil
		}
		if err == nil {
			at, err = time.Parse(time.RFC3339, text)
		}
		return err
	})
	return at, err
}
