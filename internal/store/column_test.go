package store

import (
	"database/sql"
	"testing"
	"time"
)

// TestAColumnOfAnotherKindIsAnErrorAndNotNothing: a row that can't be read looked as
// if it had no name, no time, no list.
func TestAColumnOfAnotherKindIsAnErrorAndNotNothing(t *testing.T) {
	at, text, list, value := time.Now(), "was", []int{1}, new(int)
	for name, c := range map[string]struct {
		into  sql.Scanner
		wrong any
	}{
		"time": {into{&at}, "2026"}, "text": {maybe[string]{&text}, 7}, "list": {items[int]{&list}, nil}, "list of bytes": {items[int]{&list}, []byte("[]")},
		"document": {parsed[int]{&value}, 7}, "unreadable list": {items[int]{&list}, "[x"}, "unreadable document": {parsed[int]{&value}, "{"},
	} {
		if err := c.into.Scan(c.wrong); err == nil {
			t.Errorf("%s: got nothing from %T, want an error", name, c.wrong)
		}
	}
	for name, err := range map[string]error{
		"time": into{&at}.Scan(nil), "text": maybe[string]{&text}.Scan(nil), "list": items[int]{&list}.Scan("[]"), "document": parsed[int]{&value}.Scan(nil),
	} {
		if err != nil {
			t.Errorf("an empty %s: %v", name, err)
		}
	}
	if !at.IsZero() || text != "" || list != nil || value != nil {
		t.Errorf("got %v, %q, %v, %v; want nothing left of before", at, text, list, value)
	}
}
