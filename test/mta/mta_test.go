//go:build mta

package mta

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailbox is the server behind: it refuses every reader as a test says.
type mailbox struct{ answer *smtp.SMTPError }

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return m, nil }
func (m *mailbox) Reset()                                      {}
func (m *mailbox) Logout() error                               { return nil }
func (m *mailbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (m *mailbox) Rcpt(string, *smtp.RcptOptions) error        { return m.answer }
func (m *mailbox) Data(r io.Reader) error                      { _, err := io.Copy(io.Discard, r); return err }

// gone is a mail server that knows nobody.
func gone(t *testing.T) string {
	t.Helper()
	server := smtp.NewServer(&mailbox{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}})
	server.Domain = "mx.away.example"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close below
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return listener.Addr().String()
}

const sender = "?from=termine@town.example&envelope=bounces@town.example&hello=termine.town.example"

// Postfix, as it comes, refuses a sender and a name only when it hears the
// recipient. Seven confirmations ended as "telephone" by that.
func TestPostfixRefusesUsAndEveryMailWaits(t *testing.T) {
	for name, rules := range map[string][]string{
		"554 5.7.1": {"smtpd_sender_restrictions = reject"},
		"504 5.5.2": {"smtpd_sender_restrictions = reject_non_fqdn_sender", "smtpd_helo_restrictions = reject_non_fqdn_helo_hostname"},
		"454 4.7.1": {"mynetworks = 192.0.2.0/24", "relay_domains =", "virtual_mailbox_domains =", "smtpd_relay_restrictions = defer_unauth_destination"},
	} {
		t.Run(name, func(t *testing.T) {
			h := openTown(t)
			p := startPostfix(t, gone(t), h.hook(), rules...)
			way := sender
			if strings.HasPrefix(name, "504") {
				way = strings.Replace(way, "termine.town.example", "townhall", 1)
			}
			h.serve("smtp://" + p.address + way)
			if !strings.HasPrefix(name, "454") { // for now: asking leaves that to the mails
				h.said(`level=ERROR msg="mail: nothing gets through" reason="smtp: ` + name + `, recipient"`)
			}
			h.book("ada@town.example")
			h.said(`kind=confirmation reason="smtp: ` + name + `, recipient"`)
			if got := h.command("", "mail", "list"); got != "" {
				t.Errorf("stands on the call list: %s", got)
			}
			if behind := h.metric("aufruf_mail_behind_seconds"); behind == "0" || behind == "" {
				t.Errorf("behind: got %q, want more than nothing", behind)
			}
			p.takeBack()
			await(t, "the confirmation", func() bool { return strings.Contains(p.log.String(), "status=sent") })
			await(t, "nothing behind", func() bool { return h.metric("aufruf_mail_behind_seconds") == "0" })
		})
	}
}

// Postfix takes a mail and finds out a moment later that nobody has it.
func TestWhatPostfixSendsBackReachesTheCallList(t *testing.T) {
	h := openTown(t)
	p := startPostfix(t, gone(t), h.hook())
	h.serve("smtp://" + p.address + sender)
	comesBack(h)
}

func TestEximRefusesUsAndEveryMailWaits(t *testing.T) {
	h := openTown(t)
	e := startExim(t, gone(t), h.hook())
	mend := e.refuse()
	h.serve("smtp://" + e.address + sender)
	h.said(`level=ERROR msg="mail: nothing gets through" reason="smtp: 550, recipient"`)
	h.book("ada@town.example")
	h.said(`kind=confirmation reason="smtp: 550, recipient"`)
	if got := h.command("", "mail", "list"); got != "" {
		t.Errorf("stands on the call list: %s", got)
	}
	mend()
	await(t, "nothing behind", func() bool { return h.metric("aufruf_mail_behind_seconds") == "0" })
}

func TestWhatEximSendsBackReachesTheCallList(t *testing.T) {
	h := openTown(t)
	e := startExim(t, gone(t), h.hook())
	h.serve("smtp://" + e.address + sender)
	comesBack(h)
}

func comesBack(h *townHall) {
	h.t.Helper()
	number := h.book("fort@away.example")
	h.t.Cleanup(func() {
		if keep := os.Getenv("MTA_KEEP"); keep != "" {
			text, err := os.ReadFile(filepath.Join(h.place, "bounces.eml"))
			must(h.t, err)
			must(h.t, os.WriteFile(filepath.Join(keep, h.t.Name()+".eml"), text, 0o644))
		}
		if h.t.Failed() {
			text, _ := os.ReadFile(filepath.Join(h.place, "hook.log"))
			h.t.Log(string(text))
		}
	})
	list := ""
	await(h.t, "the number on the call list", func() bool {
		list = h.command("", "mail", "list")
		return strings.Contains(list, number)
	})
	if !strings.Contains(list, "returned: 5.1.1") {
		h.t.Errorf("got %s, want it returned with 5.1.1", list)
	}
	h.command("", "mail", "again", "--all")
	if got := h.command("", "mail", "list"); strings.Contains(got, number) {
		h.t.Logf("came back again already: %s", got)
	}
}
