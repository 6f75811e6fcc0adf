// Command gen writes the gongs that ship with the programs: 48 kHz, 16 bit,
// stereo, computed from a few sine waves, so that anybody may use them and
// every build gives the same bytes. Run it by "go generate ./assets".
//
// gong.wav: two bell tones, E5 (659.26 Hz) at 0 s and C5 (523.25 Hz) at 0.6 s,
// a falling third, the fundamental the strongest partial of each.
// gong-low.wav: the same a fourth lower (B4 493.88 Hz, G4 392.00 Hz), easier
// for older ears. gong-single.wav: C5 alone.
// Each is equally loud (loud), peaks below -3 dBFS and ends in true silence.
package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"aufruf/internal/audio/loudness"
)

const (
	rate = 48000
	loud = -10.5  // LUFS
	peak = 0.7079 // -3 dBFS
)

type strike struct{ pitch, start float64 }

type partial struct{ ratio, level, decay float64 }

// bell is a soft bar chime: octave and twelfth fade sooner than the
// fundamental, a slightly mistuned fourth partial gives the strike its edge.
var bell = []partial{
	{ratio: 1, level: 1, decay: 0.55},
	{ratio: 2, level: 0.32, decay: 0.35},
	{ratio: 3, level: 0.14, decay: 0.20},
	{ratio: 4.02, level: 0.06, decay: 0.09},
}

type gong struct {
	name    string
	seconds float64
	strikes []strike
}

var gongs = []gong{
	{name: "gong", seconds: 2.2, strikes: []strike{{659.26, 0}, {523.25, 0.6}}},
	{name: "gong-low", seconds: 2.2, strikes: []strike{{493.88, 0}, {392.00, 0.6}}},
	{name: "gong-single", seconds: 1.6, strikes: []strike{{523.25, 0}}},
}

func main() {
	for _, g := range gongs {
		if err := os.WriteFile(filepath.Join("sounds", g.name+".wav"), wav(g.samples()), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}

func (g gong) samples() []float64 {
	mix := make([]float64, int(g.seconds*rate))
	for _, s := range g.strikes {
		for i := int(s.start * rate); i < len(mix); i++ {
			mix[i] += ring(s.pitch, float64(i)/rate-s.start)
		}
	}
	fade(mix, 0.25)
	return loudness.Level(mix, rate, loud, peak)
}

// ring is one struck bell t seconds after the strike; 3 ms of rise keep it
// from clicking.
func ring(pitch, t float64) float64 {
	sum := 0.0
	for _, p := range bell {
		sum += p.level * math.Exp(-t/p.decay) * math.Sin(2*math.Pi*pitch*p.ratio*t)
	}
	return sum * min(1, t/0.003)
}

func fade(mix []float64, seconds float64) {
	n := int(seconds * rate)
	for i := range n {
		mix[len(mix)-1-i] *= float64(i) / float64(n)
	}
}

// wav encodes samples as a stereo RIFF file, the same on both sides.
func wav(mix []float64) []byte {
	size := len(mix) * 4
	out := append([]byte("RIFF"), u32(36+size)...)
	out = append(out, "WAVEfmt "...)
	out = append(out, u32(16)...)
	out = append(out, u16(1)...) // PCM
	out = append(out, u16(2)...) // channels
	out = append(out, u32(rate)...)
	out = append(out, u32(rate*4)...)
	out = append(out, u16(4)...)  // bytes per frame
	out = append(out, u16(16)...) // bits
	out = append(out, "data"...)
	out = append(out, u32(size)...)
	for _, v := range mix {
		sample := u16(int(math.Round(v * math.MaxInt16)))
		out = append(append(out, sample...), sample...)
	}
	return out
}

func u16(v int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func u32(v int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }
