// Package loudness measures how loud a sound is to a person, in LUFS, and
// brings it to a wanted loudness. It follows ITU-R BS.1770-4, but for the
// length of its blocks: a spoken digit is shorter than the standard's 400 ms.
package loudness

import (
	"math"
	"slices"
)

const (
	block = 0.05  // seconds
	step  = 0.01  // from the beginning of one to that of the next
	gate  = 10.0  // dB below the loudest block: pauses and breath don't count
	look  = 0.004 // seconds before and behind a peak that is turned down
)

// Of returns the loudness of a sound that is the same on both channels, of
// full scale 1, at a rate in Hz.
func Of(samples []float64, rate int) float64 {
	heard := filter(filter(samples, shelf(float64(rate))), highPass(float64(rate)))
	var powers []float64
	length := min(int(block*float64(rate)), len(heard))
	if length == 0 {
		return math.Inf(-1)
	}
	for from := 0; from+length <= len(heard); from += int(step * float64(rate)) {
		squares := 0.0
		for _, s := range heard[from : from+length] {
			squares += s * s
		}
		powers = append(powers, squares/float64(length))
	}
	floor := slices.Max(powers) * decibels(-gate)
	sum, counted := 0.0, 0
	for _, p := range powers {
		if p >= floor {
			sum += p
			counted++
		}
	}
	return -0.691 + 10*math.Log10(2*sum/float64(counted))
}

// Level returns a sound of a wanted loudness, no sample of which is above a
// ceiling: what would be is turned down for some milliseconds around it, and
// the whole turned up for that.
func Level(samples []float64, rate int, wanted, ceiling float64) []float64 {
	const rounds = 12
	gain := 1.0
	out := samples
	for range rounds {
		gain *= math.Pow(10, (wanted-Of(out, rate))/20)
		out = limit(samples, gain, ceiling, int(look*float64(rate)))
	}
	return out
}

// limit multiplies by a gain, and by less around samples above the ceiling. The
// least gain of a window, averaged over the same window, is never above what
// the sample in its middle can bear.
func limit(samples []float64, gain, ceiling float64, window int) []float64 {
	bearable := make([]float64, len(samples))
	for i, s := range samples {
		bearable[i] = min(gain, ceiling/max(math.Abs(s), 1e-9))
	}
	around := func(values []float64, i int) []float64 {
		return values[max(0, i-window):min(len(values), i+window+1)]
	}
	least := make([]float64, len(samples))
	for i := range least {
		least[i] = slices.Min(around(bearable, i))
	}
	out := make([]float64, len(samples))
	for i, s := range samples {
		sum, near := 0.0, around(least, i)
		for _, g := range near {
			sum += g
		}
		out[i] = s * sum / float64(len(near))
	}
	return out
}

func decibels(db float64) float64 { return math.Pow(10, db/10) }

// biquad is a filter of second order, its first denominator 1.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

func filter(samples []float64, f biquad) []float64 {
	out := make([]float64, len(samples))
	var x1, x2, y1, y2 float64
	for i, x := range samples {
		y := f.b0*x + f.b1*x1 + f.b2*x2 - f.a1*y1 - f.a2*y2
		out[i] = y
		x1, x2, y1, y2 = x, x1, y, y1
	}
	return out
}

// shelf is the first filter of BS.1770, the head's effect, for any rate.
func shelf(rate float64) biquad {
	const frequency, gain, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
	k := math.Tan(math.Pi * frequency / rate)
	high := math.Pow(10, gain/20)
	band := math.Pow(high, 0.4996667741545416)
	a0 := 1 + k/q + k*k
	return biquad{
		b0: (high + band*k/q + k*k) / a0, b1: 2 * (k*k - high) / a0, b2: (high - band*k/q + k*k) / a0,
		a1: 2 * (k*k - 1) / a0, a2: (1 - k/q + k*k) / a0,
	}
}

// highPass is the second, which lets low tones count less.
func highPass(rate float64) biquad {
	const frequency, q = 38.13547087602444, 0.5003270373238773
	k := math.Tan(math.Pi * frequency / rate)
	a0 := 1 + k/q + k*k
	return biquad{b0: 1, b1: -2, b2: 1, a1: 2 * (k*k - 1) / a0, a2: (1 - k/q + k*k) / a0}
}
