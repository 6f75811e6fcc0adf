package audio

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/faiface/beep"
)

// Card plays announcements on the sound card. It opens the device for each
// announcement and closes it afterwards, so that a card that was unplugged,
// plugged in again or busy needs no restart.
type Card struct {
	clips *Clips
	open  func() (device, error)
}

// device takes 16-bit stereo frames at Rate.
type device interface {
	// write blocks until the frames are taken; an error means that the device
	// is lost.
	write(frames []byte) error
	// drain blocks until everything written was heard.
	drain() error
	close() error
}

// NewCard returns a player on the default ALSA device.
func NewCard(clips *Clips) *Card { return &Card{clips: clips, open: openALSA} }

// Probe opens the device and closes it again.
func (c *Card) Probe(context.Context) (Result, error) {
	d, err := c.open()
	if err != nil {
		return NoDevice, err
	}
	if err := d.close(); err != nil {
		return NoDevice, err
	}
	return Played, nil
}

// Play plays the clips in order. Clips that don't exist are left out and named
// in the error, so that a missing recording doesn't silence the gong.
func (c *Card) Play(ctx context.Context, a Announcement) (Result, error) {
	d, err := c.open()
	if err != nil {
		return NoDevice, err
	}
	var missing []error
	stream := c.sequence(a, &missing)
	if err := errors.Join(pump(ctx, d, stream), d.close()); err != nil {
		return NoDevice, fmt.Errorf("play: %w", err)
	}
	return Played, errors.Join(missing...)
}

// sequence opens each clip only when the one before it is over, so that the
// gong starts before speech is decoded.
func (c *Card) sequence(a Announcement, missing *[]error) beep.Streamer {
	clips, next := a.Clips, 0
	sounds := beep.Iterate(func() beep.Streamer {
		for next < len(clips) && (a.Enough == nil || !a.Enough(next)) {
			clip := clips[next]
			next++
			streamer, err := c.clips.open(clip)
			if err != nil {
				*missing = append(*missing, err)
			}
			if streamer != nil {
				return streamer
			}
		}
		return nil
	})
	if a.Volume > 0 && a.Volume < 1 {
		sounds = gain{sounds, a.Volume}
	}
	return beep.Seq(sounds, beep.Silence(beep.SampleRate(Rate).N(tail)))
}

// pump feeds the device in blocks of 20 ms.
func pump(ctx context.Context, d device, stream beep.Streamer) error {
	samples := make([][2]float64, Rate/50)
	frames := make([]byte, 0, len(samples)*4)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, ok := stream.Stream(samples)
		if !ok {
			break
		}
		frames = frames[:0]
		for _, s := range samples[:n] {
			frames = append16(append16(frames, s[0]), s[1])
		}
		if err := d.write(frames); err != nil {
			return err
		}
	}
	if err := stream.Err(); err != nil {
		return err
	}
	return d.drain()
}

// append16 rounds to the nearest 16-bit sample, little endian.
func append16(frames []byte, value float64) []byte {
	v := math.Round(min(max(value*32768, math.MinInt16), math.MaxInt16))
	sample := uint16(int16(v))
	return append(frames, byte(sample), byte(sample>>8))
}
