package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// allowance is what one network may take without signing in and without a
// confirmed mail address. Beyond it nobody is locked out.
type allowance struct {
	hour, day int // appointments made within an hour, and on one day
	share     int // of a day's online places of an office, in thousandths
	least     int // that it may have of each day, however few places that has
}

// allowances are what the networks of networksOf may take, the smallest first. The
// wider a network is, the more of its addresses are one person's.
var allowances = [...]allowance{
	{hour: 5, day: 10, share: 50, least: 3},
	{hour: 8, day: 15, share: 75, least: 4},
	{hour: 10, day: 20, share: 100, least: 6},
}

// wholeDay is longer than any day: what was made on one is told by its key.
const wholeDay = 48 * time.Hour

// Purposes of the hashes by which takings are counted.
const (
	purposeBrowser = "browser"
	purposeMade    = "made"
	purposeShare   = "share"
	purposeSeen    = "seen" // limits nothing: by it managers see what looks like trade
)

// countedAs is the hash under which something is counted until a day is over;
// nil where that day has no key: nobody is kept from booking by that.
func (v *view) countedAs(day town.Date, purpose string, of ...string) []byte {
	whole := secrets.Hash(strings.Join(of, "\x00")) // a sealer takes short values
	hash, err := v.core.sealer.Hash(day, purpose, string(whole))
	if err != nil {
		return nil
	}
	return hash
}

// shareOf is the hash under which a network's share of an office's day counts.
func (v *view) shareOf(n network, branch town.BranchID, office town.OfficeID, date town.Date) []byte {
	return v.countedAs(date, purposeShare, n.prefix, string(branch), string(office))
}

// beyondShare reports whether a network of the actor's has all of an office's day
// that it may have without a confirmed address, but for one hold (nil: none).
func (c *change) beyondShare(ctx context.Context, actor access.Actor, w plan.Checked, date town.Date, besides []byte) (bool, error) {
	if !stranger(actor) {
		return false, nil
	}
	places := onlinePlaces(w, date)
	for i, n := range networksOf(actor.Origin) {
		hash := c.shareOf(n, w.Branch.ID, w.Office.ID, date)
		if hash == nil {
			continue
		}
		has, err := c.Takings().Live(ctx, hash, besides, c.at.Trusted)
		if err != nil {
			return false, fmt.Errorf("count takings: %w", err)
		}
		// One place of the share is for what waits for its address (admitAwaiting).
		if may := allowances[i]; has >= max(may.least, places*may.share/1000-1) {
			return true, nil
		}
	}
	return false, nil
}

// beyondRate reports whether a network of the actor's has made as many
// appointments lately as it may without a confirmed address.
func (c *change) beyondRate(ctx context.Context, actor access.Actor) (bool, error) {
	if !stranger(actor) {
		return false, nil
	}
	for i, n := range networksOf(actor.Origin) {
		hash := c.countedAs(c.rules.FirstToday(c.now), purposeMade, n.prefix)
		if hash == nil {
			continue
		}
		for _, within := range []struct {
			after time.Time
			most  int
		}{{c.at.Trusted.Add(-time.Hour), allowances[i].hour}, {c.at.Trusted.Add(-wholeDay), allowances[i].day}} {
			made, err := c.Takings().Made(ctx, hash, within.after)
			if err != nil {
				return false, fmt.Errorf("count bookings: %w", err)
			}
			if made >= within.most {
				return true, nil
			}
		}
	}
	return false, nil
}

// admitBooking refuses a stranger's booking beyond what their networks may take, or
// all strangers in a rush: errUnproved.
func (c *change) admitBooking(ctx context.Context, actor access.Actor, w plan.Checked, r BookRequest) error {
	rate, err := c.beyondRate(ctx, actor)
	if err != nil {
		return err
	}
	var own []byte
	if r.Hold != "" {
		own = secrets.Hash(r.Hold)
	}
	date := town.DateOf(r.Start, w.Branch.Zone)
	share, err := c.beyondShare(ctx, actor, w, date, own)
	if err == nil && !rate && !share && stranger(actor) {
		share, err = c.crowded(ctx, w, date, own)
	}
	if err != nil {
		return err
	}
	if rate || share {
		return errUnproved
	}
	return nil
}

// noteHold counts a hold as its networks' share of the day.
func (c *change) noteHold(ctx context.Context, actor access.Actor, h ledger.Hold) error {
	return c.noteShare(ctx, actor, h.Office, ledger.Taking{Hold: h.Hash, Date: h.Date}, h.Branch)
}

// noteBooking counts a new appointment, for its day and as made now.
func (c *change) noteBooking(ctx context.Context, actor access.Actor, t queue.Ticket) error {
	return c.putTakings(ctx, c.takingsOf(actor, t.Branch, t.Office, t.Date), t.ID)
}

// takingsOf are the takings of an appointment that an actor makes now, for its day
// and as made today; none of who is no stranger.
func (c *change) takingsOf(actor access.Actor, branch town.BranchID, office town.OfficeID, date town.Date) []ledger.Taking {
	if !stranger(actor) {
		return nil
	}
	all := c.seenFrom(actor)
	today := c.rules.FirstToday(c.now)
	if hash := c.shareOf(everybody, branch, office, date); hash != nil {
		all = append(all, ledger.Taking{Hash: hash, Date: date, At: c.at.Trusted})
	}
	for _, n := range networksOf(actor.Origin) {
		for _, counted := range []ledger.Taking{
			{Hash: c.countedAs(today, purposeMade, n.prefix), Date: today}, {Hash: c.shareOf(n, branch, office, date), Date: date},
		} {
			if counted.Hash != nil {
				counted.At = c.at.Trusted
				all = append(all, counted)
			}
		}
	}
	return all
}

// seenFrom is the taking that says from where an appointment is made today: from the
// widest network that may be one customer's. Whether it counts to a limit or was
// confirmed beyond it makes no difference.
func (c *change) seenFrom(actor access.Actor) []ledger.Taking {
	if !stranger(actor) {
		return nil
	}
	today := c.rules.FirstToday(c.now)
	networks := networksOf(actor.Origin)
	hash := c.countedAs(today, purposeSeen, networks[len(networks)-1].prefix)
	if hash == nil {
		return nil
	}
	return []ledger.Taking{{Hash: hash, Date: today, At: c.at.Trusted}}
}

// putTakings stores takings as those of an appointment.
func (c *change) putTakings(ctx context.Context, takings []ledger.Taking, ticket town.TicketID) error {
	for i := range takings {
		takings[i].Ticket = ticket
	}
	if err := c.Takings().Put(ctx, takings...); err != nil {
		return fmt.Errorf("note booking: %w", err)
	}
	return nil
}

// noteDay counts an appointment as its networks' share of its day.
func (c *change) noteDay(ctx context.Context, actor access.Actor, t queue.Ticket) error {
	return c.noteShare(ctx, actor, t.Office, ledger.Taking{Ticket: t.ID, Date: t.Date}, t.Branch)
}

func (c *change) noteShare(ctx context.Context, actor access.Actor, office town.OfficeID, of ledger.Taking, branch town.BranchID) error {
	if !stranger(actor) {
		return nil
	}
	of.At = c.at.Trusted
	var shares []ledger.Taking
	for _, n := range append(networksOf(actor.Origin), everybody) {
		if of.Hash = c.shareOf(n, branch, office, of.Date); of.Hash != nil {
			shares = append(shares, of)
		}
	}
	if err := c.Takings().Put(ctx, shares...); err != nil {
		return fmt.Errorf("note share: %w", err)
	}
	return nil
}
