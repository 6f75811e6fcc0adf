package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/repeat"
)

// How long what isn't needed any more is kept. Nothing depends on its going:
// expiry is judged when reading.
const (
	eventTime    = 35 * 24 * time.Hour
	holdLeftover = 24 * time.Hour // an expired hold still tells what it was
)

// Tidy removes what isn't needed any more. No clock alone decides that: records
// go by what has come whichever clock is right, what was begun by trusted time.
func (uk *Upkeep) Tidy(ctx context.Context) error {
	at := uk.time.Now()
	now, trusted := at.Surely(), at.Trusted
	return uk.write(ctx, nil, func(v *view) error {
		_, events := v.Events().DeleteBefore(ctx, now.Add(-eventTime))
		_, deliveries := v.Deliveries().DeleteBefore(ctx, now.Add(-eventTime))
		_, requests := v.Requests().DeleteBefore(ctx, trusted.Add(-repeat.AnswerTime))
		_, trail := v.Audit().DeleteBefore(ctx, now.Add(-auditTime))
		_, sessions := v.People().SweepSessions(ctx, trusted)
		_, security := v.Security().DeleteBefore(ctx, now.Add(-auditTime))
		_, attempts := v.Attempts().DeleteBefore(ctx, trusted.Add(-max(access.TriesTime, hourlyTime)))
		_, browsers := v.People().SweepBrowsers(ctx, trusted.Add(-access.BrowserTime))
		_, holds := v.Holds().Sweep(ctx, trusted.Add(-holdLeftover))
		_, takings := v.Takings().Sweep(ctx, v.rules.FirstToday(now), trusted.Add(-holdLeftover))
		_, drafts := v.Drafts().DeleteBefore(ctx, now.Add(-historyTime))
		_, history := v.TownChanges().DeleteBefore(ctx, now.Add(-historyTime))
		_, runs := v.Runs().DeleteBefore(ctx, now.Add(-auditTime))
		_, reserved := v.Reservations().DeleteBefore(ctx, v.rules.FirstToday(now))
		_, demand := v.Demand().DeleteBefore(ctx, minuteOf(trusted.Add(-eventTime)))
		return errors.Join(demand, drafts, history, events, deliveries, requests, trail, sessions, security, attempts, browsers, holds, takings, runs, reserved)
	})
}

// tidyEvery is how often Tidy runs.
const tidyEvery = time.Hour

// RunTidy tidies at once and then every hour, until ctx ends.
func (uk *Upkeep) RunTidy(ctx context.Context) error {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := errors.Join(uk.Tidy(ctx), uk.PackFigures(ctx)); err != nil && ctx.Err() == nil {
			uk.log.ErrorContext(ctx, "tidying failed", "error", fmt.Errorf("tidy: %w", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
