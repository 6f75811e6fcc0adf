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

func stands(t testing.TB, from, to string, services ...town.ServiceID) booking.Standing {
	t.Helper()
	if len(services) == 0 {
		services = []town.ServiceID{"a"}
	}
	return booking.Standing{Start: at(t, from), End: at(t, to), Services: services}
}

// TestWhatNoLongerFitsSaysWhy goes through what a town changes, with somebody
// booked from 9.20 to 9.40 of a Wednesday.
func TestWhatNoLongerFitsSaysWhy(t *testing.T) {
	date := day("2026-11-25")
	booked := stands(t, "2026-11-25 09:20", "2026-11-25 09:40")
	before := day("2026-11-24")
	for _, tc := range []struct {
		name   string
		change func(*booking.Plan, *booking.Standing)
		want   booking.Unfit
	}{
		{"nothing changes", func(*booking.Plan, *booking.Standing) {}, ""},
		{"closed all day", func(p *booking.Plan, _ *booking.Standing) {
			p.Closures = []booking.Closure{{From: date, To: date}}
		}, booking.Closed},
		{"closed in its last minutes", func(p *booking.Plan, _ *booking.Standing) {
			p.Closures = []booking.Closure{{From: date, To: date, Part: new(hours("09:35", "10:00"))}}
		}, booking.Closed},
		{"closed as soon as it is over", func(p *booking.Plan, _ *booking.Standing) {
			p.Closures = []booking.Closure{{From: date, To: date, Part: new(hours("09:40", "10:00"))}}
		}, ""},
		{"only walk-ins are suspended", func(p *booking.Plan, _ *booking.Standing) {
			p.Closures = []booking.Closure{{From: date, To: date, WalkInOnly: true}}
		}, ""},
		{"a public holiday by a new law", func(p *booking.Plan, _ *booking.Standing) { p.Holidays = always{} }, booking.Closed},
		{"worked on that holiday", func(p *booking.Plan, _ *booking.Standing) {
			p.Holidays, p.Opening[0].Holidays = always{}, true
		}, ""},
		{"opens later", func(p *booking.Plan, _ *booking.Standing) {
			p.Opening[0].Intervals = []booking.Interval{hours("09:30", "12:00")}
		}, booking.OutsideHours},
		{"a break in the midst of it", func(p *booking.Plan, _ *booking.Standing) {
			p.Opening[0].Intervals = []booking.Interval{hours("09:00", "09:30"), hours("09:30", "10:00")}
		}, booking.OutsideHours},
		{"no Wednesdays any more", func(p *booking.Plan, _ *booking.Standing) {
			p.Opening[0].Pattern.Weekdays = []time.Weekday{time.Monday}
		}, booking.OutsideHours},
		{"another grid", func(p *booking.Plan, _ *booking.Standing) { p.Grid = 15 * time.Minute }, ""},
		{"a shorter horizon and more lead", func(p *booking.Plan, _ *booking.Standing) { p.Horizon, p.Lead = 0, 1000*time.Hour }, ""},
		{"Wednesdays for another service", func(p *booking.Plan, _ *booking.Standing) {
			p.Opening[0].Services = []town.ServiceID{"b"}
		}, booking.NotOnThisDay},
		{"for another service, and closed", func(p *booking.Plan, _ *booking.Standing) {
			p.Opening[0].Services = []town.ServiceID{"b"}
			p.Closures = []booking.Closure{{From: date, To: date}}
		}, booking.Closed},
		{"its service ended the day before", func(_ *booking.Plan, s *booking.Standing) { s.Last = &before }, booking.NotOnThisDay},
		{"no counter left", func(p *booking.Plan, _ *booking.Standing) { p.Opening[0].Capacity = booking.Capacity{} }, booking.OverCapacity},
		{"overbooked, and closed", func(p *booking.Plan, s *booking.Standing) {
			p.Closures, s.Overbooked = []booking.Closure{{From: date, To: date}}, true
		}, booking.Closed},
		{"overbooked, and its service is gone", func(_ *booking.Plan, s *booking.Standing) {
			s.Overbooked, s.Gone = true, booking.ServiceGone
		}, booking.ServiceGone},
		{"its service is gone", func(_ *booking.Plan, s *booking.Standing) { s.Gone = booking.ServiceGone }, booking.ServiceGone},
		{"kept all the same", func(p *booking.Plan, s *booking.Standing) {
			p.Closures, s.Settled, s.Gone = []booking.Closure{{From: date, To: date}}, true, booking.ServiceGone
		}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan, s := oneMorning(t, booking.Capacity{Staff: 1}), booked
			tc.change(plan, &s)
			if got := plan.Unfit(date, []booking.Standing{s}); got[0] != tc.want {
				t.Errorf("got %q, want %q", got[0], tc.want)
			}
		})
	}
}

// always is a state in which each day is a public holiday.
type always struct{}

func (always) Holiday(town.Date) (town.Text, bool) { return town.Plain("Feiertag"), true }

func TestOfTooManyThoseCreatedLastDontFit(t *testing.T) {
	plan := oneMorning(t, booking.Capacity{Staff: 2})
	const over = booking.OverCapacity
	kept := stands(t, "2026-11-25 09:00", "2026-11-25 09:20")
	kept.Settled = true
	beyond := stands(t, "2026-11-25 09:00", "2026-11-25 09:20")
	beyond.Overbooked = true
	early := stands(t, "2026-11-25 09:00", "2026-11-25 09:20")
	across := stands(t, "2026-11-25 09:10", "2026-11-25 09:30")
	late := stands(t, "2026-11-25 09:20", "2026-11-25 09:40")
	for _, tc := range []struct {
		name     string
		standing []booking.Standing
		want     []booking.Unfit
	}{
		{"as many as can be served", []booking.Standing{early, across, late}, []booking.Unfit{"", "", ""}},
		{"one more", []booking.Standing{early, across, early}, []booking.Unfit{"", "", over}},
		{"who doesn't fit takes nobody's place", []booking.Standing{early, early, across, late, late}, []booking.Unfit{"", "", over, "", ""}},
		{"who was overbooked stays, and takes one", []booking.Standing{early, early, beyond, across}, []booking.Unfit{"", "", "", over}},
		{"who was kept takes one", []booking.Standing{early, early, kept, across, late}, []booking.Unfit{"", "", "", over, ""}},
		{"who was kept first leaves fewer", []booking.Standing{kept, kept, early}, []booking.Unfit{"", "", over}},
	} {
		if diff := cmp.Diff(tc.want, plan.Unfit(day("2026-11-25"), tc.standing)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// TestWhoFitsAgreesWithTheOracle asks the plain oracle, on a grid of single
// minutes, whether staff could book each appointment beside those before it.
func TestWhoFitsAgreesWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		standing := rapid.SliceOfN(genStanding(date, o.plan.Zone), 0, 12).Draw(t, "standing")
		judged := o.plan.Unfit(date, standing)

		o.plan = new(*o.plan)
		o.plan.Grid, o.plan.Horizon, o.spans = time.Minute, 60, nil
		for i, s := range standing {
			o.request = booking.Request{
				Now: date.AddDays(-3).Start(o.plan.Zone), Staff: true, Duration: s.End.Sub(s.Start),
				Services: s.Services, First: s.First, Last: s.Last,
			}
			free, offered := o.free(date)[s.Start.In(o.plan.Zone)]
			fits := s.Settled || offered && (free > 0 || s.Overbooked)
			if fits != (judged[i] == "") {
				t.Fatalf("%d of %v: got %q, the oracle says %v", i, standing, judged[i], fits)
			}
			if fits {
				o.spans = append(o.spans, booking.Span{From: s.Start.Unix(), To: s.End.Unix()})
			}
		}
	})
}

func TestOnceThoseAreGoneAllOthersAreRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		standing := rapid.SliceOfN(genStanding(date, o.plan.Zone), 0, 12).Draw(t, "standing")
		var left []booking.Standing
		for i, why := range o.plan.Unfit(date, standing) {
			if why == "" {
				left = append(left, standing[i])
			}
		}
		if judged := o.plan.Unfit(date, left); slices.ContainsFunc(judged, func(u booking.Unfit) bool { return u != "" }) {
			t.Fatalf("of %v: got %v, want all to fit", left, judged)
		}
	})
}

// TestWhatStaffBookFits books whatever staff may, and judges it by the same plan.
func TestWhatStaffBookFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		o.plan.Opening, o.plan.Horizon = o.plan.Opening[:1], 60
		o.request.Staff, o.request.Now, o.request.Held = true, date.AddDays(-3).Start(o.plan.Zone), time.Time{}
		o.spans = nil
		var standing []booking.Standing
		for range rapid.IntRange(1, 10).Draw(t, "bookings") {
			slots := o.plan.Slots(date, o.request, o.taken)
			if len(slots) == 0 {
				break
			}
			s := rapid.SampledFrom(slots).Draw(t, "slot")
			o.spans = append(o.spans, booking.Span{From: s.Start.Unix(), To: s.End.Unix()})
			standing = append(standing, booking.Standing{Start: s.Start, End: s.End, Services: o.request.Services, First: o.request.First, Last: o.request.Last})
		}
		for i, why := range o.plan.Unfit(date, standing) {
			if why != "" {
				t.Fatalf("%d of %v: %s", i, standing, why)
			}
		}
	})
}

func genStanding(date town.Date, zone *time.Location) *rapid.Generator[booking.Standing] {
	return rapid.Custom(func(t *rapid.T) booking.Standing {
		start := date.At(town.TimeOfDay(rapid.IntRange(0, 280).Draw(t, "start")*5), zone)
		minutes := rapid.SampledFrom([]int{1, 5, 10, 25, 60}).Draw(t, "minutes")
		return booking.Standing{
			Start: start, End: start.Add(time.Duration(minutes) * time.Minute),
			Services: rapid.SampledFrom([][]town.ServiceID{{"a"}, {"b"}, {"a", "b"}}).Draw(t, "services"),
			First:    seldom(near(date)).Draw(t, "first"),
			Last:     seldom(near(date)).Draw(t, "last"),
			Settled:  rapid.IntRange(0, 5).Draw(t, "settled") == 0,

			Overbooked: rapid.IntRange(0, 5).Draw(t, "overbooked") == 0,
		}
	})
}
