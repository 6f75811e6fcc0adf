package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/assets"
	"aufruf/internal/announce"
	"aufruf/internal/audio"
	"aufruf/internal/audio/audiotest"
	"aufruf/internal/town"
)

func TestTheCardHoldsOneGongForEachCall(t *testing.T) {
	capture, err := audiotest.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(audiotest.Variable, capture.Config())
	server := newFakeServer(t)
	start(t, server)
	server.await("status")
	for seq := range 2 {
		server.call(town.Seq(seq+1), town.Number(100+seq), "Platz 1")
	}
	for range 2 {
		if got, want := server.await("sounded")["sound"], "played"; got != want {
			t.Errorf("sounded: got %v, want %v", got, want)
		}
	}
	heard, err := capture.Heard()
	if err != nil {
		t.Fatal(err)
	}
	if len(heard) != 2 || !slices.Equal(heard[0], heard[1]) {
		t.Errorf("got %d announcements, want two alike", len(heard))
	}
}

func TestSpeechIsHeardInItsOrder(t *testing.T) {
	want := [][]announce.Clip{
		{"gong", "de/number", "de/4", "de/1", "de/7", "de/please", "de/room", "de/2", "de/point", "de/0", "de/3"},
		{"gong", "de/again", "de/number", "de/4", "de/1", "de/7", "de/please", "de/room", "de/2", "de/point", "de/0", "de/3"},
	}
	known := alone(t, want[1])
	capture := newCapture(t)
	server := newFakeServer(t)
	start(t, server, "--speech", "de")
	server.await("status")
	server.call(1, 417, "Zimmer 2.03")
	server.recall(2, 417, "Zimmer 2.03")
	server.await("sounded")
	server.await("sounded")
	heard, err := capture.Heard()
	if err != nil {
		t.Fatal(err)
	}
	if len(heard) != len(want) {
		t.Fatalf("heard %d announcements, want %d", len(heard), len(want))
	}
	for i, clips := range want {
		if diff := cmp.Diff(recognise(heard[i], clips, known), clips); diff != "" {
			t.Errorf("announcement %d (-heard +want):\n%s", i+1, diff)
		}
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

// alone returns what each clip sounds like by itself, without the silence
// around it.
func alone(t *testing.T, clips []announce.Clip) map[announce.Clip][]int16 {
	t.Helper()
	capture := newCapture(t)
	card := audio.NewCard(audio.NewClips(assets.Sounds()))
	for _, clip := range clips {
		if _, err := card.Play(t.Context(), audio.Announcement{Clips: []announce.Clip{clip}}); err != nil {
			t.Fatal(err)
		}
	}
	heard, err := capture.Heard()
	if err != nil || len(heard) != len(clips) {
		t.Fatalf("heard %d clips, %v, want %d", len(heard), err, len(clips))
	}
	known := map[announce.Clip][]int16{}
	for i, clip := range clips {
		known[clip] = trimmed(heard[i])
	}
	return known
}

func trimmed(samples []int16) []int16 {
	loud := func(s int16) bool { return s != 0 }
	begin := max(slices.IndexFunc(samples, loud), 0)
	end := len(samples)
	for end > begin && samples[end-1] == 0 {
		end--
	}
	return samples[begin:end]
}

// recognise returns which of the clips are in what was heard, sample by
// sample, each behind the one before.
func recognise(heard []int16, clips []announce.Clip, known map[announce.Clip][]int16) []announce.Clip {
	var found []announce.Clip
	for _, clip := range clips {
		sound := known[clip]
		at := 0
		for at+len(sound) <= len(heard) && !slices.Equal(heard[at:at+len(sound)], sound) {
			at++
		}
		if at+len(sound) > len(heard) {
			return found
		}
		found, heard = append(found, clip), heard[at+len(sound):]
	}
	return found
}

func TestQuietHoursAreSilentOnTheCard(t *testing.T) {
	capture := newCapture(t)
	server := newFakeServer(t)
	start(t, server, "--quiet", "09:00-10:00")
	server.await("status")
	server.call(1, 417, "Platz 1")
	if got, want := server.await("sounded")["sound"], "off"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
	heard, err := capture.Heard()
	if err != nil || len(heard) > 0 {
		t.Errorf("heard %d announcements, %v, want silence", len(heard), err)
	}
}
