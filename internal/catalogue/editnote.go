package catalogue

import (
	"slices"

	"aufruf/internal/town"
)

// NoteEdit leaves a note for staff on some dates, instead of the one that stands
// there; without a text it takes that away.
type NoteEdit struct {
	Counters
	From, To town.Date
	Text     string
}

var noteEditShape = shape[NoteEdit]{
	finish: func(r *reader, n *node, e *NoteEdit) { finishStaffNote(r, n, &StaffNote{e.From, e.To, e.Text}) },
	fields: append(placeFields(func(e *NoteEdit) *Counters { return &e.Counters }),
		must("from", "", date(), func(e *NoteEdit) *town.Date { return &e.From }),
		must("to", "", date(), func(e *NoteEdit) *town.Date { return &e.To }),
		in("text", "", anyLine(), func(e *NoteEdit) *string { return &e.Text }),
	),
}

// Kind implements Edit.
func (NoteEdit) Kind() EditKind { return KindNote }

// Dates implements Edit.
func (e NoteEdit) Dates() (from, to town.Date) { return e.From, e.To }

func (e NoteEdit) check() []Mistake { return checkedBy(noteEditShape, e) }
func (e NoteEdit) written() *node   { return noteEditShape.write(e, filled) }

// Seen implements Edit: the notes of those dates.
func (e NoteEdit) Seen(c *Catalogue) Standing {
	b, ok := c.Branch(e.Branch)
	if !ok {
		return Standing{}
	}
	notes, err := e.notes(b)
	if err != nil {
		return Standing{}
	}
	return Standing{Notes: overlapping(*notes, datesOfNote, e.From, e.To)}
}

func (e NoteEdit) notes(b *Branch) (*[]StaffNote, error) {
	if e.Office == "" {
		return &b.StaffNotes, nil
	}
	o, err := b.officeOf(e.Office)
	if err != nil {
		return nil, err
	}
	return &o.StaffNotes, nil
}

func (e NoteEdit) apply(b *Branch) error {
	notes, err := e.notes(b)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(*notes), func(n StaffNote) bool { return n.From == e.From && n.To == e.To })
	if e.Text == "" && len(left) == len(*notes) {
		return ErrGone
	}
	if *notes = left; e.Text != "" {
		*notes = append(*notes, StaffNote{e.From, e.To, e.Text})
	}
	return nil
}
