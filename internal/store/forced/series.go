package forced

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/problem"
)

// lookFor is how long random interleavings are tried. Too short a time sees
// less, and never fails.
const lookFor = 3 * time.Second

// Row is what use cases change, each a play with a name, and what one can see
// of it afterwards. State says the same of two rows with the same history.
type Row struct {
	Plays map[string]func() error
	State func() string
}

// EndInSeries is a property: two use cases of one row, one of them held at a
// random step while the other runs, come to what they come to one after the
// other, in one order or the other. Each kind makes a fresh row, n counting
// them all.
func (s *Store) EndInSeries(t *testing.T, kinds map[string]func(n int) Row) {
	t.Helper()
	series := inSeries{kinds: kinds, known: map[[3]string]string{}}
	until := time.Now().Add(lookFor)
	rapid.Check(t, func(r *rapid.T) {
		if time.Now().After(until) {
			return
		}
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(kinds))).Draw(r, "kind")
		row := series.fresh(kind)
		names := slices.Sorted(maps.Keys(row.Plays))
		i := rapid.IntRange(0, len(names)-1).Draw(r, "first")
		j := rapid.IntRange(1, len(names)-1).Draw(r, "second") // steps further: never the same
		first, second := names[i], names[(i+j)%len(names)]
		step := rapid.IntRange(1, 16).Draw(r, "step")
		one, two := s.interleaved(step, func() string { return row.run(first) }, func() string { return row.run(second) })
		got := row.ended(one, two)
		forth, back := series.of(kind, first, second), swapped(series.of(kind, second, first))
		if got != forth && got != back {
			r.Fatalf("got   %s\nwant  %s\nor    %s", got, forth, back)
		}
	})
}

// inSeries knows what two use cases come to one after the other.
type inSeries struct {
	kinds map[string]func(int) Row
	known map[[3]string]string
	made  int
}

func (i *inSeries) fresh(kind string) Row { i.made++; return i.kinds[kind](i.made) }

func (i *inSeries) of(kind, first, second string) string {
	key := [3]string{kind, first, second}
	if _, ok := i.known[key]; !ok {
		row := i.fresh(kind)
		one := row.run(first)
		i.known[key] = row.ended(one, row.run(second))
	}
	return i.known[key]
}

// run plays a use case and says how it ended. Which of several reasons somebody
// is refused for depends on what is looked at first, and doesn't count.
func (r Row) run(name string) string {
	err := r.Plays[name]()
	if err == nil {
		return name + ": done"
	}
	if problem.Of(err).Kind == problem.Internal {
		return name + ": " + err.Error()
	}
	return name + ": refused"
}

// ended is what two use cases came to.
func (r Row) ended(one, two string) string {
	return strings.Join([]string{one, two, r.State()}, "; ")
}

// swapped puts the outcome of the first of two use cases behind the second's.
func swapped(ended string) string {
	parts := strings.SplitN(ended, "; ", 3)
	parts[0], parts[1] = parts[1], parts[0]
	return strings.Join(parts, "; ")
}

// interleaved holds the first use case at a step of it while the second runs.
func (s *Store) interleaved(step int, first, second func() string) (string, string) {
	gate, one, two := s.HoldNth(Any, step), make(chan string, 1), make(chan string, 1)
	go func() { one <- first() }()
	select {
	case <-gate.Reached():
	case ended := <-one: // it has fewer steps
		gate.Release()
		return ended, second()
	}
	ended := make(chan struct{})
	go func() {
		two <- second()
		close(ended)
	}()
	s.untilStuck(ended)
	gate.Release()
	return <-one, <-two
}
