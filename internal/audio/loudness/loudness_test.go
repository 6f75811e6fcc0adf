package loudness

import (
	"math"
	"testing"
)

// tone is a second of 997 Hz, the standard's reference.
func tone(level float64, rate int) []float64 {
	samples := make([]float64, rate)
	for i := range samples {
		samples[i] = level * math.Sin(2*math.Pi*997*float64(i)/float64(rate))
	}
	return samples
}

// A tone of full scale on one channel is -3.01 LUFS by BS.1770, so 0 on both.
func TestTheStandardsReference(t *testing.T) {
	for _, rate := range []int{22050, 44100, 48000} {
		if got := Of(tone(1, rate), rate); math.Abs(got) > 0.1 {
			t.Errorf("%d Hz: got %.2f LUFS, want 0", rate, got)
		}
		if got, want := Of(tone(0.1, rate), rate), -20.0; math.Abs(got-want) > 0.1 {
			t.Errorf("%d Hz: got %.2f LUFS, want %.0f", rate, got, want)
		}
	}
}

func TestAPauseDoesNotCount(t *testing.T) {
	const rate = 48000
	with := append(tone(0.1, rate), make([]float64, rate)...)
	if got, want := Of(with, rate), Of(tone(0.1, rate), rate); math.Abs(got-want) > 0.1 {
		t.Errorf("got %.2f LUFS, want %.2f", got, want)
	}
}

// A word with one loud crack gets its loudness, and the crack stays below the
// ceiling.
func TestLevelTurnsPeaksDown(t *testing.T) {
	const rate, wanted, ceiling = 22050, -15.0, 0.7
	word := tone(0.05, rate)
	for i := range 40 {
		word[8000+i] += 0.6
	}
	levelled := Level(word, rate, wanted, ceiling)
	if got := Of(levelled, rate); math.Abs(got-wanted) > 0.3 {
		t.Errorf("got %.2f LUFS, want %.0f", got, wanted)
	}
	for i, s := range levelled {
		if math.Abs(s) > ceiling+1e-9 {
			t.Fatalf("sample %d is %.2f, above the ceiling", i, s)
		}
	}
}
