package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/config"
)

// A relay that answered and refused was said not to answer.
func TestDoctorSaysAtWhichStepAMailServerRefuses(t *testing.T) {
	s := newSite(t)
	s.admin()
	for answer, want := range map[string]string{
		"554 5.7.1 denied":     "fault    Mails don't get through: the mail server doesn't take the test to this address (smtp: 554 5.7.1, recipient)",
		"550 5.1.1 no mailbox": "note     The mail server doesn't know the sender itself (smtp: 550 5.1.1, recipient)",
		"250 2.1.5 ok":         "fine     The mail server answers.",
	} {
		told := s.command("", "doctor", "--mail", "smtp://"+relayAt(t, answer))
		if !strings.Contains(told.stdout, want) || strings.Contains(told.stdout, "mail server doesn't answer") {
			t.Errorf("%s: got\n%s\nwant %q", answer, told.stdout, want)
		}
	}
	told := s.command("", "doctor", "--mail", "smtp://127.0.0.1:1")
	wantLines(t, told, config.ExitFailure, "fault    Mails don't get through: the mail server can't be reached (connect)")
}

// The doctor looks, and the server makes.
func TestDoctorMakesNoFolder(t *testing.T) {
	s := newSite(t)
	s.admin()
	before := s.files()
	wantLines(t, s.command("", "doctor", "--mail", "dir:"+s.path("not/yet")+"?from=a@b.example"), config.ExitOK,
		"note     No mail goes out: they are put into "+s.path("not/yet")+".")
	if after := s.files(); !slices.Equal(before, after) {
		t.Errorf("files were %q and are %q", before, after)
	}
}

// A folder that isn't there was named with a file of the doctor's own in it.
func TestAFolderThatIsMissingIsNamedByItself(t *testing.T) {
	s := emptySite(t)
	got := invoke(t, "", []string{"LANG=en_GB.UTF-8"}, "init", "--example", "grimma", "--database", s.database(), "--key-file", s.path("no/such/key"))
	if got.code != config.ExitFailure || !strings.Contains(got.stderr, "(write into "+s.path("no/such")+": no such file or directory)") {
		t.Errorf("got %+v, want the folder named", got)
	}
	if _, err := os.Stat(s.path("aufruf.db")); !os.IsNotExist(err) {
		t.Errorf("a database was made: %v", err)
	}
}
