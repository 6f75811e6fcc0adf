package booking_test

import (
	"testing"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// BenchmarkOccupancy is a month as the office sees it.
func BenchmarkOccupancy(b *testing.B) {
	plan, taken, _ := busyBranch(b)
	b.ReportAllocs()
	for b.Loop() {
		plan.Occupancy(day("2026-12-01"), day("2026-12-31"), taken)
	}
}

// BenchmarkOccupancyOf300Branches is the next four weeks of 300 branches that have
// 50,000 appointments in them, more than six a branch and open day.
func BenchmarkOccupancyOf300Branches(b *testing.B) {
	plan, _, _ := busyBranch(b)
	booked := func(date town.Date) []booking.Span {
		spans := make([]booking.Span, 9)
		for i := range spans {
			from := date.At(tod("09:00"), plan.Zone).Unix() + int64(i%18)*20*60
			spans[i] = booking.Span{From: from, To: from + 20*60, Online: true}
		}
		return spans
	}
	b.ReportAllocs()
	for b.Loop() {
		for range 300 {
			plan.Occupancy(day("2026-11-30"), day("2026-12-27"), booked)
		}
	}
}
