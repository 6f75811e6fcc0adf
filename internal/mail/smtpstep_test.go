package mail

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

// scriptedServer says a greeting and answers each command by its first word;
// what has no answer is hung up on.
func scriptedServer(t *testing.T, greeting string, answers map[string]string) string {
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
			running.Go(func() { converse(conn, greeting, answers) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	return listener.Addr().String()
}

// codeIn reads the reply code that a reason tells; 0: none.
func codeIn(reason string) (code int) {
	if _, err := fmt.Sscanf(reason, "smtp: %d", &code); err != nil {
		return 0
	}
	return code
}

func converse(conn net.Conn, greeting string, answers map[string]string) {
	defer conn.Close()
	if greeting == "" {
		return
	}
	fmt.Fprintf(conn, "%s\r\n", greeting)
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		word, _, _ := strings.Cut(lines.Text(), " ")
		answer, known := answers[strings.ToUpper(word)]
		if !known {
			return
		}
		fmt.Fprintf(conn, "%s\r\n", answer)
	}
}

func TestEachStepIsNamedAtWhichASessionFails(t *testing.T) {
	encrypted := openPost(t, withCertificate(t))
	const hi = "220 post.example.org ESMTP"
	hello := map[string]string{"EHLO": "250-post.example.org\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN", "QUIT": "221 bye", "*": "501 aborted"}
	with := func(word, answer string) map[string]string {
		all := map[string]string{word: answer}
		for known, says := range hello {
			if known != word {
				all[known] = says
			}
		}
		return all
	}
	tests := []struct {
		name, address, reason string
	}{
		{"hangs up", scriptedServer(t, "", nil), "smtp: no answer, greeting"},
		{"greets with a refusal", scriptedServer(t, "554 5.7.1 not from there", nil), "smtp: 554 5.7.1, greeting"},
		{"refuses the name", scriptedServer(t, hi, map[string]string{"EHLO": "504 5.5.2 which host?", "HELO": "504 5.5.2 which host?"}), "smtp: 504 5.5.2, hello"},
		{"hangs up on the name", scriptedServer(t, hi, nil), "smtp: no answer, hello"},
		{"refuses the password", "town:wrong@" + scriptedServer(t, hi, with("AUTH", "535 5.7.8 no")), "smtp: 535 5.7.8, sign-in"},
		{"knows no sign-in", "town:wrong@" + scriptedServer(t, hi, with("EHLO", "250 post.example.org")), "smtp: not offered, sign-in"},
		{"can't encrypt now", scriptedServer(t, hi, with("EHLO", "250-post.example.org\r\n250 STARTTLS")) + "?ca=" + encrypted.ca, "tls"},
		{"refuses to encrypt", scriptedServer(t, hi, map[string]string{"EHLO": "250-post.example.org\r\n250 STARTTLS", "STARTTLS": "454 4.7.0 no key"}) + "?ca=" + encrypted.ca, "smtp: 454 4.7.0, tls"},
		{"refuses the sender", scriptedServer(t, hi, with("MAIL", "550 5.1.8 who is that?")), "smtp: 550 5.1.8, sender"},
		{"refuses the sender for now", scriptedServer(t, hi, with("MAIL", "452 4.3.1 disk full")), "smtp: 452 4.3.1, sender"},
	}
	for _, test := range tests {
		to := target(t, "smtp://"+test.address)
		err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", Sender{}))
		want := &Refusal{Reason: test.reason, Code: codeIn(test.reason), Temporary: true, Broken: true}
		if diff := cmp.Diff(want, refusalOf(err)); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
	}
}

// Postfix and others judge sender, name and network only when they hear the
// recipient. Seven confirmations were lost to "telephone" by that.
func TestARelaysRefusalOfUsIsNotTheReadersFault(t *testing.T) {
	code := func(code int, enhanced smtp.EnhancedCode) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: "not this"}
	}
	const reader, reader4, us, us4 = "reader", "reader for now", "us", "us for now"
	tests := []struct {
		reply *smtp.SMTPError
		want  string
	}{
		{code(550, smtp.EnhancedCode{5, 1, 1}), reader},                  // no such mailbox
		{code(550, smtp.EnhancedCode{5, 1, 2}), reader},                  // no such domain
		{code(550, smtp.EnhancedCode{5, 2, 1}), reader},                  // mailbox switched off
		{code(552, smtp.EnhancedCode{5, 2, 2}), reader},                  // full
		{code(452, smtp.EnhancedCode{4, 2, 2}), reader4},                 // full
		{code(450, smtp.EnhancedCode{4, 1, 2}), reader4},                 // domain can't be looked up
		{code(554, smtp.EnhancedCode{5, 7, 1}), us},                      // relay access denied, sender refused
		{code(504, smtp.EnhancedCode{5, 5, 2}), us},                      // which host?
		{code(550, smtp.EnhancedCode{5, 1, 0}), us},                      // sender unknown (Postfix)
		{code(553, smtp.EnhancedCode{5, 1, 7}), us},                      // sender's address is wrong
		{code(550, smtp.EnhancedCode{5, 1, 8}), us},                      // sender's domain is unknown
		{code(550, smtp.EnhancedCode{5, 10, 1}), us},                     // not "addressing"
		{code(450, smtp.EnhancedCode{4, 1, 8}), us4},                     // sender's domain can't be looked up
		{code(450, smtp.EnhancedCode{4, 7, 1}), us4},                     // greylisting
		{code(550, smtp.NoEnhancedCode), us},                             // Exim says no more
		{code(421, smtp.EnhancedCode{4, 3, 2}), "broken whatever it is"}, // closing
	}
	wants := map[string]Refusal{
		reader: {}, reader4: {Temporary: true}, us: {Ours: true}, us4: {Temporary: true, Ours: true},
		"broken whatever it is": {Temporary: true, Broken: true},
	}
	for _, at := range []string{"recipient", "data"} {
		for _, test := range tests {
			p := openPost(t, func(_ *smtp.Server, p *post) {
				if at == "data" {
					p.onData = func(int, []byte) error { return test.reply }
					return
				}
				p.onRcpt = func(string) error { return test.reply }
			})
			to := target(t, "smtp://"+p.address)
			err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender))
			want, got := wants[test.want], *refusalOf(err)
			if !strings.HasSuffix(got.Reason, ", "+at) {
				t.Errorf("%s: got reason %q", at, got.Reason)
			}
			if got.Code != test.reply.Code {
				t.Errorf("%s: got code %d, want %d", at, got.Code, test.reply.Code)
			}
			got.Reason, got.Code = "", 0
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d %v: -want +got\n%s", at, test.reply.Code, test.reply.EnhancedCode, diff)
			}
		}
	}
}

func TestANameThatIsNoWholeOneIsNotGiven(t *testing.T) {
	var said string
	p := openPost(t, nil)
	p.mu.Lock()
	p.afterAll = func(_ int, conn *smtp.Conn) { said = conn.Hostname() }
	p.mu.Unlock()
	hello := func(query string) string {
		to := target(t, "smtp://"+p.address+query)
		if err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender)); err != nil {
			t.Fatal(err)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		return said
	}
	if got := hello(""); !strings.Contains(got, ".") {
		t.Errorf("got %q, want a whole name or an address", got)
	}
	if got, want := hello("?hello=termine.example.org"), "termine.example.org"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := Open("smtp://127.0.0.1?hello=a%0d%0ab"); err == nil {
		t.Error("a name of two lines: got no error")
	}
}
