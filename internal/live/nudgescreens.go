package live

import (
	"context"
	"time"
)

// NudgeTurns is in how many turns the screens are nudged, one a second.
const NudgeTurns = 15

// Turn returns the turn of the next screen: they are spread evenly.
func (l *Live) Turn() uint8 { return uint8(l.turns.Add(1) % NudgeTurns) }

// Line returns a name for the next connection of a screen.
func (l *Live) Line() uint32 { return l.lines.Add(1) }

// nudgeScreens nudges each screen every NudgeTurns seconds. A nudge is a frame
// without messages: the connection gives a sign of life. So a connection of a
// screen waits for its own two channels alone; a dozen timers and shared
// channels for each of thousands would cost more than the calls.
func (l *Live) nudgeScreens(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	nudge := &Frame{}
	for turn := uint8(0); ; turn = (turn + 1) % NudgeTurns {
		select {
		case <-ctx.Done():
			return nil
		case <-second.C:
			l.Screens.SetAll(nudge, func(s Screen) bool { return s.Turn == turn })
		}
	}
}
