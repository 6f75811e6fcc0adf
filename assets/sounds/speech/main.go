// Command speech records the spoken clips that ship with the programs: it has
// espeak-ng say every entry of announce.Vocabulary, cuts the silence off, makes
// all clips equally loud and writes them as OGG below sounds/de and sounds/en.
// It needs espeak-ng and sox with Vorbis (Debian: espeak-ng, sox,
// libsox-fmt-base), and runs by "go generate ./assets"; nobody needs it to
// build or test, since its output is committed.
package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"aufruf/internal/announce"
	"aufruf/internal/audio/loudness"
	"aufruf/internal/town"
)

// Speech is set by its loudness and not by its level, so that "zwölf" and
// "sieben" are heard alike; a gong is 4.5 dB above it. The ceiling is that of the
// gongs, less what Vorbis may add.
const (
	loud    = -15.0 // LUFS
	ceiling = 0.65
	silence = 0.01
	fade    = 88    // samples at both ends, 4 ms
	rate    = 22050 // what espeak-ng gives
)

var speakers = map[town.Language][]string{
	town.German:  {"-v", "de", "-s", "140", "-p", "42"},
	town.English: {"-v", "en-gb", "-s", "140", "-p", "42"},
}

func main() {
	if err := record(); err != nil {
		fmt.Fprintln(os.Stderr, "speech:", err)
		os.Exit(1)
	}
}

func record() error {
	folder, err := os.MkdirTemp("", "speech")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, language := range announce.Languages() {
		if err := os.MkdirAll(filepath.Join("sounds", string(language)), 0o755); err != nil {
			return err
		}
		for clip, text := range announce.Vocabulary(language) {
			if err := say(folder, speakers[language], text, filepath.Join("sounds", string(clip)+".ogg")); err != nil {
				return fmt.Errorf("%s: %w", clip, err)
			}
		}
	}
	return nil
}

func say(folder string, speaker []string, text, target string) error {
	spoken, levelled := filepath.Join(folder, "spoken.wav"), filepath.Join(folder, "levelled.raw")
	if err := run("espeak-ng", append(speaker, "-w", spoken, text)...); err != nil {
		return err
	}
	raw, err := os.ReadFile(spoken)
	if err != nil {
		return err
	}
	if err := os.WriteFile(levelled, level(raw[44:]), 0o644); err != nil {
		return err
	}
	return run("sox", "-D", "-R", "-t", "raw", "-r", fmt.Sprint(rate), "-e", "signed", "-b", "16", "-c", "1", levelled,
		"-C", "0", "-c", "2", target)
}

// level takes and gives mono 16-bit samples: trimmed, of the wanted loudness,
// with 20 ms of silence in front and 60 ms behind as the gap between words.
func level(raw []byte) []byte {
	samples := make([]float64, len(raw)/2)
	for i := range samples {
		samples[i] = float64(int16(binary.LittleEndian.Uint16(raw[i*2:]))) / 32768
	}
	samples = soften(loudness.Level(trim(samples), rate, loud, ceiling))
	out := make([]byte, rate/50*2)
	for _, s := range samples {
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(math.Round(s*32767))))
	}
	return append(out, make([]byte, rate*60/1000*2)...)
}

// soften lets a word begin and end without a click.
func soften(samples []float64) []float64 {
	n := min(fade, len(samples)/2)
	for i := range n {
		share := float64(i) / float64(n)
		samples[i] *= share
		samples[len(samples)-1-i] *= share
	}
	return samples
}

func trim(samples []float64) []float64 {
	first, last := 0, len(samples)
	for first < last && math.Abs(samples[first]) < silence {
		first++
	}
	for last > first && math.Abs(samples[last-1]) < silence {
		last--
	}
	return samples[first:last]
}

func run(name string, args ...string) error {
	output, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, output)
	}
	return nil
}
