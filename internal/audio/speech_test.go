package audio

import (
	"math"
	"testing"

	"aufruf/assets"
	"aufruf/internal/announce"
)

func TestEveryClipOfTheRulesShipsAndIsLevelled(t *testing.T) {
	clips := NewClips(assets.Sounds())
	for _, language := range announce.Languages() {
		for clip := range announce.Vocabulary(language) {
			got, peak := measure(t, clips, clip)
			if want := -18.0; got < want-6 || got > want+1 {
				t.Errorf("%s is at %.1f dBFS, want about %.1f", clip, got, want)
			}
			if peak >= 0.99 {
				t.Errorf("%s peaks at %.2f of full scale", clip, peak)
			}
		}
	}
}

// measure returns the loudness of a clip in dBFS, without the silence around
// it, and its peak.
func measure(t *testing.T, clips *Clips, clip announce.Clip) (loudness, peak float64) {
	t.Helper()
	stream, err := clips.open(clip)
	if err != nil {
		t.Fatal(err)
	}
	squares, heard := 0.0, 0
	block := make([][2]float64, 512)
	for n, ok := stream.Stream(block); ok; n, ok = stream.Stream(block) {
		for _, s := range block[:n] {
			if math.Abs(s[0]) > 0.005 {
				squares += s[0] * s[0]
				heard++
			}
			peak = max(peak, math.Abs(s[0]))
		}
	}
	return 10 * math.Log10(squares/float64(max(heard, 1))), peak
}
