package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"

	"aufruf/internal/audio/audiotest"
	"aufruf/internal/display"
	"aufruf/internal/wire"
)

func TestCardsThatComeGoOrAreTakenAreNoticed(t *testing.T) {
	const output, input = "card0/pcm0p/sub0/status", "card0/pcm0c/sub0/status"
	devices, states := fstest.MapFS{"controlC0": {}}, fstest.MapFS{output: {Data: []byte("closed\n")}, input: {Data: []byte("closed\n")}}
	c := &cards{devices: devices, states: states}
	c.changed()
	running := []byte("state: RUNNING\nowner_pid   : 4711\n")
	for _, step := range []struct {
		name string
		do   func()
		want bool
	}{
		{"nothing", func() {}, false},
		{"another program plays", func() { states[output] = &fstest.MapFile{Data: running} }, true},
		{"it goes on", func() {}, false},
		{"it ends", func() { states[output] = &fstest.MapFile{Data: []byte("closed\n")} }, false},
		{"somebody records", func() { states[input] = &fstest.MapFile{Data: running} }, false},
		{"another card is plugged in", func() { devices["controlC1"] = &fstest.MapFile{} }, true},
		{"both are pulled", func() { clear(devices); clear(states) }, true},
		{"nothing more", func() {}, false},
	} {
		step.do()
		if got := c.changed(); got != step.want {
			t.Errorf("%s: got %v, want %v", step.name, got, step.want)
		}
	}
}

// A card that stays away is looked for every five seconds, and written about
// once.
func TestTheReasonOfSilenceIsLoggedOnce(t *testing.T) {
	t.Setenv(audiotest.Variable, "/dev/null")
	var log bytes.Buffer
	b, closeBell, err := newBell(settings{sound: sound{player: "alsa"}, screen: display.Defaults()}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer closeBell()
	for range 3 {
		if got, want := b.Ready(t.Context()), wire.SoundNoDevice; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got, want := strings.Count(log.String(), "open sound device"), 1; got != want {
		t.Errorf("logged %d times, want %d:\n%s", got, want, &log)
	}
}
