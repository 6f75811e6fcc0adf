// Package audio plays announcements: it decodes clips, strings them together
// and hands them to the sound card, or writes down what would be heard. It
// decides nothing about when or what to announce. It is the only importer of
// beep and the only user of ALSA.
package audio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/faiface/beep"
	"github.com/faiface/beep/vorbis"
	"github.com/faiface/beep/wav"

	"aufruf/internal/announce"
)

// Rate is the sample rate of everything that is played, in Hz.
const Rate = 48000

// Clips finds sounds by name in several folders, of which an earlier one
// replaces a later one clip by clip: the town's own recordings, then those
// that ship. Safe for concurrent use.
type Clips struct {
	folders []fs.FS
}

// NewClips returns the clips in folders, the first of which wins.
func NewClips(folders ...fs.FS) *Clips { return &Clips{folders: folders} }

// Has reports whether a clip exists.
func (c *Clips) Has(clip announce.Clip) bool {
	for _, folder := range c.folders {
		for _, ending := range endings {
			if _, err := fs.Stat(folder, string(clip)+ending.name); err == nil {
				return true
			}
		}
	}
	return false
}

// endings in the order in which they are looked for.
var endings = []struct {
	name   string
	decode func([]byte) (beep.Streamer, beep.Format, error)
}{
	{".wav", decodeWAV},
	{".ogg", decodeOGG},
}

// open returns a clip at full scale 1 and at Rate. A clip that nobody has is
// fs.ErrNotExist. One that can't be read in a folder is taken from the next;
// the error then says why, beside the stream.
func (c *Clips) open(clip announce.Clip) (beep.Streamer, error) {
	var broken []error
	for _, folder := range c.folders {
		stream, err := openIn(folder, clip)
		if err == nil {
			return stream, errors.Join(broken...)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			broken = append(broken, fmt.Errorf("clip %s: %w", clip, err))
		}
	}
	if broken != nil {
		return nil, errors.Join(broken...)
	}
	return nil, fmt.Errorf("clip %s: %w", clip, fs.ErrNotExist)
}

func openIn(folder fs.FS, clip announce.Clip) (beep.Streamer, error) {
	for _, ending := range endings {
		data, err := fs.ReadFile(folder, string(clip)+ending.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		streamer, format, err := ending.decode(data)
		if err != nil {
			return nil, fmt.Errorf("decode %s: %w", ending.name, err)
		}
		if format.SampleRate == Rate {
			return streamer, nil
		}
		return beep.Resample(4, format.SampleRate, Rate, streamer), nil
	}
	return nil, fs.ErrNotExist
}

// decodeWAV undoes the scale of beep's decoder, which divides 16-bit samples
// by 65535 and so plays them 6 dB low. After it a sample s is s/32768, and the
// sink's rounding gives back s exactly.
func decodeWAV(data []byte) (beep.Streamer, beep.Format, error) {
	streamer, format, err := wav.Decode(bytes.NewReader(data))
	if err != nil || format.Precision == 1 {
		return streamer, format, err
	}
	full := float64(uint(1) << (8 * format.Precision))
	return gain{streamer, (full - 1) / (full / 2)}, format, nil
}

// decodeOGG unfolds a recording with one channel: beep's decoder takes two of
// its samples for the two channels of one frame, and would play it at twice its
// speed.
func decodeOGG(data []byte) (beep.Streamer, beep.Format, error) {
	streamer, format, err := vorbis.Decode(io.NopCloser(bytes.NewReader(data)))
	if err != nil || channelsOfOGG(data) != 1 {
		return streamer, format, err
	}
	return &unfolded{Streamer: streamer}, format, nil
}

// channelsOfOGG reads the identification header (Vorbis I specification, 4.2.2),
// since beep says 2 for every file.
func channelsOfOGG(data []byte) int {
	const at = 4 // behind the version
	_, header, found := bytes.Cut(data, []byte("\x01vorbis"))
	if !found || len(header) <= at {
		return 0
	}
	return int(header[at])
}

// unfolded makes two frames of each frame.
type unfolded struct {
	beep.Streamer
	half [][2]float64
}

// Stream fills samples with both channels, one behind the other.
func (u *unfolded) Stream(samples [][2]float64) (int, bool) {
	if wanted := len(samples) / 2; len(u.half) < wanted {
		u.half = make([][2]float64, wanted)
	}
	n, ok := u.Streamer.Stream(u.half[:len(samples)/2])
	for i, frame := range u.half[:n] {
		samples[2*i] = [2]float64{frame[0], frame[0]}
		samples[2*i+1] = [2]float64{frame[1], frame[1]}
	}
	return 2 * n, ok
}

// gain multiplies a stream.
type gain struct {
	beep.Streamer
	factor float64
}

// Stream fills samples with the multiplied stream.
func (g gain) Stream(samples [][2]float64) (int, bool) {
	n, ok := g.Streamer.Stream(samples)
	for i := range samples[:n] {
		samples[i][0] *= g.factor
		samples[i][1] *= g.factor
	}
	return n, ok
}
