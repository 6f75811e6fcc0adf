package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/problem"
)

// Shown names what a person was shown before they decided: what stood where their
// edits change something, and whom these would concern. Whoever decides after
// something else than that stands there is shown it first.
type Shown string

// Unseen is for edits that nobody was shown anything about: they are made over
// whatever stands there.
const Unseen Shown = ""

// errUnseen: what a person was shown isn't what is there now.
var errUnseen = problem.New(problem.Conflict, "edit.unseen")

// shownOf names what stands where edits change something, and whom they concern.
func shownOf(edits []catalogue.Noted, here []catalogue.Standing, concerned []daybook.Unfit) Shown {
	seen := make([]catalogue.Noted, len(edits))
	for i := range edits {
		seen[i] = catalogue.Noted{Edit: edits[i].Edit, Saw: &here[i]}
	}
	said := catalogue.EncodeEdits(seen)
	for i := range concerned {
		said = fmt.Appendf(said, " %s %d", concerned[i].ID, concerned[i].Start.Unix())
	}
	sum := sha256.Sum256(said)
	return Shown(hex.EncodeToString(sum[:16]))
}

// still refuses where something else is there than was shown.
func (s Shown) still(now Shown) error {
	if s == Unseen || s == now {
		return nil
	}
	return errUnseen
}
