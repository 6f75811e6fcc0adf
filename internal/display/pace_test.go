package display

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/announce"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// busy is a time when several desks call: a call every so often, by rooms in turn. A
// room's next call ends the one before it, as at a desk.
type busy struct {
	calls  int
	within time.Duration
	rooms  int
	speech []town.Language
	large  time.Duration
}

// TestTheBusyMinute plays what several desks call at once, announced as long as the
// clips that ship last. What is large is what is heard, nobody has to wait for more
// than twenty seconds with ten calls in ten seconds, something is heard of each, and
// what the screen told the desks comes true.
func TestTheBusyMinute(t *testing.T) {
	german, both := []town.Language{town.German}, []town.Language{town.German, town.English}
	for _, rush := range []busy{
		{10, 10 * second, 10, german, 0}, {10, 10 * second, 10, both, 0}, {10, 10 * second, 10, nil, 0},
		{10, 10 * second, 10, both, 20 * second},
		{10, 10 * second, 5, both, 0}, {20, 60 * second, 5, both, 0}, {50, 120 * second, 5, both, 0},
	} {
		t.Run(fmt.Sprintf("%d in %v over %d rooms, %d spoken, large %v", rush.calls, rush.within, rush.rooms, len(rush.speech), rush.large), func(t *testing.T) {
			waited := rush.play(t)
			slices.Sort(waited)
			worst := waited[len(waited)-1]
			t.Logf("call to glass and voice: median %v, longest %v", waited[len(waited)/2], worst)
			if worst > 20*second {
				t.Errorf("somebody waited for %v, want at most 20s", worst)
			}
		})
	}
}

func (b busy) play(t *testing.T) (waited []time.Duration) {
	h := newDrivenScreen(t)
	h.screen.settings.Sound.Speech = b.speech
	if b.large > 0 {
		h.screen.settings.Large, h.screen.settings.LargeMin = b.large, b.large/2
	}
	h.lasts = func(c Call) time.Duration { return c.Sound.Manner.Lasts(len(b.speech)) }
	called, due := map[town.Seq]time.Duration{}, map[town.Seq]time.Duration{}
	look := func() {
		for _, r := range h.sent {
			if q, ok := r.(wire.Queued); ok {
				due[q.Seq] = h.now + time.Duration(q.InMS)*time.Millisecond
			}
		}
		h.sent = nil
		if v := h.screen.View(h.now); len(h.voices) > 0 && (v.Large == nil || v.Large.Seq != h.voices[0].seq) {
			t.Errorf("at %v %v is large while call %d is heard", h.now, v.Large, h.voices[0].seq)
		}
	}
	seq, last := town.Seq(0), map[int]town.Number{}
	for i := range b.calls {
		at := time.Duration(i) * b.within / time.Duration(b.calls)
		for h.now < at {
			h.run(min(at, h.now+100*time.Millisecond))
			look()
		}
		if number, ok := last[i%b.rooms]; ok {
			seq++
			h.clear(at, seq, number)
		}
		seq++
		last[i%b.rooms] = town.Number(100 + i)
		called[seq] = at
		h.call(at, seq, last[i%b.rooms])
		look()
	}
	for range 1200 {
		h.run(h.now + 100*time.Millisecond)
		look()
	}
	if len(h.voice) != b.calls {
		t.Errorf("%d of %d calls were heard", len(h.voice), b.calls)
	}
	for _, v := range h.voice {
		waited = append(waited, v.At-called[v.Seq])
		told, queued := due[v.Seq]
		if v.At-called[v.Seq] > 0 && !queued {
			t.Errorf("call %d waited, and nobody was told", v.Seq)
		}
		if queued && v.At > told+3*second {
			t.Errorf("call %d was promised at %v and came at %v: a false alarm", v.Seq, told, v.At)
		}
	}
	return waited
}

func TestWhatIsLargeIsWhatIsHeard(t *testing.T) {
	h := newDrivenScreen(t)
	h.screen.settings.Sound.Speech = []town.Language{town.German}
	h.lasts = func(Call) time.Duration { return 7 * second } // longer than it is large at least
	h.call(0, 1, 417)
	h.call(second, 2, 203)
	h.want(7*second-1, "417", "", "rung 417")
	h.want(7*second, "203", "417", "rung 417 203")
}

func TestACardThatHangsHoldsUpNoNumber(t *testing.T) {
	h := newDrivenScreen(t)
	h.lasts = func(Call) time.Duration { return time.Hour }
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.call(0, 3, 555)
	h.want(9*second, "555", "203 417", "rung 417 203 555")
}

func TestAnAnnouncementGetsShorterWhileOthersWait(t *testing.T) {
	h := newDrivenScreen(t)
	h.screen.settings.Sound.Speech = []town.Language{town.German, town.English}
	h.lasts = func(c Call) time.Duration { return c.Sound.Manner.Lasts(2) }
	for i := range 7 {
		h.call(0, town.Seq(i+1), town.Number(100+i))
	}
	h.run(2 * time.Minute)
	var got []announce.Manner
	for _, v := range h.voice {
		got = append(got, v.Manner)
	}
	want := []announce.Manner{announce.Full, announce.Shared, announce.Shared, announce.Shared, announce.Shared, announce.Shared, announce.Full}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("manners (-want +got):\n%s", diff)
	}
}

func TestTheSecondLanguageIsLeftOutWhenSomebodyElseIsCalled(t *testing.T) {
	h := newDrivenScreen(t)
	h.screen.settings.Sound.Speech = []town.Language{town.German, town.English}
	h.lasts = func(Call) time.Duration { return 9 * second }
	h.call(0, 1, 417)
	fx := h.screen.Call(second, wire.ScreenCall{Seq: 2, Number: 203, At: nine, Now: nine})
	if diff := cmp.Diff([]town.Seq{1}, fx.Curtail); diff != "" {
		t.Errorf("curtailed (-want +got):\n%s", diff)
	}
}

func TestACallThatIsOverIsNotSpoken(t *testing.T) {
	h := newDrivenScreen(t)
	h.screen.settings.Sound.Speech = []town.Language{town.German}
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.clear(second, 3, 203)
	h.run(time.Minute)
	want := []heard{{0, 1, announce.Full}, {3 * second, 2, announce.GongOnly}}
	if diff := cmp.Diff(want, h.voice); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestARecallOfACallThatWaitsIsAnnouncedWithIt(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.call(0, 2, 203)
	h.recall(second, 3, 203)
	h.sent = nil
	h.want(30*second, "203", "417", "rung 417 203")
	h.apply(h.screen.Painted(30*second, 2))
	h.apply(h.screen.Sounded(30*second, 2, wire.SoundPlayed))
	h.wantSent(wire.Shown{Seq: 2, AfterMS: 30000}, wire.Shown{Seq: 3, AfterMS: 30000},
		wire.Sounded{Seq: 2, Sound: wire.SoundPlayed}, wire.Sounded{Seq: 3, Sound: wire.SoundPlayed})
}

func TestWhoIsStillAwaitedStaysOnTheList(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	for i := range 8 { // called and finished at another room
		at := time.Minute + time.Duration(i)*time.Minute
		h.call(at, town.Seq(2*i+2), town.Number(100+i))
		h.clear(at+30*second, town.Seq(2*i+3), town.Number(100+i))
	}
	h.want(20*time.Minute, "", "417 107 cleared 106 cleared 105 cleared 104 cleared 103 cleared", "rung 417 100 101 102 103 104 105 106 107")
}

func TestTheDesksAreToldWhenACallIsDue(t *testing.T) {
	h := newDrivenScreen(t)
	h.lasts = func(Call) time.Duration { return 2200 * time.Millisecond }
	h.call(0, 1, 417)
	h.call(second, 2, 203)
	h.wantSent(wire.Queued{Seq: 2, InMS: 2000})
	h.run(10 * second)
	h.sent = nil
	h.withdraw(10*second, 3, 203)
	h.wantSent()
}
