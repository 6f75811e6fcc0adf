package display

import (
	"testing"
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// unheard drives a screen whose card is gone: what it rings fails at once.
func unheard(h *drivenScreen, fx Effects) {
	for _, c := range fx.Ring {
		h.apply(h.screen.Sounded(h.now, c.Seq, wire.SoundNoDevice))
	}
}

// A gong that nobody heard was lost, although the card was back a moment later.
func TestAGongThatWasMissedAMomentAgoIsMadeUpFor(t *testing.T) {
	for name, c := range map[string]struct {
		back  time.Duration
		clear bool
		want  int
	}{
		"while it is young":                     {9 * second, false, 1},
		"when it is too old":                    {10 * second, false, 0},
		"when the person has come":              {5 * second, true, 0},
		"and once, however often it comes back": {5 * second, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newDrivenScreen(t)
			h.apply(h.screen.SoundState(0, wire.SoundNoDevice))
			unheard(h, h.screen.Call(0, wire.ScreenCall{Seq: 1, Number: 417, At: nine, Now: nine}))
			if c.clear {
				h.apply(h.screen.Clear(second, wire.Clear{Seq: 2, Number: 417}))
			}
			rung := 0
			for range 2 {
				fx := h.screen.SoundState(c.back, wire.SoundReady)
				rung += len(fx.Ring)
				for _, again := range fx.Ring {
					h.screen.Sounded(c.back, again.Seq, wire.SoundPlayed)
				}
				h.screen.SoundState(c.back, wire.SoundNoDevice)
			}
			if rung != c.want {
				t.Errorf("made up for %d times, want %d", rung, c.want)
			}
		})
	}
}

func TestOfSeveralMissedGongsTheListedRingByTheGongAlone(t *testing.T) {
	h := newDrivenScreen(t)
	h.apply(h.screen.SoundState(0, wire.SoundNoDevice))
	unheard(h, h.screen.Call(0, wire.ScreenCall{Seq: 1, Number: 417, At: nine, Now: nine}))
	h.now = 6 * second
	unheard(h, h.screen.Call(6*second, wire.ScreenCall{Seq: 2, Number: 203, At: nine.Add(6 * second), Now: nine.Add(6 * second)}))
	fx := h.screen.SoundState(8*second, wire.SoundReady)
	if len(fx.Ring) != 2 || fx.Ring[0].Number != 203 || fx.Ring[1].Number != 417 || fx.Ring[1].Sound.Manner != announce.GongOnly {
		t.Errorf("rung: got %+v, want 203, and 417 by the gong", fx.Ring)
	}
}

// A screen whose volume is nothing said "ready" until the first call proved that
// nobody hears it.
func TestVolumeZeroIsKnownBeforeTheFirstCall(t *testing.T) {
	none, some := 0, 40
	h := newDrivenScreen(t)
	h.apply(h.screen.SoundState(0, wire.SoundReady))
	for seq, volume := range []*int{&none, &some} {
		look := wire.ScreenLook{ScreenStyle: wire.ScreenStyle{Sound: &wire.ScreenSound{Volume: volume}}}
		h.apply(h.screen.Look(wire.Look{Seq: 1 + town.Seq(seq), Look: look}))
	}
	h.wantSent(wire.Status{Sound: wire.SoundReady}, wire.Status{Sound: wire.SoundOff}, wire.Status{Sound: wire.SoundReady})
}

// A call that a screen learns of late took the large place from nobody's number, and
// people came for one that had long gone to ask.
func TestACallThatComesTooLateIsListedAndNotRung(t *testing.T) {
	h := newDrivenScreen(t)
	h.call(0, 1, 417)
	h.run(20 * second)
	late := nine.Add(20 * second)
	h.apply(h.screen.Call(20*second, wire.ScreenCall{Seq: 2, Number: 203, At: late.Add(-10 * second), Now: late}))
	h.want(21*second, "417", "203", "rung 417")
	h.wantSent(wire.Sounded{Seq: 2, Sound: wire.SoundOff})
	alone := newDrivenScreen(t)
	alone.apply(alone.screen.Call(20*second, wire.ScreenCall{Seq: 2, Number: 203, At: late.Add(-10 * second), Now: late}))
	alone.want(21*second, "203", "", "rung")
}

// Each office's column keeps its own calls: a busy one doesn't push out another's.
func TestAColumnKeepsItsOwnCalls(t *testing.T) {
	h := newDrivenScreen(t)
	columns := []wire.OfficeColumn{{ID: "b", Name: "Bürgerbüro"}, {ID: "s", Name: "Standesamt"}}
	h.apply(h.screen.Look(wire.Look{Seq: 1, Look: wire.ScreenLook{Columns: columns, ScreenStyle: wire.ScreenStyle{Listed: 1}}}))
	offices := []string{"s", "b", "b", "b"}
	for i, office := range offices {
		at := time.Duration(i) * 20 * second
		h.run(at)
		now := nine.Add(at)
		c := wire.ScreenCall{Seq: town.Seq(i + 2), Number: town.Number(100 + i), At: now, Now: now}
		c.Office = town.OfficeID(office)
		h.apply(h.screen.Call(at, c))
	}
	h.want(70*second, "103", "102 100", "rung 100 101 102 103")
}
