package sqlite

import (
	"context"
	"fmt"

	"aufruf/internal/store"
)

// Check has the engine look through its file, and reads every row for what
// contradicts another; see store.Check.
func (s *Store) Check(ctx context.Context) (found map[store.Complaint]int, err error) {
	err = away(s.readers.view(ctx, func(c *conn) error {
		found, err = store.Check(ctx, c)
		if err != nil {
			return err
		}
		for _, pragma := range []string{"pragma integrity_check", "pragma foreign_key_check"} {
			said, err := c.complaints(ctx, pragma)
			if err != nil {
				return fmt.Errorf("%s: %w", pragma, err)
			}
			if said > 0 {
				found[store.Damaged] += said
			}
		}
		return nil
	}))
	return found, err
}

// complaints counts what a pragma says besides "ok".
func (c *conn) complaints(ctx context.Context, pragma string) (int, error) {
	rows, err := c.Query(ctx, pragma)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	said, n := make([]any, len(columns)), 0
	for i := range said {
		said[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(said...); err != nil {
			return 0, err
		}
		if first, _ := said[0].(*any); fmt.Sprint(*first) != "ok" {
			n++
		}
	}
	return n, rows.Err()
}
