package main

import (
	"io/fs"
	"maps"
	"os"
	"strings"
)

// cards looks at the machine's sound cards without touching any: to open a
// device in order to see whether one could makes some of them click.
type cards struct {
	devices fs.FS // /dev/snd
	states  fs.FS // /proc/asound
	known   string
	held    map[string]bool // outputs that somebody held when they were last looked at
}

func newCards() *cards {
	c := &cards{devices: os.DirFS("/dev/snd"), states: os.DirFS("/proc/asound")}
	c.changed()
	return c
}

// changed reports whether a card came or went, or an output was taken by
// somebody, since it was last asked.
func (c *cards) changed() bool {
	known, held := c.names(), c.outputs()
	changed := known != c.known
	for output := range maps.Keys(held) {
		changed = changed || !c.held[output]
	}
	c.known, c.held = known, held
	return changed
}

func (c *cards) names() string {
	entries, err := fs.ReadDir(c.devices, ".")
	if err != nil {
		return ""
	}
	var names strings.Builder
	for _, e := range entries {
		names.WriteString(e.Name() + " ")
	}
	return names.String()
}

// outputs returns those that are held: the kernel says "closed" of the others.
func (c *cards) outputs() map[string]bool {
	paths, err := fs.Glob(c.states, "card*/pcm*p/sub*/status")
	if err != nil {
		return nil
	}
	held := map[string]bool{}
	for _, path := range paths {
		state, err := fs.ReadFile(c.states, path)
		if err == nil && strings.TrimSpace(string(state)) != "closed" {
			held[path] = true
		}
	}
	return held
}
