package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func with(role ledger.Role, branches ...town.BranchID) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: town.UserID(role), Role: role, Branches: branches}}
}

// refuse has every mail that is due come back.
func (n *night) refuse() {
	n.t.Helper()
	for _, l := range n.due() {
		if err := n.Outbox.MailRefused(n.ctx(), l, "smtp: 550 5.1.1, recipient"); err != nil {
			n.t.Fatal(err)
		}
	}
}

func (n *night) unreached(actor access.Actor) []app.Unreached {
	n.t.Helper()
	list, err := n.Mails.Unreached(n.ctx(), actor, markt)
	if err != nil {
		n.t.Fatal(err)
	}
	return list
}

// wantUnreached wants so many numbers to be telephoned, in order.
func (n *night) wantUnreached(what string, want ...app.Appointment) []app.Unreached {
	n.t.Helper()
	list := n.unreached(with(ledger.RoleReception))
	var got, wanted []town.TicketID
	for _, u := range list {
		got = append(got, u.Ticket.ID)
	}
	for _, made := range want {
		wanted = append(wanted, made.Ticket.ID)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		n.t.Errorf("%s: -want +got\n%s", what, diff)
	}
	return list
}

func (n *night) bookSecretive(date town.Date, clock string) app.Appointment {
	n.t.Helper()
	made, err := n.Book(n.ctx(), access.Actor{}, secretive(at(n.t, date, clock)))
	if err != nil {
		n.t.Fatal(err)
	}
	return made
}

func TestWhoGotNoMailIsTelephonedByWhoMay(t *testing.T) {
	n := openNight(t)
	later, sooner := n.bookSecretive(tuesday+14, "13:00"), n.bookSecretive(tuesday+7, "09:20")
	n.refuse()
	list := n.wantUnreached("both, the next first", sooner, later)
	if got := list[0]; got.Phone != "09999 424242" || !got.Callers || got.Kind != app.MailConfirmation {
		t.Errorf("reception: got %+v", got)
	}
	if got := n.unreached(with(ledger.RoleClerk)); len(got) != 2 || got[0].Phone != "" || got[0].Callers {
		t.Errorf("clerk: got %+v, want no telephone number", got)
	}
	if _, err := n.Mails.Unreached(n.ctx(), with(ledger.RoleReception, nera), markt); !problem.Is(err, "right.missing") {
		t.Errorf("another branch: got %v", err)
	}
	id := list[0].Mail
	for _, actor := range []access.Actor{with(ledger.RoleClerk), with(ledger.RoleManager, nera)} {
		if err := n.Mails.Reached(n.ctx(), actor, id); !problem.Is(err, "right.missing") {
			t.Errorf("%s: got %v", actor.User.ID, err)
		}
	}
	for range 2 {
		if err := n.Mails.Reached(n.ctx(), with(ledger.RoleReception), id); err != nil {
			t.Fatal(err)
		}
	}
	n.wantUnreached("one is dealt with", later)
	trail, err := n.Trail.Of(n.ctx(), with(ledger.RoleManager), markt, at(t, tuesday, "00:00"), at(t, tuesday+1, "00:00"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if got := trail[0]; got.Action != "reached" || got.Number != sooner.Ticket.Number || trail[1].Action == "reached" {
		t.Errorf("trail: got %+v, want it once", trail)
	}
	if err := n.Mails.Reached(n.ctx(), with(ledger.RoleReception), "nothing"); !problem.Is(err, "mail.unknown") {
		t.Errorf("unknown: got %v", err)
	}
}

func TestNobodyIsTelephonedInVain(t *testing.T) {
	n := openNight(t)
	cancelled, moved := n.bookSecretive(tuesday+7, "09:20"), n.bookSecretive(tuesday+7, "09:40")
	erased, over := n.bookSecretive(tuesday+7, "13:00"), n.bookSecretive(tuesday, "13:00")
	n.refuse()
	n.wantUnreached("all", over, cancelled, moved, erased)
	if err := n.Cancel(n.ctx(), access.Actor{}, cancelled.Token); err != nil {
		t.Fatal(err)
	}
	n.wantUnreached("cancelled by themselves", over, moved, erased)
	if _, err := n.Move(n.ctx(), access.Actor{}, moved.Token, "", at(t, tuesday+7, "14:00")); err != nil {
		t.Fatal(err)
	}
	n.wantUnreached("a new mail is under way", over, erased)
	if _, err := n.Persons.Erase(n.ctx(), markt, tuesday+7, erased.Ticket.Number, nil); err != nil {
		t.Fatal(err)
	}
	n.wantUnreached("erased", over)
	n.set(at(t, tuesday, "13:00"))
	n.wantUnreached("begun")
	n.refuse()
	list := n.wantUnreached("the new mail came back too", moved)
	if got := list[0].Kind; got != app.MailChange {
		t.Errorf("kind: got %s, want %s", got, app.MailChange)
	}
	n.set(at(t, tuesday+6, "14:00"))
	n.sent(n.wantDue("the reminder gets through", app.MailReminder))
	n.wantUnreached("reached after all")
}

// Who cancels knows; whom the office cancels must be told before their
// telephone number goes.
func TestARefusedCancellationKeepsTheNumberOnlyToTelephone(t *testing.T) {
	n := openNight(t)
	own, office := n.bookSecretive(tuesday+7, "09:20"), n.bookSecretive(tuesday+7, "09:40")
	silent := n.bookSecretive(tuesday+7, "13:00")
	n.deliver()
	sealed := map[string][]byte{"own": n.secrets(own)["sealed"], "office": n.secrets(office)["sealed"], "silent": n.secrets(silent)["sealed"]}
	wantHeld := func(what string, want ...string) {
		t.Helper()
		n.overwritten()
		var held []string
		for _, name := range []string{"own", "office", "silent"} {
			if len(n.holding(sealed[name])) > 0 {
				held = append(held, name)
			}
		}
		if diff := cmp.Diff(want, held); diff != "" {
			t.Errorf("%s: held: -want +got\n%s", what, diff)
		}
	}
	for made, actor := range map[*app.Appointment]access.Actor{&own: {}, &office: staff(clerk), &silent: staff(clerk)} {
		if err := n.Cancel(n.ctx(), actor, made.Token); err != nil {
			t.Fatal(err)
		}
	}
	n.refuse()
	n.wantUnreached("the office cancelled", office, silent)
	wantHeld("refused", "office", "silent")
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	wantHeld("the night after", "office", "silent")
	if err := n.Mails.Reached(n.ctx(), with(ledger.RoleManager), n.unreached(with(ledger.RoleManager))[0].Mail); err != nil {
		t.Fatal(err)
	}
	wantHeld("telephoned", "silent")
	n.set(at(t, tuesday+8, "00:01"))
	n.erase()
	wantHeld("the day is over")
	n.wantUnreached("the day is over")
}

func TestAnOfficesStepWithoutAnAddressIsTelephoned(t *testing.T) {
	n := openNight(t)
	book := func(clock string) app.Appointment {
		t.Helper()
		r := secretive(at(t, tuesday+7, clock))
		r.Person.Email = ""
		made, err := n.Book(n.ctx(), staff(clerk), r)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	moved, cancelled, asked := book("09:20"), book("09:40"), book("13:00")
	n.wantUnreached("booked by telephone: they know")
	if _, err := n.Move(n.ctx(), staff(clerk), string(moved.Ticket.ID), "", at(t, tuesday+7, "14:00")); err != nil {
		t.Fatal(err)
	}
	if err := n.Cancel(n.ctx(), staff(clerk), string(cancelled.Ticket.ID)); err != nil {
		t.Fatal(err)
	}
	if err := n.CancelFor(n.ctx(), staff(clerk), string(asked.Ticket.ID), app.StaffReason{Requested: true}); err != nil {
		t.Fatal(err)
	}
	n.wantDue("nobody to write to")
	list := n.wantUnreached("the office decided", cancelled, moved)
	if got := list[0]; got.Reason != "no_address" || got.Phone != "09999 424242" {
		t.Errorf("got %+v", got)
	}
}
