package postgres

import (
	"context"

	"aufruf/internal/store"
)

// Check reads every row for what contradicts another; see store.Check. The
// files are the database server's own, which checks them by their sums.
func (s *Store) Check(ctx context.Context) (found map[store.Complaint]int, err error) {
	err = s.read(ctx, func(from store.Session) error {
		found, err = store.Check(ctx, from)
		return err
	})
	return found, err
}
