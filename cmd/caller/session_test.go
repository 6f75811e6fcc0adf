package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSignsInOnlyWhenTheSessionIsMissingOrOver(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	for range 3 {
		same(t, anna.run(t, "next"), result{Out: "417\n"})
	}
	if got, want := h.signIns, 1; got != want {
		t.Errorf("signed in %d times, want %d", got, want)
	}
	h.token = "T2"
	same(t, anna.run(t, "next"), result{Out: "417\n"})
	same(t, anna.run(t, "queue"), result{Out: "Es wartet niemand.\n"})
	if got, want := h.signIns, 2; got != want {
		t.Errorf("signed in %d times, want %d", got, want)
	}
}

func TestKeptSessionIsPrivate(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	anna.run(t, "next")
	folder, err := privateFolder(anna.environ)
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("nothing was kept")
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode(), os.FileMode(0o600); got != want {
			t.Errorf("%s: got mode %v, want %v", file.Name(), got, want)
		}
	}
}

func TestFolderOpenToOthersIsNotUsed(t *testing.T) {
	h := newFakeServer(t)
	h.answer = called(ticket417())
	anna := newClerk(t, h)
	folder, err := privateFolder(anna.environ)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	got := anna.run(t, "next")
	if got.Out != "417\n" || got.Code != 0 || !strings.Contains(got.Err, "not private") {
		t.Errorf("got %+v", got)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) > 0 {
		t.Errorf("got %d files, %v", len(files), err)
	}
}

func TestWrongPassword(t *testing.T) {
	h := newFakeServer(t)
	anna := newClerk(t, h)
	wrong := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(wrong, []byte("guess"), 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, anna.run(t, "next", "--password-file", wrong), result{Code: 1, Err: "caller: Name oder Kennwort stimmt nicht.\n"})
	same(t, anna.run(t, "next", "--password-file", wrong+"x"), result{Code: 1, Err: "caller: Die Datei " + wrong + "x mit dem Kennwort lässt sich nicht lesen. Bitte Pfad und Rechte prüfen.\n"})
}
