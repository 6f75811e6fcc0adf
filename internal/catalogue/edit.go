package catalogue

import (
	"fmt"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Edit is one change of what the town offers, as a person means it: it says where
// and what, not how the catalogue comes to say so. The kinds are sealed.
type Edit interface {
	// Kind is how it is stored.
	Kind() EditKind
	// Place is whose change it is: an office's, or a whole branch's.
	Place() Counters
	// Dates bounds the dates that it can touch; NoEnd where nothing does.
	Dates() (from, to town.Date)
	// Seen returns what stands there that it changes. Who applies an edit over
	// something else than was seen would overwrite what nobody looked at.
	Seen(c *Catalogue) Standing

	// apply changes a branch that is the edit's own. Errors: NotFound for what it
	// names, Conflict where that can't be.
	apply(b *Branch) error
	check() []Mistake
	written() *node
}

// EditKind names a sort of edit. It is stored.
type EditKind string

// The kinds.
const (
	KindClose      EditKind = "close"
	KindReopen     EditKind = "reopen"
	KindHours      EditKind = "hours"
	KindUsualHours EditKind = "usual_hours"
	KindRule       EditKind = "rule"
	KindWalkInRule EditKind = "walk_in_rule"
	KindNote       EditKind = "note"
	KindWeek       EditKind = "week"
	KindRoster     EditKind = "roster"
	KindRosterBack EditKind = "roster_back"
	KindShift      EditKind = "shift"
	KindRestore    EditKind = "restore"
	KindImported   EditKind = "imported"
)

// NoEnd is later than any date that counts.
var NoEnd = town.NewDate(9999, 12, 31)

// Errors of edits.
var (
	ErrNoBranch = problem.New(problem.NotFound, "branch.unknown")
	ErrNoOffice = problem.New(problem.NotFound, "office.unknown")
	// ErrGone: what an edit changes or takes back isn't there any more.
	ErrGone = problem.New(problem.Conflict, "edit.gone")
	// ErrThere: what an edit adds is there already.
	ErrThere = problem.New(problem.Conflict, "edit.there")
)

// Edited returns the catalogue with an edit made. It is checked as a file is:
// nothing comes of it that a file couldn't say. Errors: Invalid with the fields
// of the edit and a key for each; NotFound; Conflict. The receiver is not changed,
// and shares what the edit doesn't touch.
func (c Catalogue) Edited(e Edit) (Catalogue, error) {
	if mistakes := e.check(); len(mistakes) > 0 {
		return c, refusal(mistakes)
	}
	place := e.Place()
	copied, b, err := c.withOwn(place.Branch)
	if err != nil {
		return c, err
	}
	known := c.mistakesOf(place.Branch)
	if err := e.apply(b); err != nil {
		return c, err
	}
	fresh := slices.DeleteFunc(copied.mistakesOf(place.Branch), func(m Mistake) bool { return slices.Contains(known, m) })
	if len(fresh) > 0 {
		return c, refusal(fresh)
	}
	return copied, nil
}

// withOwn returns a copy in which one branch shares nothing with the original.
func (c Catalogue) withOwn(id town.BranchID) (Catalogue, *Branch, error) {
	at := slices.IndexFunc(c.Branches, func(b Branch) bool { return b.ID == id })
	if at < 0 {
		return c, nil, ErrNoBranch
	}
	branch := branchShape.new()
	branchShape.update(newReader(), branchShape.write(c.Branches[at], filled), &branch)
	c.Branches = slices.Clone(c.Branches)
	c.Branches[at] = branch
	return c, &c.Branches[at], nil
}

// mistakesOf names what is wrong in a branch, as Check does.
func (c Catalogue) mistakesOf(id town.BranchID) []Mistake {
	b, ok := c.Branch(id)
	if !ok {
		return nil
	}
	c.Branches = []Branch{*b}
	r, again := newReader(), branchShape.new()
	branchShape.update(r, branchShape.write(*b, filled), &again)
	return append(r.mistakes, c.references()...)
}

// refusal names the fields of mistakes, the first of each, with the key of its
// sentence.
func refusal(mistakes []Mistake) error {
	fields := map[string]string{}
	for _, m := range mistakes {
		field := m.field()
		if _, told := fields[field]; !told {
			fields[field] = m.Key()
		}
	}
	return problem.Fields(fields)
}

// officeOf returns an office of a branch.
func (b *Branch) officeOf(id town.OfficeID) (*Office, error) {
	o, ok := b.Office(id)
	if !ok {
		return nil, ErrNoOffice
	}
	return o, nil
}

// placeFields are the keys that say whose change an edit is.
func placeFields[E any](at func(*E) *Counters) []field[E] {
	return []field[E]{
		must("branch", "", id[town.BranchID](), func(e *E) *town.BranchID { return &at(e).Branch }),
		in("office", "left out: the whole branch", id[town.OfficeID](), func(e *E) *town.OfficeID { return &at(e).Office }),
	}
}

// checkedBy reads an edit as if it stood in a file, for what is wrong in it.
func checkedBy[E any](sh shape[E], e E) []Mistake {
	r, again := newReader(), sh.new()
	sh.update(r, sh.write(e, filled), &again)
	return r.mistakes
}

// readers read what an edit of a kind says.
var readers = map[EditKind]func(*reader, *node) Edit{
	KindClose:      readBy(closeShape),
	KindReopen:     readBy(reopenShape),
	KindHours:      readBy(setHoursShape),
	KindUsualHours: readBy(usualHoursShape),
	KindRule:       readBy(ruleEditShape),
	KindWalkInRule: readBy(walkInRuleEditShape),
	KindNote:       readBy(noteEditShape),
	KindWeek:       readBy(copyWeekShape),
	KindRoster:     readBy(rosterEditShape),
	KindRosterBack: readBy(rosterBackShape),
	KindShift:      readBy(shiftEditShape),
	KindRestore:    readBy(restoreShape),
	KindImported:   readBy(importedShape),
}

func readBy[E Edit](sh shape[E]) func(*reader, *node) Edit {
	return func(r *reader, n *node) Edit {
		e := sh.new()
		sh.update(r, n, &e)
		return e
	}
}

// Noted is an edit with what stood where it changes something when a person looked
// at it; nil: nobody did, and it is made over whatever is there.
type Noted struct {
	Edit
	Saw *Standing
}

// editsVersion is that of the stored form.
const editsVersion = "1"

// EncodeEdits writes edits for storage: equal ones have equal bytes.
func EncodeEdits(edits []Noted) []byte {
	list := listNode()
	for _, e := range edits {
		one := (&node{}).with("kind", textNode(string(e.Kind()))).with("edit", e.written())
		if e.Saw != nil {
			one.with("saw", standingShape.write(*e.Saw, filled))
		}
		list.items = append(list.items, one)
	}
	return (&node{}).with("v", numberNode(editsVersion)).with("edits", list).appendJSON(nil)
}

// DecodeEdits reads what EncodeEdits has written. It fails on anything else; an
// edit that could no longer be made is read all the same.
func DecodeEdits(data []byte) ([]Noted, error) {
	root, err := readJSON(data)
	if err != nil {
		return nil, fmt.Errorf("read edits: %w", err)
	}
	if v := root.get("v"); v.empty() || v.value != editsVersion {
		return nil, fmt.Errorf("read edits: unknown version")
	}
	var edits []Noted
	if list := root.get("edits"); list != nil {
		for _, item := range list.items {
			e, err := decodeEdit(item)
			if err != nil {
				return nil, fmt.Errorf("read edits: %w", err)
			}
			edits = append(edits, e)
		}
	}
	return edits, nil
}

func decodeEdit(n *node) (Noted, error) {
	kind, body := n.get("kind"), n.get("edit")
	if kind.empty() || body.empty() {
		return Noted{}, fmt.Errorf("an entry without kind or edit")
	}
	read, known := readers[EditKind(kind.value)]
	if !known {
		return Noted{}, fmt.Errorf("unknown kind %q", kind.value)
	}
	r := newReader()
	e := Noted{Edit: read(r, body)}
	if saw := n.get("saw"); !saw.empty() {
		e.Saw = new(Standing)
		standingShape.update(r, saw, e.Saw)
	}
	if len(r.mistakes) > 0 {
		return Noted{}, fmt.Errorf("%s: %s", r.mistakes[0].Path, r.mistakes[0].Message)
	}
	return e, nil
}

// Standing is what the catalogue says where an edit changes something.
type Standing struct {
	Opening, WalkIn []booking.OpeningRule
	Special         []SpecialHours
	Closures        []booking.Closure
	Notes           []StaffNote
	Week            []booking.Shift // of the roster
	Roster          []booking.Exception
}

var standingShape = shape[Standing]{fields: []field[Standing]{
	in("opening", "", listOf(openingRuleShape.kind()), func(s *Standing) *[]booking.OpeningRule { return &s.Opening }),
	in("walk_in", "", listOf(walkInRuleShape.kind()), func(s *Standing) *[]booking.OpeningRule { return &s.WalkIn }),
	in("special_hours", "", listOf(specialHoursShape.kind()), func(s *Standing) *[]SpecialHours { return &s.Special }),
	in("closures", "", listOf(closureShape.kind()), func(s *Standing) *[]booking.Closure { return &s.Closures }),
	in("staff_notes", "", listOf(staffNoteShape.kind()), func(s *Standing) *[]StaffNote { return &s.Notes }),
	in("roster", "", listOf(shifts()), func(s *Standing) *[]booking.Shift { return &s.Week }),
	in("roster_exceptions", "", listOf(exceptions()), func(s *Standing) *[]booking.Exception { return &s.Roster }),
}}

// Same reports whether two say the same.
func (s Standing) Same(other Standing) bool {
	return same(standingShape.write(s, filled), standingShape.write(other, filled))
}

// overlapping returns the entries of a list that touch some dates.
func overlapping[T any](list []T, dates func(T) (from, to town.Date), from, to town.Date) []T {
	var found []T
	for _, entry := range list {
		if first, last := dates(entry); first <= to && from <= last {
			found = append(found, entry)
		}
	}
	return found
}

func datesOfClosure(c booking.Closure) (from, to town.Date) { return c.From, c.To }
func datesOfSpecial(s SpecialHours) (from, to town.Date)    { return s.From, s.To }
func datesOfNote(n StaffNote) (from, to town.Date)          { return n.From, n.To }

// Describe names an edit for the command line, as a change is named there: "close
// markt/buergerbuero 2026-12-02 to 2026-12-04".
func Describe(e Edit) string {
	place := e.Place()
	words := string(e.Kind()) + " " + string(place.Branch)
	if place.Office != "" {
		words += "/" + string(place.Office)
	}
	from, to := e.Dates()
	switch {
	case from == 0 && to == NoEnd:
		return words
	case to == NoEnd:
		return words + " from " + from.String()
	case from == to:
		return words + " " + from.String()
	}
	return words + " " + from.String() + " to " + to.String()
}
