package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
)

const citizen = "leserin@example.net"

func target(t *testing.T, address string) Target {
	t.Helper()
	to, err := Open(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = to.Transport.Close() })
	return to
}

func envelope(t *testing.T, c *Composer, id string, from Sender) Envelope {
	t.Helper()
	e, err := c.Address(Job{ID: id, To: citizen, Data: sample(t, Confirmation, town.German)}, from)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSMTPHandsMessagesOverOnOneConnection(t *testing.T) {
	p := openPost(t, nil)
	to := target(t, "smtp://"+p.address+"?from=termine@example.org&envelope=bounce@example.org")
	c := composer(t)
	for i := range 3 {
		if err := to.Transport.Send(t.Context(), envelope(t, c, fmt.Sprintf("mail-%d", i), to.Sender)); err != nil {
			t.Fatal(err)
		}
	}
	got := p.letters()
	if len(got) != 3 || p.sessions != 1 {
		t.Fatalf("got %d letters in %d sessions, want 3 in 1", len(got), p.sessions)
	}
	if got[0].from != "bounce@example.org" || got[0].to != citizen || got[0].id != "<mail-0@termine.example.org>" {
		t.Errorf("got %s to %s with id %s", got[0].from, got[0].to, got[0].id)
	}
	if want := "<termine@example.org>"; !strings.Contains(string(got[0].text), want) {
		t.Errorf("From: want %s in\n%s", want, got[0].text)
	}
}

func TestSMTPEncryptsAndSignsIn(t *testing.T) {
	p := openPost(t, withCertificate(t))
	to := target(t, fmt.Sprintf("smtp://termine%%40example.org:secret@%s?ca=%s", p.address, p.ca))
	if err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender)); err != nil {
		t.Fatal(err)
	}
	got := p.letters()[0]
	if !got.tls || got.user != "termine@example.org" || got.from != "termine@example.org" {
		t.Errorf("got tls %t, user %q, from %q", got.tls, got.user, got.from)
	}
}

func TestWhatGetsNothingThroughIsToldApart(t *testing.T) {
	encrypted := openPost(t, withCertificate(t))
	other := openPost(t, withCertificate(t))
	plain := openPost(t, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	listener.Close()
	tests := []struct{ name, address, reason string }{
		{"nobody listens", "smtp://" + nobody, "connect"},
		{"no STARTTLS", fmt.Sprintf("smtp://%s?ca=%s", plain.address, encrypted.ca), "tls: not offered"},
		{"wrong password", fmt.Sprintf("smtp://a:wrong@%s?ca=%s", encrypted.address, encrypted.ca), "smtp: 535 5.7.8, sign-in"},
		{"unknown authority", fmt.Sprintf("smtp://%s?ca=%s", encrypted.address, other.ca), "tls: certificate"},
		{"no TLS at all", fmt.Sprintf("smtps://%s", plain.address), "tls"},
	}
	for _, test := range tests {
		to := target(t, test.address)
		err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender))
		want := &Refusal{Reason: test.reason, Code: codeIn(test.reason), Temporary: true, Broken: true}
		if diff := cmp.Diff(want, refusalOf(err)); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
	}
}

func TestRefusalsKeepTheirCodeAndLoseTheAddress(t *testing.T) {
	tests := []struct {
		reply *smtp.SMTPError
		want  Refusal
	}{
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no mailbox " + citizen}, Refusal{Reason: "smtp: 550 5.1.1, recipient", Code: 550}},
		{&smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted " + citizen}, Refusal{Reason: "smtp: 450 4.2.0, recipient", Code: 450, Temporary: true}},
		{&smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "closing"}, Refusal{Reason: "smtp: 421 4.3.2, recipient", Code: 421, Temporary: true, Broken: true}},
	}
	for _, test := range tests {
		p := openPost(t, func(_ *smtp.Server, p *post) { p.onRcpt = func(string) error { return test.reply } })
		to := target(t, "smtp://"+p.address)
		err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender))
		if diff := cmp.Diff(&test.want, refusalOf(err)); diff != "" {
			t.Errorf("%d: -want +got\n%s", test.reply.Code, diff)
		}
		if strings.Contains(err.Error(), "example") {
			t.Errorf("%d: the error names the reader: %v", test.reply.Code, err)
		}
		if len(p.letters()) != 0 {
			t.Errorf("%d: it arrived nevertheless", test.reply.Code)
		}
	}
}

func TestARefusedSenderIsNoReadersFault(t *testing.T) {
	p := openPost(t, func(_ *smtp.Server, p *post) {
		p.onMail = func(string) error {
			return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not yours"}
		}
	})
	to := target(t, "smtp://"+p.address)
	err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender))
	want := &Refusal{Reason: "smtp: 553 5.7.1, sender", Code: 553, Temporary: true, Broken: true}
	if diff := cmp.Diff(want, refusalOf(err)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAReaderWithoutAnAddressIsRefused(t *testing.T) {
	_, err := composer(t).Address(Job{ID: "mail-1", To: "no address", Data: sample(t, Reminder, town.German)}, Sender{})
	if diff := cmp.Diff(&Refusal{Reason: "address: reader"}, refusalOf(err)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAConnectionThatEndedIsReplaced(t *testing.T) {
	p := openPost(t, nil)
	to := target(t, "smtp://"+p.address)
	c := composer(t)
	p.mu.Lock()
	p.afterAll = func(n int, conn *smtp.Conn) {
		if n == 1 { // answered, then gone: the acknowledgement is on its way
			time.AfterFunc(20*time.Millisecond, func() { conn.Conn().Close() })
		}
	}
	p.mu.Unlock()
	if err := to.Transport.Send(t.Context(), envelope(t, c, "mail-1", to.Sender)); err != nil {
		t.Fatal(err)
	}
	p.until(t, "the server to hang up", func() bool {
		server := to.Transport.(*smtpServer)
		c := <-server.idle
		server.idle <- c
		_ = c.raw.SetReadDeadline(time.Now().Add(time.Millisecond))
		_, err := c.raw.Read(make([]byte, 1))
		var timeout net.Error
		return err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
	})
	if err := to.Transport.Send(t.Context(), envelope(t, c, "mail-2", to.Sender)); err != nil {
		t.Fatal(err)
	}
	if got := p.letters(); len(got) != 2 || got[1].id != "<mail-2@termine.example.org>" {
		t.Errorf("got %d letters, want 2", len(got))
	}
}

func TestAMessageWithoutAnAnswerMayBeSentAgain(t *testing.T) {
	p := openPost(t, func(_ *smtp.Server, p *post) {
		p.afterAll = func(_ int, conn *smtp.Conn) { conn.Conn().Close() }
	})
	to := target(t, "smtp://"+p.address)
	err := to.Transport.Send(t.Context(), envelope(t, composer(t), "mail-1", to.Sender))
	want := &Refusal{Reason: "smtp: no answer, data", Temporary: true}
	if diff := cmp.Diff(want, refusalOf(err)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestASlowServerIsLeftWhenTimeIsUp(t *testing.T) {
	release := make(chan struct{})
	p := openPost(t, func(_ *smtp.Server, p *post) {
		p.onRcpt = func(string) error { <-release; return nil }
	})
	defer close(release)
	to := target(t, "smtp://"+p.address)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	err := to.Transport.Send(ctx, envelope(t, composer(t), "mail-1", to.Sender))
	if r := refusalOf(err); !r.Temporary {
		t.Errorf("got %+v, want temporary", r)
	}
	if waited := time.Since(begun); waited > 5*time.Second {
		t.Errorf("waited %s", waited)
	}
}

func TestAddressesOfTheCommandLine(t *testing.T) {
	for _, bad := range []string{"", "post.example.org", "http://example.org", "smtp://", "smtp://h:port", "dir:", "smtp://h?ca=/nowhere"} {
		if _, err := Open(bad); err == nil {
			t.Errorf("%q: got no error, want one", bad)
		}
	}
	if _, err := Open("smtp://user:hush@:587"); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v, want an error without the password", err)
	}
	to := target(t, "dir:"+t.TempDir()+"?from=a@example.org&reply-to=b@example.org&envelope=c@example.org")
	want := Sender{From: "a@example.org", ReplyTo: "b@example.org", Envelope: "c@example.org"}
	if diff := cmp.Diff(want, to.Sender); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
