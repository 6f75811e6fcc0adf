package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"aufruf/internal/problem"
)

// Decode reads one JSON object strictly: a member that T doesn't have (names
// are case-sensitive) is an error, and so is anything behind the object.
// Errors: Malformed "request.malformed" for what is no JSON object,
// TooLarge "request.too_large" above MaxBody, Malformed
// "request.unknown_field" or "request.twice" with the name in Fields, Invalid
// "request.invalid" with the fields whose values don't fit.
func Decode[T any](raw []byte) (T, error) {
	var value T
	if len(raw) > MaxBody {
		return value, problem.New(problem.TooLarge, "request.too_large")
	}
	members, err := object(raw)
	if err != nil {
		return value, err
	}
	if err := fill(&value, members); err != nil {
		return value, err
	}
	if v, ok := any(&value).(interface{ check() error }); ok {
		return value, v.check()
	}
	return value, nil
}

// object splits a JSON object into its members. The bytes must be UTF-8, and
// what they stand for must be text: no NUL character, which PostgreSQL can't
// store, and no half of a surrogate pair, which encoding/json would silently
// replace (RFC 7493, 2.1 forbids it).
func object(raw []byte) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if !utf8.Valid(raw) || json.Unmarshal(raw, &members) != nil || members == nil || escapesNoText(raw) {
		return nil, problem.New(problem.Malformed, "request.malformed")
	}
	if name, twice := repeated(raw); twice {
		return nil, problem.TwiceField(name)
	}
	return members, nil
}

// repeated returns a name that one object of valid JSON has twice, however deep
// it lies. encoding/json takes the last of the two, others the first, so that a
// proxy that judges what passes might judge another one (RFC 8259, 4).
func repeated(raw []byte) (name string, twice bool) {
	type level struct {
		names map[string]bool // nil: a list
		value bool            // a name was read, its value comes next
	}
	var levels []level
	decoder := json.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false // the end: what isn't valid was refused before
		}
		if delimiter, ok := token.(json.Delim); ok && (delimiter == '}' || delimiter == ']') {
			levels = levels[:len(levels)-1]
			continue
		}
		if last := len(levels) - 1; last >= 0 && levels[last].names != nil {
			at := &levels[last]
			if name, ok := token.(string); ok && !at.value {
				if at.names[name] {
					return name, true
				}
				at.names[name], at.value = true, true
				continue
			}
			at.value = false
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		}
	}
}

// escapesNoText reports whether a \u escape of valid JSON stands for NUL or for
// half of a surrogate pair; a raw one is no JSON, or no UTF-8.
func escapesNoText(raw []byte) bool {
	for {
		start := bytes.IndexByte(raw, '\\')
		if start < 0 {
			return false
		}
		unit, escaped := codeUnit(raw[start:])
		if !escaped {
			raw = raw[start+2:]
			continue
		}
		raw = raw[start+escapeLength:]
		if !utf16.IsSurrogate(unit) {
			if unit == 0 {
				return true
			}
			continue
		}
		second, escaped := codeUnit(raw)
		if !escaped || utf16.DecodeRune(unit, second) == utf8.RuneError {
			return true
		}
		raw = raw[escapeLength:]
	}
}

const escapeLength = len(`\u0000`)

// codeUnit reads the \u escape that text begins with.
func codeUnit(text []byte) (unit rune, escaped bool) {
	if len(text) < escapeLength || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	value, err := strconv.ParseUint(string(text[2:escapeLength]), 16, 16)
	return rune(value), err == nil
}

// fill sets the fields of the struct that into points to. It goes member by
// member, because encoding/json matches names in any case and doesn't say
// which field a text didn't fit.
func fill(into any, members map[string]json.RawMessage) error {
	value := reflect.ValueOf(into).Elem()
	fields := fieldsOf(value.Type())
	bad := map[string]string{}
	for name, raw := range members {
		field, known := fields[name]
		if !known {
			return problem.UnknownField(name)
		}
		target := value.Field(field).Addr().Interface()
		if inner, ok := inAnotherCase(raw, reflect.TypeOf(target).Elem()); ok {
			return problem.UnknownField(name + "." + inner)
		}
		if err := strict(raw, target); err != nil {
			if inner, ok := unknownName(err); ok {
				return problem.UnknownField(name + "." + inner)
			}
			bad[name] = "request.bad_value"
		}
	}
	return problem.Fields(bad)
}

// inAnotherCase returns a name within a value of valid JSON that stands for a field
// only if upper and lower case are one: encoding/json would take it, and of "id"
// and "Id" the last, although neither is there twice.
func inAnotherCase(raw []byte, t reflect.Type) (name string, found bool) {
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return "", false
	}
	switch t.Kind() {
	case reflect.Pointer:
		return inAnotherCase(raw, t.Elem())
	case reflect.Slice:
		var elements []json.RawMessage
		if !holdsStructs(t) || json.Unmarshal(raw, &elements) != nil {
			return "", false // what doesn't fit is refused with its values
		}
		for _, element := range elements {
			if name, found := inAnotherCase(element, t.Elem()); found {
				return name, true
			}
		}
	case reflect.Struct:
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return "", false
		}
		fields := fieldsOf(t)
		for name, member := range members {
			field, known := fields[name]
			if !known {
				return name, true
			}
			if name, found := inAnotherCase(member, t.Field(field).Type); found {
				return name, true
			}
		}
	}
	return "", false
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// holdsStructs reports whether a list is one of objects, however deep.
func holdsStructs(t reflect.Type) bool {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct
}

var fieldsByType sync.Map // reflect.Type -> map[string]int

// fieldsOf returns the index of each field of a struct by its name in JSON.
func fieldsOf(t reflect.Type) map[string]int {
	if known, ok := fieldsByType.Load(t); ok {
		return known.(map[string]int)
	}
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = i
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}

// holdsNames reports whether an unknown member could stand in a value.
func holdsNames(into any) bool {
	if _, whole := into.(json.Unmarshaler); whole {
		return false
	}
	switch reflect.TypeOf(into).Elem().Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		return true
	}
	return false
}

func strict(raw []byte, into any) error {
	if !holdsNames(into) {
		return json.Unmarshal(raw, into) // a decoder of its own would cost more than the text
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	_, err := decoder.Token()
	if err == io.EOF {
		return nil
	}
	return err
}

// unknownName reads the name out of encoding/json's error, which has no type.
func unknownName(err error) (string, bool) {
	name, ok := strings.CutPrefix(err.Error(), "json: unknown field ")
	return strings.Trim(name, `"`), ok
}

// required returns the fields that are missing; missing maps a name to whether
// its value is empty.
func required(missing map[string]bool) map[string]string {
	bad := map[string]string{}
	for name, empty := range missing {
		if empty {
			bad[name] = "request.required"
		}
	}
	return bad
}
