// Package rush decides when strangers have to work before they book, and how hard:
// figures in, a number of hashes out. It knows no clock, no database and nobody
// who books.
package rush

// When it begins: what ten minutes take is more than thrice the busiest same hour
// of four weeks, and no less than a handful that a small town's first day has.
const (
	Window = 10     // minutes
	Weeks  = 4 * 7  // days that are looked back on
	factor = 3      // times the busiest hour
	least  = 20     // holds and bookings, however little the weeks had
	easy   = 10_000 // hashes at the edge of a rush
)

// Hardest is the most hashes that anybody is asked for: five seconds of an old
// phone (ADR 39 has the measurement).
const Hardest = 50_000

// Figures are what one branch gave to strangers.
type Figures struct {
	// Taken are the holds and bookings of each minute, the running one first.
	Taken [2 * Window]int
	// Busiest is what the busiest hour took of those that lie one to Weeks days back
	// at the same time of day, without hours of a rush.
	Busiest int
}

// Most is what ten minutes may take in peace.
func (f Figures) Most() int { return max(least-1, factor*f.Busiest) }

// Peak returns the most that ten minutes took of those that were too many and ended
// less than ten minutes ago; 0: no rush.
func (f Figures) Peak() int {
	peak := 0
	for ago := range Window {
		taken := 0
		for _, n := range f.Taken[ago : ago+Window] {
			taken += n
		}
		if taken > f.Most() {
			peak = max(peak, taken)
		}
	}
	return peak
}

// Hashes returns how many a browser tries at most before it books; 0: none. Twice
// as many takers make it twice as hard, up to Hardest.
func (f Figures) Hashes() int {
	peak := f.Peak()
	if peak == 0 {
		return 0
	}
	return min(Hardest, max(easy, easy*peak/f.Most()))
}

// Hashes that a single booking costs beyond what its network may take.
const Beyond = easy
