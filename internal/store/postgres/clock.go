package postgres

import (
	"context"
	"fmt"
	"time"
)

// Now is what the database server's clock shows, to the microsecond.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	var micros int64
	err := s.db.QueryRowContext(ctx, `select (extract(epoch from clock_timestamp()) * 1000000)::bigint`).Scan(&micros)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the database server's clock: %w", err)
	}
	return time.UnixMicro(micros), nil
}
