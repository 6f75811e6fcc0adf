package catalogue

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// smallTown is a small catalogue without a mistake; the tables below add to it or
// break it.
const smallTown = `format: aufruf/1
authority: {name: Musterstadt, state: DE-SN}
services:
  - {id: pass, name: Pass, minutes: 20}
  - {id: perso, name: Ausweis, minutes: 10}
branches:
  - id: rathaus
    name: Rathaus
    address: {street: Markt 1, postcode: "01234", city: Musterstadt}
    time_zone: Europe/Berlin
    call_mode: screen
    rooms:
      - {id: z1, label: Zimmer 1}
    offices:
      - id: buero
        name: Büro
        rooms: [z1]
        services: [pass]
        opening:
          - {days: [monday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}
`

func small(t testing.TB) Catalogue {
	t.Helper()
	c, _, mistakes := Catalogue{}.Import("small.yaml", []byte(smallTown))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return c
}

// TestMistakes imports each file onto the small town; the file begins with the
// format line, so what is written below begins on line 2.
func TestMistakes(t *testing.T) {
	tests := []struct {
		name, file string
		want       []string
	}{
		{"a slip in a key", "services:\n  - id: pass\n    minuts: 20\n", []string{
			`4: services[pass]: unknown key "minuts", did you mean "minutes"?`,
		}},
		{"a key far from any", "services:\n  - id: pass\n    colour: red\n", []string{
			`4: services[pass]: unknown key "colour"`,
		}},
		{"a key twice", "services:\n  - id: pass\n    minutes: 20\n    minutes: 25\n", []string{
			`5: services[pass]: key "minutes" stands twice, first on line 4`,
		}},
		{"a top key unknown", "service: []\n", []string{
			`2: unknown key "service", did you mean "services"?`,
		}},
		{"text where a number belongs", "services:\n  - {id: pass, minutes: long}\n", []string{
			`3: services[pass].minutes: want a number, got text`,
		}},
		{"a number where text belongs", "services:\n  - {id: pass, leika: 99008001012000}\n", []string{
			`3: services[pass].leika: want text, got a number: put it in quotes`,
		}},
		{"a list where a mapping belongs", "services:\n  - {id: pass, fees: [12]}\n", []string{
			`3: services[pass].fees[0]: want a mapping, got a number`,
		}},
		{"a mapping where a list belongs", "services: {id: pass}\n", []string{
			`2: services: want a list, got a mapping`,
		}},
		{"a fraction of a minute", "services:\n  - {id: pass, minutes: 2.5}\n", []string{
			`3: services[pass].minutes: 2.5: want a whole number from 1 to 600`,
		}},
		{"no quantity", "services:\n  - {id: pass, max_quantity: 0}\n", []string{
			`3: services[pass].max_quantity: 0: want a whole number from 1 to 20`,
		}},
		{"an id twice", "services:\n  - id: pass\n  - id: pass\n", []string{
			`4: services[pass]: id "pass" stands twice, first on line 3`,
		}},
		{"an id that isn't one", "services:\n  - {id: Neuer Pass, name: Pass, minutes: 5}\n", []string{
			`3: services[Neuer Pass].id: "Neuer Pass": want small letters a-z, digits and hyphens`,
		}},
		{"no id", "services:\n  - {name: Pass, minutes: 5}\n", []string{
			`3: services[0]: id is missing`,
		}},
		{"a short LeiKa key", "services:\n  - {id: pass, leika: \"9900800101200\"}\n", []string{
			`3: services[pass].leika: "9900800101200": want 14 digits`,
		}},
		{"a new service without what it needs", "services:\n  - id: neu\n", []string{
			`3: services[neu].name: name is missing`,
			`3: services[neu].minutes: minutes is missing`,
		}},
		{"a date that isn't one", "services:\n  - {id: pass, first: 2026-02-30}\n", []string{
			`3: services[pass].first: date "2026-02-30": want YYYY-MM-DD`,
		}},
		{"last before first", "services:\n  - id: pass\n    first: 2026-12-18\n    last: 2026-11-16\n", []string{
			`5: services[pass].last: last 2026-11-16 is before first 2026-12-18`,
		}},
		{"a fee's dates upside down", "services:\n  - id: pass\n    fees:\n      - {label: Pass, eur: 70.00, valid_from: 2026-02-07, valid_to: 2026-02-06}\n", []string{
			`5: services[pass].fees[0]: valid_from 2026-02-07 is after valid_to 2026-02-06`,
		}},
		{"amounts", "services:\n  - id: pass\n    fees:\n      - {label: A, eur: -1}\n      - {label: B, eur: 1.005}\n      - {label: C, eur: 5, up_to: 5.00}\n      - {eur: 5}\n", []string{
			`5: services[pass].fees[0].eur: -1: want an amount in euros`,
			`6: services[pass].fees[1].eur: 1.005: want euros with at most two places`,
			`7: services[pass].fees[2]: up_to is not above eur`,
			`8: services[pass].fees[3]: label is missing`,
		}},
		{"addresses", "services:\n  - id: pass\n    forms:\n      - {label: A, url: www.example.org}\n      - {label: B, url: \"javascript:alert(1)\"}\n      - {label: C, url: \"https:///x\"}\n", []string{
			`5: services[pass].forms[0].url: "www.example.org": want an address like https://example.org/page`,
			`6: services[pass].forms[1].url: "javascript:alert(1)": want an address like https://example.org/page`,
			`7: services[pass].forms[2].url: "https:///x": want an address like https://example.org/page`,
		}},
		{"no German text", "services:\n  - id: pass\n    name: {en: Passport}\n", []string{
			`4: services[pass].name: the German text (de) is missing`,
		}},
		{"an empty text", "services:\n  - {id: pass, name: \"\"}\n", []string{
			`3: services[pass].name: the text is empty; leave the key out, or write null`,
		}},
		{"a language that isn't one", "services:\n  - id: pass\n    name: {de: Pass, english: Passport}\n", []string{
			`4: services[pass].name.english: "english": want a language like de, en or de-simple`,
		}},
		{"a name in two lines", "services:\n  - id: pass\n    name: |\n      Pass\n      beantragen\n", []string{
			`5: services[pass].name: the character U+000A has no place here`,
		}},
		{"authority", "authority:\n  state: Sachsen\n  accent: blue\n  email: nobody\n  languages: [de, de]\n  frame_ancestors: [\"https://example.org/page\"]\n  phone: call us\n  website: example.org\n", []string{
			`3: authority.state: "Sachsen": want a federal state like DE-SN`,
			`4: authority.accent: "blue": want a colour like #1f5f8b`,
			`5: authority.email: "nobody": want an e-mail address`,
			`6: authority.languages: de stands twice`,
			`7: authority.frame_ancestors[0]: "https://example.org/page": want an origin like https://www.example.org, without a path`,
			`8: authority.phone: "call us": want a telephone number`,
			`9: authority.website: "example.org": want an address like https://example.org/page`,
		}},
		{"what is needed is taken away", "authority:\n  name: null\n  languages: []\n", []string{
			`3: authority.name: name is missing`,
			`4: authority.languages: at least one language is needed`,
		}},
		{"branch", "branches:\n  - id: rathaus\n    time_zone: Europe/Grimma\n    call_mode: shout\n    address: {street: Markt 2, postcode: 1234, city: Musterstadt}\n    excluded_numbers:\n      - {from: 99, to: 120}\n      - {from: 300, to: 200}\n", []string{
			`4: branches[rathaus].time_zone: "Europe/Grimma": want a time zone like Europe/Berlin`,
			`5: branches[rathaus].call_mode: "shout": want one of screen, pickup`,
			`6: branches[rathaus].address.postcode: want text, got a number: put it in quotes`,
			`8: branches[rathaus].excluded_numbers[0].from: 99: want a whole number from 100 to 999`,
			`9: branches[rathaus].excluded_numbers[1]: from 300 is after to 200`,
		}},
		{"no number left", "branches:\n  - id: rathaus\n    excluded_numbers:\n      - {from: 100, to: 600}\n      - {from: 500, to: 999}\n", []string{
			`4: branches[rathaus].excluded_numbers: no number is left`,
		}},
		{"a new branch without what it needs", "branches:\n  - id: neu\n", []string{
			`3: branches[neu].name: name is missing`,
			`3: branches[neu].address: address is missing`,
			`3: branches[neu].time_zone: time_zone is missing`,
			`3: branches[neu].call_mode: call_mode is missing`,
		}},
		{"a room without a label", "branches:\n  - id: rathaus\n    rooms:\n      - id: z2\n", []string{
			`5: branches[rathaus].rooms[z2].label: label is missing`,
		}},
		{"names that name nothing", office("rooms: [z1, z11]\nservices: [pass, passt, auto]"), []string{
			`5: branches[rathaus].offices[buero].rooms[1]: branch rathaus has no room "z11"`,
			`6: branches[rathaus].offices[buero].services[1]: there is no service "passt", did you mean "pass"?`,
			`6: branches[rathaus].offices[buero].services[2]: there is no service "auto"`,
		}},
		{"a name twice in a list", office("services: [pass, perso, pass]"), []string{
			`5: branches[rathaus].offices[buero].services: pass stands twice`,
		}},
		{"a service in two offices", "branches:\n  - id: rathaus\n    offices:\n      - id: zwei\n        name: Zwei\n        rooms: [z1]\n        services:\n          - pass\n", []string{
			`9: branches[rathaus].offices[zwei].services[0]: service pass belongs to office buero already`,
		}},
		{"an office without a room", office("rooms: []"), []string{
			`5: branches[rathaus].offices[buero].rooms: the office has no room in use: nobody could be called`,
		}},
		{"an office whose rooms are retired", "branches:\n  - id: rathaus\n    rooms:\n      - {id: z1, retired: true}\n", []string{
			`3: branches[rathaus].offices[buero].rooms: the office has no room in use: nobody could be called`,
		}},
		{"picked up nowhere", office("call_mode: pickup"), []string{
			`4: branches[rathaus].offices[buero]: people are picked up, but the office and its branch have no meeting_point`,
		}},
		{"picked up nowhere under entry rules", office("entry_rules:\n  - {text: Nur mit Maske, call_mode: pickup}\n  - {text: Nur genesen, from: 2026-02-02, to: 2026-02-01}"), []string{
			`6: branches[rathaus].offices[buero].entry_rules[0]: people are picked up, but the office and its branch have no meeting_point`,
			`7: branches[rathaus].offices[buero].entry_rules[1]: from 2026-02-02 is after to 2026-02-01`,
		}},
		{"capacity not nested", opening("days: [monday], hours: [09:00-12:00], capacity: {online: 3, staff: 2, counters: 4}"), []string{
			`6: branches[rathaus].offices[buero].opening[0].capacity: want online <= staff <= counters, got 3, 2, 4`,
		}},
		{"capacity incomplete", opening("days: [monday], hours: [09:00-12:00], capacity: {online: 3}"), []string{
			`6: branches[rathaus].offices[buero].opening[0].capacity: staff is missing`,
			`6: branches[rathaus].offices[buero].opening[0].capacity: counters is missing`,
		}},
		{"hours upside down", opening("days: [monday], hours: [12:00-09:00], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0].hours[0]: 12:00-09:00: the end is not after the beginning`,
		}},
		{"hours that overlap", opening("days: [monday], hours: [09:00-12:00, 11:30-13:00], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0].hours: 11:30-13:00 overlaps 09:00-12:00, or stands before it`,
		}},
		{"times that aren't", opening("days: [monday], hours: [9:00-12:00, 12:60-13:00, 14:00], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0].hours[0]: time of day "9:00": want HH:MM`,
			`6: branches[rathaus].offices[buero].opening[0].hours[1]: time of day "12:60": want HH:MM`,
			`6: branches[rathaus].offices[buero].opening[0].hours[2]: "14:00": want an interval like 09:00-12:00`,
		}},
		{"days", opening("days: [montag], every_weeks: 2, nth: [0], hours: [], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0]: every_weeks needs an anchor`,
			`6: branches[rathaus].offices[buero].opening[0].days[0]: "montag": want a day like monday, did you mean "monday"?`,
			`6: branches[rathaus].offices[buero].opening[0]: nth 0: want 1 to 5, or -1 for the last`,
			`6: branches[rathaus].offices[buero].opening[0]: hours has no interval`,
		}},
		{"neither days nor dates", opening("hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0]: days or dates is missing`,
		}},
		{"no day in the list of days", opening("days: [], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0]: days or dates is missing`,
		}},
		{"a rule for a service of another office", opening("days: [monday], hours: [09:00-12:00], services: [perso], capacity: {online: 1, staff: 1, counters: 1}"), []string{
			`6: branches[rathaus].offices[buero].opening[0].services[0]: the office does not offer "perso"`,
		}},
		{"walk-ins have no capacity", office("walk_in:\n  handicap: week\n  hours:\n    - {days: [monday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}"), []string{
			`6: branches[rathaus].offices[buero].walk_in.handicap: want minutes, or the word day`,
			`8: branches[rathaus].offices[buero].walk_in.hours[0]: unknown key "capacity"`,
		}},
		{"a closure upside down", office("closures:\n  - {from: 2026-12-27, to: 2026-12-21}\n  - {from: 2026-12-27}"), []string{
			`6: branches[rathaus].offices[buero].closures[0]: from 2026-12-27 is after to 2026-12-21`,
			`7: branches[rathaus].offices[buero].closures[1]: to is missing`,
		}},
		{"anchors and tags", "services:\n  - &one {id: pass}\n  - *one\n  - !!map {id: perso}\n", []string{
			`3: anchors and aliases are no part of the format`,
			`3: services[0]: want a mapping, got nothing`,
			`4: anchors and aliases are no part of the format`,
			`4: services[1]: want a mapping, got nothing`,
			`5: tags are no part of the format`,
			`5: services[2]: want a mapping, got nothing`,
		}},
		{"anchors and lists as keys", "&one services: []\n<<: {branches: []}\n[a]: 1\n!!str services: []\n", []string{
			`2: anchors and aliases are no part of the format`,
			`3: anchors and aliases are no part of the format`,
			`4: this can't be a key`,
			`5: this can't be a key`,
		}},
		{"a second document", "services: []\n---\nservices: []\n", []string{
			`3: a second document; a file has one`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := small(t)
			after, changes, mistakes := before.Import("", []byte("format: aufruf/1\n"+test.file))
			if diff := cmp.Diff(test.want, sentences(mistakes)); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
			if len(changes) > 0 {
				t.Errorf("got changes %v, want none", changes)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("a file with mistakes changed something:\n%s", diff)
			}
		})
	}
}

// office is a file about the office buero; its keys begin on line 5.
func office(keys string) string {
	indented := "        " + strings.ReplaceAll(keys, "\n", "\n        ")
	return "branches:\n  - offices:\n      - id: buero\n" + indented + "\n    id: rathaus\n"
}

// opening is a file with one opening rule, on line 6.
func opening(rule string) string {
	return office("opening:\n  - {" + rule + "}")
}

// sentences writes mistakes without their file and column.
func sentences(mistakes []Mistake) []string {
	var list []string
	for _, m := range mistakes {
		line, rest, _ := strings.Cut(strings.TrimPrefix(m.String(), ":"), ":")
		_, message, _ := strings.Cut(rest, ": ")
		list = append(list, line+": "+message)
	}
	return list
}

func TestFormatIsNeeded(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"none", "services: []\n", "1: format is missing"},
		{"another", "format: aufruf/2\n", `1: format: "aufruf/2": want one of aufruf/1, did you mean "aufruf/1"?`},
		{"nothing at all", "", "1: the file is empty"},
		{"only a comment", "# to be written\n", "1: the file is empty"},
		{"a list", "- format: aufruf/1\n", "1: want a mapping, got a list"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, mistakes := Parse("", []byte(test.file))
			if got := sentences(mistakes); len(got) != 1 || got[0] != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSyntaxMistakeHasItsPlace(t *testing.T) {
	_, _, mistakes := small(t).Import("broken.yaml", []byte("format: aufruf/1\nservices:\n  - id: pass\n   name: \"Pass\n"))
	if len(mistakes) != 1 {
		t.Fatalf("got %v, want one mistake", mistakes)
	}
	got := mistakes[0].String()
	if !strings.HasPrefix(got, "broken.yaml:4:") || !strings.Contains(got, "this is not YAML") {
		t.Errorf("got %q, want a mistake in YAML on line 4", got)
	}
}

func TestMistakeSaysWhere(t *testing.T) {
	tests := []struct {
		mistake Mistake
		want    string
	}{
		{Mistake{File: "a.yaml", Line: 3, Column: 5, Path: "services[pass].name", Message: "no"}, "a.yaml:3:5: services[pass].name: no"},
		{Mistake{File: "a.yaml", Line: 1, Column: 1, Message: "no"}, "a.yaml:1:1: no"},
		{Mistake{File: "a.yaml", Path: "authority.name", Message: "no"}, "a.yaml: authority.name: no"},
	}
	for _, test := range tests {
		if got := test.mistake.String(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestMistakesBeforeTheFileHaveNoLine(t *testing.T) {
	c := small(t)
	c.Services[0].Minutes = 0
	_, _, mistakes := c.Import("a.yaml", []byte("format: aufruf/1\nservices: [{id: perso, minutes: 15}]\n"))
	if len(mistakes) != 1 || mistakes[0].Line != 0 && mistakes[0].Path != "services[pass].minutes" {
		t.Errorf("got %v, want one about services[pass].minutes without a line", mistakes)
	}
}
