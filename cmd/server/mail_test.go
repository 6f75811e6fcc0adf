package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/config"
	"aufruf/internal/wire"
)

// relay is a mail server that answers as told, and keeps nothing.
func relayAt(t *testing.T, recipient string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { relaySession(conn, recipient) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	return listener.Addr().String()
}

func relaySession(conn net.Conn, recipient string) {
	defer conn.Close()
	fmt.Fprint(conn, "220 post.example ESMTP\r\n")
	data := false
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		line := lines.Text()
		answer := "250 2.0.0 ok"
		switch word, _, _ := strings.Cut(line, " "); {
		case data:
			if line != "." {
				continue
			}
			data = false
		case word == "RCPT":
			answer = recipient
		case word == "DATA":
			data, answer = true, "354 go on"
		}
		fmt.Fprintf(conn, "%s\r\n", answer)
	}
}

func TestMailTestNamesTheStepAndWhatToDo(t *testing.T) {
	try := func(way string) result {
		return invoke(t, "", nil, "mail", "test", "it@away.example", "--mail", way, "--base-url", "https://termine.town.example")
	}
	if got := try("smtp://" + relayAt(t, "250 2.1.5 ok")).ok(t); !strings.Contains(got, "has taken the test") {
		t.Errorf("got %q", got)
	}
	for way, want := range map[string][]string{
		"smtp://" + relayAt(t, "554 5.7.1 <it@away.example>: denied"): {"smtp: 554 5.7.1, recipient", "?from="},
		"smtp://a:b@" + relayAt(t, "250 ok"):                          {"smtp: not offered, sign-in", "user and password"},
		"smtp://127.0.0.1:1":                                          {"(connect)", "firewall"},
	} {
		got := try(way)
		if got.code != config.ExitFailure || got.stdout != "" {
			t.Errorf("%s: got %+v", way, got)
		}
		for _, words := range want {
			if !strings.Contains(got.stderr, words) {
				t.Errorf("%s: got %q, want %q", way, got.stderr, words)
			}
		}
		if strings.Contains(got.stderr, "away.example") {
			t.Errorf("%s: the error names the reader: %q", way, got.stderr)
		}
	}
}

// A test that nobody took was said to be taken.
func TestMailTestDoesNotSayThatAServerTookWhatNoneGot(t *testing.T) {
	dir := t.TempDir()
	try := func(args ...string) result {
		return invoke(t, "", []string{"LANG=en_GB.UTF-8"}, append([]string{"mail", "test"}, args...)...)
	}
	if got := try("it@away.example"); got.code != config.ExitUsage || !strings.Contains(got.stderr, "--mail smtp://") {
		t.Errorf("nothing named: got %+v", got)
	}
	if got := try("nonsense", "--mail", "dir:"+dir); got.code != config.ExitUsage || !strings.Contains(got.stderr, `"nonsense" is no mail address`) {
		t.Errorf("no address: got %+v", got)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if got := try("it@away.example", "--mail", "dir:"+dir).ok(t); !strings.Contains(got, "No mail went out: the test lies as a file in "+dir) {
		t.Errorf("a folder: got %q", got)
	}
}

// A mistyped sender was passed over, and mails went out under another.
func TestAMistakeInTheMailAddressIsRefusedWithTheNearestName(t *testing.T) {
	for way, want := range map[string]string{
		"smtp://post.example?fron=a@town.example":       `there is no parameter "fron" (did you mean from?)`,
		"smtp://post.example?reply_to=a@town.example":   "(did you mean reply-to?)",
		"dir:mail?hello=x":                              "Known are: from, reply-to, envelope.",
		"smpt://post.example":                           "(did you mean smtp?)",
		"smtp://post.example/inbox":                     "behind the host nothing comes but parameters",
		"smtp://post.example#x":                         "behind the host nothing comes but parameters",
		"smtp://post.example?from=a@b.de&from=c@b.de":   `"from" stands twice`,
		"smtp://post.example?ca=":                       `"ca" is empty`,
		"smtp://post.example?from=Town%20Hall":          "behind from= is no mail address",
		"smtp://post.example:99999":                     "the port is no number",
		"smtp://a:ge#heim@post.example":                 "no address",
		"smtp://post.example?hello=two%20words":         "behind hello= is no name",
		"smtp://post.example?ca=" + t.TempDir() + "/no": "no certificate can be read",
	} {
		for _, command := range [][]string{{"mail", "test", "it@away.example"}, {"serve", "--listen", "127.0.0.1:0", "--database", "sqlite:" + t.TempDir() + "/a.db"}} {
			if command[0] == "serve" && (strings.Contains(way, "hello=two") || strings.Contains(way, "ca=/")) {
				continue // known once a town is served
			}
			got := invoke(t, "", []string{"LANG=en_GB.UTF-8"}, append(command, "--mail", way)...)
			if got.code != config.ExitUsage || !strings.Contains(got.stderr, want) || strings.Contains(got.stderr, "heim") {
				t.Errorf("%s, %s: got %+v, want %q", command[0], way, got, want)
			}
		}
	}
}

const bounceOf = "From: MAILER-DAEMON@post.example\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; post.example\r\n\r\n" +
	"Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" +
	"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s@termine.town.example>\r\n\r\n--b--\r\n"

// awaitThat looks until something is so.
func awaitThat(t *testing.T, what string, so func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited too long for %s", what)
		}
	}
}

// A server that takes every mail and can't deliver one told nobody who reads.
func TestAMailThatCameBackIsOnTheListAndSentAgain(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	var made wire.AppointmentReply
	bookAt(t, server.url, "2026-12-08T10:00:00+01:00", &made)
	var name string
	awaitThat(t, "the mail", func() bool {
		files, err := filepath.Glob(filepath.Join(s.path("mail"), "*.confirmation.0.eml"))
		if err != nil || len(files) == 0 {
			return false
		}
		name = strings.TrimSuffix(filepath.Base(files[0]), ".eml")
		return true
	})
	report := fmt.Sprintf(bounceOf, name)
	awaitThat(t, "that it is noted as sent", func() bool {
		return s.command(report, "mail", "bounced").code != config.ExitLater
	})
	list := s.command("", "mail", "list").ok(t)
	for _, want := range []string{name, made.Number.String(), "grimma-markt", "returned: 5.1.1"} {
		if !strings.Contains(list, want) {
			t.Errorf("got %q, want %q", list, want)
		}
	}
	if strings.Contains(list, "example.org") {
		t.Errorf("the list names the reader: %q", list)
	}
	for input, want := range map[string]string{
		report: "noted before", "Subject: hello\r\n\r\nhello\r\n": "no report", fmt.Sprintf(bounceOf, "nothing"): "isn't known",
	} {
		if got := s.command(input, "mail", "bounced").ok(t); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := s.command("", "mail", "again"); got.code != config.ExitUsage {
		t.Errorf("neither one nor all: got %+v", got)
	}
	if got := s.command("", "mail", "again", "nothing"); got.code != config.ExitFailure {
		t.Errorf("unknown: got %+v", got)
	}
	for _, which := range []string{name, "--all"} {
		if got := s.command("", "mail", "again", which).ok(t); !strings.Contains(got, "again: 1") {
			t.Errorf("%s: got %q", which, got)
		}
		awaitThat(t, "the mail to be sent again", func() bool { return s.command("", "mail", "list").ok(t) == "" })
		awaitThat(t, "it to come back", func() bool { return strings.Contains(s.command(report, "mail", "bounced").stdout, "noted (") })
	}
}

func TestABounceThatCantBeNotedIsKeptByTheMailServer(t *testing.T) {
	s := newSite(t)
	file := s.path("no folder")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := invoke(t, fmt.Sprintf(bounceOf, "m1.confirmation.0"), nil, "mail", "bounced", "--database", "sqlite:"+filepath.Join(file, "aufruf.db"))
	if got.code != config.ExitLater {
		t.Errorf("got %+v, want exit code %d", got, config.ExitLater)
	}
}

// A relay that nobody can reach was known when the first citizen waited.
func TestARelayThatCantBeReachedIsKnownAtTheStart(t *testing.T) {
	server := newSite(t).serve("--mail", "smtp://127.0.0.1:1", "--metrics-listen", "127.0.0.1:0")
	awaitMetrics(t, server.stderr.await(t, `msg=metrics addr=(\S+)`), "aufruf_mail_failing 1")
	server.stderr.await(t, `level=ERROR msg="mail: nothing gets through" reason=(connect)`)
}
