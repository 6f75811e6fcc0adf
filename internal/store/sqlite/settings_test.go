package sqlite

import (
	"path/filepath"
	"testing"
)

// TestEveryConnectionIsSet: the driver's own defaults would lose commits at a
// power cut and leave deleted bytes.
func TestEveryConnectionIsSet(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "aufruf.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := map[string]string{
		"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "10000", "query_only": "0",
	}
	settings := func(c *conn) error {
		for name, value := range want {
			var got string
			if err := c.sql.QueryRowContext(t.Context(), "pragma "+name).Scan(&got); err != nil {
				return err
			}
			if got != value {
				t.Errorf("pragma %s: got %s, want %s", name, got, value)
			}
		}
		return nil
	}
	if err := s.writer.update(t.Context(), settings); err != nil {
		t.Error(err)
	}
	want["query_only"] = "1"
	for range 3 {
		if err := s.readers.view(t.Context(), settings); err != nil {
			t.Error(err)
		}
	}
}
