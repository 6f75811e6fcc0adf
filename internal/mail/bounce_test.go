package mail

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// The reports are those of real servers, with their names and addresses replaced.
func TestReportsOfServersNameTheMail(t *testing.T) {
	files, err := filepath.Glob("testdata/bounces/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no reports", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadBounce(strings.NewReader(string(text)))
		want := Bounce{Mail: "--ABC012_xyzabcdef-.confirmation.0", Status: "5.1.1"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v: -want +got\n%s", file, err, diff)
		}
	}
}

// report builds a report of its parts.
func report(header, status, returned string) string {
	return "From: MAILER-DAEMON@post.example\r\nTo: bounces@town.example\r\n" + header +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\nMIME-Version: 1.0\r\n\r\n" +
		"--b\r\n\r\nSorry.\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; post.example\r\n\r\n" + status + "\r\n" +
		returned + "--b--\r\n"
}

const (
	failedStatus = "Final-Recipient: rfc822; ada@away.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
	headersOnly  = "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m1.reminder24.2@termine.town.example>\r\n\r\n"
)

func TestWhatAReportSays(t *testing.T) {
	whole := strings.ReplaceAll(headersOnly, "text/rfc822-headers", "message/rfc822")
	tests := []struct {
		name, text string
		want       Bounce // zero: it is none
	}{
		{"headers alone", report("", failedStatus, headersOnly), Bounce{"m1.reminder24.2", "5.2.2"}},
		{"the whole message", report("", failedStatus, whole+"Subject: x\r\n\r\nText\r\n"), Bounce{"m1.reminder24.2", "5.2.2"}},
		{"nothing of it, but In-Reply-To", report("In-Reply-To: <m1.change.0@termine.town.example>\r\n", failedStatus, ""), Bounce{"m1.change.0", "5.2.2"}},
		{"a code with words", report("", strings.Replace(failedStatus, "5.2.2", "5.7.1 (policy)", 1), headersOnly), Bounce{"m1.reminder24.2", "5.7.1"}},
		{"no code", report("", strings.Replace(failedStatus, "Status: 5.2.2", "X: y", 1), headersOnly), Bounce{"m1.reminder24.2", "5.0.0"}},
		{"tried for too long", report("", strings.Replace(failedStatus, "5.2.2", "4.4.7", 1), headersOnly), Bounce{"m1.reminder24.2", "4.4.7"}},
		{"the second recipient", report("", "Action: relayed\r\nStatus: 2.0.0\r\n\r\n"+failedStatus, headersOnly), Bounce{"m1.reminder24.2", "5.2.2"}},
		{"behind a mailbox file's line", "From MAILER-DAEMON Mon Nov 30 09:03:36 2026\r\n" + report("", failedStatus, headersOnly), Bounce{"m1.reminder24.2", "5.2.2"}},
		{"that line alone", "From MAILER-DAEMON Mon Nov 30 09:03:36 2026", Bounce{}},
		{"takes longer", report("", strings.Replace(failedStatus, "failed", "delayed", 1), headersOnly), Bounce{}},
		{"delivered", report("", strings.Replace(failedStatus, "failed", "delivered", 1), headersOnly), Bounce{}},
		{"of no message", report("", failedStatus, ""), Bounce{}},
		{"cut off", report("", failedStatus, headersOnly)[:300], Bounce{}},
		{"an answer", "From: ada@away.example\r\nSubject: Re\r\n\r\nIch komme.\r\n", Bounce{}},
		{"nothing", "", Bounce{}},
		{"no mail at all", strings.Repeat("\x00\xff", 5000), Bounce{}},
	}
	for _, test := range tests {
		got, err := ReadBounce(strings.NewReader(test.text))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
		if is := errors.Is(err, ErrNoBounce); is != (test.want == Bounce{}) {
			t.Errorf("%s: got %v", test.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "example") {
			t.Errorf("%s: the error names somebody: %v", test.name, err)
		}
	}
}

// What can't be read is no report that isn't one: it comes again.
func TestAReportThatCantBeReadIsNotTakenForNone(t *testing.T) {
	broken := errors.New("broken pipe")
	for _, n := range []int{0, 100, 350} {
		text := report("", failedStatus, headersOnly)[:n]
		_, err := ReadBounce(&joined{strings.NewReader(text), iotest.ErrReader(broken)})
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: got %v, want %v", n, err, broken)
		}
	}
}

// joined reads the first to its end, then the second.
type joined struct {
	first  *strings.Reader
	second interface{ Read([]byte) (int, error) }
}

func (j *joined) Read(p []byte) (int, error) {
	if j.first.Len() > 0 {
		return j.first.Read(p)
	}
	return j.second.Read(p)
}

func FuzzReadBounce(f *testing.F) {
	f.Add(report("", failedStatus, headersOnly))
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ReadBounce(strings.NewReader(text))
		if (err == nil) != (b.Mail != "" && b.Status != "") {
			t.Errorf("got %+v, %v", b, err)
		}
	})
}
