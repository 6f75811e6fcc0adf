package e2e

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"aufruf/assets"
)

// header is the length of that of our WAV files, before 16-bit stereo frames.
const header = 44

// heardGongs waits until so many announcements were played, and checks that
// each begins with the gong as it ships: as long, as high, as loud, not a
// sample different, and that nothing in it is clipped.
func (s *screen) heardGongs(want int) {
	s.townHall.Helper()
	gong := s.shippedGong()
	var heard [][]int16
	s.await(fmt.Sprintf("announcement %d", want), func() (err error) {
		heard, err = s.capture.Heard()
		if err == nil && len(heard) < want {
			err = fmt.Errorf("heard %d announcements", len(heard))
		}
		if err == nil && len(heard[len(heard)-1]) < len(gong) {
			err = fmt.Errorf("the last one still plays")
		}
		return err
	})
	if got := len(heard); got != want {
		s.Fatalf("heard %d announcements, want %d", got, want)
	}
	for i, announcement := range heard {
		if !slices.Equal(announcement[:len(gong)], gong) {
			s.Errorf("announcement %d of %d samples doesn't begin with the gong", i+1, len(announcement))
		}
		if loudest := slices.Max(announcement); loudest == math.MaxInt16 {
			s.Errorf("announcement %d is clipped", i+1)
		}
	}
}

func (s *screen) shippedGong() []int16 {
	s.townHall.Helper()
	file := must(fs.ReadFile(assets.Sounds(), "gong.wav"))(s)
	samples := make([]int16, (len(file)-header)/4)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(file[header+i*4:]))
	}
	return samples
}
