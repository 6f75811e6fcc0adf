package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOldBackupsMakeRoomAndNothingElseDoes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "backup")
	now := time.Date(2026, 12, 1, 1, 30, 0, 0, time.UTC)
	write := func(file string) error { return os.WriteFile(file, nil, 0o600) }
	for range 4 {
		if _, err := rotate(folder, 2, now, write); err != nil {
			t.Fatal(err)
		}
		if err := write(filepath.Join(folder, "aufruf-mine.db")); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 1)
	}
	away := errors.New("the disk is full")
	if _, err := rotate(folder, 1, now, func(string) error { return away }); !errors.Is(err, away) {
		t.Errorf("got %v, want what the backup said", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	want := []string{"aufruf-2026-12-03T01-30-00Z.db", "aufruf-2026-12-04T01-30-00Z.db", "aufruf-mine.db"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The second one in a second was refused as if it overwrote the first.
func TestTwoBackupsInOneSecondAreBothKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "backup")
	now := time.Date(2026, 12, 1, 1, 30, 0, 0, time.UTC)
	create := func(file string) error {
		made, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		return made.Close()
	}
	var got []string
	for range 4 {
		name, err := rotate(folder, 2, now, create)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.Base(name))
	}
	want := []string{"aufruf-2026-12-01T01-30-00Z.db", "aufruf-2026-12-01T01-30-00Z_1.db", "aufruf-2026-12-01T01-30-00Z_2.db", "aufruf-2026-12-01T01-30-00Z_3.db"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What lies there for a month has to be readable on the day it is needed.
func TestABackupIsRotatedInAndItsAgeMeasured(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday, "--metrics-listen", "127.0.0.1:0")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	if got := metricOf(t, address, "aufruf_backup_timestamp_seconds"); got != 0 {
		t.Errorf("before any backup: got %v, want 0", got)
	}
	before := time.Now().Add(-time.Minute)
	s.command("", "backup", "--into", s.path("backups"), "--keep", "2").ok(t)
	if got := metricOf(t, address, "aufruf_backup_timestamp_seconds"); got < float64(before.Unix()) {
		t.Errorf("got %v, want the time of the backup", got)
	}
	made, err := filepath.Glob(s.path("backups") + "/aufruf-*.db")
	if err != nil || len(made) != 1 {
		t.Fatalf("got %v, %v, want one backup", made, err)
	}
	emptySite(t).command("", "restore", made[0]).ok(t)
	for name, args := range map[string][]string{
		"nowhere":          {"backup"},
		"to two places":    {"backup", "x.db", "--into", "y"},
		"to keep none":     {"backup", "--into", s.path("backups"), "--keep", "0"},
		"keep of one file": {"backup", "x.db", "--keep", "3"},
	} {
		if got := s.command("", args...); got.code != 2 {
			t.Errorf("%s: got %d, %s, want usage", name, got.code, got.stderr)
		}
	}
}

// metricOf returns the value of a metric without labels.
func metricOf(t *testing.T, address, name string) float64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(metrics(t, address))
	if found == nil {
		t.Fatalf("%s isn't measured", name)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
