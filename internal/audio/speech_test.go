package audio

import (
	"math"
	"testing"
	"time"

	"github.com/faiface/beep"

	"aufruf/assets"
	"aufruf/internal/announce"
	"aufruf/internal/audio/loudness"
	"aufruf/internal/town"
)

// levels are the loudness in LUFS that every sound of a kind has, within 1 dB.
const (
	speechLevel = -15.0
	gongLevel   = -10.5
	fullScale   = 0.9 // what a peak stays below
	click       = 0.01
)

func TestEveryClipShipsAndIsLevelled(t *testing.T) {
	clips := NewClips(assets.Sounds())
	for _, language := range announce.Languages() {
		for clip := range announce.Vocabulary(language) {
			checkLevel(t, clips, clip, speechLevel)
		}
	}
	for _, gong := range []announce.Clip{announce.Gong, "gong-low", "gong-single"} {
		checkLevel(t, clips, gong, gongLevel)
	}
}

func checkLevel(t *testing.T, clips *Clips, clip announce.Clip, want float64) {
	t.Helper()
	samples := decoded(t, clips, clip)
	if got := loudness.Of(samples, Rate); math.Abs(got-want) > 1 {
		t.Errorf("%s is at %.1f LUFS, want %.1f", clip, got, want)
	}
	peak := 0.0
	for _, s := range samples {
		peak = max(peak, math.Abs(s))
	}
	if peak >= fullScale {
		t.Errorf("%s peaks at %.2f of full scale", clip, peak)
	}
	if first, last := math.Abs(samples[0]), math.Abs(samples[len(samples)-1]); first > click || last > click {
		t.Errorf("%s begins at %.3f and ends at %.3f, which clicks", clip, first, last)
	}
}

// An announcement is over before the next of a busy hall: a screen shows a
// call for at least three seconds and speaks behind that.
func TestAnnouncementsAreShort(t *testing.T) {
	clips := NewClips(assets.Sounds())
	for _, label := range []string{"Platz 1", "Zimmer 2.03", "Schalter A", "Trauzimmer", "Zimmer 112"} {
		for _, language := range announce.Languages() {
			call := announce.Call{Number: 417, Room: label}
			whole := time.Duration(0)
			for _, clip := range announce.Clips(call, announce.Style{Speech: []town.Language{language}}) {
				d, err := length(clips, clip)
				if err != nil {
					t.Fatal(err)
				}
				whole += d
			}
			t.Logf("%s, %s: %.1f s", language, label, whole.Seconds())
			if most := 9 * time.Second; whole > most {
				t.Errorf("%s in %s takes %v, want at most %v", label, language, whole, most)
			}
		}
	}
}

// length returns how long a clip plays.
func length(c *Clips, clip announce.Clip) (time.Duration, error) {
	s, err := c.open(clip)
	if s == nil {
		return 0, err
	}
	frames, buffer := 0, make([][2]float64, 4096)
	for n, ok := s.Stream(buffer); ok; n, ok = s.Stream(buffer) {
		frames += n
	}
	return beep.SampleRate(Rate).D(frames), s.Err()
}

func decoded(t *testing.T, clips *Clips, clip announce.Clip) []float64 {
	t.Helper()
	stream, err := clips.open(clip)
	if err != nil {
		t.Fatal(err)
	}
	var samples []float64
	block := make([][2]float64, 512)
	for n, ok := stream.Stream(block); ok; n, ok = stream.Stream(block) {
		for _, s := range block[:n] {
			samples = append(samples, s[0])
		}
	}
	return samples
}
