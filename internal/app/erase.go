package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// KeyChain holds the keys of personal data and forgets those of past days.
type KeyChain interface {
	// Date is the first day whose keys still exist.
	Date() town.Date
	// Aim lets what is sealed from now on outlast a move to a day.
	Aim(to town.Date)
	// Stale is the first key day that counts as far enough ahead.
	Stale() town.Date
	// Advance makes the keys of earlier days underivable. seal.ErrReplaced: the
	// key file isn't this chain's any more, and isn't touched.
	Advance(to town.Date) error
	// Check compares the chain with the key file: seal.ErrReplaced.
	Check() error
}

// MailFolder is where mails lie as files, for a transport that keeps them.
type MailFolder interface {
	// Erase removes mails whose day is over, and returns how many.
	Erase(now time.Time) (int, error)
	// EraseTicket removes all mails of a ticket, and returns how many.
	EraseTicket(ticket town.TicketID) (int, error)
}

// eraseLook is how often the eraser looks whether a day is over.
const eraseLook = time.Minute

// Eraser erases personal data when their day is over: in the night that
// follows, at the start, and after any standstill. A day is over once it surely
// is: by the clock and by the time that has passed (Timekeeper). So a clock that
// is wrong erases nothing too early, and a machine that stood still erases late,
// but by itself.
type Eraser struct {
	core   *core
	ours   *Keys // are looked at again and again
	chain  KeyChain
	folder MailFolder

	done  map[town.BranchID]town.Date
	ahead alarm
	lost  alarm
	keys  keyWatch
}

// alarm is one that is raised again and again, but not at every look.
type alarm struct {
	last   time.Duration // when it was last raised, by the time that has passed
	raised bool
}

// due reports whether to raise it now, and takes it for raised.
func (a *alarm) due(passed time.Duration) bool { return a.dueEvery(passed, alarmEvery) }

func (a *alarm) dueEvery(passed, every time.Duration) bool {
	if a.raised && passed-a.last < every {
		return false
	}
	a.raised, a.last = true, passed
	return true
}

// NewEraser returns an eraser; folder is nil for a transport that keeps no
// files.
func (ps *Persons) NewEraser(chain KeyChain, folder MailFolder) *Eraser {
	return &Eraser{core: ps.core, ours: ps.keys, chain: chain, folder: folder, done: map[town.BranchID]town.Date{}}
}

// Run erases what is due now and from then on, until ctx ends.
func (e *Eraser) Run(ctx context.Context) error {
	tick := time.NewTicker(eraseLook)
	defer tick.Stop()
	for {
		if err := e.EraseDue(ctx); err != nil && ctx.Err() == nil {
			e.core.log.ErrorContext(ctx, "erasing failed and is tried again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// KeysBehind is how many days are surely over whose keys still exist: none, but
// for the minute after midnight.
func (e *Eraser) KeysBehind() int {
	days := e.core.plans.Now().Days(e.core.time.Surely())
	if len(days) == 0 {
		return 0
	}
	return max(0, int(plan.Earliest(days)-e.chain.Date()))
}

// KeysAhead is how many days the chain stands after today: until then nothing can
// be sealed, and so nothing booked.
func (e *Eraser) KeysAhead() int {
	days := e.core.plans.Now().Days(e.core.clock())
	if len(days) == 0 {
		return 0
	}
	return max(0, int(e.chain.Date()-plan.Earliest(days)))
}

// EraseDue erases what is due: personal data and mails of days that are over
// in their branch, in the database, on disk and in the mail folder; then it
// moves the key chain on, whatever of this failed.
func (e *Eraser) EraseDue(ctx context.Context) error {
	e.lookAhead(ctx)
	e.LookAtKeys(ctx)
	now := e.core.time.Surely()
	days := e.core.plans.Now().Days(now)
	if len(days) == 0 || maps.Equal(days, e.done) {
		return nil
	}
	erased, err := e.erase(ctx, days, now)
	// Whatever else failed: without its key nothing of a past day can be read,
	// wherever it still lies.
	moved := e.moveOn(ctx, plan.Earliest(days))
	if err != nil || moved != nil {
		return errors.Join(err, unlessReplaced(moved))
	}
	e.done = days
	e.core.log.InfoContext(ctx, "erased personal data of past days",
		"persons", erased.persons, "mails", erased.mails, "files", erased.files, "keys_from", e.chain.Date().String())
	return nil
}

// moveOn moves the key chain on, and before that seals anew what would become
// unreadable by it, or soon: what is of a later date.
func (e *Eraser) moveOn(ctx context.Context, to town.Date) error {
	if errors.Is(e.KeysWrong(), ErrOtherKeys) {
		return e.chain.Advance(to) // nothing here is sealed with these keys
	}
	e.chain.Aim(to)
	resealed, err := e.resealStale(ctx, e.chain.Stale())
	if err != nil {
		return err
	}
	if resealed.AnyLost() && e.lost.due(e.core.time.steady()) {
		e.core.log.ErrorContext(ctx, "what no key opens is stored: of another key file, or of a backup that is too old",
			"persons", len(resealed.Lost), "mails", resealed.LostMails, "wishes", resealed.LostWishes)
	}
	return e.chain.Advance(to)
}

// lookAhead raises an alarm where the chain stands in the future.
func (e *Eraser) lookAhead(ctx context.Context) {
	if ahead := e.KeysAhead(); ahead == 0 {
		e.ahead = alarm{}
	} else if e.ahead.due(e.core.time.steady()) {
		e.core.log.ErrorContext(ctx, "the key file stands after today, and nothing can be booked: set the clock right, or begin a new chain (server key renew)",
			"days", ahead, "keys_from", e.chain.Date().String())
	}
}

// unlessReplaced leaves out what LookAtKeys raises its own alarm about.
func unlessReplaced(err error) error {
	if errors.Is(err, seal.ErrReplaced) {
		return nil
	}
	return err
}

// erase erases what is due in the database, on disk and in the mail folder. What
// can't be overwritten yet is left to RunOverwrites.
func (e *Eraser) erase(ctx context.Context, days map[town.BranchID]town.Date, now time.Time) (erased, error) {
	of, err := e.erasePast(ctx, days)
	if err != nil {
		return of, err
	}
	e.core.overwriting.now(ctx)
	if e.folder == nil {
		return of, nil
	}
	if of.files, err = e.folder.Erase(now); err != nil {
		return of, fmt.Errorf("erase mail folder: %w", err)
	}
	return of, nil
}

// erased counts.
type erased struct{ persons, mails, files int }

// erasePast deletes the personal rows, mails and wishes, with what waits to be confirmed, of days that are over.
func (e *Eraser) erasePast(ctx context.Context, days map[town.BranchID]town.Date) (erased, error) {
	var total erased
	for branch, today := range days {
		var of erased
		err := e.core.write(ctx, nil, func(v *view) (err error) {
			if of.persons, err = v.Personal().DeleteBefore(ctx, branch, today); err != nil {
				return fmt.Errorf("erase persons: %w", err)
			}
			if of.mails, err = v.Mails().DeleteBefore(ctx, branch, today); err != nil {
				return fmt.Errorf("erase mails: %w", err)
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		total.persons += of.persons
		total.mails += of.mails
	}
	return total, e.core.write(ctx, nil, func(v *view) error {
		_, err := v.Wishes().DeleteBefore(ctx, plan.Earliest(days))
		return errors.Join(err, v.sweepConfirmations(ctx, days))
	})
}

// ErrStillOnDisk: what was erased is gone from the database, but its bytes can't
// be overwritten as long as another program reads the file.
var ErrStillOnDisk = errors.New("erased, but its bytes lie on disk until the program that keeps the database open has ended; then erase again")

// Stood is what stood in the database of a person who was erased.
type Stood uint8

const (
	StoodNothing    Stood = iota // erased before, or never given
	StoodReadable                // somebody whom the key file opens
	StoodUnreadable              // somebody, but no key in the key file opens who
)

// Erase erases what is known of the person behind a number, as Art. 17
// GDPR asks, whether or not its day is over, and whether or not it can be read. The
// appointment itself stays, with its number. folder may be nil. Errors: NotFound
// "number.unknown"; ErrStillOnDisk, with what stood there, where the bytes couldn't
// be overwritten yet.
func (ps *Persons) Erase(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, folder MailFolder) (Stood, error) {
	var ticket queue.Ticket
	var stood Stood
	err := ps.write(ctx, []town.BranchID{branch}, func(v *view) (err error) {
		if ticket, err = byNumber(ctx, v, branch, date, number); err != nil {
			return err
		}
		if stood, err = v.stood(ctx, ticket); err != nil {
			return err
		}
		if err := v.Mails().Drop(ctx, ticket.ID, ""); err != nil {
			return fmt.Errorf("drop mails: %w", err)
		}
		return v.Personal().Delete(ctx, ticket.ID)
	})
	if err != nil {
		return StoodNothing, err
	}
	if folder != nil {
		if _, err := folder.EraseTicket(ticket.ID); err != nil {
			return stood, fmt.Errorf("erase mail folder: %w", err)
		}
	}
	if !ps.overwriting.now(ctx) {
		return stood, ErrStillOnDisk
	}
	return stood, nil
}

func (v *view) stood(ctx context.Context, t queue.Ticket) (Stood, error) {
	p, kept, err := v.keptPerson(ctx, t)
	switch {
	case err != nil || !kept:
		return StoodNothing, err
	case p == nil:
		return StoodUnreadable, nil
	}
	return StoodReadable, nil
}

// PersonalData is everything that is stored about the person behind a number.
type PersonalData struct {
	Ticket     queue.Ticket
	Person     *Person // nil: erased, never given, or unreadable
	Unreadable bool    // stored, but not with a key of this key file
	Mails      []ledger.Mail
}

// Data gathers what Art. 15 GDPR asks for. Errors: NotFound
// "number.unknown".
func (ps *Persons) Data(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (PersonalData, error) {
	var data PersonalData
	err := ps.view(ctx, func(v *view) (err error) {
		if data.Ticket, err = byNumber(ctx, v, branch, date, number); err != nil {
			return err
		}
		if b, err := v.rules.Known(branch); err == nil {
			data.Ticket = b.Local(data.Ticket)
		}
		var kept bool
		if data.Person, kept, err = v.keptPerson(ctx, data.Ticket); err != nil {
			return err
		}
		data.Unreadable = kept && data.Person == nil
		data.Mails, err = v.Mails().OfTicket(ctx, data.Ticket.ID)
		return err
	})
	return data, err
}

// Disclose is Persons.Data for somebody at the command line who reads it, which
// the trail then says.
func (ps *Persons) Disclose(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (PersonalData, error) {
	data, err := ps.Data(ctx, branch, date, number)
	if err != nil || data.Person == nil {
		return data, err
	}
	return data, ps.write(ctx, nil, func(v *view) error {
		return v.audit(ctx, access.Actor{Kind: access.Maintenance}, actionOpened, data.Ticket)
	})
}

// errNoSuchNumber: the number was not given out at the branch on that date.
var errNoSuchNumber = problem.New(problem.NotFound, "number.unknown")

func byNumber(ctx context.Context, tx ledger.Tx, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error) {
	t, err := tx.Tickets().ByNumber(ctx, branch, date, number)
	if errors.Is(err, ledger.ErrNotFound) {
		return t, errNoSuchNumber
	}
	return t, err
}
