package figures_test

import (
	"testing"

	"pgregory.net/rapid"

	"aufruf/internal/figures"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func TestACountIsOffByTwoAtMostAndNeverTellsOfOneOrTwo(t *testing.T) {
	for n := range 40 {
		sum := 0
		for key := range 1 << 16 {
			told := figures.Off(n, uint16(key))
			if told < 0 || told == 1 || told == 2 || told-n > 2 || n-told > 2 || n == 0 && told != 0 {
				t.Fatalf("%d is told as %d", n, told)
			}
			sum += told
		}
		bias := float64(sum)/(1<<16) - float64(n)
		if n > 4 && (bias > 0.05 || bias < -0.05) || bias > 0.5 || bias < -0.05 {
			t.Errorf("%d is off by %.2f on average", n, bias)
		}
	}
}

func TestToldRowsAddUpAndAreToldAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sheet figures.Sheet
		for range rapid.IntRange(0, 30).Draw(t, "visits") {
			s := figures.Stretch{
				Kind: rapid.SampledFrom([]queue.Kind{queue.WalkIn, queue.Appointment}).Draw(t, "kind"), Hour: rapid.IntRange(8, 9).Draw(t, "hour"),
				Outcome: figures.Outcome(rapid.IntRange(0, 5).Draw(t, "outcome")), Key: rapid.Uint16().Draw(t, "key"), Waiting: 60,
			}
			if s.Kind == queue.Appointment {
				s.Minutes = 20
			}
			sheet.Stretches = append(sheet.Stretches, s)
		}
		count := func() []figures.Row {
			c := figures.Count(figures.ByHour, 0, 0)
			c.Add(town.Date(0), sheet)
			return c.Rows()
		}
		exact, told, again := count(), figures.Told(figures.ByHour, count()), figures.Told(figures.ByHour, count())
		if len(told) > len(exact) || len(told) != len(again) {
			t.Fatalf("got %d, then %d of %d rows", len(told), len(again), len(exact))
		}
		for i := range told {
			r, b := &told[i], &again[i]
			ended := 0
			for how := figures.Open; how < figures.Cancelled; how++ {
				ended += r.Ended(how)
			}
			if r.Visits() != r.Appointments()+r.WalkIns() || r.Visits() != ended || r.Visits() != b.Visits() || r.Booked() != 20*r.Appointments() {
				t.Fatalf("visits %d and %d, appointments %d, walk-ins %d, ended %d, %d minutes", r.Visits(), b.Visits(), r.Appointments(), r.WalkIns(), ended, r.Booked())
			}
			if s := r.Spread(figures.Waiting); s.Of > 0 && s.Of < figures.FromVisits {
				t.Fatalf("lengths of %d visits are told", s.Of)
			}
		}
	})
}

func TestPercentilesOfKnownLengths(t *testing.T) {
	var sheet figures.Sheet
	for _, waiting := range []figures.Seconds{300, 60, 120, 180, 240, figures.Unknown} {
		sheet.Stretches = append(sheet.Stretches, figures.Stretch{Waiting: waiting, Way: figures.Unknown})
	}
	c := figures.Count(figures.ByAll, 0, 0)
	c.Add(0, sheet)
	row := c.Rows()[0]
	if got, want := row.Spread(figures.Waiting), (figures.Spread{Of: 5, Mean: 180, P10: 84, Median: 180, P90: 276}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	unknown := figures.Unknown
	if got, want := row.Spread(figures.Way), (figures.Spread{Mean: unknown, P10: unknown, Median: unknown, P90: unknown}); got != want {
		t.Errorf("nothing known: got %+v, want %+v", got, want)
	}
	c = figures.Count(figures.ByAll, 0, 0)
	c.Add(0, figures.Sheet{Stretches: sheet.Stretches[:4]})
	row = c.Rows()[0]
	if got, want := row.Spread(figures.Waiting), (figures.Spread{Of: 4, Mean: 165, P10: unknown, Median: unknown, P90: unknown}); got != want {
		t.Errorf("four: got %+v, want %+v", got, want)
	}
}
