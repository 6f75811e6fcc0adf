package app_test

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// mistaken is a branch that came into the catalogue by mistake, and a service.
const mistaken = `format: aufruf/1
services:
  - {id: irrtum, name: Irrtum, minutes: 10}
branches:
  - id: falsch
    name: Falsches Haus
    address: {street: Am Irrtum 1, postcode: "12345", city: Falschhausen}
    time_zone: Europe/Berlin
    call_mode: screen
    rooms:
      - {id: eins, label: Zimmer 1}
      - {id: zwei, label: Zimmer 2}
    offices:
      - id: amt
        name: Amt
        rooms: [eins]
        services: [irrtum]
        opening:
          - {days: [tuesday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}
        walk_in: {hours: [{days: [tuesday], hours: [08:00-12:00]}]}
`

const falsch = town.BranchID("falsch")

var (
	theService = catalogue.Thing{Entity: catalogue.EntityService, ID: "irrtum"}
	theBranch  = catalogue.Thing{Entity: catalogue.EntityBranch, Branch: falsch, ID: "falsch"}
	theOffice  = catalogue.Thing{Entity: catalogue.EntityOffice, Branch: falsch, ID: "amt"}
	theRoom    = catalogue.Thing{Entity: catalogue.EntityRoom, Branch: falsch, ID: "eins"}
	spareRoom  = catalogue.Thing{Entity: catalogue.EntityRoom, Branch: falsch, ID: "zwei"}

	itsDoor = access.Actor{Kind: access.Maintenance}
)

func (h *townHall) removes(thing catalogue.Thing) {
	h.t.Helper()
	if hanging, err := h.Town.Remove(h.ctx(), itsDoor, thing); err != nil || len(hanging) > 0 {
		h.t.Fatalf("%s: %v, %v", thing, hanging, err)
	}
}

// stays fails where a thing could be removed, or where it isn't what kind of
// thing hangs on it that keeps it.
func (h *townHall) stays(thing catalogue.Thing, kind app.HangingKind) {
	h.t.Helper()
	for _, remove := range []func() ([]app.Hanging, error){
		func() ([]app.Hanging, error) { return h.Town.TryRemove(h.ctx(), itsDoor, thing) },
		func() ([]app.Hanging, error) { return h.Town.Remove(h.ctx(), itsDoor, thing) },
	} {
		hanging, err := remove()
		if err != nil || !slices.ContainsFunc(hanging, func(g app.Hanging) bool { return g.Kind == kind }) {
			h.t.Errorf("%s: got %v, %v; want a %s that keeps it", thing, hanging, err, kind)
		}
	}
	if !slices.Contains(h.Catalogue().Things(), thing) {
		h.t.Errorf("%s is gone", thing)
	}
}

func TestWhatWasImportedByMistakeIsRemovedWithoutATrace(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		before := exported(t, h)
		h.change(mistaken)
		if hanging, err := h.Town.TryRemove(h.ctx(), itsDoor, theBranch); err != nil || len(hanging) > 0 {
			t.Fatal(hanging, err)
		}
		if !slices.Contains(h.Catalogue().Things(), theBranch) {
			t.Error("it was only tried, and is gone")
		}
		h.removes(spareRoom)
		h.removes(theBranch)
		h.removes(theService)
		if after := exported(t, h); after != before {
			t.Errorf("got\n%s", after)
		}
		if _, err := h.Town.Remove(h.ctx(), itsDoor, theService); !problem.Is(err, "thing.unknown") {
			t.Errorf("got %v, want thing.unknown", err)
		}
		// Another process reads what is stored, not what this one remembers.
		if err := h.Refresh(h.ctx()); err != nil {
			t.Fatal(err)
		}
		var stored int
		if err := h.store.View(h.ctx(), func(tx ledger.Tx) error {
			documents, err := tx.Catalogue().All(h.ctx())
			stored = len(documents)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if want := 1 + len(h.Catalogue().Services) + len(h.Catalogue().Branches); stored != want {
			t.Errorf("%d documents are stored, want %d", stored, want)
		}
		entries, err := h.Trail.Of(h.ctx(), itsDoor, "", h.clock().AddDate(0, 0, -1), h.clock().AddDate(0, 0, 1), 100)
		if err != nil || !slices.ContainsFunc(entries, func(e ledger.AuditEntry) bool {
			return e.Action == "removed" && e.Detail == "branch falsch" && e.Actor == "server"
		}) {
			t.Errorf("got the trail %v, %v", entries, err)
		}
	})
}

func exported(t *testing.T, h *townHall) string {
	t.Helper()
	out, err := catalogue.Export(*h.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A branch that comes again goes on counting: whoever follows its events would
// wait for a number that has been.
func TestABranchThatComesAgainGoesOnCounting(t *testing.T) {
	h := openTownHall(t)
	h.change(mistaken)
	h.removes(theBranch)
	before, _, err := h.TailStart(h.ctx(), falsch, h.clock())
	if err != nil {
		t.Fatal(err)
	}
	h.change(mistaken)
	after, _, err := h.TailStart(h.ctx(), falsch, h.clock())
	if err != nil || after <= before || before == 0 {
		t.Errorf("got %d, then %d, %v", before, after, err)
	}
}

func TestWhatSomethingHangsOnStays(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.change(mistaken)
		h.stays(theService, app.HangsOffice)
		h.stays(theRoom, app.HangsOffice)

		user := ledger.User{ID: "anna", Role: ledger.RoleClerk, Branches: []town.BranchID{falsch}, Offices: []town.OfficeID{"amt"}}
		h.wantNone(h.Access.AddUser(h.ctx(), user, oldPassword))
		h.stays(theBranch, app.HangsAccount)
		h.stays(theOffice, app.HangsAccount)
		everywhere, all := []town.BranchID{}, []town.OfficeID{}
		h.wantNone(h.Access.ChangeRights(h.ctx(), "anna", access.Rights{Branches: &everywhere}))
		h.stays(theOffice, app.HangsAccount)
		h.wantNone(h.Access.ChangeRights(h.ctx(), "anna", access.Rights{Offices: &all}))

		_, err := h.Access.AddDevice(h.ctx(), ledger.Device{Name: "Flur", Kind: ledger.DeviceDisplay, Branch: falsch, Offices: []town.OfficeID{"amt"}})
		h.wantNone(err)
		h.stays(theBranch, app.HangsDevice)
		h.stays(theOffice, app.HangsDevice)
		h.wantNone(h.Access.RevokeDevice(h.ctx(), "Flur"))

		wish := wishFor(tuesday, "ada@example.org")
		wish.Branches, wish.Items = []town.BranchID{falsch}, one("irrtum")
		h.wish(atNight(wish))
		h.stays(theBranch, app.HangsWish)
		h.stays(theService, app.HangsWish)

		wanted := plan.Wanted{Branch: falsch, Items: one("irrtum")}
		held, err := h.Hold(h.ctx(), access.Actor{}, wanted, at(t, tuesday, "10:00"))
		h.wantNone(err)
		h.stays(theBranch, app.HangsHold)
		h.stays(theOffice, app.HangsHold)
		h.stays(theService, app.HangsHold)
		h.wantNone(h.ReleaseHold(h.ctx(), held.ID))

		_, err = h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: wanted})
		h.wantNone(err)
		h.stays(theBranch, app.HangsTicket)
		h.stays(theOffice, app.HangsTicket)
		h.stays(theService, app.HangsTicket)
	})
}

// uses are what makes something hang on a branch, and where each stands still
// with nothing written yet.
var uses = map[string]struct {
	point string
	use   func(h *townHall, branch town.BranchID) error
}{
	"account": {"People.Insert", func(h *townHall, branch town.BranchID) error {
		u := ledger.User{ID: "neu-" + town.UserID(branch), Role: ledger.RoleClerk, Branches: []town.BranchID{branch}, Offices: []town.OfficeID{"amt"}}
		return h.Access.AddUser(h.ctx(), u, oldPassword)
	}},
	"rights": {"People.SetRights", func(h *townHall, branch town.BranchID) error {
		branches, offices := []town.BranchID{branch}, []town.OfficeID{"amt"}
		return h.Access.ChangeRights(h.ctx(), "bodo", access.Rights{Branches: &branches, Offices: &offices})
	}},
	"device": {"Devices.Insert", func(h *townHall, branch town.BranchID) error {
		_, err := h.Access.AddDevice(h.ctx(), ledger.Device{Name: "Flur " + string(branch), Kind: ledger.DeviceDisplay, Branch: branch})
		return err
	}},
	"ticket": {"Tickets.Insert", func(h *townHall, branch town.BranchID) error {
		_, err := h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: branch, Items: one("irrtum")}})
		return err
	}},
	"wish": {"Wishes.Put", func(h *townHall, branch town.BranchID) error {
		wish := atNight(wishFor(tuesday, string(branch)+"@example.org"))
		wish.Branches, wish.Items = []town.BranchID{branch}, one("irrtum")
		if err := h.Wishes.Leave(h.ctx(), access.Actor{}, wish); err != nil {
			return err
		}
		links, err := h.Links(h.ctx())
		if err != nil {
			return err
		}
		_, err = h.Confirm(h.ctx(), links[len(links)-1])
		return err
	}},
}

// Whoever uses a branch while it is being removed gets it, or is told that it is
// gone; never both.
func TestNothingIsRemovedUnderWhoeverUsesItNow(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.account("bodo", ledger.RoleClerk)
		for name, u := range uses {
			for _, order := range []string{"used", "removed"} {
				branch := town.BranchID(name + "-" + order)
				h.change(strings.ReplaceAll(mistaken, "id: falsch", "id: "+string(branch)))
				use := func() error { return u.use(h, branch) }
				remove := func() error {
					hanging, err := h.Town.Remove(h.ctx(), itsDoor, catalogue.Thing{Entity: catalogue.EntityBranch, Branch: branch, ID: string(branch)})
					return cmp.Or(err, map[bool]error{true: errStays}[len(hanging) > 0])
				}
				if order == "used" {
					used, removed := s.Meanwhile(u.point, use, remove)
					if used != nil || !errors.Is(removed, errStays) {
						t.Errorf("%s held: got %v, and the removal %v", name, used, removed)
					}
					continue
				}
				removed, used := s.Meanwhile("Catalogue.Delete", remove, use)
				if removed != nil || problem.Of(used).Kind != problem.NotFound {
					t.Errorf("%s behind a removal: got %v, and the removal %v", name, used, removed)
				}
			}
		}
	})
}

var errStays = errors.New("it stays")

func TestOnlyAnAdministratorRemoves(t *testing.T) {
	h := openTownHall(t)
	h.change(mistaken)
	for _, role := range []ledger.Role{ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager} {
		actor := access.Actor{Kind: access.Staff, User: ledger.User{ID: "x", Role: role}}
		_, err := h.Town.Remove(h.ctx(), actor, theBranch)
		h.wantKey(string(role), err, "right.missing")
	}
}
