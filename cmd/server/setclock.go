package main

import (
	"errors"
	"strings"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/config"
)

// setClock is a clock that starts at an instant of our choice; nil: the machine's.
type setClock struct {
	at      time.Time
	suspect bool // the program doesn't trust it: to try what it does then
}

// readClock reads --clock.
func readClock(value string) (*setClock, error) {
	if value == "" {
		return nil, nil
	}
	instant, suspect := strings.CutPrefix(value, "suspect:")
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return nil, config.Usage("cli.server.clock", "given", value)
	}
	return &setClock{at, suspect}, nil
}

// now returns the clock that all rules see: the real one, or one that starts
// at a set instant and runs on at the same pace.
func (c *setClock) now() func() time.Time {
	if c == nil {
		return time.Now
	}
	// By the wall clock, so that it goes on while the machine sleeps.
	start, began := c.at, time.Now().Round(0)
	return func() time.Time { return start.Add(time.Now().Round(0).Sub(began)) }
}

// kind tells a demonstration from a town's own service.
func (c *setClock) kind() app.KindOfClock {
	if c != nil {
		return app.ClockSet
	}
	return app.MachineClock
}

// refused words the refusal of a database that is served by another clock.
func (c *setClock) refused(err error) error {
	if !errors.Is(err, app.ErrOtherClock) {
		return err
	}
	if c != nil {
		return config.Failure("cli.server.served_without_clock")
	}
	return config.Failure("cli.server.served_with_clock")
}
