package app_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func was(t *testing.T, made app.Appointment) *app.Former {
	t.Helper()
	return &app.Former{Branch: made.Ticket.Branch, Start: made.Ticket.Start.UTC(), Number: made.Ticket.Number}
}

// news is what the only letter that is due says.
func (n *night) news(what, kind string) app.News {
	n.t.Helper()
	letters := n.wantDue(what, kind)
	if len(letters) != 1 {
		n.t.FailNow()
	}
	n.sent(letters)
	news := letters[0].News
	if news.Was != nil {
		news.Was.Start = news.Was.Start.UTC()
	}
	return news
}

func (n *night) wantNews(what, kind string, want app.News) {
	n.t.Helper()
	if diff := cmp.Diff(want, n.news(what, kind)); diff != "" {
		n.t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

func TestAMoveTellsWhatWasAndWhoWantedIt(t *testing.T) {
	n := openNight(t)
	made := n.book(at(t, tuesday+7, "09:20"))
	token := made.Token
	n.sent(n.due())
	burst := app.StaffReason{Reason: " Rohr  geplatzt "}
	steps := []struct {
		name, kind string
		actor      access.Actor
		branch     town.BranchID
		clock      string
		why        app.StaffReason
		want       app.News
	}{
		{"by the citizen", app.MailChange, access.Actor{}, "", "09:40", app.StaffReason{}, app.News{}},
		{"by the office", app.MailChange, staff(clerk), "", "13:00", burst, app.News{ByOffice: true, Reason: "Rohr geplatzt"}},
		{"asked for by telephone", app.MailChange, staff(clerk), "", "13:20", app.StaffReason{Requested: true, Reason: "dropped"}, app.News{}},
		{"to another branch", app.MailRelocation, staff(clerk), nera, "09:40", burst, app.News{ByOffice: true, Reason: "Rohr geplatzt"}},
	}
	for _, s := range steps {
		s.want.Was = was(t, made)
		var err error
		if made, err = n.MoveFor(n.ctx(), s.actor, token, s.branch, at(t, tuesday+7, s.clock), s.why); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		n.wantNews(s.name, s.kind, s.want)
	}
}

// The reader knows only what a mail has told.
func TestTwoMovesBeforeAMailTellWhatWasKnown(t *testing.T) {
	n := openNight(t)
	made := n.book(at(t, tuesday+7, "09:20"))
	n.sent(n.due())
	for _, clock := range []string{"13:00", "13:40"} {
		if _, err := n.MoveFor(n.ctx(), staff(clerk), made.Token, "", at(t, tuesday+7, clock), app.StaffReason{}); err != nil {
			t.Fatal(err)
		}
	}
	n.wantNews("moved twice", app.MailChange, app.News{ByOffice: true, Was: was(t, made)})
}

func TestACancellationTellsWhoWantedIt(t *testing.T) {
	n := openNight(t)
	for name, s := range map[string]struct {
		actor access.Actor
		why   app.StaffReason
		want  app.News
	}{
		"citizen":   {access.Actor{}, app.StaffReason{}, app.News{}},
		"telephone": {staff(clerk), app.StaffReason{Requested: true}, app.News{}},
		"office":    {staff(clerk), app.StaffReason{Reason: "krank"}, app.News{ByOffice: true, Reason: "krank"}},
	} {
		made := n.book(at(t, tuesday+7, "09:20"))
		n.sent(n.due())
		if err := n.CancelFor(n.ctx(), s.actor, made.Token, s.why); err != nil {
			t.Fatal(err)
		}
		n.wantNews(name, app.MailCancellation, s.want)
	}
}

func TestAReasonIsTheOfficesAndShort(t *testing.T) {
	n := openNight(t)
	made := n.book(at(t, tuesday+7, "09:20"))
	if err := n.CancelFor(n.ctx(), access.Actor{}, made.Token, app.StaffReason{Reason: "Lust"}); !problem.Is(err, "appointment.reason_staff_only") {
		t.Errorf("citizen: got %v", err)
	}
	long := app.StaffReason{Reason: strings.Repeat("ä", app.MaxReason+1)}
	_, err := n.MoveFor(n.ctx(), staff(clerk), made.Token, "", at(t, tuesday+7, "09:40"), long)
	if diff := cmp.Diff(map[string]string{"reason": "field.too_long"}, problem.Of(err).Fields); diff != "" {
		t.Error(diff)
	}
}

// What an office typed is as personal as what it is about.
func TestAReasonIsErasedWithTheDay(t *testing.T) {
	n := openNight(t)
	reason := []byte("Querulin war grob")
	cancelled := n.book(at(t, tuesday, "13:00"))
	moved := n.book(at(t, tuesday, "13:20"))
	n.deliver()
	if err := n.CancelFor(n.ctx(), staff(clerk), cancelled.Token, app.StaffReason{Reason: string(reason)}); err != nil {
		t.Fatal(err)
	}
	if _, err := n.MoveFor(n.ctx(), staff(clerk), moved.Token, "", at(t, tuesday, "14:00"), app.StaffReason{Reason: string(reason)}); err != nil {
		t.Fatal(err)
	}
	if got := n.holding(reason); len(got) != 0 {
		t.Errorf("queued: found in %v although it is sealed", got)
	}
	n.deliver()
	if got := n.holding(reason); len(got) != 2 {
		t.Errorf("sent: found in %v, want two mails", got)
	}
	n.set(at(t, tuesday+1, "00:01"))
	n.erase()
	if got := n.holding(reason); len(got) != 0 {
		t.Errorf("erased: found in %v", got)
	}
}
