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

// drivenScreen drives a screen as the program does.
type drivenScreen struct {
	t      *testing.T
	screen *Screen
	now    time.Duration
	epoch  string
	rung   []town.Number
	hushed []town.Seq
	sent   []wire.Report
	// lasts is how long an announcement takes; nil: none at all, and nothing is sent of it.
	lasts  func(Call) time.Duration
	voice  []heard
	voices []end // of announcements under way
}

// heard is an announcement as it began.
type heard struct {
	At     time.Duration
	Seq    town.Seq
	Manner announce.Manner
}

type end struct {
	from, at time.Duration
	seq      town.Seq
}

// newDrivenScreen returns one that has received an empty board.
func newDrivenScreen(t *testing.T) *drivenScreen {
	h := &drivenScreen{t: t, screen: New(Defaults()), epoch: "e1"}
	h.apply(h.screen.Board(0, wire.Board{V: wire.Version, Epoch: h.epoch, Now: nine}))
	return h
}

func (h *drivenScreen) apply(fx Effects) {
	h.hushed = append(h.hushed, fx.Hush...)
	h.sent = append(h.sent, fx.Send...)
	for _, seq := range fx.Curtail {
		if len(h.voices) > 0 && h.voices[0].seq == seq {
			h.voices[0].at = max(h.now, h.voices[0].from+announce.Short.Lasts(1))
		}
	}
	for _, c := range fx.Ring {
		h.rung = append(h.rung, c.Number)
		h.voice = append(h.voice, heard{h.now, c.Seq, c.Sound.Manner})
		if h.lasts != nil {
			h.voices = append(h.voices, end{h.now, h.now + h.lasts(c), c.Seq})
			continue
		}
		after := h.screen.Sounded(h.now, c.Seq, wire.SoundPlayed)
		after.Send = slices.DeleteFunc(after.Send, func(r wire.Report) bool { _, sounded := r.(wire.Sounded); return sounded })
		h.apply(after)
	}
}

// run lets time pass, with a tick exactly when the screen asked for it.
func (h *drivenScreen) run(until time.Duration) {
	for {
		due, ok := h.screen.Wake(h.now)
		if len(h.voices) > 0 && h.voices[0].at <= until && (!ok || h.voices[0].at <= due) {
			over := h.voices[0]
			h.voices = h.voices[1:]
			h.now = max(h.now, over.at)
			h.apply(h.screen.Sounded(h.now, over.seq, wire.SoundPlayed))
			continue
		}
		if !ok || due > until {
			break
		}
		h.now = max(h.now, due)
		h.apply(h.screen.Tick(h.now))
	}
	h.now = until
}

func (h *drivenScreen) call(at time.Duration, seq town.Seq, n town.Number) { h.ring(at, seq, n, false) }

func (h *drivenScreen) recall(at time.Duration, seq town.Seq, n town.Number) {
	h.ring(at, seq, n, true)
}

func (h *drivenScreen) ring(at time.Duration, seq town.Seq, n town.Number, again bool) {
	h.run(at)
	now := nine.Add(at)
	h.apply(h.screen.Call(at, wire.ScreenCall{Seq: seq, Number: n, At: now, Now: now, Again: again}))
}

func (h *drivenScreen) clear(at time.Duration, seq town.Seq, n town.Number) {
	h.run(at)
	h.apply(h.screen.Clear(at, wire.Clear{Seq: seq, Number: n}))
}

func (h *drivenScreen) withdraw(at time.Duration, seq town.Seq, n town.Number) {
	h.run(at)
	h.apply(h.screen.Clear(at, wire.Clear{Seq: seq, Number: n, Withdrawn: true}))
}

func (h *drivenScreen) board(at time.Duration, resumed bool, seq town.Seq, calls ...wire.BoardCall) {
	h.run(at)
	h.apply(h.screen.Board(at, wire.Board{
		V: wire.Version, Resumed: resumed, Epoch: h.epoch, Seq: seq, Now: nine.Add(at), Calls: calls,
	}))
}

// want compares what is large, the list and what was rung at a moment.
func (h *drivenScreen) want(at time.Duration, large, list, rung string) {
	h.t.Helper()
	h.run(at)
	view := h.screen.View(at)
	got := []string{"", "", "rung"}
	if view.Large != nil {
		got[0] = describe(*view.Large)
	}
	for i, c := range view.List {
		if i > 0 {
			got[1] += " "
		}
		got[1] += describe(c)
	}
	for _, n := range h.rung {
		got[2] += " " + n.String()
	}
	if diff := cmp.Diff(got, []string{large, list, rung}); diff != "" {
		h.t.Errorf("at %v, got -, want +:\n%s", at, diff)
	}
}

func (h *drivenScreen) wantSent(want ...wire.Report) {
	h.t.Helper()
	got := h.sent
	h.sent = nil
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Errorf("sent: got %+v, want %+v", got, want)
	}
}

func describe(c Call) string {
	text := c.Number.String()
	if c.Again {
		text += " again"
	}
	if c.Cleared {
		text += " cleared"
	}
	return text
}
