package app_test

import (
	"testing"

	"aufruf/internal/app"
)

// TestSpellingsOfOneMailboxAreOne, and those of two are two: else one person has
// many limits, or shares a stranger's.
func TestSpellingsOfOneMailboxAreOne(t *testing.T) {
	for _, same := range [][]string{
		{"ada@example.org", "Ada@Example.ORG", "ada+amt@example.org", "ADA+amt+zwei@example.org"},
		{"a.da@example.org", "a.da+amt@example.org"}, // dots count everywhere else
		{"ada@gmail.com", "a.d.a@gmail.com", "ada@googlemail.com", "A.da+amt@GoogleMail.com"},
		{"ada@gmail.example"},
		{"+amt@example.org"}, // nothing stands before the label
		{"+zwei@example.org"},
		{"ada@example.net"},
	} {
		for _, spelling := range same {
			if got, want := app.SameMailbox(spelling), app.SameMailbox(same[0]); got != want {
				t.Errorf("%s: got %s, want %s", spelling, got, want)
			}
		}
	}
	seen := map[string]string{}
	for _, one := range []string{"ada@example.org", "a.da@example.org", "ada@gmail.com", "ada@gmail.example", "+amt@example.org", "+zwei@example.org", "ada@example.net"} {
		mailbox := app.SameMailbox(one)
		if other, ok := seen[mailbox]; ok {
			t.Errorf("%s and %s are one mailbox", one, other)
		}
		seen[mailbox] = one
	}
}
