package booking_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// assignOracle tries every start of every date, best first, and adds what it has
// given to what is taken.
type assignOracle struct {
	displaced []booking.Displaced
	places    []booking.Place
	earliest  time.Time
	spans     map[int][]booking.Span // of a place
}

type tried struct {
	booking.Given
	rank []int
}

func (o *assignOracle) options(d booking.Displaced) []tried {
	var all []tried
	for n, c := range d.Choices {
		p := o.places[c.Place]
		zone := p.Plan.Zone
		stood := d.Start.In(zone)
		from := town.DateOf(stood, zone)
		for date := from.AddDays(-40); date <= from.AddDays(40); date++ {
			for _, s := range p.Plan.Slots(date, c.Request, o.taken(c.Place)) {
				if s.Start.Before(o.earliest) {
					continue
				}
				clock := func(t time.Time) int { return t.Hour()*60 + t.Minute() }
				days := int(date - from)
				rank := []int{max(days, -days), 0, n, 0, max(clock(s.Start)-clock(stood), clock(stood)-clock(s.Start)), int(s.Start.Unix())}
				if (clock(s.Start) >= 720) != (clock(stood) >= 720) {
					rank[1] = 1
				}
				if days < 0 {
					rank[3] = 1
				}
				all = append(all, tried{booking.Given{Found: true, Choice: n, Start: s.Start, End: s.End}, rank})
			}
		}
	}
	slices.SortFunc(all, func(a, b tried) int { return slices.Compare(a.rank, b.rank) })
	return all
}

func (o *assignOracle) taken(place int) booking.Taken {
	return func(town.Date) []booking.Span { return o.spans[place] }
}

func (o *assignOracle) take(d booking.Displaced, g booking.Given) {
	place := d.Choices[g.Choice].Place
	o.spans[place] = append(slices.Clip(o.spans[place]), booking.Span{From: g.Start.Unix(), To: g.End.Unix()})
}

func (o *assignOracle) household(members []int) map[int]booking.Given {
	before := map[int][]booking.Span{}
	for place, spans := range o.spans {
		before[place] = spans
	}
	branchOf := func(i int, g booking.Given) town.BranchID {
		return o.places[o.displaced[i].Choices[g.Choice].Place].Branch
	}
	for _, best := range o.options(o.displaced[members[0]]) {
		for place := range o.spans {
			o.spans[place] = before[place]
		}
		given := map[int]booking.Given{members[0]: best.Given}
		o.take(o.displaced[members[0]], best.Given)
		for _, i := range members[1:] {
			for _, next := range o.options(o.displaced[i]) {
				near := branchOf(i, next.Given) == branchOf(members[0], best.Given)
				for _, other := range given {
					near = near && next.Start.Sub(other.Start).Abs() <= booking.Together && next.Start.YearDay() == other.Start.YearDay()
				}
				if near {
					given[i] = next.Given
					o.take(o.displaced[i], next.Given)
					break
				}
			}
			if _, found := given[i]; !found {
				break
			}
		}
		if len(given) == len(members) {
			return given
		}
	}
	for place := range o.spans {
		o.spans[place] = before[place]
	}
	return nil
}

func (o *assignOracle) assign() []booking.Given {
	given := make([]booking.Given, len(o.displaced))
	left := make([]int, len(o.displaced))
	for i := range left {
		left[i] = i
	}
	slices.SortStableFunc(left, func(a, b int) int { return o.displaced[a].Start.Compare(o.displaced[b].Start) })
	for len(left) > 0 {
		members := left[:1]
		if household := o.displaced[left[0]].Household; household > 0 {
			members = slices.DeleteFunc(slices.Clone(left), func(i int) bool { return o.displaced[i].Household != household })
		}
		for i, g := range o.household(members) {
			given[i] = g
		}
		left = slices.DeleteFunc(slices.Clone(left), func(i int) bool { return slices.Contains(members, i) })
	}
	return given
}

// genPlace draws an office that is open on some days of the week, in short hours,
// so that times run out.
func genPlace(branch town.BranchID) *rapid.Generator[booking.Place] {
	return rapid.Custom(func(t *rapid.T) booking.Place {
		staff := rapid.IntRange(1, 2).Draw(t, "staff")
		zone, _ := time.LoadLocation("Europe/Berlin")
		return booking.Place{Branch: branch, Plan: &booking.Plan{
			Zone: zone, Grid: 10 * time.Minute, Horizon: 60,
			Opening: []booking.OpeningRule{{
				Pattern: booking.Pattern{Weekdays: rapid.SampledFrom([][]time.Weekday{{1}, {1, 3}, {1, 2, 3, 4, 5}}).Draw(t, "days")},
				Intervals: rapid.SampledFrom([][]booking.Interval{
					{{From: 540, To: 580}}, {{From: 540, To: 600}, {From: 800, To: 860}}, {{From: 700, To: 760}},
				}).Draw(t, "hours"),
				Capacity: booking.Capacity{Staff: staff, Counters: staff},
			}},
			Closures: []booking.Closure{{From: day("2026-12-01"), To: day("2026-12-01").AddDays(rapid.IntRange(0, 3).Draw(t, "closed"))}},
		}}
	})
}

// TestEachGetsTheBestTimeThatIsLeft compares the assignment with one that tries
// everything, and holds it to what must never be: two for one place, and a
// household that is torn apart.
func TestEachGetsTheBestTimeThatIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := []booking.Place{genPlace("a").Draw(t, "here"), genPlace("b").Draw(t, "elsewhere")}
		zone := places[0].Plan.Zone
		now := time.Date(2026, time.November, 30, 14, 0, 0, 0, zone)
		var displaced []booking.Displaced
		for range rapid.IntRange(1, 9).Draw(t, "displaced") {
			minutes := rapid.SampledFrom([]int{540, 550, 560, 800, 810}).Draw(t, "minute")
			request := booking.Request{Now: now, Staff: true, Duration: time.Duration(rapid.SampledFrom([]int{10, 20, 30}).Draw(t, "minutes")) * time.Minute}
			d := booking.Displaced{
				Start:     day("2026-12-01").AddDays(rapid.IntRange(0, 1).Draw(t, "date")).At(town.TimeOfDay(minutes), zone),
				Household: rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "household"),
				Choices:   []booking.Choice{{Place: 0, Request: request}, {Place: 1, Request: request}},
			}
			d.Choices = d.Choices[:rapid.IntRange(0, 2).Draw(t, "choices")]
			displaced = append(displaced, d)
		}
		earliest := day("2026-12-01").AddDays(rapid.IntRange(0, 2).Draw(t, "earliest")).At(555, zone)
		got := booking.Assign(displaced, places, earliest)
		oracle := &assignOracle{displaced: displaced, places: places, earliest: earliest, spans: map[int][]booking.Span{}}
		if diff := cmp.Diff(oracle.assign(), got); diff != "" {
			t.Fatalf("-want +got\n%s", diff)
		}
		if diff := cmp.Diff(got, booking.Assign(displaced, places, earliest)); diff != "" {
			t.Fatalf("a second time: -first +second\n%s", diff)
		}
	})
}

func BenchmarkAssign(b *testing.B) {
	zone, _ := time.LoadLocation("Europe/Berlin")
	now := time.Date(2026, time.November, 30, 14, 0, 0, 0, zone)
	p := &booking.Plan{
		Zone: zone, Grid: 10 * time.Minute, Horizon: 90,
		Opening: []booking.OpeningRule{{
			Pattern:   booking.Pattern{Weekdays: []time.Weekday{1, 2, 3, 4, 5}},
			Intervals: []booking.Interval{{From: 540, To: 1020}}, Capacity: booking.Capacity{Staff: 2, Counters: 2},
		}},
	}
	var displaced []booking.Displaced
	for i := range 500 {
		displaced = append(displaced, booking.Displaced{
			Start:   day("2026-12-01").At(town.TimeOfDay(540+i%48*10), zone),
			Choices: []booking.Choice{{Request: booking.Request{Now: now, Staff: true, Duration: 20 * time.Minute}}},
		})
	}
	for b.Loop() {
		booking.Assign(displaced, []booking.Place{{Branch: "a", Plan: p}}, now)
	}
}
