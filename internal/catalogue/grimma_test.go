package catalogue

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"aufruf/internal/booking"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func TestGrimmaHasNoMistake(t *testing.T) {
	f, mistakes := Parse("grimma.yaml", grimma)
	for _, m := range mistakes {
		t.Error(m)
	}
	_, _, mistakes = Catalogue{}.Merge(f)
	for _, m := range mistakes {
		t.Error(m)
	}
}

func TestExportOfGrimmaChangesNothing(t *testing.T) {
	want := grimmaCatalogue(t)
	data, err := Export(want)
	if err != nil {
		t.Fatal(err)
	}
	f, mistakes := Parse("export.yaml", data)
	if len(mistakes) > 0 {
		t.Fatal(mistakes[0], string(data))
	}
	got, changes, mistakes := want.Merge(f)
	if len(mistakes) > 0 {
		t.Fatal(mistakes[0])
	}
	for _, c := range changes {
		if c.Kind != Unchanged {
			t.Errorf("got %v, want unchanged", c)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("export then import (-want +got):\n%s", diff)
	}
}

func grimmaCatalogue(t testing.TB) Catalogue {
	t.Helper()
	file, mistakes := BuiltIn()
	c, _, more := Catalogue{}.Merge(file)
	if mistakes = append(mistakes, more...); len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return c
}

// buergerbuero are the services of the Bürgerbüro, as the town's data name them.
var buergerbuero = []town.ServiceID{
	"personalausweis-beantragen", "personalausweis-kind", "personalausweis-abholen", "personalausweis-vorlaeufig",
	"eid-pin", "reisepass-beantragen", "reisepass-kind", "reisepass-express", "reisepass-vorlaeufig", "reisepass-abholen",
	"ausweis-verlust", "adresse-ausweis-aendern", "wohnsitz-anmelden", "wohnsitz-ummelden", "wohnsitz-abmelden",
	"nebenwohnung", "meldebescheinigung", "melderegisterauskunft", "uebermittlungssperre", "fuehrungszeugnis",
	"gewerbezentralregister", "beglaubigung", "untersuchungsberechtigungsschein",
}

func TestGrimmaOffers23ServicesAtBothBranches(t *testing.T) {
	c := grimmaCatalogue(t)
	for _, id := range []town.BranchID{"grimma-markt", "nerchau"} {
		branch, ok := c.Branch(id)
		if !ok {
			t.Fatalf("no branch %s", id)
		}
		office, ok := branch.Office("buergerbuero")
		if !ok {
			t.Fatalf("no Bürgerbüro at %s", id)
		}
		if diff := cmp.Diff(buergerbuero, office.Services); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

func TestGrimmaCalls(t *testing.T) {
	c := grimmaCatalogue(t)
	tests := []struct {
		branch town.BranchID
		office town.OfficeID
		want   town.CallMode
		point  string
		rooms  []town.RoomID
	}{
		{"grimma-markt", "buergerbuero", town.CallScreen, "", []town.RoomID{"platz-1", "platz-2", "platz-3", "platz-4"}},
		{"grimma-markt", "gewerbeamt", town.CallScreen, "", []town.RoomID{"gewerbeamt"}},
		{"grimma-markt", "stadtentwicklung", town.CallPickup, "vor Zimmer 2.03 im 2. Obergeschoss", []town.RoomID{"zimmer-2-03"}},
		{"nerchau", "buergerbuero", town.CallPickup, "im Foyer", []town.RoomID{"platz-1"}},
		{"nerchau", "standesamt", town.CallPickup, "im Foyer", []town.RoomID{"standesamt"}},
	}
	for _, test := range tests {
		branch, _ := c.Branch(test.branch)
		office, ok := branch.Office(test.office)
		if !ok {
			t.Errorf("no office %s at %s", test.office, test.branch)
			continue
		}
		if got := branch.Mode(office, town.NewDate(2026, 12, 1)); got != test.want {
			t.Errorf("%s %s: got mode %s, want %s", test.branch, test.office, got, test.want)
		}
		if got := branch.PickupPoint(office).In(town.German); got != test.point {
			t.Errorf("%s %s: got meeting point %q, want %q", test.branch, test.office, got, test.point)
		}
		if diff := cmp.Diff(test.rooms, office.Rooms); diff != "" {
			t.Errorf("%s %s: rooms (-want +got):\n%s", test.branch, test.office, diff)
		}
	}
}

// TestEveryRoomOfGrimmaIsCalledTo: a room is listed only where an office calls
// people to it.
func TestEveryRoomOfGrimmaIsCalledTo(t *testing.T) {
	c := grimmaCatalogue(t)
	for i := range c.Branches {
		for _, room := range c.Branches[i].Rooms {
			if len(c.Branches[i].OfficesOf(room.ID)) == 0 {
				t.Errorf("nobody is called to %s at %s", room.ID, c.Branches[i].ID)
			}
		}
	}
}

func TestFeesOfGrimma(t *testing.T) {
	c := grimmaCatalogue(t)
	tests := []struct {
		service town.ServiceID
		on      town.Date
		want    []int64
	}{
		{"personalausweis-beantragen", town.NewDate(2026, 2, 6), []int64{3700, 2280, 600, 1500}},
		{"personalausweis-beantragen", town.NewDate(2026, 2, 7), []int64{4600, 2760, 600, 1500}},
		{"personalausweis-kind", town.NewDate(2026, 2, 6), []int64{2280, 600}},
		{"personalausweis-kind", town.NewDate(2026, 2, 7), []int64{2760, 600}},
		{"reisepass-beantragen", town.NewDate(2025, 4, 30), []int64{7000, 3750, 2200, 1500}},
		{"reisepass-beantragen", town.NewDate(2025, 5, 1), []int64{7000, 3750, 2200, 600, 1500}},
		{"wohnsitz-anmelden", town.NewDate(2026, 12, 1), []int64{0}},
	}
	for _, test := range tests {
		service, _ := c.Service(test.service)
		var got []int64
		for _, fee := range service.FeesOn(test.on) {
			got = append(got, fee.Cents)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", test.service, test.on, diff)
		}
	}
}

func grimmaPlan(t *testing.T, c *Catalogue, branch town.BranchID, office town.OfficeID) *booking.Plan {
	t.Helper()
	b, _ := c.Branch(branch)
	o, _ := b.Office(office)
	plan, err := c.Plan(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestSaturdaysOfGrimma(t *testing.T) {
	c := grimmaCatalogue(t)
	plan := grimmaPlan(t, &c, "grimma-markt", "buergerbuero")
	published := []string{"2025-01-04", "2025-01-18", "2025-02-01", "2025-02-15", "2025-03-01", "2025-03-15", "2025-03-29", "2025-04-12", "2025-04-26"}
	var got []string
	for d := town.NewDate(2025, 1, 1); d <= town.NewDate(2025, 4, 30); d++ {
		if d.Weekday() == time.Saturday && len(plan.OpenIntervals(d)) > 0 {
			got = append(got, d.String())
		}
	}
	if diff := cmp.Diff(published, got); diff != "" {
		t.Errorf("(-published +got):\n%s", diff)
	}
}

func TestHoursOfGrimma(t *testing.T) {
	c := grimmaCatalogue(t)
	markt := grimmaPlan(t, &c, "grimma-markt", "buergerbuero")
	nerchau := grimmaPlan(t, &c, "nerchau", "buergerbuero")
	morning, afternoon, late := booking.Interval{From: 540, To: 720}, booking.Interval{From: 780, To: 960}, booking.Interval{From: 780, To: 1080}
	tests := []struct {
		name string
		got  []booking.Interval
		want []booking.Interval
	}{
		{"Monday", markt.OpenIntervals(town.NewDate(2026, 11, 30)), []booking.Interval{morning, afternoon}},
		{"Tuesday", markt.OpenIntervals(town.NewDate(2026, 12, 1)), []booking.Interval{morning, late}},
		{"Wednesday", markt.OpenIntervals(town.NewDate(2026, 12, 2)), nil},
		{"Friday", markt.OpenIntervals(town.NewDate(2026, 12, 4)), []booking.Interval{morning}},
		{"the last week of the year", markt.OpenIntervals(town.NewDate(2026, 12, 22)), nil},
		{"walk-ins on Monday", markt.WalkInHours(town.NewDate(2026, 11, 30)), []booking.Interval{morning}},
		{"walk-ins on Thursday", markt.WalkInHours(town.NewDate(2026, 12, 3)), []booking.Interval{afternoon}},
		{"walk-ins on Friday", markt.WalkInHours(town.NewDate(2026, 12, 4)), nil},
		{"Nerchau on Tuesday", nerchau.OpenIntervals(town.NewDate(2026, 12, 1)), []booking.Interval{morning, late}},
		{"Nerchau on Monday", nerchau.OpenIntervals(town.NewDate(2026, 11, 30)), nil},
		{"walk-ins in Nerchau", nerchau.WalkInHours(town.NewDate(2026, 12, 1)), nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, test.got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestGrimmaPolicy(t *testing.T) {
	c := grimmaCatalogue(t)
	branch, _ := c.Branch("grimma-markt")
	office, _ := branch.Office("buergerbuero")
	want := queue.Policy{
		Handicap: 30 * time.Minute, Grace: 5 * time.Minute, CallsToNoShow: 1,
		CallableBefore: 5 * time.Minute, CallableBeforeCheckedIn: 15 * time.Minute,
	}
	if diff := cmp.Diff(want, office.Policy()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{24}, office.Reminders); diff != "" {
		t.Errorf("reminders (-want +got):\n%s", diff)
	}
}

// TestGrimmaIsTranslated: what citizens read is there in English everywhere,
// and in plain German wherever a sentence is meant to be understood.
func TestGrimmaIsTranslated(t *testing.T) {
	c := grimmaCatalogue(t)
	check := func(what string, text town.Text, languages ...town.Language) {
		t.Helper()
		for _, language := range languages {
			if text[language] == "" {
				t.Errorf("%s: no %s for %q", what, language, text[town.German])
			}
		}
	}
	every := []town.Language{town.German, town.English, town.PlainGerman}
	for _, s := range c.Services {
		what := string(s.ID)
		for _, text := range append(append([]town.Text{s.Group, s.Name, s.Description}, s.Documents...), s.Notes...) {
			check(what, text, every...)
		}
		for _, fee := range s.Fees {
			check(what, fee.Label, town.German, town.English)
		}
		for _, form := range s.Forms {
			check(what, form.Label, town.German, town.English)
		}
	}
	for _, b := range c.Branches {
		for _, text := range b.Directions {
			check(string(b.ID), text, every...)
		}
		for _, closure := range b.Closures {
			check(string(b.ID), closure.Reason, every...)
		}
		for _, o := range b.Offices {
			check(string(o.ID), o.Name, every...)
			for _, hint := range o.Hints {
				check(string(o.ID), hint, every...)
			}
		}
	}
	for _, text := range []town.Text{c.Authority.Imprint.Text, c.Authority.Privacy.Text, c.Authority.Accessibility.Text} {
		check("legal text", text, every...)
	}
}

func TestInspectionHasDates(t *testing.T) {
	c := grimmaCatalogue(t)
	s, ok := c.Service("bebauungsplan-auslegung")
	if !ok || s.First == nil || s.Last == nil {
		t.Fatal("the inspection of a plan has no dates")
	}
	if got, want := s.First.String()+".."+s.Last.String(), "2026-11-16..2026-12-18"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
