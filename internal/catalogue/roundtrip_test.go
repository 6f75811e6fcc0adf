package catalogue

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// TestExportThenImportChangesNothing holds for every catalogue, onto itself
// and onto an empty one.
func TestExportThenImportChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawCatalogue(t)
		data, err := Export(want)
		if err != nil {
			t.Fatal(err)
		}
		for name, onto := range map[string]Catalogue{"itself": want, "nothing": {}} {
			got, changes, mistakes := onto.Import("export.yaml", data)
			if len(mistakes) > 0 {
				t.Fatalf("onto %s: %s\n%s", name, mistakes[0], data)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("onto %s (-want +got):\n%s\n%s", name, diff, data)
			}
			for _, c := range changes {
				if name == "itself" && c.Kind != Unchanged {
					t.Fatalf("got %v, want unchanged", c)
				}
			}
			again, err := Export(got)
			if err != nil || !bytes.Equal(again, data) {
				t.Fatalf("a second export differs: %v", err)
			}
		}
	})
}

func TestEncodeThenDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawCatalogue(t)
		documents, err := Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		order := rapid.Permutation(documents).Draw(t, "order")
		got, err := Decode(order)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		again, err := Encode(got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(documents, again); diff != "" {
			t.Fatalf("equal catalogues have different bytes:\n%s", diff)
		}
	})
}

// TestMergeChangesOnlyWhatTheFileNames imports one key of one thing.
func TestMergeChangesOnlyWhatTheFileNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := drawCatalogue(t)
		kept, err := Encode(before)
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(0, len(before.Services)-1).Draw(t, "service")
		minutes := rapid.IntRange(1, 600).Draw(t, "minutes")
		file := fmt.Sprintf("format: aufruf/1\nservices: [{id: %s, minutes: %d}]\n", before.Services[i].ID, minutes)
		got, _, mistakes := before.Import("one.yaml", []byte(file))
		if len(mistakes) > 0 {
			t.Fatal(mistakes[0])
		}
		want := before.changeable()
		want.Services[i].Minutes = minutes
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if still, err := Encode(before); err != nil || cmp.Diff(kept, still) != "" {
			t.Fatal("merging changed the catalogue that was merged onto")
		}
	})
}

// TestMergingLeavesWhatWasMergedOnto: what comes of a file shares with what was there
// before all that it doesn't change, and nothing of that changes with it.
func TestMergingLeavesWhatWasMergedOnto(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, other := drawCatalogue(t), drawCatalogue(t)
		kept, err := Encode(before)
		if err != nil {
			t.Fatal(err)
		}
		apart, err := Decode(kept)
		if err != nil {
			t.Fatal(err)
		}
		file, err := Export(other)
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := before.Import("other.yaml", file)
		want, _, _ := apart.Import("other.yaml", file)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		for _, thing := range got.Things() {
			got.Without(thing)
		}
		if still, err := Encode(before); err != nil || cmp.Diff(kept, still) != "" {
			t.Fatal("merging changed the catalogue that was merged onto")
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("taking things away changed the catalogue (-want +got):\n%s", diff)
		}
	})
}

// drawCatalogue draws a catalogue without mistakes in which every field may
// have a value.
func drawCatalogue(t *rapid.T) Catalogue {
	c := Catalogue{Authority: drawAuthority(t)}
	for i := range rapid.IntRange(1, 3).Draw(t, "services") {
		c.Services = append(c.Services, drawService(t, town.ServiceID(fmt.Sprintf("service-%d", i))))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "branches") {
		c.Branches = append(c.Branches, drawBranch(t, c, town.BranchID(fmt.Sprintf("branch-%d", i))))
	}
	return c
}

// wordRunes are letters and everything that YAML, JSON or HTML might trip over.
var wordRunes = []rune("aäßAz09éПشゴ😀-–—_.,:;!?'\"„“`´&*#|>%@{}[]()<>/\\=+~^$§·\u00a0 ")

func drawLine(t *rapid.T, label string) string {
	word := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom(wordRunes), 1, 60, -1),
		rapid.SampledFrom([]string{"yes", "null", "~", "1", "0x1", "1e3", "2026-01-01", "09:00", "09:00-12:00", "- a", "a: b", "a #b", "true", "", "|", "=", "<<"}),
	).Draw(t, label)
	if word = strings.TrimFunc(word, unicode.IsSpace); word == "" {
		return "x"
	}
	return word
}

func drawText(t *rapid.T, label string) town.Text {
	text := town.Text{town.German: drawLine(t, label)}
	for _, tag := range []town.Language{town.English, town.PlainGerman, "fr", "hsb"} {
		if rapid.IntRange(0, 3).Draw(t, label) == 0 {
			text[tag] = drawLine(t, label)
		}
	}
	return text
}

func maybeText(t *rapid.T, label string) town.Text {
	if rapid.Bool().Draw(t, label) {
		return nil
	}
	return drawText(t, label)
}

func drawParagraphs(t *rapid.T, label string) town.Text {
	lines := []string{drawLine(t, label)}
	for range rapid.IntRange(0, 3).Draw(t, label) {
		lines = append(lines, rapid.SampledFrom([]string{"", " indented", "- item", "x"}).Draw(t, label), drawLine(t, label))
	}
	return town.Text{town.German: strings.Join(lines, "\n")}
}

func some[T any](t *rapid.T, label string, draw func() T) []T {
	var list []T
	for range rapid.IntRange(0, 2).Draw(t, label) {
		list = append(list, draw())
	}
	return list
}

func texts(t *rapid.T, label string) []town.Text {
	return some(t, label, func() town.Text { return drawText(t, label) })
}

// pick draws one of some values.
func pick[T any](t *rapid.T, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, label)
}

const address = "https://example.org/a,b?c=1&d=%20#e"

func drawLegal(t *rapid.T, label string) LegalText {
	if rapid.Bool().Draw(t, label) {
		return LegalText{URL: address}
	}
	return LegalText{Text: drawParagraphs(t, label)}
}

func drawAuthority(t *rapid.T) Authority {
	a := newAuthority()
	a.Name, a.State = drawText(t, "name"), "DE-SN"
	a.Website, a.Phone, a.Email = pick(t, "website", "", address), pick(t, "phone", "", "03437 9858-0"), pick(t, "email", "", "info@example.org")
	a.Logo = pick(t, "logo", "", "crest.svg")
	a.Imprint, a.Privacy, a.Accessibility = drawLegal(t, "imprint"), drawLegal(t, "privacy"), drawLegal(t, "accessibility")
	a.Accent = rapid.SampledFrom([]string{"", "#0b4f7a"}).Draw(t, "accent")
	a.Languages = rapid.SampledFrom([][]town.Language{{"de"}, {"de", "en"}, {"de", "en", "de-simple"}}).Draw(t, "languages")
	a.ProofOfWork = rapid.Bool().Draw(t, "proof of work")
	a.RoomFigures = rapid.Bool().Draw(t, "figures by room")
	a.FrameAncestors = rapid.SampledFrom([][]string{nil, {"https://www.example.org", "http://localhost:8080"}}).Draw(t, "origins")
	a.Saturday = maybeText(t, "saturday")
	a.Mails = drawMails(t)
	return a
}

// drawMails words some kinds of mail, in some languages, without braces that
// would be placeholders.
func drawMails(t *rapid.T) []MailText {
	braceless := func(text town.Text) town.Text {
		for tag, s := range text {
			text[tag] = strings.NewReplacer("{", "{date}", "}", ")").Replace(s)
		}
		if rapid.Bool().Draw(t, "no German") {
			delete(text, town.German)
		}
		if len(text) == 0 {
			return nil
		}
		return text
	}
	var mails []MailText
	for _, kind := range MailKinds() {
		if rapid.IntRange(0, 8).Draw(t, "worded") > 0 {
			continue
		}
		mails = append(mails, MailText{
			Kind: kind, Subject: pick(t, "subject", nil, town.Text{town.German: "Termin {date}"}), Title: braceless(drawText(t, "title")),
			Opening: braceless(drawParagraphs(t, "opening")), Closing: braceless(drawParagraphs(t, "closing")),
		})
	}
	return mails
}

func drawDate(t *rapid.T, label string) town.Date {
	return town.Date(rapid.IntRange(15_000, 25_000).Draw(t, label))
}

// span draws two dates in order, each of which may be absent.
func span(t *rapid.T, label string) (from, to *town.Date) {
	first := drawDate(t, label)
	last := first.AddDays(rapid.IntRange(0, 400).Draw(t, label))
	if rapid.Bool().Draw(t, label) {
		from = &first
	}
	if rapid.Bool().Draw(t, label) {
		to = &last
	}
	return from, to
}

func drawService(t *rapid.T, id town.ServiceID) Service {
	s := newService()
	s.ID, s.Name, s.Minutes = id, drawText(t, "name"), rapid.IntRange(1, 600).Draw(t, "minutes")
	s.Group, s.Description, s.ReadyAfter = maybeText(t, "group"), maybeText(t, "description"), maybeText(t, "ready after")
	s.MaxQuantity = rapid.IntRange(1, 20).Draw(t, "quantity")
	s.Documents, s.Notes = texts(t, "documents"), texts(t, "notes")
	s.Fees = some(t, "fees", func() Fee {
		fee := Fee{Label: drawText(t, "fee"), Cents: rapid.Int64Range(0, 99_999).Draw(t, "cents"), Optional: rapid.Bool().Draw(t, "optional")}
		if rapid.Bool().Draw(t, "range") {
			fee.UpTo = fee.Cents + 1
		}
		fee.From, fee.To = span(t, "fee dates")
		fee.Estimate = rapid.Bool().Draw(t, "estimate")
		return fee
	})
	s.Forms = some(t, "forms", func() Link { return Link{drawText(t, "form"), "https://example.org/a,b?c=d#e"} })
	s.Keywords = rapid.SampledFrom([][]string{nil, {"Pass, Ausweis", "a: b", "x"}}).Draw(t, "keywords")
	s.LeiKa = rapid.SampledFrom([]string{"", "00000000000001"}).Draw(t, "leika")
	s.First, s.Last = span(t, "bookable")
	s.Estimates = pick(t, "estimates", nil, []string{"minutes", "fees"})
	s.Single, s.Retired = rapid.Bool().Draw(t, "single"), rapid.Bool().Draw(t, "retired")
	if rapid.Bool().Draw(t, "knows in person") {
		inPerson := rapid.Bool().Draw(t, "in person")
		s.InPerson = &inPerson
	}
	s.ConfirmAddress, s.CheckName = rapid.Bool().Draw(t, "confirm"), rapid.Bool().Draw(t, "check")
	s.CoolDown = rapid.IntRange(0, 1440).Draw(t, "cool down")
	s.Questions = some(t, "questions", func() Question { return drawQuestion(t) })
	for i := range s.Questions {
		s.Questions[i].ID = town.QuestionID(fmt.Sprintf("%s-question-%d", id, i))
	}
	return s
}

func drawQuestion(t *rapid.T) Question {
	q := Question{Text: drawText(t, "question"), Help: maybeText(t, "help"), Required: rapid.Bool().Draw(t, "required")}
	q.Kind = rapid.SampledFrom([]QuestionKind{AskText, AskChoice, AskYesNo, AskDate, AskNumber}).Draw(t, "kind")
	if q.Kind == AskChoice {
		q.Choices = []Choice{{"one", drawText(t, "choice")}, {"other", drawText(t, "choice")}}
	}
	return q
}

func drawBranch(t *rapid.T, c Catalogue, id town.BranchID) Branch {
	b := Branch{
		ID: id, Name: drawText(t, "name"), Address: Address{drawLine(t, "street"), "01234", drawLine(t, "city"), pick(t, "district", "", "Nerchau")},
		Building: maybeText(t, "building"), RoomWord: maybeText(t, "room word"), Retired: rapid.Bool().Draw(t, "retired"),
		HelpPhone: pick(t, "help phone", "", "03437 98 58 110"), Phone: pick(t, "phone", "", "03437 98 58 760"), Email: pick(t, "email", "", "info@example.org"), MapURL: pick(t, "map", "", address),
		TimeZone: "Europe/Berlin", CallMode: rapid.SampledFrom([]town.CallMode{town.CallScreen, town.CallPickup}).Draw(t, "mode"),
		MeetingPoint: drawText(t, "meeting point"), Directions: texts(t, "directions"), Notice: maybeText(t, "notice"),
		Excluded: rapid.SampledFrom([][]NumberRange{nil, {{100, 199}, {666, 666}}}).Draw(t, "excluded"),
		Closures: some(t, "closures", func() booking.Closure { return drawClosure(t) }),
		Urgent:   some(t, "urgent closures", func() booking.Closure { return drawClosure(t) }),

		StaffNotes: some(t, "staff notes", func() StaffNote { return drawNote(t) }),
	}
	b.Screen = drawStyle(t)
	b.LockAfter = rapid.IntRange(0, 480).Draw(t, "lock after")
	b.Screens = some(t, "screens", func() ScreenOf { return ScreenOf{drawLine(t, "screen"), drawStyle(t)} })
	for i := range rapid.IntRange(1, 2).Draw(t, "rooms") {
		room := newRoom()
		room.ID, room.Label, room.Spoken = town.RoomID(fmt.Sprintf("room-%d", i)), drawLine(t, "label"), maybeText(t, "spoken")
		room.Floor, room.Direction = maybeText(t, "floor"), maybeText(t, "direction")
		room.Verified, room.Retired = rapid.Bool().Draw(t, "verified"), i > 0 && rapid.Bool().Draw(t, "retired") // an office needs one
		b.Rooms = append(b.Rooms, room)
	}
	b.Offices = []Office{drawOffice(t, c, b)}
	return b
}

func drawStyle(t *rapid.T) ScreenStyle {
	hours := [][]string{nil, {"20:00-06:00"}, {"00:00-07:00", "12:00-13:00"}}
	return ScreenStyle{
		Language: rapid.SampledFrom([]town.Language{"", town.German, "hsb"}).Draw(t, "language"),
		Theme:    rapid.SampledFrom([]string{"", "dark", "light", "contrast"}).Draw(t, "theme"),
		Large:    rapid.Ptr(rapid.IntRange(1, 60), true).Draw(t, "large"),
		Listed:   rapid.Ptr(rapid.IntRange(1, 12), true).Draw(t, "listed"),
		Second:   rapid.SampledFrom([]town.Language{"", town.English}).Draw(t, "second"),
		Ground:   rapid.SampledFrom([]string{"", "#0b1622"}).Draw(t, "ground"),
		Signal:   rapid.SampledFrom([]string{"", "#0b4f7a"}).Draw(t, "signal"),
		Columns:  rapid.Bool().Draw(t, "columns"),
		Next:     rapid.Ptr(rapid.IntRange(0, 3), true).Draw(t, "next"),
		Slides:   some(t, "slides", func() Slide { return drawSlide(t) }),
		Night:    rapid.SampledFrom(hours).Draw(t, "night"),
		Volume:   rapid.Ptr(rapid.IntRange(0, 100), true).Draw(t, "volume"),
		Gong:     rapid.SampledFrom([]string{"", "gong-low", "glocke-2"}).Draw(t, "gong"),
		Speech:   rapid.SampledFrom([][]town.Language{nil, {town.German}, {town.English, town.German}}).Draw(t, "speech"),
		Quiet:    rapid.SampledFrom(hours).Draw(t, "quiet"),
	}
}

func drawSlide(t *rapid.T) Slide {
	if rapid.Bool().Draw(t, "picture") {
		return Slide{Picture: "data:image/jpeg;base64,/9j/4A==", Alt: drawText(t, "alt")}
	}
	return Slide{Text: drawText(t, "text")}
}

func drawClosure(t *rapid.T) booking.Closure {
	c := booking.Closure{From: drawDate(t, "closed"), WalkInOnly: rapid.Bool().Draw(t, "walk-in"), Reason: maybeText(t, "reason")}
	c.To = c.From.AddDays(rapid.IntRange(0, 9).Draw(t, "days"))
	if rapid.Bool().Draw(t, "part") {
		c.Part = &booking.Interval{From: 540, To: 1440}
	}
	return c
}

func drawNote(t *rapid.T) StaffNote {
	from := drawDate(t, "noted")
	return StaffNote{From: from, To: from.AddDays(rapid.IntRange(0, 9).Draw(t, "days")), Text: drawLine(t, "note")}
}

func drawSpecial(t *rapid.T) SpecialHours {
	hours := [][]booking.Interval{{{From: 540, To: 720}}, {{From: 0, To: 60}, {From: 60, To: 1440}}}
	s := SpecialHours{From: drawDate(t, "special"), Holidays: rapid.Bool().Draw(t, "holidays"), WalkIn: rapid.SampledFrom(hours).Draw(t, "walk-in")}
	s.To = s.From.AddDays(rapid.IntRange(0, 9).Draw(t, "days"))
	s.Days = rapid.SampledFrom([][]time.Weekday{nil, {time.Monday}, {time.Sunday, time.Saturday}}).Draw(t, "weekdays")
	if rapid.Bool().Draw(t, "appointments") {
		s.Hours, s.Capacity = rapid.SampledFrom(hours).Draw(t, "hours"), &booking.Capacity{Online: 1, Staff: 2, Counters: rapid.IntRange(2, 9).Draw(t, "counters")}
	}
	return s
}

func drawRule(t *rapid.T, c Catalogue) booking.OpeningRule {
	rule := booking.OpeningRule{
		Intervals: rapid.SampledFrom([][]booking.Interval{{{From: 540, To: 720}}, {{From: 0, To: 60}, {From: 60, To: 1440}}}).Draw(t, "hours"),
		Holidays:  rapid.Bool().Draw(t, "holidays"),
	}
	rule.Pattern.Weekdays = rapid.SampledFrom([][]time.Weekday{{time.Monday}, {time.Sunday, time.Saturday}}).Draw(t, "days")
	rule.Pattern.Dates = rapid.SampledFrom([][]town.Date{nil, {town.NewDate(2026, 12, 5), town.NewDate(2026, 12, 6)}}).Draw(t, "dates")
	rule.Pattern.Nth = rapid.SampledFrom([][]int{nil, {2, 4}, {-1}}).Draw(t, "nth")
	rule.Pattern.Every = rapid.IntRange(0, 3).Draw(t, "every")
	if rule.Pattern.Every > 1 {
		rule.Pattern.Anchor = rapid.SampledFrom([]town.Date{0, town.NewDate(2025, 1, 4)}).Draw(t, "anchor")
	}
	rule.Pattern.From, rule.Pattern.To = span(t, "valid")
	if rapid.Bool().Draw(t, "only some") {
		rule.Services = []town.ServiceID{c.Services[0].ID}
	}
	return rule
}

func drawOffice(t *rapid.T, c Catalogue, b Branch) Office {
	o := newOffice()
	o.ID, o.Name = "office", drawText(t, "name")
	o.CallMode = rapid.SampledFrom([]town.CallMode{"", town.CallScreen, town.CallPickup}).Draw(t, "mode")
	for i := range b.Rooms {
		o.Rooms = append(o.Rooms, b.Rooms[i].ID)
	}
	for i := range c.Services {
		o.Services = append(o.Services, c.Services[i].ID)
	}
	o.Grid, o.Lead, o.Horizon = rapid.IntRange(1, 60).Draw(t, "grid"), rapid.IntRange(0, 60).Draw(t, "lead"), rapid.IntRange(0, 60).Draw(t, "horizon")
	o.MeetingPoint, o.Floor, o.Phone = maybeText(t, "meeting point"), maybeText(t, "floor"), pick(t, "phone", "", "03437 98 58 760")
	o.WaitAim = rapid.IntRange(1, 480).Draw(t, "aim")
	o.Grace, o.CallsToNoShow = rapid.IntRange(0, 240).Draw(t, "grace"), rapid.IntRange(1, 20).Draw(t, "calls")
	o.MaxPerEmail = rapid.Ptr(rapid.IntRange(0, 99), true).Draw(t, "per mail")
	o.CoolDown = rapid.IntRange(0, 1440).Draw(t, "cool down")
	o.CheckIn, o.ShowName, o.Retired = rapid.Bool().Draw(t, "check-in"), rapid.Bool().Draw(t, "name"), rapid.Bool().Draw(t, "retired")
	o.Estimates = pick(t, "estimates", nil, []string{"opening", "hints"})
	o.WalkIn.Contingent = rapid.IntRange(0, 9999).Draw(t, "contingent")
	o.Release = town.TimeOfDay(rapid.IntRange(0, 1440).Draw(t, "release"))
	o.Opening = some(t, "opening", func() booking.OpeningRule {
		rule := drawRule(t, c)
		rule.Capacity = booking.Capacity{Online: 1, Staff: 2, Counters: 3}
		return rule
	})
	o.WalkIn.Hours = some(t, "walk-in", func() booking.OpeningRule { return drawRule(t, c) })
	o.WalkIn.After = rapid.Bool().Draw(t, "after")
	if !o.WalkIn.After {
		o.WalkIn.Handicap = rapid.IntRange(0, 60).Draw(t, "handicap")
	}
	o.Closures = some(t, "closures", func() booking.Closure { return drawClosure(t) })
	o.Urgent = some(t, "urgent closures", func() booking.Closure { return drawClosure(t) })
	o.Roster.Week = some(t, "roster", func() booking.Shift { return drawShift(t, o.Rooms) })
	o.Roster.Exceptions = some(t, "roster exceptions", func() booking.Exception { return drawException(t, o.Rooms) })
	o.Special = some(t, "special hours", func() SpecialHours { return drawSpecial(t) })
	o.StaffNotes = some(t, "staff notes", func() StaffNote { return drawNote(t) })
	o.Reminders = rapid.SampledFrom([][]int{nil, {24}, {72, 24}}).Draw(t, "reminders")
	o.Hints, o.Mails = texts(t, "hints"), drawMails(t)
	o.EntryRules = some(t, "entry rules", func() EntryRule {
		rule := EntryRule{Text: drawText(t, "rule"), CallMode: rapid.SampledFrom([]town.CallMode{"", town.CallPickup}).Draw(t, "mode")}
		rule.From, rule.To = span(t, "rule")
		return rule
	})
	return o
}
