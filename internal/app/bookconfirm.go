package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// What a booking needs whose mail address must be confirmed first. Nobody outside
// is told which of the two it is.
var (
	errUnproved    = errors.New("beyond what a network may take without a confirmed address")
	errMailboxFull = errors.New("the mail address has as many appointments as it may")
)

// confirmBookingTime is how long a place is kept for who has to open their mail.
const confirmBookingTime = 15 * time.Minute

// purposeAwaiting counts what waits for its address: one of a network and day.
const purposeAwaiting = "awaiting"

// waiting is why a booking waits for its address.
type waiting struct {
	full   bool // the mailbox has all that it may
	within bool // its service asks for it, and its networks may still take the time
}

// awaitBooking keeps the time of a booking and sends the link by which it comes
// true. Where the mailbox has all that it may, the link would be refused, so the
// mail about what it has goes out instead (sendExisting); the time is kept all the
// same, or whoever looks would learn it. What a network may take counts to it, before
// and after it is confirmed. Errors: as of Book; TooMany "booking.too_many" beyond
// that, where one of a network's bookings of that day waits already.
func (c *change) awaitBooking(ctx context.Context, actor access.Actor, r BookRequest, token string, why waiting) (Appointment, error) {
	h, id, err := c.holdAwaiting(ctx, actor, r, why)
	if err != nil {
		return Appointment{}, err
	}
	waits := Appointment{ConfirmBy: c.at.Shown(h.Expires)}
	if why.full {
		return waits, nil
	}
	takings := c.seenFrom(actor)
	if why.within {
		takings = c.takingsOf(actor, h.Branch, h.Office, h.Date)
	}
	row, err := c.core.secrets.ID()
	if err != nil {
		return Appointment{}, err
	}
	r.Hold, r.Language, r.Proof = id, c.rules.Language(r.Language), nil
	return waits, c.await(ctx, ledger.Confirmation{ID: row, Purpose: MailConfirm, Branch: h.Branch, Expires: h.Expires},
		awaited{Token: token, Language: r.Language, Appointment: &r, Takings: takings},
		wishLetter{Email: r.Person.Email, Office: h.Office, Items: h.Items, Start: h.Start, End: h.End})
}

// holdAwaiting keeps the time, instead of the hold that the booking came with.
func (c *change) holdAwaiting(ctx context.Context, actor access.Actor, r BookRequest, why waiting) (ledger.Hold, string, error) {
	wish, err := c.rules.Check(r.Wanted, c.at)
	if err != nil {
		return ledger.Hold{}, "", err
	}
	if _, err := c.secure(ctx, wish, r); err != nil {
		return ledger.Hold{}, "", err
	}
	id, err := c.core.secrets.Token()
	if err != nil {
		return ledger.Hold{}, "", err
	}
	start := r.Start.In(wish.Branch.Zone)
	h := ledger.Hold{
		Hash: secrets.Hash(id), Branch: r.Branch, Office: wish.Office.ID, Date: town.DateOf(start, wish.Branch.Zone),
		Items: wish.Items, Start: start, End: start.Add(wish.Rules.Duration), Online: true,
		Expires: c.at.Trusted.Add(confirmBookingTime + time.Second - time.Nanosecond).Truncate(time.Second),
	}
	if !why.within && stranger(actor) {
		crowded, err := c.waitingCrowded(ctx, wish, h.Date)
		if err != nil {
			return h, id, err
		}
		if crowded {
			return h, id, errTooMany.After(confirmBookingTime)
		}
	}
	if h.Origin, err = c.admitWaiting(ctx, actor, h, why); err != nil {
		return h, id, err
	}
	if err := c.Holds().Insert(ctx, h); err != nil {
		return h, id, fmt.Errorf("insert hold: %w", err)
	}
	if why.within {
		if err := c.noteHold(ctx, actor, h); err != nil {
			return h, id, err
		}
	}
	if err := c.noteDemand(ctx, actor, h.Branch); err != nil {
		return h, id, err
	}
	_, err = c.days.Record(ctx, h.Branch, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{h.Date}})
	return h, id, err
}

// admitWaiting returns the address that a kept time counts to, as hold does: beside
// the live holds of that address, or as one that waits beyond what it may take.
func (c *change) admitWaiting(ctx context.Context, actor access.Actor, h ledger.Hold, why waiting) ([]byte, error) {
	if !why.within {
		return nil, c.admitAwaiting(ctx, actor, h)
	}
	if !stranger(actor) {
		return nil, nil
	}
	origin := c.countedAs(c.rules.FirstToday(c.now), purposeOrigin, actor.Origin)
	live, err := c.Holds().Live(ctx, origin, c.at.Trusted)
	if err != nil {
		return nil, fmt.Errorf("count holds: %w", err)
	}
	if live >= addressHolds {
		return nil, c.admitAwaiting(ctx, actor, h)
	}
	return origin, nil
}

// awaitingOf is the hash under which count a network's bookings of an office's day
// that wait for an address.
func (v *view) awaitingOf(n network, branch town.BranchID, office town.OfficeID, date town.Date) []byte {
	return v.countedAs(date, purposeAwaiting, n.prefix, string(branch), string(office))
}

// admitAwaiting lets one booking of a network wait for its address, of each
// office's day: a kept time is worth as much as a taken one to who wants the day.
func (c *change) admitAwaiting(ctx context.Context, actor access.Actor, h ledger.Hold) error {
	var waits []ledger.Taking
	if hash := c.awaitingOf(everybody, h.Branch, h.Office, h.Date); hash != nil {
		waits = append(waits, ledger.Taking{Hash: hash, Hold: h.Hash, Date: h.Date, At: c.at.Trusted})
	}
	for _, n := range networksOf(actor.Origin) {
		hash := c.awaitingOf(n, h.Branch, h.Office, h.Date)
		if hash == nil {
			continue
		}
		live, err := c.Takings().Live(ctx, hash, nil, c.at.Trusted)
		if err != nil {
			return fmt.Errorf("count what waits: %w", err)
		}
		if live > 0 {
			return errTooMany.After(confirmBookingTime)
		}
		waits = append(waits, ledger.Taking{Hash: hash, Hold: h.Hash, Date: h.Date, At: c.at.Trusted})
	}
	if err := c.Takings().Put(ctx, waits...); err != nil {
		return fmt.Errorf("note what waits: %w", err)
	}
	return nil
}

// confirmBooking books what waited for its address, in the time that was kept.
func (c *change) confirmBooking(ctx context.Context, what awaited) (Confirmed, error) {
	r := *what.Appointment
	if err := c.provedAddress(ctx, r.Person.Email); err != nil {
		return Confirmed{}, err
	}
	r.Proved = true
	made, err := c.book(ctx, access.Actor{}, r, what.Token)
	if err != nil {
		return Confirmed{}, err
	}
	return Confirmed{Appointment: what.Token}, c.putTakings(ctx, what.Takings, made.Ticket.ID)
}

// What is stored as the answer to a booking that waits; no ticket's id holds a
// space.
const awaitsAnswer = "confirm by "

func confirmAnswer(until time.Time) string { return awaitsAnswer + strconv.FormatInt(until.Unix(), 10) }

func confirmBy(answer []byte) (time.Time, bool) {
	unix, awaits := strings.CutPrefix(string(answer), awaitsAnswer)
	seconds, err := strconv.ParseInt(unix, 10, 64)
	return time.Unix(seconds, 0), awaits && err == nil
}
