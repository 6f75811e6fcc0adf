package display

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func townsLook() *wire.ScreenLook {
	volume := 40
	return &wire.ScreenLook{Town: "Grimma", Language: "de", ScreenStyle: wire.ScreenStyle{
		Theme: "light", Large: 10, Listed: 3, Night: []string{"20:00-06:00"},
		Sound: &wire.ScreenSound{Volume: &volume, Gong: "gong-low", Speech: []town.Language{"de", "en"}, Quiet: []string{"18:00-08:00", "noon"}},
	}}
}

func TestTheTownsSettingsCount(t *testing.T) {
	got := Defaults().under(townsLook())
	want := Settings{
		Large: 10 * time.Second, LargeMin: 5 * time.Second, RingAge: 10 * time.Second, Listed: 3, Theme: "light",
		Night: []Hours{{From: 20 * 60, To: 6 * 60}}, Quiet: []Hours{{From: 18 * 60, To: 8 * 60}},
		Sound: Sound{Volume: 40, Gong: "gong-low", Speech: []town.Language{"de", "en"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Defaults(), Defaults().under(&wire.ScreenLook{})); diff != "" {
		t.Errorf("a town that sets nothing (-want +got):\n%s", diff)
	}
}

func TestWhatWasSetAtTheScreenStands(t *testing.T) {
	own := Defaults()
	own.Theme, own.Sound.Volume, own.Quiet = "dark", 90, nil
	own.Own = Own{Large: true, Quiet: true, Night: true, Theme: true, Volume: true, Gong: true, Speech: true}
	want := own
	want.Listed = 3 // no flag sets it
	if diff := cmp.Diff(want, own.under(townsLook())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A town that takes a setting back gets the screen's own again.
func TestALookCountsFromTheNextCall(t *testing.T) {
	s := New(Defaults())
	s.Board(0, wire.Board{Epoch: "e", Now: nine, Look: townsLook()})
	rung := func(at time.Duration, seq town.Seq) Sound {
		fx := s.Call(at, wire.ScreenCall{Seq: seq, Number: 417, Again: true, At: nine, Now: nine})
		if len(fx.Ring) != 1 {
			t.Fatalf("call %d: rung %d times, want once", seq, len(fx.Ring))
		}
		return fx.Ring[0].Sound
	}
	if got, want := rung(time.Second, 1).Volume, 40; got != want {
		t.Errorf("volume: got %d, want %d", got, want)
	}
	s.Sounded(time.Second, 1, wire.SoundPlayed)
	s.Look(wire.Look{Seq: 2})
	if got, want := rung(2*time.Second, 3), Defaults().Sound; !cmp.Equal(got, want) {
		t.Errorf("taken back: got %+v, want %+v", got, want)
	}
}
