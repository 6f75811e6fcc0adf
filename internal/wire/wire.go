// Package wire holds the versioned messages of the public interface as Go
// values: the JSON bodies of /api/v1, the websocket messages of stations and
// screens, and problem documents. Server and client share it, so that a field
// has one name in one place. It reads strictly what a client sends and
// leniently what a server sends (within a version, servers only add fields).
// It decides nothing about rights or rules, and knows no connection.
//
// No message to a screen has a field that could hold a person's name.
package wire

import (
	"encoding/json"
	"time"
)

// Version is the version of the messages, as in /api/v1 and in a board's "v".
const Version = 1

// Subprotocol is the websocket subprotocol of this version; BearerPrefix
// begins the second one, which browsers use to carry a token.
const (
	Subprotocol  = "aufruf.v1"
	BearerPrefix = "bearer."
)

// Limits on what a client may send, in bytes.
const (
	MaxBody  = 64 << 10 // a request's body; more is 413
	MaxFrame = 8 << 10  // a websocket message to the server
)

// Websocket close codes of the contract. They tell a client whether to come
// back: never, at once, or at once and resume.
const (
	CloseNotAllowed = 1008
	CloseRestarting = 1012
	CloseTooSlow    = 1013
)

// Message is one websocket message. Encode puts its type in front.
type Message interface{ messageType() string }

// Encode returns a message as one JSON object whose first member is "type".
// Encode once and send the bytes to everybody.
func Encode(m Message) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, len(body)+24), `{"type":"`...)
	out = append(out, m.messageType()...)
	out = append(out, '"')
	if len(body) > len("{}") {
		out = append(out, ',')
	}
	return append(out, body[1:]...), nil
}

// Unknown is a message of a type that this program is too old to know; to be
// ignored.
type Unknown struct {
	Type string `json:"-"`
}

func (u Unknown) messageType() string { return u.Type }

// List is a slice that is written as [] when it is empty, never as null.
type List[T any] []T

// MarshalJSON writes an array.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(l))
}

// Seconds returns t in the zone, cut to whole seconds: for slots and days.
func Seconds(t time.Time, zone *time.Location) time.Time {
	return t.In(zone).Truncate(time.Second)
}

// Millis returns t in the zone, cut to milliseconds: for "at" and "now", from
// which a screen computes a call's age.
func Millis(t time.Time, zone *time.Location) time.Time {
	return t.In(zone).Truncate(time.Millisecond)
}
