package app_test

import (
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// deal begins to deal with some or all of what no longer fits, in any of the ways,
// and carries it out now or with a later step.
func (d *changer) deal(r *rapid.T) {
	list, err := d.Dealings.Unfit(d.ctx(), markt)
	if err != nil {
		r.Fatal(err)
	}
	if len(list) == 0 {
		r.Skip("all fit")
	}
	w := app.Dealing{
		Kind:   rapid.SampledFrom([]ledger.RunKind{ledger.RunOffer, ledger.RunOffer, ledger.RunMove, ledger.RunCancel, ledger.RunKeep}).Draw(r, "kind"),
		Branch: markt, Until: d.clock().Add(time.Duration(rapid.IntRange(30, 90).Draw(r, "minutes")) * time.Minute),
		Moves: rapid.Bool().Draw(r, "moves"), Elsewhere: rapid.Bool().Draw(r, "elsewhere"),
	}
	if rapid.Bool().Draw(r, "one") {
		w.Tickets = []town.TicketID{rapid.SampledFrom(list).Draw(r, "ticket").ID}
	}
	run, err := d.Dealings.NewRun()
	if err != nil {
		r.Fatal(err)
	}
	err = d.Dealings.Begin(d.ctx(), boss(), run, w)
	if problem.Of(err).Kind == problem.Invalid {
		return // what was drawn is a reserved time, which isn't dealt with itself
	}
	if err != nil {
		r.Fatal(err)
	}
	d.runs = append(d.runs, run)
	if rapid.Bool().Draw(r, "at once") {
		d.carryOut(r)
	}
}

func (d *changer) carryOut(r *rapid.T) {
	if err := d.Dealings.CarryOut(d.ctx()); err != nil {
		r.Fatal(err)
	}
}

func (d *changer) run(r *rapid.T) string {
	if len(d.runs) == 0 {
		r.Skip("no runs yet")
	}
	return rapid.SampledFrom(d.runs).Draw(r, "run")
}

func (d *changer) halt(r *rapid.T) {
	d.mayConflict(r, d.Dealings.Halt(d.ctx(), boss(), markt, d.run(r)))
}

// undoRun takes a run back, and must not be in the middle of it when it compares.
func (d *changer) undoRun(r *rapid.T) {
	d.mayConflict(r, d.Dealings.Undo(d.ctx(), boss(), markt, d.run(r)))
	d.carryOut(r)
}

func (d *changer) accept(r *rapid.T) {
	_, err := d.AcceptReserved(d.ctx(), access.Actor{}, d.token(r))
	d.mayConflict(r, err)
}

// decline says no on the telephone for somebody who was asked.
func (d *changer) decline(r *rapid.T) {
	asked := d.reserved(r)
	if len(asked) == 0 {
		r.Skip("nobody is asked")
	}
	one := rapid.SampledFrom(asked).Draw(r, "asked")
	d.mayConflict(r, d.AnswerReserved(d.ctx(), boss(), d.ticketNow(r, one.Ticket).Branch, one.Ticket, app.ReservedDeclined))
}

// lapse passes the end of what is asked next.
func (d *changer) lapse(r *rapid.T) {
	asked := d.reserved(r)
	if len(asked) == 0 {
		r.Skip("nobody is asked")
	}
	end := asked[0].Until
	for _, a := range asked {
		if a.Until.Before(end) {
			end = a.Until
		}
	}
	if now := d.clock(); end.After(now) && town.DateOf(end, now.Location()) == town.DateOf(now, now.Location()) {
		d.set(end)
	}
}

func (d *changer) mayConflict(r *rapid.T, err error) {
	if kind := problem.Of(err).Kind; err != nil && kind.Ours() {
		r.Fatal(err)
	}
}

// reserved are the times that are reserved for somebody.
func (d *changer) reserved(r *rapid.T) (standing []ledger.Reservation) {
	today := town.DateOf(d.clock(), d.clock().Location())
	err := d.store.View(d.ctx(), func(tx ledger.Tx) error {
		standing = nil
		for _, branch := range []town.BranchID{markt, nera} {
			all, err := tx.Reservations().On(d.ctx(), branch, today, today.AddDays(400))
			if err != nil {
				return err
			}
			standing = append(standing, all...)
		}
		return nil
	})
	if err != nil {
		r.Fatal(err)
	}
	return standing
}

func (d *changer) ticketNow(r *rapid.T, id town.TicketID) (t queue.Ticket) {
	err := d.store.View(d.ctx(), func(tx ledger.Tx) (err error) {
		t, err = tx.Tickets().ByID(d.ctx(), id)
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return t
}

// compareReserved wants of each reserved time that it takes its place, has a number
// of its own, and belongs to an appointment that is still to come.
func (d *changer) compareReserved(r *rapid.T) {
	memory, rows, followed, err := d.Memory.Compare(d.ctx(), markt)
	if err != nil {
		r.Fatal(err)
	}
	if diff := cmp.Diff(rows, memory); followed && diff != "" {
		r.Fatalf("what is given away (-rows +memory):\n%s", diff)
	}
	numbers := map[string]town.TicketID{}
	for _, one := range d.reserved(r) {
		t := d.ticketNow(r, one.Ticket)
		if t.State != queue.Booked && t.State != queue.Waiting {
			r.Fatalf("a time is reserved for %s, which is %s", t.Number, t.State)
		}
		key := fmt.Sprint(one.Branch, one.Date, one.Number)
		if other, twice := numbers[key]; twice {
			r.Fatalf("%s and %s have one number", other, one.Ticket)
		}
		numbers[key] = one.Ticket
	}
}
