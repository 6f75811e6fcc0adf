package wire

import (
	"time"

	"aufruf/internal/town"
)

// Concerned is an appointment that nobody has called yet, starts after now, and no
// longer fits, though nobody decided to keep it.
type Concerned struct {
	Ticket    town.TicketID `json:"ticket"`
	Number    town.Number   `json:"number"`
	Start     time.Time     `json:"start"`
	Office    town.OfficeID `json:"office"`
	Services  []Quantity    `json:"services"`
	Reason    string        `json:"reason"`    // booking.Unfit
	Reachable string        `json:"reachable"` // mail, phone or none
}

// Quantity is a service and how often it is wanted.
type Quantity struct {
	ID       town.ServiceID `json:"id"`
	Quantity int            `json:"quantity"`
}

// ConcernedList answers GET /concerned, the next first.
type ConcernedList struct {
	Concerned List[Concerned] `json:"concerned"`
}
