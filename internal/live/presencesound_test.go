package live

import (
	"testing"
	"time"
)

// Two programs with one token overwrote each other's state: the one that plays hid that
// the other hall is silent.
func TestTwoProgramsWithOneTokenDontHideThatOneIsSilent(t *testing.T) {
	p := NewPresence()
	one, other := Screen{Device: "d", Line: 1}, Screen{Device: "d", Line: 2}
	p.come("b", one, time.Unix(0, 0))
	p.come("b", other, time.Unix(0, 0))
	for _, said := range []struct {
		by    Screen
		sound string
		want  string
	}{
		{one, "ready", "ready"}, {other, "no_device", "no_device"}, {one, "played", "no_device"}, {other, "ready", "played"}, {one, "off", "off"},
	} {
		p.sounds("b", said.by, said.sound)
		if got, _ := p.Connected("b", "d"); got.Sound != said.want {
			t.Errorf("%d says %s: got %s, want %s", said.by.Line, said.sound, got.Sound, said.want)
		}
	}
	p.leave("b", one)
	if got, _ := p.Connected("b", "d"); got.Sound != "ready" {
		t.Errorf("one is gone: got %s", got.Sound)
	}
}
