package display

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// nine is the server's nine o'clock; the monotonic time of the tests begins
// there too.
var nine = time.Date(2026, 12, 8, 9, 0, 0, 0, time.FixedZone("", 3600))

const second = time.Second

func TestTwoCallsWithinASecondAreBothShownAndRung(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(second/2, 2, 203)
	h.want(second, "417", "", "rung 417")
	h.want(3*second, "203", "417", "rung 417 203")
}

func TestSeveralWaitingShortenButNobodyIsSkipped(t *testing.T) {
	h := newDrivenScreen(t)
	for i := range 5 {
		h.call(0, town.Seq(i+1), town.Number(100+i))
	}
	for i := range 5 {
		h.run(time.Duration(i)*3*second + second)
		if got, want := h.screen.View(h.now).Large.Number, town.Number(100+i); got != want {
			t.Errorf("at %v: got %v large, want %v", h.now, got, want)
		}
	}
	h.want(20*second, "104", "103 102 101 100", "rung 100 101 102 103 104")
}

func TestALoneCallStaysLarge(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.want(time.Hour, "417", "", "rung 417")
	h.call(time.Hour, 2, 203)
	h.want(time.Hour, "203", "417", "rung 417 203")
}

func TestRecallRingsAgainAndIsMarked(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.recall(second, 2, 417)
	h.want(second, "417 again", "", "rung 417 417")
	h.call(2*second, 3, 203)
	h.recall(10*second, 4, 417)
	h.want(14*second, "417 again", "203", "rung 417 417 203 417")
}

func TestClearKeepsTheMinimumTime(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.clear(second, 2, 417)
	h.want(5*second, "417 cleared", "", "rung 417")
	h.want(6*second, "", "417 cleared", "rung 417")
}

func TestClearedWhileWaitingIsStillShown(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.clear(second, 3, 203)
	h.want(3*second, "203 cleared", "417", "rung 417 203")
	h.want(9*second, "", "417 203 cleared", "rung 417 203")
}

func TestOfMissedCallsTheYoungAreRungAndTheOldListed(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.apply(h.screen.Disconnected(10 * second))
	h.board(5*time.Minute, true, 9,
		wire.BoardCall{Seq: 2, Number: 101, At: nine.Add(20 * second)},
		wire.BoardCall{Seq: 5, Number: 102, At: nine.Add(30 * second), Cleared: true},
		wire.BoardCall{Seq: 9, Number: 103, At: nine.Add(5*time.Minute - 9*second)})
	h.want(5*time.Minute, "103", "101 417 102 cleared", "rung 417 103")
}

func TestAScreenThatStartsDoesNotReplayTheMorning(t *testing.T) {
	h := newDrivenScreen(t)
	h.epoch = "fresh"
	h.board(time.Hour, false, 30,
		wire.BoardCall{Seq: 1, Number: 101, At: nine, Cleared: true},
		wire.BoardCall{Seq: 2, Number: 102, At: nine.Add(second)},
		wire.BoardCall{Seq: 3, Number: 103, At: nine.Add(2 * second), Cleared: true})
	h.want(time.Hour, "102", "103 cleared 101 cleared", "rung")
	h.call(time.Hour+second, 31, 104)
	h.want(time.Hour+6*second, "104", "102 103 cleared 101 cleared", "rung 104")
}

func TestAScreenThatStartsRingsAFreshCall(t *testing.T) {
	h := newDrivenScreen(t)
	h.epoch = "fresh"
	h.board(9*second, false, 2, wire.BoardCall{Seq: 2, Number: 102, At: nine})
	h.want(9*second, "102", "", "rung 102")
}

func TestNothingIsDoubledAfterReconnecting(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(0, 1, 417)
	h.board(second, true, 1, wire.BoardCall{Seq: 1, Number: 417, At: nine})
	h.board(2*second, false, 1, wire.BoardCall{Seq: 1, Number: 417, At: nine})
	h.want(20*second, "417", "", "rung 417")
}

func TestAnEndMissedWhileAwayIsLearned(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 7, 417)
	h.apply(h.screen.Disconnected(time.Minute))
	if _, after := h.screen.Position(); after != 7 {
		t.Errorf("resumes after %d, want 7: what it has seen", after)
	}
	h.board(2*time.Minute, true, 9, wire.BoardCall{Seq: 7, Number: 417, At: nine, Cleared: true})
	h.want(2*time.Minute, "", "417 cleared", "rung 417")
	if _, after := h.screen.Position(); after != 9 {
		t.Errorf("resumes after %d, want 9", after)
	}
}

// A call that is taken back goes at once, wherever it stands, and the next
// doesn't wait for its time to be over.
func TestAWithdrawnCallIsGoneAtOnce(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.call(0, 3, 555)
	h.withdraw(second, 4, 203)
	h.want(second, "417", "", "rung 417")
	h.withdraw(second, 5, 417)
	h.want(second, "555", "", "rung 417 555")
	h.call(10*second, 6, 902)
	h.withdraw(11*second, 7, 555)
	h.want(11*second, "902", "", "rung 417 555 902")
	if diff := cmp.Diff([]town.Seq{2, 1, 3}, h.hushed); diff != "" {
		t.Errorf("hushed (-want +got):\n%s", diff)
	}
}

func TestAWithdrawnCallLeavesAnEarlierOneOfItsNumber(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.clear(second, 2, 417)
	h.call(10*second, 3, 203)
	h.call(11*second, 4, 417)
	h.withdraw(12*second, 5, 417)
	h.want(time.Minute, "203", "417 cleared", "rung 417 203")
}

func TestACallWithdrawnWhileAwayIsGone(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(10*second, 2, 203)
	h.apply(h.screen.Disconnected(20 * second))
	h.board(21*second, true, 6,
		wire.BoardCall{Seq: 1, Number: 417, At: nine, Cleared: true, Withdrawn: true},
		wire.BoardCall{Seq: 2, Number: 203, At: nine, Cleared: true, Withdrawn: true},
		wire.BoardCall{Seq: 5, Number: 555, At: nine.Add(20 * second), Cleared: true, Withdrawn: true})
	h.want(21*second, "", "", "rung 417 203")
	if diff := cmp.Diff([]town.Seq{1, 2}, h.hushed); diff != "" {
		t.Errorf("hushed (-want +got):\n%s", diff)
	}
}

func TestANewEpochStartsAnew(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 50, 417)
	h.epoch = "restored"
	h.board(time.Minute, false, 3, wire.BoardCall{Seq: 3, Number: 203, At: nine})
	h.want(time.Minute, "203", "", "rung 417")
	h.call(2*time.Minute, 4, 204)
	h.want(2*time.Minute, "204", "203", "rung 417 204")
}

func TestACallThatAFullBoardMissesIsOver(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.board(time.Minute, false, 7)
	h.want(time.Minute, "", "417 cleared", "rung 417")
}

func TestTheNewDayEmptiesTheBoard(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.want(15*time.Hour-second, "203", "417", "rung 417 203")
	h.want(15*time.Hour, "", "", "rung 417 203")
}

func TestTheScreensOwnClockDoesNotMatter(t *testing.T) {
	h := newDrivenScreen(t)
	ten := nine.Add(time.Hour)
	h.apply(h.screen.Call(second, wire.ScreenCall{Seq: 1, Number: 417, At: ten.Add(-9 * second), Now: ten}))
	h.apply(h.screen.Call(second, wire.ScreenCall{Seq: 2, Number: 203, At: ten.Add(-10 * second), Now: ten}))
	h.apply(h.screen.Call(second, wire.ScreenCall{Seq: 3, Number: 555, At: ten.Add(time.Hour), Now: ten}))
	h.want(20*second, "555", "203 417", "rung 417 555")
	if got, want := *h.screen.View(31 * second).Now, ten.Add(30*second); !got.Equal(want) {
		t.Errorf("clock: got %v, want %v", got, want)
	}
}

// On the last Sunday of October two becomes three again. A hall that is closed
// then opens on Monday with the right clock, although nobody has been called.
func TestTheClocksChangeWhileNobodyIsCalled(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2026, 10, 23, 12, 0, 0, 0, berlin)
	monday := time.Date(2026, 10, 26, 7, 59, 0, 0, berlin)
	s := New(Defaults())
	s.Board(0, wire.Board{V: wire.Version, Epoch: "e1", Now: friday.In(time.FixedZone("", 2*3600))})
	change := time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)
	s.Clock(change.Sub(friday), wire.Clock{Now: change.In(time.FixedZone("", 3600))})
	if got, want := s.View(monday.Sub(friday)).Now.Format(time.DateTime), monday.Format(time.DateTime); got != want {
		t.Errorf("clock: got %s, want %s", got, want)
	}
	s.settings.Night = []Hours{{From: 20 * 60, To: 8 * 60}}
	if !s.View(monday.Sub(friday)).Dark || s.View(monday.Sub(friday)+time.Minute).Dark {
		t.Error("the night doesn't end at eight")
	}
}

func TestQuietHoursShowButDoNotRing(t *testing.T) {
	h := newDrivenScreen(t)
	h.screen.settings.Quiet = []Hours{{From: 12 * 60, To: 13 * 60}}
	h.call(3*time.Hour-second, 1, 417)
	h.want(3*time.Hour, "417", "", "rung 417")
	h.call(3*time.Hour+10*second, 2, 203)
	h.want(3*time.Hour+10*second, "203", "417", "rung 417")
	h.wantSent(wire.Sounded{Seq: 2, Sound: wire.SoundOff})
}

func TestTheNightIsDarkUnlessSomebodyIsCalled(t *testing.T) {
	h := newDrivenScreen(t)
	h.screen.settings.Night = []Hours{{From: 20 * 60, To: 6 * 60}}
	dark := func(at time.Duration) bool {
		h.run(at)
		return h.screen.View(at).Dark
	}
	if dark(10*time.Hour) || !dark(11*time.Hour) || !dark(20*time.Hour) || dark(21*time.Hour) {
		t.Error("want it dark from 20:00 to 06:00")
	}
	h.call(36*time.Hour, 1, 417)
	if dark(36 * time.Hour) {
		t.Error("want a call at night to be seen")
	}
}

func TestAMonthLeavesNothingBehind(t *testing.T) {
	h := newDrivenScreen(t)
	at, seq := time.Duration(0), town.Seq(0)
	for range 30 * 300 {
		at += 5 * time.Minute
		h.call(at, seq+1, town.Number(100+seq%900))
		h.clear(at+time.Minute, seq+2, town.Number(100+seq%900))
		seq += 2
		h.rung, h.sent = nil, nil
	}
	h.run(at + time.Hour)
	if got, want := len(h.screen.all()), h.screen.settings.Listed; got > want {
		t.Errorf("holds %d calls, want at most %d", got, want)
	}
}

func TestLostConnectionIsShownWithTheServersTime(t *testing.T) {
	h := newDrivenScreen(t)
	h.apply(h.screen.Disconnected(41 * time.Minute))
	h.apply(h.screen.Disconnected(50 * time.Minute))
	view := h.screen.View(time.Hour)
	if view.Online || !view.Since.Equal(nine.Add(41*time.Minute)) {
		t.Errorf("got online %v since %v, want offline since 09:41", view.Online, view.Since)
	}
	h.board(2*time.Hour, true, 0)
	if view := h.screen.View(2 * time.Hour); !view.Online || view.Since != nil {
		t.Errorf("got online %v since %v, want online", view.Online, view.Since)
	}
}

func TestReports(t *testing.T) {
	h := newDrivenScreen(t)
	h.apply(h.screen.SoundState(h.now, wire.SoundReady))
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.apply(h.screen.Painted(20*time.Millisecond, 1))
	h.apply(h.screen.Painted(25*time.Millisecond, 1))
	h.apply(h.screen.Painted(30*time.Millisecond, 2)) // still waiting
	h.wantSent(wire.Status{Sound: wire.SoundReady}, wire.Queued{Seq: 2, InMS: 3000}, wire.Shown{Seq: 1, AfterMS: 20})
	h.apply(h.screen.Disconnected(second))
	h.apply(h.screen.Sounded(second, 1, wire.SoundNoDevice))
	h.apply(h.screen.SoundState(h.now, wire.SoundNoDevice))
	h.apply(h.screen.SoundState(h.now, wire.SoundNoDevice))
	h.wantSent(wire.Sounded{Seq: 1, Sound: wire.SoundNoDevice}, wire.Status{Sound: wire.SoundNoDevice})
}

func TestPowerCut(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.clear(second, 3, 417)
	saved, ok := h.screen.Save(second)
	if !ok {
		t.Fatal("nothing to save")
	}
	raw, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	var loaded Saved
	if err := json.Unmarshal(raw, &loaded); err != nil {
		t.Fatal(err)
	}
	h.screen, h.rung = New(Defaults()), nil
	h.screen.Restore(loaded)
	h.now = 0
	h.want(time.Minute, "", "417 cleared", "rung")
	if view := h.screen.View(h.now); view.Online || !view.Since.Equal(nine.Add(second)) || view.Now != nil {
		t.Errorf("got %+v, want no connection since the power cut, and no clock", view)
	}
	if epoch, after := h.screen.Position(); epoch != h.epoch || after != 1 {
		t.Errorf("resumes at %s %d, want %s 1: the waiting call again", epoch, after, h.epoch)
	}
	h.board(2*time.Minute, true, 3, wire.BoardCall{Seq: 2, Number: 203, At: nine.Add(112 * second)})
	h.want(3*time.Minute, "203", "417 cleared", "rung 203")
}

func TestEveryCallIsLargeAndRungOnceInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newDrivenScreen(t)
		var called, large []town.Seq
		at, seq := time.Duration(0), town.Seq(0)
		look := func() {
			if v := h.screen.View(at); v.Large != nil && (len(large) == 0 || large[len(large)-1] != v.Large.Seq) {
				large = append(large, v.Large.Seq)
			}
		}
		step := func(to time.Duration) {
			for at < to {
				at = min(to, at+second/2)
				h.run(at)
				look()
			}
		}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			step(at + time.Duration(rapid.IntRange(0, 8000).Draw(rt, "pause"))*time.Millisecond)
			seq++
			number := town.Number(rapid.IntRange(100, 103).Draw(rt, "number"))
			if rapid.IntRange(0, 3).Draw(rt, "kind") == 0 {
				h.clear(at, seq, number)
			} else {
				called = append(called, seq)
				h.call(at, seq, number)
			}
			look()
		}
		step(at + time.Minute*3)
		if diff := cmp.Diff(large, called); diff != "" {
			rt.Fatalf("large -, called +:\n%s", diff)
		}
		if got, want := len(h.rung), len(called); got != want {
			rt.Fatalf("rung %d times, want %d", got, want)
		}
	})
}
