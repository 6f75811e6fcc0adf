package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTableStandsBesideItsYardstick(t *testing.T) {
	var figures table
	for _, v := range []float64{3, 1, 2} {
		figures.figure("call", "ms", "≤ 1.5").addBeside(v, 2)
	}
	err := figures.addBenchmarks("goos: linux\nBenchmarkMonth/empty-2   \t 100\t 1500 ns/op\t 20 B/op\nPASS\n")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := figures.print(&out); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	want := []string{
		"figure unit min median max yardstick ratio goal",
		"call ms 1.00 2.00 3.00 2.00 1.00 ≤ 1.5",
		"Month/empty ns/op 1500 1500 1500 - -",
		"Month/empty B/op 20.0 20.0 20.0 - -",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestPercentile(t *testing.T) {
	var durations []time.Duration
	for i := range 1000 {
		durations = append(durations, time.Duration(1000-i)*time.Millisecond)
	}
	for share, want := range map[float64]float64{0.5: 501, 0.99: 991, 1: 1000} {
		if got := percentile(durations, share); got != want {
			t.Errorf("percentile %v: got %v, want %v", share, got, want)
		}
	}
}
