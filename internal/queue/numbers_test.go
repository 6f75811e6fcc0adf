package queue_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func fixed(n int) func(int) int { return func(int) int { return n } }

// allBut returns every number as given out, but for some.
func allBut(free ...town.Number) []queue.Given {
	var given []queue.Given
	for n := town.FirstNumber; n <= town.LastNumber; n++ {
		if !slices.Contains(free, n) {
			given = append(given, queue.Given{Number: n})
		}
	}
	return given
}

func TestDrawPrefersFreshNumbers(t *testing.T) {
	oneReturned := append(allBut(205, 417), queue.Given{Number: 205, Returned: true})
	not := func(excluded ...town.Number) func(town.Number) bool {
		return func(n town.Number) bool { return slices.Contains(excluded, n) }
	}
	for _, tc := range []struct {
		name     string
		given    []queue.Given
		excluded func(town.Number) bool
		sameDay  bool
		want     town.Number
		reused   bool
	}{
		{"nothing given out", nil, nil, false, 100, false},
		{"first are excluded", nil, not(100, 101), false, 102, false},
		{"one fresh, one returned", oneReturned, nil, false, 417, false},
		{"only one returned", oneReturned, not(417), false, 205, true},
		{"returned, but on the day itself", oneReturned, not(417), true, 0, false},
		{"returned and given out again", append(oneReturned, queue.Given{Number: 205}), not(417), false, 0, false},
		{"returned, but excluded", oneReturned, not(417, 205), false, 0, false},
		{"all given out", allBut(), nil, false, 0, false},
	} {
		got, reused, err := queue.Draw(fixed(0), tc.given, tc.excluded, tc.sameDay)
		if got != tc.want || reused != tc.reused || (err != nil) != (tc.want == 0) {
			t.Errorf("%s: got %s %v %v, want %s %v", tc.name, got, reused, err, tc.want, tc.reused)
		}
		if err != nil && !problem.Is(err, "number.none_left") {
			t.Errorf("%s: got %v, want number.none_left", tc.name, err)
		}
	}
}

// Each number can come, the first and the last too.
func TestTheLastNumberIsDrawnAsWell(t *testing.T) {
	last := func(n int) int { return n - 1 }
	if got := queue.Guess(last, nil); got != town.LastNumber {
		t.Errorf("guessed: got %s, want %s", got, town.LastNumber)
	}
	if got, _, err := queue.Draw(last, nil, nil, true); got != town.LastNumber || err != nil {
		t.Errorf("drawn: got %s, %v, want %s", got, err, town.LastNumber)
	}
	if got := queue.Guess(fixed(0), nil); got != town.FirstNumber {
		t.Errorf("guessed first: got %s, want %s", got, town.FirstNumber)
	}
}

func TestDrawNeverGivesATakenNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOf(rapid.Custom(func(t *rapid.T) queue.Given {
			return queue.Given{Number: town.Number(rapid.IntRange(95, 1005).Draw(t, "number")), Returned: rapid.Bool().Draw(t, "returned")}
		})).Draw(t, "given")
		excluded := func(n town.Number) bool { return n%3 == 0 }
		source := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		n, reused, err := queue.Draw(source.IntN, given, excluded, false)
		if err != nil || reused {
			t.Fatalf("with fresh ones left: got %s %v %v", n, reused, err)
		}
		taken := slices.ContainsFunc(given, func(g queue.Given) bool { return g.Number == n })
		if taken || excluded(n) || n < town.FirstNumber || n > town.LastNumber {
			t.Fatalf("drew %s", n)
		}
	})
}

// TestNumbersAreDrawnUniformly draws 100,000 times with both ways of drawing.
// The bound is chi-square's 99.9999 % quantile for about 600 degrees of
// freedom, and the source is seeded, so the test never fails by chance.
func TestNumbersAreDrawnUniformly(t *testing.T) {
	excluded := func(n town.Number) bool { return n >= 900 }
	given := allBut()
	given = slices.DeleteFunc(given, func(g queue.Given) bool { return g.Number%4 != 0 })
	isGiven := func(n town.Number) bool { return n%4 == 0 }
	source := rand.New(rand.NewPCG(20261201, 905))
	for name, draw := range map[string]func() town.Number{
		"draw": func() town.Number {
			n, _, err := queue.Draw(source.IntN, given, excluded, true)
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		"guess until it is free": func() town.Number {
			for {
				if n := queue.Guess(source.IntN, excluded); !isGiven(n) {
					return n
				}
			}
		},
	} {
		const draws, candidates = 100_000, 600
		counts := map[town.Number]int{}
		for range draws {
			counts[draw()]++
		}
		expected := float64(draws) / candidates
		chi := 0.0
		for n := town.FirstNumber; n < 900; n++ {
			if isGiven(n) {
				continue
			}
			off := float64(counts[n]) - expected
			chi += off * off / expected
		}
		if len(counts) != candidates || chi > 780 {
			t.Errorf("%s: got %d numbers with chi-square %.0f, want %d with at most 780", name, len(counts), chi, candidates)
		}
	}
}

func TestGuessWithoutAnyNumber(t *testing.T) {
	if got := queue.Guess(fixed(0), func(town.Number) bool { return true }); got != 0 {
		t.Errorf("got %s, want none", got)
	}
}
