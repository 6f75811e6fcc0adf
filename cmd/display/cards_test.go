package main

import (
	"testing"
	"testing/fstest"
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
