package display

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
	folder := t.TempDir()
	disk, err := OpenDisk(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "board.json"), []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := disk.Load(); ok || err == nil {
		t.Errorf("got %v, %v, want an error", ok, err)
	}
}
