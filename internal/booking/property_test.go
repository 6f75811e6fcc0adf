package booking_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// zones are Germany's, and three that do otherwise: half an hour, southern
// summer, and a midnight that doesn't exist.
var zones = []string{"Europe/Berlin", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo"}

// genScene draws a plan, a request and what is taken on one date. Dates spread
// over 2026 to 2028: a year of 53 weeks, a leap year, holidays on Saturdays, and
// often a date on which the clocks change.
func genScene(t *rapid.T) (oracle, town.Date) {
	zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	date := rapid.OneOf(anyDate(), anyDate(), rapid.SampledFrom(clockChanges(zone))).Draw(t, "date")
	holidays, _ := booking.HolidaysOf("DE-SN")
	plan := &booking.Plan{
		Zone:     zone,
		Grid:     time.Duration(rapid.SampledFrom([]int{5, 7, 10, 15, 20}).Draw(t, "grid")) * time.Minute,
		Opening:  rapid.SliceOfN(genRule(date), 1, 3).Draw(t, "rules"),
		Closures: rapid.SliceOfN(genClosure(date), 0, 2).Draw(t, "closures"),
		Holidays: holidays,
		Lead:     time.Duration(rapid.IntRange(0, 180).Draw(t, "lead")) * time.Minute,
		Horizon:  rapid.IntRange(5, 60).Draw(t, "horizon"),
		Release:  town.TimeOfDay(rapid.IntRange(0, 600).Draw(t, "release")),
	}
	if rapid.Bool().Draw(t, "with a roster") {
		plan.Rooms = rapid.SliceOfNDistinct(rapid.SampledFrom(rooms), 0, 5, rapid.ID[town.RoomID]).Draw(t, "rooms")
		plan.Roster = genRoster(date).Draw(t, "roster")
		plan.Neighbours = rapid.SliceOfN(genNeighbour(date), 0, 2).Draw(t, "neighbours")
	}
	before := rapid.SampledFrom([]int{0, 0, 1, 2, 4, plan.Horizon - 1, plan.Horizon, plan.Horizon + 1, -1}).Draw(t, "days before")
	now := date.AddDays(-before).Start(zone).Add(time.Duration(rapid.IntRange(0, 86399).Draw(t, "second")) * time.Second)
	request := booking.Request{
		Now:      now,
		Duration: time.Duration(rapid.SampledFrom([]int{5, 10, 15, 25, 30, 90}).Draw(t, "minutes")) * time.Minute,
		Services: rapid.SampledFrom([][]town.ServiceID{nil, {"a"}, {"b"}, {"a", "b"}}).Draw(t, "services"),
		Staff:    rapid.Bool().Draw(t, "staff"),
		Kept:     rapid.IntRange(0, 4).Draw(t, "kept") == 0,
		First:    seldom(near(date)).Draw(t, "first"),
		Last:     seldom(near(date)).Draw(t, "last"),
	}
	held := now
	if rapid.IntRange(0, 4).Draw(t, "clock doubted") == 0 {
		held = now.Add(-time.Duration(rapid.IntRange(-3, 400).Draw(t, "days ahead")) * 24 * time.Hour)
		request.Held = held
	}
	spans := rapid.SliceOfN(genSpan(date, zone, held), 0, 30).Draw(t, "spans")
	return oracle{plan, request, spans}, date
}

func genRule(date town.Date) *rapid.Generator[booking.OpeningRule] {
	return rapid.Custom(func(t *rapid.T) booking.OpeningRule {
		staff := rapid.SampledFrom([]int{0, 1, 2, 4, 8}).Draw(t, "staff")
		return booking.OpeningRule{
			Pattern: booking.Pattern{
				Weekdays: rapid.SampledFrom([][]time.Weekday{{0, 1, 2, 3, 4, 5, 6}, {date.Weekday()}, {1, 2, 4, 5}}).Draw(t, "weekdays"),
				Every:    rapid.SampledFrom([]int{0, 1, 1, 2, 3}).Draw(t, "every"),
				Anchor:   date.AddDays(rapid.IntRange(-500, 500).Draw(t, "anchor")),
				Nth:      rapid.SampledFrom([][]int{nil, nil, nil, {1, 3}, {2, 4}, {-1}, {5}}).Draw(t, "nth"),
				Dates:    rapid.SliceOfN(near(date), 0, 2).Draw(t, "dates"),
				From:     seldom(near(date)).Draw(t, "from"),
				To:       seldom(near(date)).Draw(t, "to"),
			},
			Intervals: rapid.SliceOfN(genInterval(), 1, 3).Draw(t, "intervals"),
			Capacity:  booking.Capacity{Online: staff - rapid.IntRange(0, staff).Draw(t, "offline"), Staff: staff, Counters: staff + rapid.IntRange(0, 2).Draw(t, "for walk-ins")},
			Services:  rapid.SampledFrom([][]town.ServiceID{nil, nil, {"a"}, {"a", "b"}}).Draw(t, "only"),
			Holidays:  rapid.Bool().Draw(t, "on holidays"),
		}
	})
}

func genInterval() *rapid.Generator[booking.Interval] {
	return rapid.Custom(func(t *rapid.T) booking.Interval {
		from := rapid.SampledFrom([]int{0, 90, 120, 150, 300, 480, 545, 600, 720, 800, 1200}).Draw(t, "from")
		to := from + rapid.SampledFrom([]int{5, 60, 95, 180, 245, 600}).Draw(t, "length")
		return booking.Interval{From: town.TimeOfDay(from), To: town.TimeOfDay(min(to, 1440))}
	})
}

func genClosure(date town.Date) *rapid.Generator[booking.Closure] {
	return rapid.Custom(func(t *rapid.T) booking.Closure {
		return booking.Closure{
			From:       near(date).Draw(t, "from"),
			To:         near(date).Draw(t, "to"),
			Part:       rapid.SampledFrom([]*booking.Interval{nil, new(genInterval().Draw(t, "a")), new(genInterval().Draw(t, "b"))}).Draw(t, "part"),
			WalkInOnly: rapid.IntRange(0, 4).Draw(t, "walk-in") == 0,
			Reason:     town.Plain("Umzug"),
		}
	})
}

// genSpan draws spans of odd lengths too, as older rules may have left them.
func genSpan(date town.Date, zone *time.Location, now time.Time) *rapid.Generator[booking.Span] {
	return rapid.Custom(func(t *rapid.T) booking.Span {
		from := date.Start(zone).Unix() + int64(rapid.IntRange(-10, 290).Draw(t, "from"))*300
		unit := rapid.SampledFrom([]int64{1, 60, 300, 300, 300}).Draw(t, "unit")
		span := booking.Span{
			From:   from,
			To:     from + int64(rapid.IntRange(1, 30).Draw(t, "length"))*unit,
			Online: rapid.Bool().Draw(t, "online"),
		}
		span.Cooling = !span.Online && rapid.Bool().Draw(t, "cooling")
		if rapid.Bool().Draw(t, "hold") {
			span.Expires = now.Unix() + int64(rapid.IntRange(-2, 2).Draw(t, "expires"))
		}
		return span
	})
}

// seldom draws a value one time in five, else nil.
func seldom[T any](of *rapid.Generator[T]) *rapid.Generator[*T] {
	return rapid.Custom(func(t *rapid.T) *T {
		if rapid.IntRange(0, 4).Draw(t, "given") != 4 {
			return nil
		}
		return new(of.Draw(t, "value"))
	})
}

func near(date town.Date) *rapid.Generator[town.Date] {
	return rapid.Map(rapid.IntRange(-3, 3), date.AddDays)
}

func anyDate() *rapid.Generator[town.Date] {
	first, last := town.NewDate(2026, 1, 1), town.NewDate(2028, 12, 31)
	return rapid.Map(rapid.IntRange(0, int(last-first)), first.AddDays)
}

// clockChanges returns the dates of 2026 to 2028 that don't have 24 hours.
func clockChanges(zone *time.Location) []town.Date {
	var dates []town.Date
	for date := town.NewDate(2026, 1, 1); date < town.NewDate(2029, 1, 1); date++ {
		if date.AddDays(1).Start(zone).Sub(date.Start(zone)) != 24*time.Hour {
			dates = append(dates, date)
		}
	}
	return dates
}

func TestSlotsAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		got, want := o.plan.Slots(date, o.request, o.taken), o.slots(date)
		if !slices.EqualFunc(got, want, sameSlot) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

func sameSlot(a, b booking.Slot) bool {
	return a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.Free == b.Free
}

// TestChecksAgreeWithTheOracle asks about each minute of the date: bookable,
// full, which staff may pass, or not offered, which nobody may.
func TestChecksAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		free := o.free(date)
		for m := range minutesOf(date, o.plan.Zone) {
			left, offered := free[m.at]
			err := o.plan.Check(m.at, o.request, o.taken)
			if got, want := err == nil, left > 0; got != want {
				t.Fatalf("%s: got bookable %v (%v), want %v", m.at, got, err, want)
			}
			if got, want := problem.Is(err, "booking.slot_taken"), offered && left == 0; got != want {
				t.Fatalf("%s: got full %v (%v), want %v", m.at, got, err, want)
			}
			if err := o.plan.CheckOverbook(m.at, o.request); (err == nil) != offered {
				t.Fatalf("%s: got it overbooked %v (%v), want %v", m.at, err == nil, err, offered)
			}
		}
	})
}

func TestDaysAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		days := o.plan.Days(date.AddDays(-1), date.AddDays(1), o.request, o.taken)
		if got, want := len(days), 3; got != want {
			t.Fatalf("got %d days, want %d", got, want)
		}
		for i, day := range days {
			if got, want := day.Date, date.AddDays(i-1); got != want {
				t.Fatalf("day %d: got %s, want %s", i, got, want)
			}
			state, free, reason := o.day(day.Date)
			if day.State != state || day.Free != free || day.Reason != reason {
				t.Fatalf("%s: got %s %d %q, want %s %d %q", day.Date, day.State, day.Free, day.Reason, state, free, reason)
			}
		}
	})
}

// TestNeverOutsideHours holds on every day, those with clock changes above all:
// each minute of an offered appointment shows an open time on the wall clock.
func TestNeverOutsideHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		open := o.plan.OpenIntervals(date)
		for _, s := range o.plan.Slots(date, o.request, o.taken) {
			for at := s.Start; at.Before(s.End); at = at.Add(time.Minute) {
				tod := wall(at, o.plan.Zone)
				inside := slices.ContainsFunc(open, func(iv booking.Interval) bool { return iv.From <= tod && tod < iv.To })
				if !inside || town.DateOf(at, o.plan.Zone) != date {
					t.Fatalf("%s is offered, but %s lies outside %v", s.Start, at, open)
				}
			}
		}
	})
}

// TestNeverOverCapacity books at random until nothing is left.
func TestNeverOverCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		o.spans = nil
		for range 40 {
			o.request.Staff = rapid.Bool().Draw(t, "by staff")
			slots := o.plan.Slots(date, o.request, o.taken)
			if len(slots) == 0 {
				continue
			}
			s := rapid.SampledFrom(slots).Draw(t, "slot")
			o.spans = append(o.spans, booking.Span{From: s.Start.Unix(), To: s.End.Unix(), Online: !o.request.Staff})
		}
		for m := range minutesOf(date, o.plan.Zone) {
			limit := o.mostAt(date, m.tod)
			if all, online := o.overlapping(m.at.Unix()); all > limit.Staff || online > limit.Online {
				t.Fatalf("%s: %d in all and %d online at once, want at most %+v", m.at, all, online, limit)
			}
		}
	})
}

func TestNearestAgreesWithSortingAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		start := date.Start(o.plan.Zone).Add(time.Duration(rapid.IntRange(-3000, 3000).Draw(t, "minute")) * time.Minute)
		n := rapid.IntRange(0, 8).Draw(t, "n")
		var want []time.Time
		today := town.DateOf(o.request.Now, o.plan.Zone)
		last := today.AddDays(o.plan.Horizon)
		if o.request.Staff { // who asked for a later date
			last = max(last, town.DateOf(start, o.plan.Zone))
		}
		for d := today; d <= last; d++ {
			for _, s := range o.plan.Slots(d, o.request, o.taken) {
				want = append(want, s.Start)
			}
		}
		slices.SortStableFunc(want, func(a, b time.Time) int {
			return int(a.Sub(start).Abs() - b.Sub(start).Abs())
		})
		want = want[:min(n, len(want))]
		got := o.plan.Nearest(start, o.request, o.taken, n)
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("nearest to %s: got %v, want %v", start, got, want)
		}
	})
}

func TestNextFreeDayIsTheFirstThatIsFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, date := genScene(t)
		from := near(date).Draw(t, "from")
		o.request.Now = from.AddDays(-rapid.IntRange(-2, 2).Draw(t, "days before")).At(town.TimeOfDay(8*60), o.plan.Zone)
		o.plan.Horizon = rapid.IntRange(0, 9).Draw(t, "horizon in days")
		var want town.Date
		for d := from.AddDays(12); d >= from; d-- {
			if len(o.slots(d)) > 0 && d <= town.DateOf(o.request.Now, o.plan.Zone).AddDays(o.plan.Horizon) {
				want = d
			}
		}
		got, ok := o.plan.NextFree(from, o.request, o.taken)
		if got != want || ok != (want != 0) {
			t.Fatalf("from %s: got %s %v, want %s", from, got, ok, want)
		}
	})
}
