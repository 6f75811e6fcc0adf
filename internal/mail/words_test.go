package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// everyWord uses all that a kind of mail can fill.
func everyWord(kind string) string {
	var all []string
	for _, name := range catalogue.MailWords(kind) {
		all = append(all, fmt.Sprintf("%s={%s}", name, name))
	}
	return strings.Join(all, " ")
}

func TestATownWordsEachMailItself(t *testing.T) {
	c := composer(t)
	for _, worded := range catalogue.MailKinds() {
		kind, byOffice := strings.CutSuffix(worded, "_by_office")
		if !slices.Contains(Kinds(), Kind(kind)) {
			t.Errorf("%s can be worded, and is never sent", worded)
		}
		d := sample(t, Kind(kind), town.German)
		d.OfTown = byOffice
		all := everyWord(worded)
		d.Words = Words{Subject: "S " + all, Title: "T " + all, Opening: "Hallo,\n\nO\n" + all, Closing: "C " + all}
		m, err := c.Compose(d)
		if err != nil {
			t.Fatal(err)
		}
		text := oneLine(m.Text)
		for _, part := range []string{m.Subject, text} {
			if strings.ContainsAny(part, "{}") || strings.Contains(part, "= ") {
				t.Errorf("%s: something isn't filled:\n%s", worded, part)
			}
		}
		for _, want := range []string{"S ", "Hallo, O ", "C "} {
			if !strings.Contains(m.Subject+" "+text, want) {
				t.Errorf("%s: %q is missing in\n%s", worded, want, m.Text)
			}
		}
		for _, ours := range []string{"Guten Tag", "automatisch verschickt"} {
			if strings.Contains(text, ours) {
				t.Errorf("%s: %q stands beside the town's words", worded, ours)
			}
		}
		sameContent(t, m)
	}
}

// What a mail is for can't be worded away.
func TestTheTownsWordsKeepWhatMatters(t *testing.T) {
	d := sample(t, Relocation, town.German)
	d.Words = Words{Opening: "Liebe Leute,\nes wird schön."}
	m, err := composer(t).Compose(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Liebe Leute, es wird schön.", "Bisher galt", "Personalausfall", "417", "9.20 Uhr", "https://termine.example.org/t/abc/absagen"} {
		if !strings.Contains(oneLine(m.Text), want) {
			t.Errorf("%q is missing in\n%s", want, m.Text)
		}
	}
}

func TestOwnWordsCountInTheirLanguageOnly(t *testing.T) {
	c := smallTown()
	c.Branches[0].Offices[0].Mails = []catalogue.MailText{
		{Kind: "change", Subject: town.Text{town.English: "Moved"}},
		{Kind: "change_by_office", Subject: town.Text{town.German: "Verlegt"}},
	}
	for _, test := range []struct {
		lang     town.Language
		byOffice bool
		want     string
	}{
		{town.English, false, "Moved"}, {town.German, false, ""}, {town.PlainGerman, true, ""}, {town.German, true, "Verlegt"},
	} {
		l := numbered(1)
		l.Mail.Kind, l.Ticket.Language, l.News.ByOffice = app.MailChange, test.lang, test.byOffice
		d, err := DescribeLetter(c, l, "https://termine.example.org")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Words{Subject: test.want}, d.Words); diff != "" {
			t.Errorf("%s, by the office %v: -want +got\n%s", test.lang, test.byOffice, diff)
		}
	}
}
