package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// instant is a time as the database keeps it: microseconds UTC, NULL for the
// zero time.
type instant time.Time

// Value implements driver.Valuer.
func (i instant) Value() (driver.Value, error) {
	if time.Time(i).IsZero() {
		return nil, nil
	}
	return time.Time(i).UnixMicro(), nil
}

// into reads a column into a time.
type into struct{ time *time.Time }

// Scan implements sql.Scanner.
func (i into) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i.time = time.Time{}
	case int64:
		*i.time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("scan time from %T", src)
	}
	return nil
}

// optional is a text whose empty value is NULL.
func optional[T ~string](text T) any {
	if text == "" {
		return nil
	}
	return string(text)
}

// maybe reads a nullable text; NULL is the empty text.
type maybe[T ~string] struct{ text *T }

// Scan implements sql.Scanner.
func (m maybe[T]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m.text = ""
	case string:
		*m.text = T(v)
	case []byte:
		*m.text = T(v)
	default:
		return fmt.Errorf("scan text from %T", src)
	}
	return nil
}

// list is a slice kept as a JSON array; nil and empty are the same.
type list[T any] []T

// Value implements driver.Valuer.
func (l list[T]) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal([]T(l))
	return string(text), err
}

// items reads a list; an empty one is nil.
type items[T any] struct{ list *[]T }

// Scan implements sql.Scanner.
func (i items[T]) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan list from %T", src)
	}
	*i.list = nil
	if text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), i.list)
}

// document is a value kept as JSON, NULL for nil.
type document[T any] struct{ value *T }

// Value implements driver.Valuer.
func (d document[T]) Value() (driver.Value, error) {
	if d.value == nil {
		return nil, nil
	}
	text, err := json.Marshal(d.value)
	return string(text), err
}

// parsed reads a document.
type parsed[T any] struct{ value **T }

// Scan implements sql.Scanner.
func (p parsed[T]) Scan(src any) error {
	*p.value = nil
	if src == nil {
		return nil
	}
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan document from %T", src)
	}
	*p.value = new(T)
	return json.Unmarshal([]byte(text), *p.value)
}
