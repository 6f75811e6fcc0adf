package wire

import (
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Item is a service and how often it is wanted. A quantity that is left out is
// 1. Name stands in answers only.
type Item struct {
	ID       town.ServiceID `json:"id"`
	Quantity int            `json:"quantity"`
	Name     string         `json:"name,omitempty"`
}

// ItemRequest is an Item as a client sends it.
type ItemRequest struct {
	ID       town.ServiceID `json:"id"`
	Quantity *int           `json:"quantity,omitempty"`
}

// Items returns the requested services, quantity 1 where none was given.
func Items(requests []ItemRequest) []town.Item {
	items := make([]town.Item, len(requests))
	for i, r := range requests {
		items[i] = town.Item{Service: r.ID, Quantity: 1}
		if r.Quantity != nil {
			items[i].Quantity = *r.Quantity
		}
	}
	return items
}

// DayState says whether a day can be booked.
type DayState string

// The states of a day.
const (
	DayFree   DayState = "free"
	DayFull   DayState = "full"
	DayClosed DayState = "closed"
)

// Day is one day of a calendar sheet.
type Day struct {
	Date   town.Date `json:"date"`
	State  DayState  `json:"state"`
	Free   int       `json:"free"` // bookable starts
	Reason string    `json:"reason,omitempty"`
	Text   string    `json:"text,omitempty"` // the reason in the town's words
}

// Days answers GET /days.
type Days struct {
	Days     List[Day]  `json:"days"`
	NextFree *town.Date `json:"next_free"`
}

// Slot is a bookable time; Free is how many can still book it.
type Slot struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	Free  int       `json:"free"`
}

// Slots answers GET /slots.
type Slots struct {
	Slots List[Slot] `json:"slots"`
}

// HoldRequest is the body of POST /holds.
type HoldRequest struct {
	Branch   town.BranchID `json:"branch"`
	Services []ItemRequest `json:"services"`
	Start    time.Time     `json:"start"`
	Proof    string        `json:"proof,omitempty"` // see Challenge
}

func (r *HoldRequest) check() error {
	return problem.Fields(required(map[string]bool{
		"branch": r.Branch == "", "services": len(r.Services) == 0, "start": r.Start.IsZero(),
	}))
}

// Hold answers POST /holds and POST /holds/{hold}/extend.
type Hold struct {
	Hold    string    `json:"hold"`
	Expires time.Time `json:"expires"`
}

// AppointmentRequest is the body of POST /appointments. Overbook counts for
// staff only. Name and e-mail are checked by the use case, which knows who
// asks.
type AppointmentRequest struct {
	Branch   town.BranchID `json:"branch"`
	Services []ItemRequest `json:"services"`
	Start    time.Time     `json:"start"`
	Name     string        `json:"name"`
	Email    string        `json:"email,omitempty"`
	Phone    string        `json:"phone,omitempty"`
	Language town.Language `json:"language,omitempty"`
	Hold     string        `json:"hold,omitempty"`
	Support  string        `json:"support,omitempty"`
	Answers  Answers       `json:"answers,omitempty"` // to the services' questions
	Overbook bool          `json:"overbook,omitempty"`
	Proof    string        `json:"proof,omitempty"` // see Challenge
}

func (r *AppointmentRequest) check() error {
	return problem.Fields(required(map[string]bool{
		"branch": r.Branch == "", "services": len(r.Services) == 0, "start": r.Start.IsZero(),
	}))
}

// AppointmentReply answers POST, GET and PATCH of an appointment. It never repeats
// what is known of the person. State and Language stand in the answers to GET and
// PATCH, Ticket in those to staff and devices: their Token is the weak one, and
// the citizen's addresses are left out.
type AppointmentReply struct {
	Ticket       town.TicketID `json:"ticket,omitempty"`
	Token        string        `json:"token"`
	Number       town.Number   `json:"number"`
	Branch       town.BranchID `json:"branch"`
	Office       town.OfficeID `json:"office"`
	Start        time.Time     `json:"start"`
	End          time.Time     `json:"end"`
	Services     List[Item]    `json:"services"`
	CallMode     town.CallMode `json:"call_mode"`
	MeetingPoint string        `json:"meeting_point,omitempty"`
	ManageURL    string        `json:"manage_url,omitempty"`
	ICSURL       string        `json:"ics_url,omitempty"`
	Overbooked   bool          `json:"overbooked,omitempty"`
	Oversteps    []string      `json:"oversteps,omitempty"`
	State        TicketState   `json:"state,omitempty"`
	Language     town.Language `json:"language,omitempty"`
}

// MoveRequest is the body of PATCH /appointments/{token}, or of staff
// /appointments/{ticket}. What says why is for staff.
type MoveRequest struct {
	Start     time.Time     `json:"start"`
	Branch    town.BranchID `json:"branch,omitempty"`     // empty: the appointment's own
	OnRequest bool          `json:"on_request,omitempty"` // the citizen asked for it
	Reason    string        `json:"reason,omitempty"`     // the office's, told to the citizen
}

func (r *MoveRequest) check() error {
	return problem.Fields(required(map[string]bool{"start": r.Start.IsZero()}))
}

// CancelRequest is the body of DELETE /appointments/{ticket}, which staff may
// send.
type CancelRequest struct {
	OnRequest bool   `json:"on_request,omitempty"` // the citizen asked for it
	Reason    string `json:"reason,omitempty"`     // the office's, told to the citizen
}

// ConfirmReply answers POST /appointments where the mail address must be confirmed
// first: nothing is booked, and the time is kept until then.
type ConfirmReply struct {
	ConfirmBy time.Time `json:"confirm_by"`
}
