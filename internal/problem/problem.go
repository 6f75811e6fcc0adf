// Package problem names what can go wrong in words that every surface can
// translate: a kind that decides the HTTP status, a stable key for the
// sentence, and the fields concerned. It never carries a sentence itself, and
// it imports nothing of ours.
package problem

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// Kind classifies an error by what the caller can do about it. The list is
// part of the public contract: append, never renumber.
type Kind uint8

// Kinds in the order of contract.
const (
	Internal        Kind = iota // our fault; the cause is logged, never shown
	Malformed                   // the request can't be read at all
	Unauthenticated             // nobody is signed in, or no longer
	Forbidden                   // somebody is, but may not do this
	NotFound                    // an id that names nothing
	Conflict                    // understood, but the state forbids it
	TooLarge                    // the body is over its limit
	Invalid                     // readable, but fields are wrong
	TooMany                     // a limit on how often was reached
	Unavailable                 // try again later: stopping or overloaded
)

// statuses is the one table between kinds and HTTP, used by server and client.
var statuses = [...]int{
	Internal:        http.StatusInternalServerError,
	Malformed:       http.StatusBadRequest,
	Unauthenticated: http.StatusUnauthorized,
	Forbidden:       http.StatusForbidden,
	NotFound:        http.StatusNotFound,
	Conflict:        http.StatusConflict,
	TooLarge:        http.StatusRequestEntityTooLarge,
	Invalid:         http.StatusUnprocessableEntity,
	TooMany:         http.StatusTooManyRequests,
	Unavailable:     http.StatusServiceUnavailable,
}

// Ours reports whether the fault is on our side, and no answer to what was asked:
// the same may well succeed when it is tried again.
func (k Kind) Ours() bool { return k == Internal || k == Unavailable }

// Status returns the HTTP status of a kind.
func (k Kind) Status() int { return statuses[k] }

// KindOf returns the kind that an HTTP status stands for; Internal for
// statuses that are none of ours.
func KindOf(status int) Kind {
	for kind, s := range statuses {
		if s == status {
			return Kind(kind)
		}
	}
	return Internal
}

// Error is a failure with a stable key. Compare keys with Is.
type Error struct {
	Kind   Kind
	Key    string            // translation key, for example "booking.slot_taken"
	Args   map[string]any    // values for the translated sentence
	Fields map[string]string // field name -> translation key, for Invalid
	Cause  error             // logged, never shown

	// What a refusal offers beside its sentence; the zero value: nothing.
	Alternatives []time.Time      // free starts nearest to one that is taken; empty: there are none
	Next         *NextAppointment // instead of a number without an appointment
	RetryAfter   time.Duration    // when to try again
	Request      string           // id under which the log holds the cause
}

// NextAppointment is the next free start; the zero time: there is none.
type NextAppointment struct{ Start time.Time }

// New returns an error of a kind with a key.
func New(kind Kind, key string) *Error { return &Error{Kind: kind, Key: key} }

// Wrap returns an internal error with a cause.
func Wrap(cause error) *Error { return &Error{Kind: Internal, Key: "internal", Cause: cause} }

// Field returns an Invalid error about one field.
func Field(name, key string) *Error {
	return &Error{Kind: Invalid, Key: "request.invalid", Fields: map[string]string{name: key}}
}

// Fields returns an Invalid error about fields, each with its key; nil where
// there are none.
func Fields(bad map[string]string) error {
	if len(bad) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "request.invalid", Fields: bad}
}

// UnknownField returns a Malformed error about a field that isn't known here.
func UnknownField(name string) *Error {
	const key = "request.unknown_field"
	return &Error{Kind: Malformed, Key: key, Fields: map[string]string{name: key}}
}

// TwiceField returns a Malformed error about a field that stands there twice.
func TwiceField(name string) *Error {
	const key = "request.twice"
	return &Error{Kind: Malformed, Key: key, Fields: map[string]string{name: key}}
}

// Because returns a copy that carries a cause for the log.
func (e *Error) Because(cause error) *Error {
	copied := *e
	copied.Cause = cause
	return &copied
}

// With returns a copy with one more value for the translated sentence.
func (e *Error) With(name string, value any) *Error {
	copied := *e
	copied.Args = maps.Clone(e.Args)
	if copied.Args == nil {
		copied.Args = map[string]any{}
	}
	copied.Args[name] = value
	return &copied
}

// Offering returns a copy that offers other starts; none is an answer too.
func (e *Error) Offering(starts []time.Time) *Error {
	copied := *e
	copied.Alternatives = append([]time.Time{}, starts...)
	return &copied
}

// OfferingNext returns a copy that offers the next free start; the zero time
// says that there is none.
func (e *Error) OfferingNext(start time.Time) *Error {
	copied := *e
	copied.Next = &NextAppointment{Start: start}
	return &copied
}

// After returns a copy that says when to try again.
func (e *Error) After(wait time.Duration) *Error {
	copied := *e
	copied.RetryAfter = wait
	return &copied
}

// Logged returns a copy with the id under which the log holds the cause.
func (e *Error) Logged(request string) *Error {
	copied := *e
	copied.Request = request
	return &copied
}

// Away is the key of an error that says that the database is away.
const Away = "service.unavailable"

// Unsettled reports whether what was asked for may have been done all the same,
// for example because a connection was lost while it was committed: only the very
// same request, under its key, has no second effect then.
func (e *Error) Unsettled() bool { return e.Kind == Internal || e.Key == Away }

// Error names key and cause, for logs.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Key, e.Cause)
	}
	if len(e.Fields) > 0 {
		return fmt.Sprintf("%s %v", e.Key, e.Fields)
	}
	return e.Key
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Of returns the problem in err's chain, or an internal one that wraps err.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err)
}

// Is reports whether err is, or wraps, a problem with this key.
func Is(err error, key string) bool {
	var e *Error
	return errors.As(err, &e) && e.Key == key
}
