package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/secrets"
)

// freed passes the time that an appointment gives back on: to the first whom an
// offer found no time for, then to the first who wished for it, else it cools down as
// long as its services or the office have it.
func (c *change) freed(ctx context.Context, b *plan.Branch, t queue.Ticket) error {
	office, ok := b.PlanOf[t.Office]
	if !ok || t.Kind != queue.Appointment || !t.Start.After(c.now) {
		return nil
	}
	reserved, err := c.offerToLeft(ctx, t)
	if err != nil {
		return err
	}
	offered, err := c.offerOn(ctx, t.Branch, t.Office, t.Date)
	minutes := c.rules.Catalogue.CoolDown(office.Office, t.Items)
	if err != nil || reserved || offered || minutes == 0 {
		return err
	}
	return c.coolDown(ctx, minutes, t)
}

// coolDown keeps a time from being free online until a random end that nobody
// can wait for.
func (c *change) coolDown(ctx context.Context, minutes int, t queue.Ticket) error {
	id, err := c.core.secrets.Token()
	if err != nil {
		return err
	}
	seconds := 1 + c.core.secrets.Intn(minutes*60)
	err = c.Holds().Insert(ctx, ledger.Hold{
		Hash: secrets.Hash(id), Branch: t.Branch, Office: t.Office, Date: t.Date, Start: t.Start, End: t.End,
		Online: true, Expires: c.at.Trusted.Add(time.Duration(seconds) * time.Second),
	})
	if err != nil {
		return fmt.Errorf("cool down: %w", err)
	}
	return nil
}
