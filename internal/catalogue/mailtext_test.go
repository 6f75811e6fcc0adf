package catalogue

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
)

func TestMistakesInMailsAreNamedWithTheirLine(t *testing.T) {
	const head = "format: aufruf/1\nbranches:\n  - id: rathaus\n    offices:\n      - id: buero\n        mails:\n"
	const full = "it has {number} {date} {time} {branch} {office} {services} {authority} {phone}"
	const at = "branches[rathaus].offices[buero].mails"
	for name, test := range map[string]struct {
		mails string
		want  []string
	}{
		"fine": {"          - {kind: confirmation, subject: {en: 'On {date}'}, opening: 'Am {date}, {time}.'}\n", nil},
		"unknown kind": {"          - {kind: conformation, subject: x}\n", []string{
			`7: ` + at + `[0].kind: "conformation": want one of cancellation, cancellation_by_office, change, change_by_office, confirm, confirmation, existing, new_time, offer, relocation, relocation_by_office, reminder, wish, did you mean "confirmation"?`,
		}},
		"slip in a placeholder": {"          - kind: reminder\n            subject: Am {dat}\n", []string{
			`8: ` + at + `[0].subject: this mail has no {dat}, did you mean "date"?; ` + full,
		}},
		"no name in a subject": {"          - kind: reminder\n            subject: {de: 'Für {name}', en: 'For {name}'}\n", []string{
			`8: ` + at + `[0].subject.de: this mail has no {name}; ` + full, `8: ` + at + `[0].subject.en: this mail has no {name}; ` + full,
		}},
		"what only others have": {"          - {kind: wish, title: 'Nummer {number}'}\n", []string{
			`7: ` + at + `[0].title: this mail has no {number}; it has {date} {services} {authority}`,
		}},
		"half a brace": {"          - kind: change\n            opening: |\n              Guten Tag.\n\n              Neu: {date\n", []string{
			`11: ` + at + `[0].opening: a brace without its other half; placeholders are written {date}`,
		}},
		"a line break in a subject": {"          - {kind: change, subject: \"a\\nb\"}\n", []string{
			`7: ` + at + `[0].subject: the character U+000A has no place here`,
		}},
		"one kind twice": {"          - {kind: change, title: a}\n          - {kind: change, title: b}\n", []string{
			`8: ` + at + `[1]: mail change stands twice`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			before := small(t)
			after, _, mistakes := before.Import("", []byte(head+test.mails))
			if diff := cmp.Diff(test.want, sentences(mistakes)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if changed := len(after.Branches[0].Offices[0].Mails) > 0; changed != (test.want == nil) {
				t.Errorf("changed: got %v", changed)
			}
		})
	}
}

func TestAnOfficesWordingStandsBeforeTheTowns(t *testing.T) {
	c := Catalogue{Authority: Authority{Mails: []MailText{
		{Kind: "change", Title: town.Plain("town")}, {Kind: "reminder", Title: town.Plain("town")},
	}}}
	o := &Office{Mails: []MailText{{Kind: "change", Title: town.Plain("office")}}}
	for kind, want := range map[string]string{"change": "office", "reminder": "town", "offer": ""} {
		if got := c.MailText(o, kind).Title[town.German]; got != want {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
	}
	for cause, want := range map[string]string{"change": "change_by_office", "reminder": "reminder"} {
		if got := MailKind(cause, true); got != want || !slices.Contains(MailKinds(), got) {
			t.Errorf("%s by the office: got %s, want %s", cause, got, want)
		}
		if got := MailKind(cause, false); got != cause {
			t.Errorf("%s: got %s", cause, got)
		}
	}
}
