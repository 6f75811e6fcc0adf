package audio

import (
	"context"
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/town"
)

// Announcement is one call to be heard.
type Announcement struct {
	Seq    town.Seq
	Number town.Number
	Room   town.RoomID
	Label  string
	Again  bool
	Clips  []announce.Clip
	Volume float64 // above 0 and below 1: softer; else the clips as they are
	// Enough is asked before each clip whether those heard so far are enough; may be
	// nil. It is called by the goroutine that plays.
	Enough func(heard int) bool
}

// Result is how an announcement ended.
type Result string

// The results.
const (
	Played   Result = "played"    // heard to the end
	NoDevice Result = "no_device" // none there, busy, or lost on the way
	Off      Result = "off"       // sound is switched off
)

// Player makes announcements, one at a time.
type Player interface {
	// Play returns once the announcement is over or impossible. The error says
	// why it wasn't played, for the log; the Result is right in either case.
	// When ctx ends it stops within a tenth of a second.
	Play(ctx context.Context, a Announcement) (Result, error)
	// Probe reports whether there is something to play on at this moment, as
	// Played, NoDevice or Off.
	Probe(ctx context.Context) (Result, error)
}

// Silent is the player of a screen without sound.
type Silent struct{}

// Play returns Off.
func (Silent) Play(context.Context, Announcement) (Result, error) { return Off, nil }

// Probe returns Off.
func (Silent) Probe(context.Context) (Result, error) { return Off, nil }

// tail is the silence behind each announcement: some cards drop what is still
// in their buffer when they are closed.
const tail = 200 * time.Millisecond
