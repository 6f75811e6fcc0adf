package seal

import (
	"fmt"

	"aufruf/internal/town"
)

// None stands in for keys where there is no key file: it seals and opens
// nothing. ErrMissing, always.
type None struct{ Path string }

// KeyDay returns the date.
func (n None) KeyDay(date town.Date) town.Date { return date }

// Seal fails.
func (n None) Seal(town.BranchID, town.Date, string, []byte) ([]byte, error) { return nil, n.missing() }

// Open fails.
func (n None) Open(town.BranchID, town.Date, string, []byte) ([]byte, error) { return nil, n.missing() }

// Hash fails.
func (n None) Hash(town.Date, string, string) ([]byte, error) { return nil, n.missing() }

// Hashes fails.
func (n None) Hashes(town.Date, town.Date, string, string) ([][]byte, error) { return nil, n.missing() }

func (n None) missing() error { return fmt.Errorf("%s: %w", n.Path, ErrMissing) }
