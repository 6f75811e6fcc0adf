package app

import "time"

// instant is one moment, as everything in one update or one look sees it.
type instant struct {
	wall    time.Time // what the clock shows: rules and records go by it
	trusted time.Time // what has surely come: what was begun ends by it
}

// surely is the earlier of the two. What doesn't come back ends by it: erasing,
// tidying, a mail that nobody needs any more. Whichever clock is right, that
// instant has come.
func (i instant) surely() time.Time {
	if i.wall.Before(i.trusted) {
		return i.wall
	}
	return i.trusted
}

// stored turns an end by the wall clock into the one that is stored: holds,
// sessions and answers to repetitions begin and end by trusted time, so that no
// jump ends them and none keeps them.
func (i instant) stored(end time.Time) time.Time { return end.Add(i.trusted.Sub(i.wall)) }

// shown turns a stored end into the one that people see, who go by the clock
// that the page shows.
func (i instant) shown(end time.Time) time.Time { return end.Add(i.wall.Sub(i.trusted)) }

// truncated is the instant as rows keep it.
func (i instant) truncated() instant {
	return instant{i.wall.Truncate(time.Microsecond), i.trusted.Truncate(time.Microsecond)}
}

// instant reads the clocks.
func (a *App) instant() instant { return a.time.now() }
