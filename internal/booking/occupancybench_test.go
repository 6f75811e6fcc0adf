package booking_test

import "testing"

// BenchmarkOccupancy is a month as the office sees it.
func BenchmarkOccupancy(b *testing.B) {
	plan, taken, _ := busyBranch(b)
	b.ReportAllocs()
	for b.Loop() {
		plan.Occupancy(day("2026-12-01"), day("2026-12-31"), taken)
	}
}
