// Package town holds the words that every rule of a town hall shares: the
// identities of branches, offices, services and rooms, the civil day, the time
// of day and the three-digit number. It holds values only: no rules, no clock,
// no I/O, and it imports nothing of ours.
package town

// Identities as they stand in the catalogue and in every message. Ids of
// offices and rooms are unique within their branch, those of branches,
// services and questions in the whole town.
type (
	BranchID   string
	OfficeID   string
	ServiceID  string
	RoomID     string
	QuestionID string
)

// TicketID identifies a ticket (an appointment or a walk-in) for staff. It is
// random and tells nothing.
type TicketID string

// UserID is the name a member of staff signs in with.
type UserID string

// DeviceID identifies a screen or a kiosk.
type DeviceID string

// Seq is the position of an event in its branch, from 1, without gaps.
type Seq int64

// CallMode is how an office fetches people: called onto the screen, or picked
// up in person at the meeting point.
type CallMode string

// The call modes.
const (
	CallScreen CallMode = "screen"
	CallPickup CallMode = "pickup"
)

// Item is a service with the number of times it is wanted.
type Item struct {
	Service  ServiceID `json:"id"`
	Quantity int       `json:"quantity"`
}

// Language is a BCP 47 tag of a catalogue that ships with the program.
type Language string

// The languages that ship with the program.
const (
	German      Language = "de"
	English     Language = "en"
	PlainGerman Language = "de-simple"
)
