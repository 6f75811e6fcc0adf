package audio

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/assets"
	"aufruf/internal/announce"
	"aufruf/internal/audio/audiotest"
)

func TestCardPlaysTheGongExactly(t *testing.T) {
	capture := newCapture(t)
	card := NewCard(NewClips(assets.Sounds()))
	for range 2 {
		got, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{announce.Gong}})
		if err != nil || got != Played {
			t.Fatalf("Play: got %s, %v, want %s", got, err, Played)
		}
	}
	heard, err := capture.Heard()
	if err != nil {
		t.Fatal(err)
	}
	want := append(samplesOf(t, "gong.wav"), make([]int16, Rate/5)...)
	if diff := cmp.Diff(heard, [][]int16{want, want}); diff != "" {
		t.Errorf("captured -, gong and 200 ms of silence +:\n%.500s", diff)
	}
}

func TestGongsAreCleanAndInTune(t *testing.T) {
	pitches := map[string][2]float64{"gong": {659.26, 523.25}, "gong-low": {493.88, 392.00}, "gong-single": {523.25, 523.25}}
	for name, pitch := range pitches {
		samples := samplesOf(t, name+".wav")
		loudest := 0.0
		for _, s := range samples {
			loudest = max(loudest, math.Abs(float64(s)))
		}
		if got, most := 20*math.Log10(loudest/32768), -2.95; got > most {
			t.Errorf("%s peaks at %.2f dBFS, want at most %.2f", name, got, most)
		}
		first, second := samples[Rate/10:Rate/2], samples[Rate:]
		if got, want := loudestPitch(first), pitch[0]; math.Abs(got-want) > 3 {
			t.Errorf("%s begins at %.1f Hz, want %.1f", name, got, want)
		}
		if got, want := loudestPitch(second), pitch[1]; math.Abs(got-want) > 3 {
			t.Errorf("%s ends at %.1f Hz, want %.1f", name, got, want)
		}
	}
}

func TestCardWithoutADevice(t *testing.T) {
	t.Setenv(audiotest.Variable, "/dev/null")
	card := NewCard(NewClips(assets.Sounds()))
	for range 3 {
		start := time.Now()
		got, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{announce.Gong}})
		if got != NoDevice || err == nil {
			t.Errorf("Play: got %s, %v, want %s and a reason", got, err, NoDevice)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v, want under a second", took)
		}
	}
	if got, _ := card.Probe(t.Context()); got != NoDevice {
		t.Errorf("Probe: got %s, want %s", got, NoDevice)
	}
}

func TestCardWhoseDeviceIsLost(t *testing.T) {
	lost := errors.New("unplugged")
	d := &fakeDevice{failAfter: 10, err: lost}
	card := NewCard(NewClips(assets.Sounds()))
	card.open = func() (device, error) { return d, nil }
	got, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{announce.Gong}})
	if got != NoDevice || !errors.Is(err, lost) {
		t.Errorf("got %s, %v, want %s because of %v", got, err, NoDevice, lost)
	}
	if !d.closed {
		t.Error("the lost device was left open")
	}
}

func TestCardStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := &fakeDevice{onWrite: cancel}
	card := NewCard(NewClips(assets.Sounds()))
	card.open = func() (device, error) { return d, nil }
	_, err := card.Play(ctx, Announcement{Clips: []announce.Clip{announce.Gong}})
	if !errors.Is(err, context.Canceled) || d.writes != 1 || !d.closed {
		t.Errorf("got %v after %d writes, closed %v, want it stopped after one", err, d.writes, d.closed)
	}
}

func TestCardLeavesOutWhatIsMissing(t *testing.T) {
	d := &fakeDevice{}
	card := NewCard(NewClips(assets.Sounds()))
	card.open = func() (device, error) { return d, nil }
	got, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{"none", announce.Gong}})
	if got != Played || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %s, %v, want %s and the missing clip named", got, err, Played)
	}
	if got, want := len(d.frames)/4, len(samplesOf(t, "gong.wav"))+Rate/5; got != want {
		t.Errorf("got %d frames, want %d", got, want)
	}
}

func TestVolume(t *testing.T) {
	d := &fakeDevice{}
	card := NewCard(NewClips(assets.Sounds()))
	card.open = func() (device, error) { return d, nil }
	if _, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{announce.Gong}, Volume: 0.5}); err != nil {
		t.Fatal(err)
	}
	gong := samplesOf(t, "gong.wav")
	for _, i := range []int{100, 1000, 50000} {
		got := int16(binary.LittleEndian.Uint16(d.frames[i*4:]))
		if want := math.Round(float64(gong[i]) / 2); got != int16(want) {
			t.Errorf("sample %d: got %d, want half of %d", i, got, gong[i])
		}
	}
}

func TestTheTownsRecordingReplacesOurs(t *testing.T) {
	shipped := assets.Sounds()
	other, err := fs.ReadFile(shipped, "gong-single.wav")
	if err != nil {
		t.Fatal(err)
	}
	clips := NewClips(fstest.MapFS{"gong.wav": {Data: other}, "de/westfluegel.wav": {Data: other}}, shipped)
	got, err := length(clips, announce.Gong)
	if want := 1600 * time.Millisecond; err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if !clips.Has("de/westfluegel") || clips.Has("de/none") || !clips.Has("gong-low") {
		t.Error("Has: want the town's clip and ours, and no other")
	}
}

// A telephone records one channel, which must be neither twice as fast nor on
// one side alone.
func TestARecordingWithOneChannelKeepsItsPitch(t *testing.T) {
	clips := NewClips(os.DirFS("testdata"))
	if got, err := length(clips, "mono"); err != nil || got != 500*time.Millisecond {
		t.Errorf("got %v, %v, want half a second", got, err)
	}
	d := &fakeDevice{}
	card := NewCard(clips)
	card.open = func() (device, error) { return d, nil }
	if _, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{"mono"}}); err != nil {
		t.Fatal(err)
	}
	samples := make([]int16, Rate/2)
	for i := range samples {
		left, right := binary.LittleEndian.Uint16(d.frames[4*i:]), binary.LittleEndian.Uint16(d.frames[4*i+2:])
		if left != right {
			t.Fatalf("sample %d: %d on the left and %d on the right", i, left, right)
		}
		samples[i] = int16(left)
	}
	if got, want := loudestPitch(samples[Rate/10:Rate*4/10]), 440.0; math.Abs(got-want) > 3 {
		t.Errorf("got %.1f Hz, want %.1f", got, want)
	}
	if got, want := float64(slices.Max(samples)), 16000.0; math.Abs(got-want) > 1600 {
		t.Errorf("peaks at %.0f, want about %.0f as recorded", got, want)
	}
}

// A recording that can't be read doesn't silence what ships.
func TestABrokenRecordingLeavesOursInPlace(t *testing.T) {
	shipped := assets.Sounds()
	d := &fakeDevice{}
	card := NewCard(NewClips(fstest.MapFS{"gong.wav": {Data: []byte("MP3 that was renamed")}}, shipped))
	card.open = func() (device, error) { return d, nil }
	got, err := card.Play(t.Context(), Announcement{Clips: []announce.Clip{announce.Gong}})
	if got != Played || err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %s, %v, want %s and what is wrong with the recording", got, err, Played)
	}
	if got, want := len(d.frames)/4, len(samplesOf(t, "gong.wav"))+Rate/5; got != want {
		t.Errorf("got %d frames, want the %d of our gong", got, want)
	}
}

func newCapture(t *testing.T) *audiotest.Capture {
	t.Helper()
	capture, err := audiotest.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(audiotest.Variable, capture.Config())
	return capture
}

// samplesOf reads the left channel of a file that gen wrote: a header of 44
// bytes, then stereo frames.
func samplesOf(t *testing.T, file string) []int16 {
	t.Helper()
	data, err := fs.ReadFile(assets.Sounds(), file)
	if err != nil {
		t.Fatal(err)
	}
	samples := make([]int16, (len(data)-44)/4)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(data[44+i*4:]))
	}
	return samples
}

// loudestPitch looks for the strongest frequency from 200 to 2,000 Hz, in
// steps of 1 Hz (Goertzel).
func loudestPitch(samples []int16) float64 {
	best, power := 0.0, 0.0
	for pitch := 200.0; pitch < 2000; pitch++ {
		coefficient := 2 * math.Cos(2*math.Pi*pitch/Rate)
		s1, s2 := 0.0, 0.0
		for _, sample := range samples {
			s1, s2 = float64(sample)+coefficient*s1-s2, s1
		}
		if p := s1*s1 + s2*s2 - coefficient*s1*s2; p > power {
			best, power = pitch, p
		}
	}
	return best
}

type fakeDevice struct {
	frames    []byte
	writes    int
	failAfter int
	err       error
	onWrite   func()
	closed    bool
}

func (d *fakeDevice) write(frames []byte) error {
	d.frames = append(d.frames, frames...)
	d.writes++
	if d.onWrite != nil {
		d.onWrite()
	}
	if d.err != nil && d.writes > d.failAfter {
		return d.err
	}
	return nil
}

func (d *fakeDevice) drain() error { return nil }
func (d *fakeDevice) close() error { d.closed = true; return nil }

// TestWhatIsEnoughEndsBehindItsClip: the rest is left out, and what was begun is heard
// to its end.
func TestWhatIsEnoughEndsBehindItsClip(t *testing.T) {
	capture := newCapture(t)
	got, err := NewCard(NewClips(assets.Sounds())).Play(t.Context(), Announcement{
		Clips: []announce.Clip{announce.Gong, announce.Gong}, Enough: func(heard int) bool { return heard == 1 },
	})
	if err != nil || got != Played {
		t.Fatalf("Play: got %s, %v, want %s", got, err, Played)
	}
	heard, err := capture.Heard()
	if err != nil {
		t.Fatal(err)
	}
	want := append(samplesOf(t, "gong.wav"), make([]int16, Rate/5)...)
	if diff := cmp.Diff(heard, [][]int16{want}); diff != "" {
		t.Errorf("captured -, one gong and 200 ms of silence +:\n%.500s", diff)
	}
}
