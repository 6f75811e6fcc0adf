package clock

import "time"

// Instant is one moment, as everything in one update or one look sees it.
type Instant struct {
	Wall    time.Time // what the clock shows: rules and records go by it
	Trusted time.Time // what has surely come: what was begun ends by it
}

// Surely is the earlier of the two. What doesn't come back ends by it: erasing,
// tidying, a mail that nobody needs any more. Whichever clock is right, that
// instant has come.
func (i Instant) Surely() time.Time {
	if i.Wall.Before(i.Trusted) {
		return i.Wall
	}
	return i.Trusted
}

// Stored turns an end by the wall clock into the one that is stored: holds,
// sessions and answers to repetitions begin and end by trusted time, so that no
// jump ends them and none keeps them.
func (i Instant) Stored(end time.Time) time.Time { return end.Add(i.Trusted.Sub(i.Wall)) }

// Shown turns a stored end into the one that people see, who go by the clock
// that the page shows.
func (i Instant) Shown(end time.Time) time.Time { return end.Add(i.Wall.Sub(i.Trusted)) }

// Truncated is the instant as rows keep it.
func (i Instant) Truncated() Instant {
	return Instant{i.Wall.Truncate(time.Microsecond), i.Trusted.Truncate(time.Microsecond)}
}
