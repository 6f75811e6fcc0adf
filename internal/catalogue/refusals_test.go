package catalogue

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// spoilt are values of which each is wrong in most places.
func spoilt() []*node {
	return []*node{
		textNode(" vorn"), textNode("hinten "), textNode("a\u0007b"), textNode("a\nb"), textNode("29:00-30:00"), textNode("2026-13-40"), textNode("25:00"),
		textNode("DE-XX"), textNode("Local"), textNode("nirgendwas"), textNode("a@b@c"), textNode("ftp://x"), textNode("Ä Ö"), textNode("-"),
		numberNode("-2"), numberNode("1.234"), numberNode("1.5"), numberNode("99999999"), boolNode(true), listNode(), listNode(textNode("x"), textNode("x")),
		(&node{form: formMapping}), (&node{}).with("unbekannt", textNode("x")),
	}
}

// betweenValues is what no schema can say, by a part of the sentence.
var betweenValues = []string{
	"is not after the beginning", "overlaps", "stands before it", "is before", "want a time zone", "is no day", "no such day", "need", "is missing",
	"stands twice", "together", "instead", "either", "more than", "exceeds", "at least one", "want a day", "German text",
}

// TestTheSchemaRefusesWhatImportRefuses: an editor that checks by the schema said
// nothing about what import then refused. Each value of a whole town is spoilt
// in every way.
func TestTheSchemaRefusesWhatImportRefuses(t *testing.T) {
	schema := compiled(t)
	exported, err := Export(small(t))
	if err != nil {
		t.Fatal(err)
	}
	missed := map[string]bool{}
	for _, file := range [][]byte{exported, []byte(smallTown), []byte(fullTown)} {
		root, mistakes := readYAML(file)
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		eachValue(root, "", func(path string, at *node) {
			whole := *at
			for _, bad := range spoilt() {
				*at = *bad
				if mistake := refusedByImportAlone(t, schema, root); mistake != "" {
					missed[fmt.Sprintf("%s: %s", path, mistake)] = true
				}
			}
			*at = whole
		})
	}
	for miss := range missed {
		t.Errorf("the schema accepts %s", miss)
	}
}

// fullTown has what smallTown lacks.
const fullTown = `format: aufruf/1
authority:
  name: {de: Musterstadt, en: Sampleton}
  state: DE-SN
  website: https://www.example.org
  phone: "03437 9858-0"
  email: info@example.org
  accent: "#0b4f7a"
  languages: [de, en]
  frame_ancestors: [https://www.example.org]
services:
  - id: pass
    name: {de: Pass, en: Passport}
    minutes: 20
    keywords: [Reise]
    first: 2026-12-01
    fees: [{label: Gebühr, eur: 37.5, from: 2026-01-01}]
    forms: [{label: Antrag, url: https://www.example.org/antrag}]
branches:
  - id: rathaus
    name: Rathaus
    address: {street: Markt 1, postcode: "01234", city: Musterstadt}
    time_zone: Europe/Berlin
    call_mode: screen
    closures: [{from: 2026-12-24, to: 2026-12-31}]
    rooms:
      - {id: z1, label: Zimmer 1}
    offices:
      - id: buero
        name: Büro
        rooms: [z1]
        services: [pass]
        reminder_hours: [24]
        opening:
          - {days: [monday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}
        roster:
          - {days: [monday], every_weeks: 2, anchor: 2026-11-30, valid_to: 2027-06-30, hours: 09:00-10:00, counters: 2, staff: 1, online: 1}
          - {days: [tuesday], rooms: [z1]}
        roster_exceptions:
          - {from: 2026-12-01, to: 2026-12-02, hours: 09:00-10:00, off: [z1], reason: Fortbildung}
          - {from: 2026-12-03, to: 2026-12-03, more: 1}
          - {from: 2026-12-04, to: 2026-12-04, fewer: 1}
          - {from: 2026-12-07, to: 2026-12-11, counters: 2, staff: 2}
`

// eachValue visits every value of a document.
func eachValue(n *node, path string, visit func(path string, at *node)) {
	if path != "" {
		visit(path, n)
	}
	for i, item := range n.items {
		eachValue(item, fmt.Sprintf("%s[%d]", path, i), visit)
	}
	for _, p := range n.pairs {
		eachValue(p.value, strings.TrimPrefix(path+"."+p.key, "."), visit)
	}
}

// refusedByImportAlone returns a mistake that a document has although the schema
// accepts it, and that a schema could tell.
func refusedByImportAlone(t *testing.T, schema *jsonschema.Schema, root *node) string {
	t.Helper()
	written := root.appendJSON(nil)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	if schema.Validate(value) != nil {
		return ""
	}
	_, mistakes := Parse("", written) // JSON is YAML
	for _, m := range mistakes {
		told := slices.ContainsFunc(betweenValues, func(part string) bool { return strings.Contains(m.Message, part) })
		if !told {
			return m.Message
		}
	}
	return ""
}

func TestALatin1FileNamesItsLine(t *testing.T) {
	file := strings.Replace(smallTown, "Büro", "B\xfcro", 1)
	_, mistakes := Parse("town.yaml", []byte(file))
	if len(mistakes) != 1 || mistakes[0].Line != 16 || mistakes[0].Column != 16 || !strings.Contains(mistakes[0].Message, "Latin-1") {
		t.Errorf("got %v, want line 16, column 16", mistakes)
	}
}

// A change to hours once read as JSON, cut in the middle of a word.
func TestChangesAreToldInWords(t *testing.T) {
	_, changes, mistakes := small(t).Import("", []byte(`format: aufruf/1
services:
  - {id: pass, minutes: 25, keywords: [Reise, Urlaub]}
branches:
  - id: rathaus
    address: {street: Markt 2, postcode: "01234", city: Musterstadt}
    offices:
      - id: buero
        opening:
          - {days: [monday], hours: [09:00-12:00], capacity: {online: 1, staff: 2, counters: 3}}
          - {days: [tuesday], hours: [09:00-12:00, 14:00-18:00], capacity: {online: 1, staff: 1, counters: 1}}
`))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	got := map[string][]string{}
	for _, c := range changes {
		got[c.What] = c.Details
	}
	want := map[string][]string{
		"service pass":   {"minutes: 20 → 25", "keywords: none → Reise, Urlaub"},
		"branch rathaus": {"address.street: Markt 1 → Markt 2"},
		"office rathaus/buero": {
			"opening: no longer (days monday, hours 09:00-12:00, capacity (online 1, staff 1, counters 1))",
			"opening: new (days monday, hours 09:00-12:00, capacity (online 1, staff 2, counters 3))",
			"opening: new (days tuesday, hours 09:00-12:00, 14:00-18:00, capacity (online 1, staff 1, counters 1))",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
