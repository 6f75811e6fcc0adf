package mail

import (
	"testing"

	"github.com/emersion/go-smtp"
)

// TestARelayThatIsMendedIsAskedOnANewConnection: Postfix's process that has
// refused us goes by the old rules for as long as we talk to it, so the first try
// after the mending was refused too, and the next came minutes later.
func TestARelayThatIsMendedIsAskedOnANewConnection(t *testing.T) {
	for name, test := range map[string]struct {
		reply    *smtp.SMTPError
		sessions int
	}{
		"refused for our sake":         {&smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}}, 2},
		"put off for our sake":         {&smtp.SMTPError{Code: 454, EnhancedCode: smtp.EnhancedCode{4, 7, 1}}, 2},
		"refused for the reader's":     {&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}}, 1},
		"put off for the reader's one": {&smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := openPost(t, func(_ *smtp.Server, p *post) { p.onRcpt = func(string) error { return test.reply } })
			to, c := target(t, "smtp://"+p.address), composer(t)
			if err := to.Transport.Send(t.Context(), envelope(t, c, "mail-1", to.Sender)); err == nil {
				t.Fatal("got no refusal")
			}
			p.mu.Lock()
			p.onRcpt = nil
			p.mu.Unlock()
			if err := to.Transport.Send(t.Context(), envelope(t, c, "mail-1", to.Sender)); err != nil {
				t.Fatal(err)
			}
			if p.sessions != test.sessions {
				t.Errorf("got %d sessions, want %d", p.sessions, test.sessions)
			}
		})
	}
}
