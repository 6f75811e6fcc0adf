package booking_test

import (
	"testing"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// busyBranch is an office with eight counters and 48,000 appointments on its
// 260 open days of a year, so that the sheet has much to count.
func busyBranch(b *testing.B) (*booking.Plan, booking.Taken, booking.Request) {
	b.Helper()
	plan := stadthaus(b)
	for i := range plan.Opening {
		plan.Opening[i].Capacity = booking.Capacity{Online: 6, Staff: 7, Counters: 8}
	}
	plan.Closures, plan.Horizon = nil, 365
	byDate := map[town.Date][]booking.Span{}
	for date := day("2026-11-24"); date < day("2027-11-24"); date++ {
		for i := range 185 {
			from := date.At(tod("09:00"), plan.Zone).Add(time.Duration(i*37%54) * 10 * time.Minute).Unix()
			byDate[date] = append(byDate[date], booking.Span{From: from, To: from + 20*60, Online: i%3 > 0})
		}
	}
	return plan, func(d town.Date) []booking.Span { return byDate[d] }, request(b)
}

func BenchmarkMonth(b *testing.B) {
	plan, taken, r := busyBranch(b)
	b.ReportAllocs()
	for b.Loop() {
		plan.Days(day("2026-12-01"), day("2026-12-31"), r, taken)
	}
}

// BenchmarkMonthWithARoster has a week of two shifts a day, one of them of named
// counters, thirty exceptions, and a neighbour that shares a counter.
func BenchmarkMonthWithARoster(b *testing.B) {
	plan, taken, r := busyBranch(b)
	plan.Rooms = []town.RoomID{"1", "2", "3", "4", "5", "6", "7", "8"}
	plan.Roster.Week = everyDayOf(&booking.Staffing{Counters: 8})
	plan.Roster.Week = append(plan.Roster.Week, everyDayOf(named("1", "2", "3", "4", "5", "6", "7"))...)
	plan.Roster.Week[1].Part = new(hours("13:00", "18:00"))
	for i := range 30 {
		e := off("3")
		e.From, e.To, e.Part = day("2026-12-01").AddDays(i), day("2026-12-01").AddDays(i), new(hours("09:00", "12:00"))
		plan.Roster.Exceptions = append(plan.Roster.Exceptions, e)
	}
	plan.Neighbours = []booking.Neighbour{{Roster: booking.Roster{Week: everyDayOf(named("8"))}}}
	b.ReportAllocs()
	for b.Loop() {
		plan.Days(day("2026-12-01"), day("2026-12-31"), r, taken)
	}
}

func BenchmarkMonthUnbooked(b *testing.B) {
	plan, _, r := busyBranch(b)
	b.ReportAllocs()
	for b.Loop() {
		plan.Days(day("2026-12-01"), day("2026-12-31"), r, nil)
	}
}

func BenchmarkSlots(b *testing.B) {
	plan, taken, r := busyBranch(b)
	b.ReportAllocs()
	for b.Loop() {
		plan.Slots(day("2026-12-01"), r, taken)
	}
}

func BenchmarkCheck(b *testing.B) {
	plan, taken, r := busyBranch(b)
	start := at(b, "2026-12-01 10:00")
	b.ReportAllocs()
	for b.Loop() {
		_ = plan.Check(start, r, taken)
	}
}

func BenchmarkNextFreeAfterAFullYear(b *testing.B) {
	plan, _, r := busyBranch(b)
	full := func(d town.Date) []booking.Span {
		s := booking.Span{From: d.Start(plan.Zone).Unix(), To: d.AddDays(1).Start(plan.Zone).Unix(), Online: true}
		return []booking.Span{s, s, s, s, s, s, s, s}
	}
	b.ReportAllocs()
	for b.Loop() {
		plan.NextFree(day("2026-12-01"), r, full)
	}
}
