package catalogue

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"aufruf/internal/town"
)

func imported(t *testing.T, onto Catalogue, file string) (Catalogue, []Change) {
	t.Helper()
	c, changes, mistakes := onto.Import("part.yaml", []byte("format: aufruf/1\n"+file))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return c, changes
}

func TestMergeSaysWhatChanges(t *testing.T) {
	_, got := imported(t, small(t), `
services:
  - {id: pass, minutes: 25, documents: [Ausweis, Foto], in_person: true}
  - {id: perso, minutes: 10}
  - {id: neu, name: Neu, minutes: 5}
branches:
  - id: rathaus
    rooms:
      - {id: z1, label: Zimmer 0.01}
      - {id: z2, label: Zimmer 2}
    offices:
      - {id: buero, retired: true}
authority: {name: {de: Musterstadt, en: Sampletown}}
`)
	want := []Change{
		{What: "service pass", Kind: Changed, Entity: EntityService, ID: "pass", Details: []string{
			"minutes: 20 → 25", `documents: none → Ausweis, Foto`, "in_person: none → true",
		}},
		{What: "service perso", Kind: Unchanged, Entity: EntityService, ID: "perso"},
		{What: "service neu", Kind: Added, Entity: EntityService, ID: "neu"},
		{What: "branch rathaus", Kind: Unchanged, Entity: EntityBranch, Branch: "rathaus", ID: "rathaus"},
		{What: "room rathaus/z1", Kind: Changed, Entity: EntityRoom, Branch: "rathaus", ID: "z1", Details: []string{"label: Zimmer 1 → Zimmer 0.01"}},
		{What: "room rathaus/z2", Kind: Added, Entity: EntityRoom, Branch: "rathaus", ID: "z2"},
		{What: "office rathaus/buero", Kind: Retired, Entity: EntityOffice, Branch: "rathaus", ID: "buero", Details: []string{"retired: false → true"}},
		{What: "authority", Kind: Changed, Entity: EntityAuthority, Details: []string{"name.en: none → Sampletown"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMergeOntoNothingAddsAll(t *testing.T) {
	_, changes, mistakes := Catalogue{}.Import("small.yaml", []byte(smallTown))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if got, want := len(changes), 6; got != want {
		t.Errorf("got %d changes, want %d", got, want)
	}
	for _, c := range changes {
		if c.Kind != Added {
			t.Errorf("%s: got %s, want added", c.What, c.Kind)
		}
	}
}

// TestMergeKeyByKey: a key replaces, an absent key stays, null gives back the
// default, lists without ids and mappings are replaced as a whole.
func TestMergeKeyByKey(t *testing.T) {
	before, _ := imported(t, small(t), `
services:
  - {id: pass, description: Für Reisen, max_quantity: 3, documents: [Ausweis, Foto], name: {de: Pass, en: Passport}, in_person: false}
branches:
  - id: rathaus
    offices:
      - {id: buero, walk_in: {contingent: 20, handicap: day}, reminder_hours: [24]}
`)
	after, _ := imported(t, before, `
services:
  - {id: pass, documents: [Foto], max_quantity: null, name: Reisepass, in_person: null}
branches:
  - id: rathaus
    offices:
      - {id: buero, walk_in: {contingent: 5}, reminder_hours: null, grid_minutes: 15}
`)
	want := before.changeable()
	want.Services[0].Documents = []town.Text{town.Plain("Foto")}
	want.Services[0].MaxQuantity = 1
	want.Services[0].Name = town.Plain("Reisepass")
	want.Services[0].InPerson = nil
	office := &want.Branches[0].Offices[0]
	office.WalkIn = WalkIn{Contingent: 5, Handicap: 30}
	office.Reminders = []int{72, 24}
	office.Grid = 15
	if diff := cmp.Diff(want, after, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewThingsHaveDefaults(t *testing.T) {
	c := small(t)
	office := c.Branches[0].Offices[0]
	want := newOffice()
	want.ID, want.Name, want.Rooms, want.Services, want.Opening = office.ID, office.Name, office.Rooms, office.Services, office.Opening
	if diff := cmp.Diff(want, office, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("office (-want +got):\n%s", diff)
	}
	if got := c.Services[0].MaxQuantity; got != 1 {
		t.Errorf("got quantity %d, want 1", got)
	}
	if !c.Branches[0].Rooms[0].Verified {
		t.Error("a room counts as verified unless the file says otherwise")
	}
	if got, want := len(c.Authority.Languages), 3; got != want {
		t.Errorf("got %d languages, want %d", got, want)
	}
}

func TestEntryRulesSwitchTheCallMode(t *testing.T) {
	c, _ := imported(t, small(t), `
branches:
  - id: rathaus
    meeting_point: an der Tür
    offices:
      - id: buero
        entry_rules:
          - {text: Nur mit Nachweis, from: 2026-12-01, to: 2026-12-10, call_mode: pickup}
          - {text: Bitte Maske tragen, from: 2026-12-05}
`)
	branch := &c.Branches[0]
	office := &branch.Offices[0]
	tests := []struct {
		on    town.Date
		want  town.CallMode
		rules int
	}{
		{town.NewDate(2026, 11, 30), town.CallScreen, 0},
		{town.NewDate(2026, 12, 1), town.CallPickup, 1},
		{town.NewDate(2026, 12, 10), town.CallPickup, 2},
		{town.NewDate(2026, 12, 11), town.CallScreen, 1},
	}
	for _, test := range tests {
		if got := branch.Mode(office, test.on); got != test.want {
			t.Errorf("%s: got %s, want %s", test.on, got, test.want)
		}
		if got := len(office.EntryRulesOn(test.on)); got != test.rules {
			t.Errorf("%s: got %d rules, want %d", test.on, got, test.rules)
		}
	}
	if got, want := branch.PickupPoint(office).In(town.German), "an der Tür"; got != want {
		t.Errorf("got meeting point %q, want %q", got, want)
	}
}

func TestPlanJoinsClosuresOfBranchAndOffice(t *testing.T) {
	c, _ := imported(t, small(t), `
branches:
  - id: rathaus
    closures: [{from: 2026-12-21, to: 2026-12-27}]
    offices:
      - {id: buero, closures: [{from: 2026-11-30, to: 2026-11-30, reason: Umzug}]}
`)
	plan, err := c.Plan(&c.Branches[0], &c.Branches[0].Offices[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(plan.Closures), 2; got != want {
		t.Errorf("got %d closures, want %d", got, want)
	}
	if name, ok := plan.Holidays.Holiday(town.NewDate(2026, 11, 18)); !ok {
		t.Errorf("got %v, want Buß- und Bettag", name)
	}
}

func TestPlanRefusesWhatCheckRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Catalogue){
		"zone":  func(c *Catalogue) { c.Branches[0].TimeZone = "Europe/Grimma" },
		"state": func(c *Catalogue) { c.Authority.State = "DE-XX" },
	} {
		c := small(t)
		spoil(&c)
		if _, err := c.Plan(&c.Branches[0], &c.Branches[0].Offices[0]); err == nil {
			t.Errorf("%s: got a plan, want an error", name)
		}
		if len(c.Check()) == 0 {
			t.Errorf("%s: Check found nothing", name)
		}
		if _, err := Export(c); err == nil {
			t.Errorf("%s: got an export, want an error", name)
		}
	}
}

func TestDecodeRefusesWhatEncodeNeverWrites(t *testing.T) {
	good, err := Encode(small(t))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		doc  Document
		want string
	}{
		{"another kind", Document{Kind: "counter", ID: "x", Body: []byte("{}")}, "unknown kind"},
		{"no JSON", Document{Kind: DocumentService, ID: "x", Position: 2, Body: []byte("{")}, "EOF"},
		{"two values", Document{Kind: DocumentService, ID: "x", Position: 2, Body: []byte("{} {}")}, "more than one value"},
		{"a position twice", Document{Kind: DocumentService, ID: "x", Position: 0, Body: []byte(`{"id":"x"}`)}, "position 0"},
		{"an unknown key", Document{Kind: DocumentService, ID: "x", Position: 2, Body: []byte(`{"id":"x","colour":1}`)}, "unknown key"},
	}
	for _, test := range tests {
		_, err := Decode(append(good[:len(good):len(good)], test.doc))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func TestEncodeRefusesAnIDThatStandsTwice(t *testing.T) {
	c := small(t)
	c.Services = append(c.Services, c.Services[0])
	if _, err := Encode(c); err == nil {
		t.Error("got no error")
	}
}

// TestNothingAsAHandicapIsTheUsualOne: null in a file takes a value back.
func TestNothingAsAHandicapIsTheUsualOne(t *testing.T) {
	got := WalkIn{Handicap: 90, After: true}
	handicapField().reset(&got, &WalkIn{Handicap: 15})
	if got.Handicap != 15 || got.After {
		t.Errorf("got %+v", got)
	}
}

// TestATextThatReadsAsSomethingElseIsQuotedInItsLine, and needs no lines of its own.
func TestATextThatReadsAsSomethingElseIsQuotedInItsLine(t *testing.T) {
	for text, want := range map[string]string{"Bürgerbüro": "Bürgerbüro", "yes": `"yes"`, "Montag: zu": `"Montag: zu"`} {
		if got, inLine := textNode(text).scalarText(plainInBlock); got != want || !inLine {
			t.Errorf("%s: got %s, in its line %t", text, got, inLine)
		}
	}
}
