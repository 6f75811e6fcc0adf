package catalogue

import (
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// ErrImported: what a file changed, another file changes.
var ErrImported = problem.New(problem.Conflict, "change.imported")

// Imported says in the history that a file changed a branch. It is no change that
// anybody could make.
type Imported struct {
	Branch    town.BranchID
	TakesBack []int // changes of the history of which less stands since
}

var importedShape = shape[Imported]{fields: []field[Imported]{
	must("branch", "", id[town.BranchID](), func(e *Imported) *town.BranchID { return &e.Branch }),
	in("takes_back", "", listOf(whole(1, 1<<53)), func(e *Imported) *[]int { return &e.TakesBack }),
}}

// Kind implements Edit.
func (Imported) Kind() EditKind { return KindImported }

// Place implements Edit: all of the branch.
func (e Imported) Place() Counters { return Counters{Branch: e.Branch} }

// Dates implements Edit: it may be any.
func (Imported) Dates() (from, to town.Date) { return 0, NoEnd }

// Seen implements Edit: nothing.
func (Imported) Seen(*Catalogue) Standing { return Standing{} }

func (Imported) apply(*Branch) error { return ErrImported }
func (Imported) check() []Mistake    { return nil }
func (e Imported) written() *node    { return importedShape.write(e, filled) }
