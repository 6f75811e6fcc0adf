package display

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"aufruf/internal/town"
)

func TestDiskKeepsTheBoard(t *testing.T) {
	disk, err := OpenDisk(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := disk.Load(); ok || err != nil {
		t.Errorf("a new folder: got %v, %v, want nothing", ok, err)
	}
	want := Saved{Epoch: "e1", Seq: 7, Time: nine, Large: &Call{Seq: 7, Number: 417}, List: []Call{{Seq: 5, Number: 203, Again: true}}}
	for range 2 {
		if err := disk.Save(want); err != nil {
			t.Fatal(err)
		}
	}
	got, ok, err := disk.Load()
	if !ok || err != nil {
		t.Fatalf("Load: got %v, %v, want the board", ok, err)
	}
	if diff := cmp.Diff(got, want, cmpopts.IgnoreUnexported(Call{})); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestDiskSaysWhatItCannotRead(t *testing.T) {
	for name, content := range map[string]string{
		"cut off":        `{"epoch":"e1","seq":7,"li`,
		"empty":          "",
		"nothing in it":  "null",
		"no epoch":       `{"seq":7}`,
		"no position":    `{"epoch":"e1","seq":-7}`,
		"no such number": `{"epoch":"e1","seq":7,"large":{"seq":7,"number":"41"}}`,
		"a hole":         `{"epoch":"e1","seq":7,"list":[null]}`,
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			disk, err := OpenDisk(folder)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "board.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if saved, ok, err := disk.Load(); ok || err == nil {
				t.Errorf("got %+v, %v, %v, want an error", saved, ok, err)
			}
		})
	}
}

// A full disk is logged once, and once more when there is room again; the
// newest board is what lies there then.
func TestADiskThatFailsIsLoggedOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	disk, err := OpenDisk(folder)
	if err != nil {
		t.Fatal(err)
	}
	room := func(is bool) {
		t.Helper()
		if is {
			err = os.Mkdir(folder, 0o700)
		} else {
			err = os.RemoveAll(folder)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	k := newKeeper(disk, slog.New(slog.NewTextHandler(&log, nil)))
	done := make(chan struct{})
	close(done)
	keep := func(seq town.Seq) {
		k.keep(Saved{Epoch: "e1", Seq: seq - 1})
		k.keep(Saved{Epoch: "e1", Seq: seq})
		k.run(done)
	}
	room(false)
	keep(7)
	keep(8)
	if got, want := strings.Count(log.String(), "isn't kept"), 1; got != want {
		t.Errorf("logged %d times, want %d:\n%s", got, want, &log)
	}
	room(true)
	keep(9)
	if got, want := strings.Count(log.String(), "kept again"), 1; got != want {
		t.Errorf("logged %d times, want %d:\n%s", got, want, &log)
	}
	if saved, ok, err := disk.Load(); !ok || err != nil || saved.Seq != 9 {
		t.Errorf("got %+v, %v, %v, want the newest board", saved, ok, err)
	}
}
