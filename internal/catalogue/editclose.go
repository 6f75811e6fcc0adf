package catalogue

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// ErrClosure: there is no such closure to take back.
var ErrClosure = problem.New(problem.NotFound, "closure.unknown")

// Close closes an office or a branch, at short notice or in advance. What is
// closed already on the same dates and hours gets the new reason.
type Close struct {
	Counters
	booking.Closure
}

// Reopen takes a closure back, whatever its reason.
type Reopen struct {
	Counters
	booking.Closure
	Urgent bool // only one that managers have entered
}

var (
	closeShape = shape[Close]{finish: func(r *reader, n *node, e *Close) { finishClosure(r, n, &e.Closure) }, fields: closureFields(
		func(e *Close) *Counters { return &e.Counters }, func(e *Close) *booking.Closure { return &e.Closure })}
	reopenShape = shape[Reopen]{fields: append(closureFields(
		func(e *Reopen) *Counters { return &e.Counters }, func(e *Reopen) *booking.Closure { return &e.Closure }),
		in("urgent", "", yesNo(), func(e *Reopen) *bool { return &e.Urgent }))}
)

func closureFields[E any](place func(*E) *Counters, closure func(*E) *booking.Closure) []field[E] {
	return append(placeFields(place), partFields(closureShape.fields, closure)...)
}

// partFields makes the fields of a part those of the whole.
func partFields[E, P any](fields []field[P], part func(*E) *P) []field[E] {
	moved := make([]field[E], len(fields))
	for i, f := range fields {
		moved[i] = field[E]{
			key: f.key, about: f.about, required: f.required, schema: f.schema,
			read:  func(r *reader, n *node, e *E) { f.read(r, n, part(e)) },
			write: func(e *E, w writing) *node { return f.write(part(e), w) },
			reset: func(e, from *E) { f.reset(part(e), part(from)) },
		}
	}
	return moved
}

// Kind implements Edit.
func (Close) Kind() EditKind { return KindClose }

// Kind implements Edit.
func (Reopen) Kind() EditKind { return KindReopen }

// Dates implements Edit.
func (e Close) Dates() (from, to town.Date) { return e.From, e.To }

// Dates implements Edit.
func (e Reopen) Dates() (from, to town.Date) { return e.From, e.To }

func (e Close) check() []Mistake  { return checkedBy(closeShape, e) }
func (e Reopen) check() []Mistake { return checkedBy(reopenShape, e) }
func (e Close) written() *node    { return closeShape.write(e, filled) }
func (e Reopen) written() *node   { return reopenShape.write(e, filled) }

// Seen implements Edit: what is closed there already.
func (e Close) Seen(c *Catalogue) Standing {
	return Standing{Closures: overlapping(e.closures(c), datesOfClosure, e.From, e.To)}
}

// Seen implements Edit: the closure itself, with its reason.
func (e Reopen) Seen(c *Catalogue) Standing {
	return Standing{Closures: slices.DeleteFunc(e.closures(c), func(other booking.Closure) bool { return !closesTheSame(other, e.Closure) })}
}

func (e Close) apply(b *Branch) error {
	urgent, _, err := e.lists(b)
	if err != nil {
		return err
	}
	*urgent = append(slices.DeleteFunc(*urgent, func(u booking.Closure) bool { return closesTheSame(u, e.Closure) }), e.Closure)
	return nil
}

func (e Reopen) apply(b *Branch) error {
	urgent, planned, err := e.lists(b)
	if err != nil {
		return err
	}
	lists := []*[]booking.Closure{urgent, planned}
	if e.Urgent {
		lists = lists[:1]
	}
	for _, list := range lists {
		left := slices.DeleteFunc(slices.Clone(*list), func(u booking.Closure) bool { return closesTheSame(u, e.Closure) })
		if len(left) < len(*list) {
			*list = left
			return nil
		}
	}
	return ErrClosure
}
