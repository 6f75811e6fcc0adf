package office

import (
	"strings"
	"testing"

	"aufruf/internal/figures"
)

func TestAChartDrawsABarForEachValueThatIsThere(t *testing.T) {
	c := barChart([]int{10, 0, 5}, []int{5, 0, 0})
	if got, want := c.Whole, "M0.0 0h160.0v120h-160.0zM400.0 60h160.0v60h-160.0z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.Part, "M0.0 60h160.0v60h-160.0z"; got != want || c.top != 10 {
		t.Errorf("got %s up to %d, want %s up to 10", got, c.top, want)
	}
	if c := barChart([]int{0, 0}, []int{0, 0}); c.Whole != "" {
		t.Errorf("nothing to compare: got %s", c.Whole)
	}
}

func TestLengthsAreWordedInMinutes(t *testing.T) {
	for length, want := range map[figures.Seconds]string{figures.Unknown: "–", 0: "0 min", 89: "1 min", 90: "2 min", 5400: "90 min"} {
		if got := minutesOf(length); got != want {
			t.Errorf("%d: got %q, want %q", length, got, want)
		}
	}
	if got, want := spreadOf(figures.Spread{Median: 600, P10: 60, P90: 1500}), "10 (1–25)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := spreadOf(figures.Spread{Median: figures.Unknown}); strings.ContainsAny(got, "0123456789") {
		t.Errorf("of few visits: got %q", got)
	}
}
