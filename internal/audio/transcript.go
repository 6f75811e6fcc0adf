package audio

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"aufruf/internal/announce"
	"aufruf/internal/town"
)

// Transcript is a player that writes down what would be heard, one JSON line
// for each announcement at the moment its first clip would start.
type Transcript struct {
	file *os.File
	now  func() time.Time
}

// Line is one line of a transcript.
type Line struct {
	Time   time.Time       `json:"time"` // RFC 3339, the clock passed to OpenTranscript
	Seq    town.Seq        `json:"seq"`
	Number town.Number     `json:"number"`
	Room   LineRoom        `json:"room"`
	Again  bool            `json:"again"`
	Clips  []announce.Clip `json:"clips"`
}

// LineRoom is the room in a line.
type LineRoom struct {
	ID    town.RoomID `json:"id"`
	Label string      `json:"label"`
}

// OpenTranscript appends to the file at path, which is made where it is
// missing. now is the clock for the lines.
func OpenTranscript(path string, now func() time.Time) (*Transcript, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open transcript: %w", err)
	}
	return &Transcript{file: file, now: now}, nil
}

// Play writes the line and returns at once. A file that can't be written is
// NoDevice.
func (t *Transcript) Play(_ context.Context, a Announcement) (Result, error) {
	line, err := json.Marshal(Line{
		Time: t.now(), Seq: a.Seq, Number: a.Number, Room: LineRoom{ID: a.Room, Label: a.Label},
		Again: a.Again, Clips: a.Clips,
	})
	if err != nil {
		return NoDevice, fmt.Errorf("write transcript: %w", err)
	}
	if _, err := t.file.Write(append(line, '\n')); err != nil {
		return NoDevice, fmt.Errorf("write transcript: %w", err)
	}
	return Played, nil
}

// Probe returns Played.
func (t *Transcript) Probe(context.Context) (Result, error) { return Played, nil }

// Close closes the file.
func (t *Transcript) Close() error { return t.file.Close() }
