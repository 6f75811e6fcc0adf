package mail

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
)

func folderAt(t *testing.T, path string) *Folder {
	t.Helper()
	folder, ok := target(t, "dir:"+path).Folder()
	if !ok {
		t.Fatal("no folder")
	}
	return folder
}

func TestTheFolderForgetsWhatIsOver(t *testing.T) {
	folder := folderAt(t, filepath.Join(t.TempDir(), "mail"))
	c := composer(t)
	write := func(id string, kind Kind, days int) {
		d := sample(t, kind, town.German)
		d.Start, d.End = d.Start.AddDate(0, 0, days), d.End.AddDate(0, 0, days)
		e, err := c.Address(Job{ID: id, To: citizen, Data: d}, Sender{})
		if err != nil {
			t.Fatal(err)
		}
		if err := folder.Send(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	write("over.confirmation.0", Confirmation, 0)
	write("over.reminder24.0", Reminder, 0)
	write("later.confirmation.0", Confirmation, 1)
	write("earlier.confirmation.0", Confirmation, 7) // then moved to an earlier day
	write("earlier.change.1", Change, 0)
	write("moved.confirmation.0", Confirmation, 0) // then moved to a later day
	write("moved.change.1", Change, 7)
	write("given-back.confirmation.0", Confirmation, 7)
	write("given-back.cancellation.1", Cancellation, 7) // sent on 30 November
	other := filepath.Join(folder.path, "notes.eml")
	leftover := filepath.Join(folder.path, temporaryPrefix+"1")
	for _, name := range []string{other, leftover} {
		if err := os.WriteFile(name, []byte("To: "+citizen+"\n\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(leftover, time.Time{}, time.Now().Add(-2*leftoverAge)); err != nil {
		t.Fatal(err)
	}

	evening := time.Date(2026, time.December, 8, 23, 59, 59, 0, berlin(t))
	erase(t, folder, evening, []string{
		"earlier.change.1", "earlier.confirmation.0", "later.confirmation.0", "moved.change.1", "moved.confirmation.0",
		"notes", "over.confirmation.0", "over.reminder24.0",
	})
	erase(t, folder, evening.Add(time.Second), []string{"later.confirmation.0", "moved.change.1", "notes"})
	if n, err := folder.EraseTicket("moved"); n != 1 || err != nil {
		t.Errorf("got %d, %v, want 1, nil", n, err)
	}
	erase(t, folder, evening, []string{"later.confirmation.0", "notes"})
	if _, err := os.Stat(leftover); !os.IsNotExist(err) {
		t.Errorf("half-written file: got %v, want none", err)
	}
}

func erase(t *testing.T, folder *Folder, now time.Time, want []string) {
	t.Helper()
	if _, err := folder.Erase(now); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(folder.path, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, name := range names {
		base := filepath.Base(name)
		got = append(got, base[:len(base)-len(".eml")])
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want +got\n%s", now, diff)
	}
}

func TestTheFolderIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail")
	folder := folderAt(t, path)
	if err := folder.Send(t.Context(), envelope(t, composer(t), "mail-1", Sender{})); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, filepath.Join(path, "mail-1.eml")} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: got mode %o, want none for others", name, info.Mode().Perm())
		}
	}
}
