package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// figure is a row: one value per run, and that of the yardstick in the same
// run, if there is one.
type figure struct {
	name      string
	unit      string
	ours      []float64
	yardstick []float64
	goal      string // in words, empty for none
}

// table collects figures in the order in which they were first measured.
type table struct {
	figures []*figure
}

// figure returns the row of a name and unit, a new one where there is none.
func (t *table) figure(name, unit, goal string) *figure {
	i := slices.IndexFunc(t.figures, func(f *figure) bool { return f.name == name && f.unit == unit })
	if i >= 0 {
		return t.figures[i]
	}
	f := &figure{name: name, unit: unit, goal: goal}
	t.figures = append(t.figures, f)
	return f
}

func (f *figure) add(ours float64) { f.ours = append(f.ours, ours) }

func (f *figure) addBeside(ours, yardstick float64) {
	f.ours = append(f.ours, ours)
	f.yardstick = append(f.yardstick, yardstick)
}

func (t *table) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tunit\tmin\tmedian\tmax\tyardstick\tratio\tgoal")
	for _, f := range t.figures {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.name, f.unit,
			number(slices.Min(f.ours)), number(median(f.ours)), number(slices.Max(f.ours)),
			f.bare(), f.ratio(), f.goal)
	}
	return w.Flush()
}

func (f *figure) bare() string {
	if len(f.yardstick) == 0 {
		return "-"
	}
	return number(median(f.yardstick))
}

func (f *figure) ratio() string {
	if len(f.yardstick) == 0 {
		return "-"
	}
	return number(median(f.ours) / median(f.yardstick))
}

func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// percentile returns the smallest duration that a share of them doesn't
// exceed, in milliseconds.
func percentile(durations []time.Duration, share float64) float64 {
	sorted := slices.Sorted(slices.Values(durations))
	i := min(int(share*float64(len(sorted))), len(sorted)-1)
	return milliseconds(sorted[i])
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
