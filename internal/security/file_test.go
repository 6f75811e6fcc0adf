package security_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/security"
)

var noon = time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)

func openFile(t *testing.T, now time.Time) (*security.File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "security.log")
	f, err := security.OpenFile(path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, path
}

func write(t *testing.T, f *security.File, now time.Time, e access.Event) {
	t.Helper()
	if err := f.Write(now, e); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestALineIsAJSONObject(t *testing.T) {
	f, path := openFile(t, noon)
	write(t, f, noon, access.Event{Name: access.EventSignInRefused, Account: "anna", Way: access.ByPassword, Detail: `"\n`, Address: "2001:db8::1"})
	var got map[string]string
	if err := json.Unmarshal([]byte(read(t, path)), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"time": "2026-12-01T12:00:00Z", "event": "sign_in_refused", "address": "2001:db8::1", "account": "anna", "way": "password", "detail": `"\n`,
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o007 != 0 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
}

// TestNoAddressStaysForSevenDays: each day has its file, and those go that hold
// what is older.
func TestNoAddressStaysForSevenDays(t *testing.T) {
	f, path := openFile(t, noon)
	for day := range 10 {
		now := noon.AddDate(0, 0, day)
		if err := os.Chtimes(path, now, now); err != nil {
			t.Fatal(err)
		}
		write(t, f, now, access.Event{Name: access.EventSignInRefused, Address: "203.0.113.1"})
		if err := f.Turn(now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		oldest := now.Add(-7 * 24 * time.Hour)
		for _, line := range lines(t, path) {
			var e struct{ Time time.Time }
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			if !e.Time.After(oldest) {
				t.Errorf("day %d: %s still stands there", day, line)
			}
		}
	}
	if got := len(lines(t, path)); got != 7 {
		t.Errorf("got %d lines at the end, want one for each of seven days", got)
	}
}

// lines are those of all files of a log.
func lines(t *testing.T, path string) []string {
	t.Helper()
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range names {
		all = append(all, strings.Split(strings.TrimSpace(read(t, name)), "\n")...)
	}
	return all
}

// A server that stood still for weeks takes away what it finds when it starts.
func TestWhatIsOldGoesAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "security.log")
	for name, at := range map[string]time.Time{path: noon.AddDate(0, 0, -30), path + ".2026-10-31": noon, path + ".2026-11-30": noon} {
		if err := os.WriteFile(name, []byte("{}\n"), 0o640); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	f, err := security.OpenFile(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(names, []string{path, path + ".2026-11-30"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	if got := read(t, path); got != "" {
		t.Errorf("today's begins with %q", got)
	}
}
