// Package mail turns what is known of an appointment into messages and gets
// them to their readers: it composes plain text and HTML of equal content in
// the reader's language, adds the calendar entry, and works through the outbox
// with retries, into a folder or through SMTP. It decides nothing about
// appointments: whether a message is still wanted is the outbox's to say, and
// the words are those of package i18n and of the town's catalogue. No address
// and no name reaches a log line or a subject.
package mail

import (
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// Kind is the cause of a message.
type Kind string

// The kinds of message.
const (
	Confirmation Kind = "confirmation" // booked
	Change       Kind = "change"       // moved to another time
	Cancellation Kind = "cancellation" // given back, or called off by the office
	Reminder     Kind = "reminder"     // soon
	Relocation   Kind = "relocation"   // the office moved it to another branch
	Offer        Kind = "offer"        // a time that somebody wished for is free
	Wish         Kind = "wish"         // a wish was left: the link by which it counts
	Confirm      Kind = "confirm"      // an appointment is kept: the link by which it stands
	NewTime      Kind = "new_time"     // the appointment doesn't take place, and another time is reserved
	Existing     Kind = "existing"     // the appointment that stands in a new one's way
)

// Kinds are all kinds of message.
func Kinds() []Kind {
	return []Kind{Confirmation, Change, Cancellation, Reminder, Relocation, Offer, Wish, Confirm, NewTime, Existing}
}

// Data is everything that a message says. Texts are in the reader's language
// already; what is empty is left out. The reader's name is not among them: a
// stranger could type any text there and have the town send it.
type Data struct {
	Kind     Kind
	Language town.Language
	Stamp    time.Time // when the message was written, for Date and DTSTAMP

	Ticket   town.TicketID // for the calendar entry's UID
	Revision int           // its SEQUENCE
	Host     string        // of the public address: "termine.example.org"

	Authority string // "Große Kreisstadt Grimma"
	Website   string
	Organizer string    // of calendar entries, the same for an appointment's life; empty: noreply@ Host
	Saturday  town.Text // the region's word

	Words     Words // the town's own; what is empty is worded by the program
	Office    string
	Place     Place
	Old       *Old // what held before, for Change, Relocation and NewTime
	Start     time.Time
	End       time.Time // both in the branch's zone
	Number    town.Number
	CallMode  town.CallMode
	MeetAt    string // where people are fetched, for pickup
	Rules     []string
	Services  []catalogue.VisitService
	Hints     []string
	OfTown    bool      // Change, Relocation, Cancellation, NewTime: the office decided it
	Reason    string    // the office's words for it
	Code      string    // that a scanner reads at the door, in groups of digits; empty: none
	ManageURL string    // the citizen's own page
	CancelURL string    // its page to cancel
	BookURL   string    // to book anew
	MoveURL   string    // to choose another time than that of a NewTime
	Moves     bool      // NewTime: without an answer it counts
	OfferURL  string    // to accept an Offer or a NewTime, or to confirm the address of a Wish or Confirm
	Until     time.Time // how long that is possible
}

// Words are a town's own wording of a message, with placeholders in braces.
type Words struct {
	Subject string
	Title   string
	Opening string // paragraphs, instead of greeting and first sentence
	Closing string // paragraphs, instead of everything at the foot
}

// Place is where the appointment is.
type Place struct {
	Branch   string // "Grimma am Markt"
	Building string
	Street   string
	Postcode string
	City     string
	District string
	Floor    string
	MapURL   string
	Ways     []string // entrances, parking, accessibility
	Phone    string
	Email    string
}

// Old is what an appointment was before it was moved.
type Old struct {
	Branch string
	Start  time.Time // in that branch's zone
	Number town.Number
}

// Link is an address with its words.
type Link struct {
	Label string
	URL   string
}
