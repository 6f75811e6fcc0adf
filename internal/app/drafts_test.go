package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

var bureau = catalogue.Counters{Branch: markt, Office: "buergerbuero"}

func closed(date town.Date) catalogue.Close {
	return catalogue.Close{Counters: bureau, Closure: booking.Closure{From: date, To: date, Reason: town.Plain("Betriebsausflug")}}
}

// mornings are special hours of a day.
func mornings(date town.Date) catalogue.SetHours {
	return catalogue.SetHours{Counters: bureau, SpecialHours: catalogue.SpecialHours{
		From: date, To: date, Hours: []booking.Interval{{From: 9 * 60, To: 10 * 60}}, Capacity: &booking.Capacity{Online: 1, Staff: 1, Counters: 1},
	}}
}

func (h *townHall) draft(edits ...catalogue.Edit) app.Draft {
	h.t.Helper()
	d, err := h.Drafts.New(h.ctx(), boss(markt), edits...)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *townHall) apply(d app.Draft) app.Applied {
	h.t.Helper()
	done, err := h.Drafts.Apply(h.ctx(), boss(markt), d.ID, d.Version, app.Unseen)
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func (h *townHall) exported() string {
	h.t.Helper()
	data, err := catalogue.Export(*h.Catalogue())
	if err != nil {
		h.t.Fatal(err)
	}
	return string(data)
}

func TestADraftChangesNothingUntilItIsApplied(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.book(at(t, thursday, "10:00"))
		before := h.exported()
		d := h.draft(closed(thursday))
		p, err := h.Drafts.Preview(h.ctx(), boss(markt), d.ID)
		if err != nil || len(p.Obstacles) > 0 || len(p.Concerned) != 1 {
			t.Fatalf("got %v, %v, %d concerned; want the one at ten", err, p.Obstacles, len(p.Concerned))
		}
		if p.Weeks[0].Before <= p.Weeks[0].After {
			t.Errorf("got %+v, want fewer places", p.Weeks[0])
		}
		if diff := cmp.Diff(before, h.exported()); diff != "" {
			t.Errorf("a preview changed the town:\n%s", diff)
		}
		done := h.apply(d)
		if len(done.Concerned) != 1 || h.day(pinAtMarkt, thursday).Reason != booking.ReasonClosure {
			t.Errorf("got %v, %s; want it closed", done.Concerned, h.day(pinAtMarkt, thursday).Reason)
		}
		if again := h.apply(d); again.Change != done.Change {
			t.Errorf("applied again: got change %d, want %d", again.Change, done.Change)
		}
		if _, err := h.Town.Undo(h.ctx(), boss(markt), done.Change, app.Unseen); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, h.exported()); diff != "" {
			t.Errorf("undone (-before +after):\n%s", diff)
		}
		if _, err := h.Town.Undo(h.ctx(), boss(markt), done.Change, app.Unseen); !problem.Is(err, "change.undone") {
			t.Errorf("undone twice: got %v", err)
		}
	})
}

// Two managers draft hours of one day; the second has not seen the first's.
func TestNobodyOverwritesWhatTheyHaveNotSeen(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		first, second := h.draft(mornings(thursday)), h.draft(mornings(thursday))
		h.apply(first)
		if _, err := h.Drafts.Apply(h.ctx(), boss(markt), second.ID, second.Version, app.Unseen); !problem.Is(err, "edit.overwriting") {
			t.Fatalf("got %v, want it refused", err)
		}
		p, err := h.Drafts.Preview(h.ctx(), boss(markt), second.ID)
		if err != nil || len(p.Obstacles) != 1 || len(p.Obstacles[0].Saw.Special) != 0 || len(p.Obstacles[0].Here.Special) != 1 {
			t.Fatalf("got %v, %+v; want both versions", err, p.Obstacles)
		}
		if second, err = h.Drafts.LookAgain(h.ctx(), boss(markt), second.ID, second.Version, app.Unseen); err != nil {
			t.Fatal(err)
		}
		h.apply(second)
	})
}

func TestAChangeIsUndoneBesideLaterOnes(t *testing.T) {
	h := openTownHall(t)
	first := h.apply(h.draft(mornings(thursday)))
	h.apply(h.draft(mornings(thursday.AddDays(7)), closed(thursday.AddDays(14))))
	if _, err := h.Town.Undo(h.ctx(), boss(markt), first.Change, app.Unseen); err != nil {
		t.Fatal(err)
	}
	special := h.Catalogue().Branches[0].Offices[0].Special
	if len(special) != 1 || special[0].From != thursday.AddDays(7) {
		t.Errorf("got %+v, want the later one alone", special)
	}
	last := h.apply(h.draft(catalogue.UsualHours{Counters: bureau, SpecialHours: special[0]}))
	changes, _, err := h.Town.History(h.ctx(), boss(markt), 0, 10)
	if err != nil || len(changes) != 4 || changes[0].ID != last.Change || changes[1].Undoes != first.Change || changes[3].UndoneBy != changes[1].ID {
		t.Fatalf("got %+v, %v", changes, err)
	}
	if _, err := h.Town.Undo(h.ctx(), boss(markt), changes[2].ID, app.Unseen); !problem.Is(err, "edit.contradicted") {
		t.Errorf("got %v, want a contradiction", err)
	}
}

func TestADraftIsRefusedWithAReason(t *testing.T) {
	h := openTownHall(t)
	with := func(change func(*catalogue.SetHours)) catalogue.Edit {
		e := mornings(thursday)
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		actor access.Actor
		edit  catalogue.Edit
		key   string
		field string
	}{
		"a clerk":            {staff(clerk), closed(thursday), "right.missing", ""},
		"of another branch":  {boss(nera), closed(thursday), "right.missing", ""},
		"no such office":     {boss(), with(func(e *catalogue.SetHours) { e.Office = "x" }), "office.unknown", ""},
		"the end before":     {boss(), with(func(e *catalogue.SetHours) { e.To-- }), "mistake.order", ""},
		"more online":        {boss(), with(func(e *catalogue.SetHours) { e.Capacity = &booking.Capacity{Online: 2} }), "mistake.capacity", "capacity"},
		"hours that overlap": {boss(), with(func(e *catalogue.SetHours) { e.Hours = append(e.Hours, e.Hours[0]) }), "mistake.overlap", "hours"},
		"no hours":           {boss(), with(func(e *catalogue.SetHours) { e.Hours, e.Capacity = nil, nil }), "mistake.hours", ""},
		"a note unseen":      {boss(), catalogue.NoteEdit{Counters: bureau, From: thursday, To: thursday, Text: "\u202e"}, "mistake.character", "text"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Drafts.New(h.ctx(), c.actor, c.edit)
			if e := problem.Of(err); err == nil || e.Key != c.key && e.Fields[c.field] != c.key {
				t.Errorf("got %v with %v, want %s", err, e.Fields, c.key)
			}
		})
	}
	admin := access.Actor{Kind: access.Staff, User: ledger.User{ID: "other", Role: ledger.RoleManager, Branches: []town.BranchID{nera}}}
	d := h.draft(closed(thursday))
	if _, err := h.Drafts.Preview(h.ctx(), admin, d.ID); !problem.Is(err, "draft.unknown") {
		t.Errorf("got %v, want a draft of another branch to be nobody's business", err)
	}
}
