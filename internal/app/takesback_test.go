package app_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// IT imports a file that says the opening anew: what a manager had changed there is
// named, before and when it happens, and nothing else is.
func TestAnImportNamesWhatItTakesBack(t *testing.T) {
	h := openTownHall(t)
	rule := h.Catalogue().Branches[0].Offices[0].Opening[0]
	later := rule
	later.Intervals = []booking.Interval{{From: 8 * 60, To: 12 * 60}}
	from := thursday.AddDays(28)
	changed := h.apply(h.draft(catalogue.RuleEdit{Counters: bureau, Old: &rule, New: &later, From: &from}))
	h.apply(h.draft(closed(thursday)))
	h.apply(h.draft(mornings(thursday.AddDays(7))))
	file := parsed(t, `format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        opening: [{days: [monday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}]
`)
	tried, mistakes, err := h.Town.TryImport(h.ctx(), file)
	if err != nil || len(mistakes) > 0 || len(tried.TakenBack) != 1 || tried.TakenBack[0].ID != changed.Change {
		t.Fatalf("tried: got %+v, %v, %v; want the rule's change alone", tried.TakenBack, mistakes, err)
	}
	done, _, err := h.Town.Import(h.ctx(), file)
	if err != nil || len(done.TakenBack) != 1 {
		t.Fatalf("got %+v, %v; want the same", done.TakenBack, err)
	}
	if _, err := h.Town.Undo(h.ctx(), boss(markt), changed.Change, app.Unseen); !problem.Is(err, "edit.contradicted") {
		t.Errorf("got %v, want it to be too late to undo", err)
	}
}

// Random edits, applied by drafts and undone: what is exported and imported again
// changes nothing, and undoing everything in reverse leaves what was.
func TestWhatDraftsChangeIsExportedAndTakenBack(t *testing.T) {
	h := openTownHall(t)
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		if runs++; runs > 4*sequences() {
			return
		}
		before := h.exported()
		var made []int64
		for range rapid.IntRange(1, 6).Draw(r, "drafts") {
			d, err := h.Drafts.New(h.ctx(), boss(markt), drawEdit(r))
			if problem.Of(err).Kind == problem.Conflict || problem.Of(err).Kind == problem.NotFound {
				continue
			}
			if err != nil {
				r.Fatal(err)
			}
			done, err := h.Drafts.Apply(h.ctx(), boss(markt), d.ID, d.Version, app.Unseen)
			if err != nil {
				r.Fatal(err)
			}
			made = append(made, done.Change)
			file, _ := catalogue.Parse("export.yaml", []byte(h.exported()))
			again, mistakes, err := h.Town.TryImport(h.ctx(), file)
			if err != nil || len(mistakes) > 0 || len(again.TakenBack) > 0 {
				r.Fatal(err, mistakes, again.TakenBack)
			}
			for _, c := range again.Changes {
				if c.Kind != catalogue.Unchanged {
					r.Fatalf("export and import changes %v", c)
				}
			}
		}
		for i := len(made) - 1; i >= 0; i-- {
			if _, err := h.Town.Undo(h.ctx(), boss(markt), made[i], app.Unseen); err != nil {
				r.Fatalf("undo of %d: %v", made[i], err)
			}
		}
		if after := h.exported(); after != before {
			r.Fatalf("undone, the town isn't what it was:\n%s\n%s", before, after)
		}
	})
}

// drawEdit draws a change of the Bürgerbüro in the next weeks.
func drawEdit(r *rapid.T) catalogue.Edit {
	date := thursday.AddDays(rapid.IntRange(0, 20).Draw(r, "day"))
	kind := rapid.IntRange(0, 6).Draw(r, "kind")
	switch kind {
	case 0:
		return closed(date)
	case 1:
		return catalogue.Reopen{Counters: bureau, Closure: closed(date).Closure}
	case 2:
		e := mornings(date)
		e.Hours[0].To += town.TimeOfDay(rapid.IntRange(1, 120).Draw(r, "longer"))
		return e
	case 3:
		return catalogue.NoteEdit{Counters: bureau, From: date, To: date, Text: rapid.SampledFrom([]string{"", "Handwerker", "Probe"}).Draw(r, "note")}
	case 4:
		week := date.AddDays(-(int(date.Weekday()) + 6) % 7)
		return catalogue.CopyWeek{Counters: bureau, Week: week, To: []town.Date{week.AddDays(7), week.AddDays(21)}}
	}
	if kind == 5 {
		shift := booking.Shift{Staffing: booking.Staffing{Counters: rapid.IntRange(0, 3).Draw(r, "counters")}}
		shift.Pattern.Weekdays = []time.Weekday{date.Weekday()}
		return catalogue.ShiftEdit{Counters: bureau, New: &shift, From: &date}
	}
	rule := booking.OpeningRule{Intervals: []booking.Interval{{From: 7 * 60, To: 8 * 60}}, Capacity: booking.Capacity{Online: 1, Staff: 1, Counters: 1}}
	rule.Pattern.Dates = []town.Date{date}
	return catalogue.RuleEdit{Counters: bureau, New: &rule}
}

// A draft whose transaction is killed at any point is applied wholly or not at all,
// and can be applied again.
func TestADraftThatIsKilledIsAppliedOnceOrNotAtAll(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for i, point := range []string{"Meta.Hold", "TownChanges.Insert", "Meta.Set", "Catalogue.Put", "Events.Append", "Drafts.Delete", "Audit.Put", "Update.Commit"} {
			d := h.draft(closed(thursday.AddDays(7 * i)))
			before := h.exported()
			s.Fail(point, errForced, 1)
			if _, err := h.Drafts.Apply(h.ctx(), boss(markt), d.ID, d.Version, app.Unseen); err == nil {
				t.Fatalf("%s: want it to fail", point)
			}
			if h.exported() != before {
				t.Errorf("%s: half of it was made", point)
			}
			h.apply(d)
		}
		changes, _, err := h.Town.History(h.ctx(), boss(markt), 0, 100)
		if err != nil || len(changes) != 8 {
			t.Errorf("got %d changes, %v; want 8", len(changes), err)
		}
	})
}

// Two who apply changes of different branches at once hold different branches; on
// PostgreSQL the second would have decided by rules without the first's.
func TestChangesOfTwoBranchesAtOnceAreBothThere(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		here := h.draft(closed(thursday))
		there, err := h.Drafts.New(h.ctx(), boss(nera), catalogue.NoteEdit{
			Counters: catalogue.Counters{Branch: nera}, From: thursday, To: thursday, Text: "Probe",
		})
		if err != nil {
			t.Fatal(err)
		}
		first, second := s.MeanwhileAt(s.HoldNth("Drafts.Get", 2), func() error { // the first is of the look before

			_, err := h.Drafts.Apply(h.ctx(), boss(markt), here.ID, here.Version, app.Unseen)
			return err
		}, func() error {
			_, err := h.Drafts.Apply(h.ctx(), boss(nera), there.ID, there.Version, app.Unseen)
			return err
		})
		if first != nil || second != nil {
			t.Fatal(first, second)
		}
		if err := h.Refresh(h.ctx()); err != nil {
			t.Fatal(err)
		}
		notes, closures := 0, 0
		for _, b := range h.Catalogue().Branches {
			notes += len(b.StaffNotes)
			for _, o := range b.Offices {
				closures += len(o.Urgent)
			}
		}
		if notes != 1 || closures != 1 {
			t.Errorf("got %d notes and %d closures, want one of each", notes, closures)
		}
	})
}

// BenchmarkApplyDraft closes a day of a branch with 48,000 appointments among 300
// branches.
func BenchmarkApplyDraft(b *testing.B) {
	h, _ := busyTown(b, 48_000)
	yaml := "format: aufruf/1\nbranches:\n"
	for i := range 298 {
		yaml += fmt.Sprintf("  - {id: branch-%d, name: B, address: {street: A 1, postcode: \"01234\", city: C}, time_zone: Europe/Berlin, call_mode: screen}\n", i)
	}
	h.change(yaml)
	for n := 0; b.Loop(); n++ {
		d := h.draft(closed(thursday.AddDays(n % 60)))
		h.apply(d)
	}
}
