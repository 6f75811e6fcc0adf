package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// offers is a dealing that offers new times from the day after the closed Thursday,
// with until Wednesday noon to answer.
func offers(t testing.TB) app.Dealing {
	t.Helper()
	return app.Dealing{Kind: ledger.RunOffer, Branch: markt, Until: at(t, tuesday.AddDays(1), "12:00"), Reason: "Personalausfall"}
}

// bookAs books by another mail address; none: by telephone.
func (h *townHall) bookAs(email string, start time.Time) queue.Ticket {
	h.t.Helper()
	wanted, actor := wants(start), access.Actor{}
	wanted.Person = app.Person{Name: "Bo Beispiel", Email: email}
	if email == "" {
		actor = staff(clerk)
	}
	made, err := h.Book(h.ctx(), actor, wanted)
	if err != nil {
		h.t.Fatal(err)
	}
	return made.Ticket
}

// deals carries a dealing out, and returns its id.
func (h *townHall) deals(d app.Dealing) string {
	h.t.Helper()
	id := h.newRun()
	h.dealsFrom(id, d)
	return id
}

// dealsFrom does so from a page that was opened before.
func (h *townHall) dealsFrom(page string, d app.Dealing) {
	h.t.Helper()
	if err := h.Dealings.Begin(h.ctx(), boss(), page, d); err != nil {
		h.t.Fatal(err)
	}
	h.carriesOut()
}

func (h *townHall) newRun() string {
	h.t.Helper()
	id, err := h.Dealings.NewRun()
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *townHall) carriesOut() {
	h.t.Helper()
	if err := h.Dealings.CarryOut(h.ctx()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *townHall) report(id string) app.RunReport {
	h.t.Helper()
	report, err := h.Dealings.ReportRun(h.ctx(), boss(), markt, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return report
}

func (h *townHall) ticket(id town.TicketID) (ticket queue.Ticket) {
	h.t.Helper()
	err := h.store.View(h.ctx(), func(tx ledger.Tx) (err error) {
		ticket, err = tx.Tickets().ByID(h.ctx(), id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return ticket
}

func (h *townHall) standsAt(when string, id town.TicketID, want time.Time) {
	h.t.Helper()
	if got := h.ticket(id).Start; !got.Equal(want) {
		h.t.Errorf("%s: stands at %s, want %s", when, got.In(want.Location()), want)
	}
}

// reservedFor returns what a token's holder is offered.
func (h *townHall) reservedFor(token string) *app.Reserved {
	h.t.Helper()
	_, reserved, err := h.ReservedFor(h.ctx(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return reserved
}

func eachEngine(t *testing.T, test func(t *testing.T, h *townHall)) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		test(t, open(func(s ledger.Store) ledger.Store { return s }))
	})
}

// TestAnOfferedTimeIsKeptAskedForAndAccepted: the time is as good as given away, the
// mail waits for its two minutes, and who accepts keeps token and number; a second
// press changes nothing.
func TestAnOfferedTimeIsKeptAskedForAndAccepted(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		booked := h.book(at(t, thursday, "10:00"))
		h.sendAll()
		free := h.free(at(t, thursday.AddDays(1), "10:00"))
		h.closes(dayOff(thursday))
		id := h.deals(offers(t))
		reserved := h.reservedFor(booked.Token)
		if reserved == nil || !reserved.Start.Equal(at(t, thursday.AddDays(1), "10:00")) || reserved.Number != booked.Ticket.Number || reserved.Over {
			t.Fatalf("got %+v, want the next day at ten with the same number", reserved)
		}
		if got := h.report(id); got.State != ledger.RunDone || got.Done != 1 || !got.Undoable {
			t.Errorf("got %+v, want one done", got)
		}
		h.standsAt("offered", booked.Ticket.ID, at(t, thursday, "10:00"))
		h.wantUnfit("offered", "10:00 closed")
		if got := h.free(reserved.Start); got > free {
			t.Errorf("%d free beside the reserved time, want no more than %d", got, free)
		}
		h.wantLetters("at once")
		h.set(at(t, tuesday, "08:02"))
		letter := h.takesOne()
		if letter.Mail.Kind != app.MailNewTime || letter.News.Reserved == nil || letter.News.Reason != "Personalausfall" || letter.Person.Token != booked.Token {
			t.Errorf("got %+v", letter)
		}
		h.wantNone(h.Outbox.MailSent(h.ctx(), letter))
		for _, press := range []string{"first", "second"} {
			accepted, err := h.AcceptReserved(h.ctx(), access.Actor{}, booked.Token)
			if err != nil || !accepted.Ticket.Start.Equal(reserved.Start) {
				t.Fatalf("%s press: got %v, %v", press, accepted.Ticket.Start, err)
			}
		}
		after := h.ticket(booked.Ticket.ID)
		if after.Number != booked.Ticket.Number || after.Revision != booked.Ticket.Revision+1 {
			t.Errorf("got number %s and revision %d, want the same number and one revision more", after.Number, after.Revision)
		}
		h.wantUnfit("accepted")
		h.wantLetters("accepted", app.MailChange)
	})
}

// TestWhoDoesntAnswerStaysOrIsMovedAtTheEnd: as the office chose, and by reading
// alone: nothing runs here.
func TestWhoDoesntAnswerStaysOrIsMovedAtTheEnd(t *testing.T) {
	for _, moves := range []bool{false, true} {
		t.Run(fmt.Sprint("moves ", moves), func(t *testing.T) {
			eachEngine(t, func(t *testing.T, h *townHall) {
				booked := h.book(at(t, thursday, "10:00"))
				h.sendAll()
				h.closes(dayOff(thursday))
				d := offers(t)
				d.Moves = moves
				h.deals(d)
				reserved := h.reservedFor(booked.Token)
				h.set(d.Until.Add(-time.Second))
				if got, err := h.Appointment(h.ctx(), booked.Token); err != nil || !got.Ticket.Start.Equal(at(t, thursday, "10:00")) {
					t.Errorf("before the end: got %v, %v", got.Ticket.Start, err)
				}
				h.set(d.Until)
				got, err := h.Appointment(h.ctx(), booked.Token)
				if err != nil {
					t.Fatal(err)
				}
				if !moves {
					h.wantUnfit("not answered", "10:00 closed")
					if r := h.reservedFor(booked.Token); r == nil || !r.Over {
						t.Errorf("got %+v, want it over", r)
					}
					if _, err := h.AcceptReserved(h.ctx(), access.Actor{}, booked.Token); !problem.Is(err, "reservation.over") {
						t.Errorf("accepted too late: got %v", err)
					}
					h.deals(app.Dealing{Kind: ledger.RunOffer, Branch: markt, Until: d.Until.Add(time.Hour)})
					if r := h.reservedFor(booked.Token); r == nil || r.Over {
						t.Errorf("offered again: got %+v", r)
					}
					return
				}
				if !got.Ticket.Start.Equal(reserved.Start) || got.Ticket.Number != reserved.Number {
					t.Errorf("got %v, want it moved to %v", got.Ticket.Start, reserved.Start)
				}
				h.wantUnfit("moved")
				h.wantLetters("moved", app.MailChange)
			})
		})
	}
}

// TestAReservedTimeThatIsClosedAsWellIsListed: it is judged like an appointment, and
// nobody is moved there, by pressing or by waiting.
func TestAReservedTimeThatIsClosedAsWellIsListed(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		booked := h.book(at(t, thursday, "10:00"))
		h.closes(dayOff(thursday))
		d := offers(t)
		d.Moves = true
		h.deals(d)
		h.closes(dayOff(thursday.AddDays(1)))
		h.wantUnfit("both closed", "10:00 closed", "10:00 closed")
		if _, err := h.AcceptReserved(h.ctx(), access.Actor{}, booked.Token); !problem.Is(err, "reservation.unfit") {
			t.Errorf("accepted: got %v", err)
		}
		h.set(d.Until)
		h.wantUnfit("after the end", "10:00 closed")
		h.standsAt("after the end", booked.Ticket.ID, at(t, thursday, "10:00"))
	})
}

func TestAnotherTimeChosenGivesTheReservedOneBack(t *testing.T) {
	h := openTownHall(t)
	booked := h.book(at(t, thursday, "10:00"))
	h.closes(dayOff(thursday))
	h.deals(offers(t))
	reserved := h.reservedFor(booked.Token)
	before := h.free(reserved.Start)
	if _, err := h.Move(h.ctx(), access.Actor{}, booked.Token, "", at(t, thursday.AddDays(5), "11:00")); err != nil {
		t.Fatal(err)
	}
	if got := h.free(reserved.Start); got < before {
		t.Errorf("%d free, want no less than %d", got, before)
	}
	if r := h.reservedFor(booked.Token); r != nil {
		t.Errorf("got %+v, want nothing reserved", r)
	}
	h.set(at(t, tuesday, "08:02"))
	letters := h.takes()
	if slices.ContainsFunc(letters, func(l app.Letter) bool { return l.Mail.Kind == app.MailNewTime }) {
		t.Error("the offer is mailed although it was answered")
	}
}

// TestWhoHasNoMailIsAskedByTelephone: the reception reads the time out, and enters
// what was said.
func TestWhoHasNoMailIsAskedByTelephone(t *testing.T) {
	h := openTownHall(t)
	comes, doesnt := h.bookAs("", at(t, thursday, "10:00")), h.bookAs("", at(t, thursday, "11:00"))
	h.closes(dayOff(thursday))
	h.deals(offers(t))
	h.set(at(t, tuesday, "08:02"))
	calls := h.toCall()
	if len(calls) != 2 || calls[0].Reserved == nil {
		t.Fatalf("got %+v, want two with a time to read out", calls)
	}
	h.wantNone(
		h.AnswerReserved(h.ctx(), with(ledger.RoleReception), markt, comes.ID, app.ReservedAccepted),
		h.AnswerReserved(h.ctx(), with(ledger.RoleReception), markt, doesnt.ID, app.ReservedDeclined),
	)
	h.standsAt("comes", comes.ID, at(t, thursday.AddDays(1), "10:00"))
	h.standsAt("doesn't", doesnt.ID, at(t, thursday, "11:00"))
	h.wantUnfit("answered", "11:00 closed")
	h.wantToCall("answered")
	if err := h.AnswerReserved(h.ctx(), staff(clerk), markt, comes.ID, app.ReservedAccepted); problem.Of(err).Kind != problem.Forbidden {
		t.Errorf("a clerk: got %v", err)
	}
}

// TestARunIsUndoneBeforeItsMailsLeave: each appointment stands as it stood, with its
// number, and nobody is mailed; afterwards it is too late.
func TestARunIsUndoneBeforeItsMailsLeave(t *testing.T) {
	for _, kind := range []ledger.RunKind{ledger.RunOffer, ledger.RunMove, ledger.RunCancel, ledger.RunKeep} {
		t.Run(string(kind), func(t *testing.T) {
			eachEngine(t, func(t *testing.T, h *townHall) {
				booked := h.bookAs("bo@example.org", at(t, thursday, "10:00"))
				phoned := h.bookAs("", at(t, thursday, "11:00"))
				h.sendAll()
				h.closes(dayOff(thursday))
				d := offers(t)
				d.Kind = kind
				id := h.deals(d)
				h.set(at(t, tuesday, "08:01"))
				h.wantNone(h.Dealings.Undo(h.ctx(), boss(markt), markt, id))
				h.carriesOut()
				for _, before := range []queue.Ticket{booked, phoned} {
					got := h.ticket(before.ID)
					if !got.Start.Equal(before.Start) || got.Number != before.Number || got.State != queue.Booked || got.Kept {
						t.Errorf("got %+v, want it as it stood", got)
					}
				}
				h.wantUnfit("undone", "10:00 closed", "11:00 closed")
				h.set(at(t, tuesday, "08:30"))
				h.wantLetters("undone")
				h.wantToCall("undone")
				if got := h.report(id); got.State != ledger.RunUndone || got.Undone != 2 {
					t.Errorf("got %+v", got.Run)
				}
				again := h.deals(d)
				h.set(at(t, tuesday, "08:32"))
				if err := h.Dealings.Undo(h.ctx(), boss(markt), markt, again); !problem.Is(err, "run.sent") {
					t.Errorf("once the mails leave: got %v", err)
				}
			})
		})
	}
}

// TestTwoManagersAtOnce: what one has dealt with, the other's run leaves.
func TestTwoManagersAtOnce(t *testing.T) {
	h := openTownHall(t)
	booked := h.book(at(t, thursday, "10:00"))
	h.sendAll()
	h.closes(dayOff(thursday))
	d := offers(t)
	d.Kind = ledger.RunMove
	first, second := h.newRun(), h.newRun()
	first, second = min(first, second), max(first, second) // begun at one instant
	h.wantNone(h.Dealings.Begin(h.ctx(), boss(), first, d), h.Dealings.Begin(h.ctx(), boss(), second, d), h.Dealings.Begin(h.ctx(), boss(), second, d))
	h.carriesOut()
	one, two := h.report(first), h.report(second)
	if one.Done != 1 || two.Left != 1 || two.Items[0].Note != app.LeftMoved {
		t.Errorf("got %+v and %+v, want the second left", one, two)
	}
	h.set(at(t, tuesday, "08:05"))
	h.wantLetters("both", app.MailChange)
	h.standsAt("moved", booked.Ticket.ID, at(t, thursday.AddDays(1), "10:00"))
}

// TestWhoManagesOneBranchMovesNobodyToAnother, and nobody else moves anybody.
func TestWhoManagesOneBranchMovesNobodyToAnother(t *testing.T) {
	h := openTownHall(t)
	h.book(at(t, thursday, "10:00"))
	h.closes(dayOff(thursday))
	for _, actor := range []access.Actor{staff(clerk), with(ledger.RoleReception), boss(nera)} {
		if _, err := h.Dealings.Preview(h.ctx(), actor, offers(t)); problem.Of(err).Kind != problem.Forbidden {
			t.Errorf("%s: got %v, want no right", actor.Name(), err)
		}
	}
	// Nothing is free at home for a year.
	h.closes(app.Closing{Counters: dayOff(thursday).Counters, Closure: booking.Closure{From: thursday, To: thursday.AddDays(360)}})
	d := offers(t)
	d.Elsewhere = true
	for _, tc := range []struct {
		actor access.Actor
		want  string
	}{{boss(markt), app.LeftNoTime}, {boss(), ""}} {
		got, err := h.Dealings.Preview(h.ctx(), tc.actor, d)
		if err != nil || len(got) != 1 || got[0].Left != tc.want || tc.want == "" && got[0].Target.Branch != nera {
			t.Errorf("%v: got %+v, %v; want %q", tc.actor.User.Branches, got, err, tc.want)
		}
	}
}

// TestAHouseholdIsReservedTogether: within half an hour, though each alone would
// find something nearer.
func TestAHouseholdIsReservedTogether(t *testing.T) {
	h := openTownHall(t)
	one, other := h.bookAs("bo@example.org", at(t, thursday, "09:30")), h.bookAs("Bo@example.org", at(t, thursday, "11:30"))
	h.closes(dayOff(thursday))
	d := offers(t)
	d.Kind = ledger.RunMove
	h.deals(d)
	if apart := h.ticket(other.ID).Start.Sub(h.ticket(one.ID).Start).Abs(); apart > 30*time.Minute {
		t.Errorf("they stand %s apart", apart)
	}
}

// TestARunThatIsKilledGoesOn: at whichever statement of a step the server ends, the
// run ends as if nothing had happened: one mail each, nobody twice, no place lost.
func TestARunThatIsKilledGoesOn(t *testing.T) {
	statements := map[ledger.RunKind][]string{
		ledger.RunOffer:  {"Reservations.Put", "Holds.Insert", "Numbers.Take", "Mails.Put", "Runs.PutItem.Done", "Update.Done", "Runs.Turn"},
		ledger.RunMove:   {"Tickets.Update", "Personal.Put", "Mails.Put", "Runs.PutItem", "Update.Commit", "Update.Done"},
		ledger.RunCancel: {"Tickets.Update.Done", "Numbers.Return", "Runs.PutItem", "Update.Done", "Audit.Put"},
	}
	for kind, points := range statements {
		for _, statement := range points {
			t.Run(string(kind)+" "+statement, func(t *testing.T) {
				forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
					var booked []queue.Ticket
					for _, clock := range []string{"10:00", "10:30", "11:00"} {
						booked = append(booked, h.bookAs("bo"+strings.ReplaceAll(clock, ":", "")+"@example.org", at(t, thursday, clock)))
					}
					h.sendAll()
					h.closes(dayOff(thursday))
					d := offers(t)
					d.Kind = kind
					run := h.newRun()
					h.wantNone(h.Dealings.Begin(h.ctx(), boss(), run, d))
					s.Fail(statement, errors.New("killed"), 1)
					for h.Dealings.CarryOut(h.ctx()) != nil {
						t.Log("killed, and begun again")
					}
					s.Heal()
					report := h.report(run)
					if report.Done != len(booked) || report.State != ledger.RunDone {
						t.Fatalf("got %+v, want all done", report)
					}
					h.set(at(t, tuesday, "08:05"))
					mailed := map[town.TicketID]int{}
					for _, l := range h.takes() {
						mailed[l.Ticket.ID]++
					}
					for _, b := range booked {
						if mailed[b.ID] != 1 {
							t.Errorf("%s: %d mails, want one", b.ID, mailed[b.ID])
						}
					}
					memory, rows, followed, err := h.Memory.Compare(h.ctx(), markt)
					if diff := cmp.Diff(rows, memory); err != nil || followed && diff != "" {
						t.Errorf("what is given away: %v\n%s", err, diff)
					}
				})
			})
		}
	}
}
