package audio

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/announce"
)

func TestTranscriptWritesOneLineForEachAnnouncement(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heard.jsonl")
	noon := time.Date(2026, 12, 8, 12, 0, 0, 0, time.FixedZone("", 3600))
	for range 2 { // a second program start appends
		player, err := OpenTranscript(path, func() time.Time { return noon })
		if err != nil {
			t.Fatal(err)
		}
		got, err := player.Play(t.Context(), Announcement{
			Seq: 7, Number: 417, Room: "platz-1", Label: "Platz 1", Again: true, Clips: []announce.Clip{announce.Gong},
		})
		if err != nil || got != Played {
			t.Fatalf("Play: got %s, %v, want %s", got, err, Played)
		}
		if err := player.Close(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line := `{"time":"2026-12-08T12:00:00+01:00","seq":7,"number":"417","room":{"id":"platz-1","label":"Platz 1"},"again":true,"clips":["gong"]}` + "\n"
	if want := line + line; string(got) != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

func TestTranscriptThatCannotBeWritten(t *testing.T) {
	if _, err := OpenTranscript(t.TempDir(), time.Now); err == nil {
		t.Error("a folder was opened as a transcript")
	}
}
