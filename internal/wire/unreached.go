package wire

import (
	"time"

	"aufruf/internal/town"
)

// Unreached is an appointment whose person got no mail: somebody has to
// telephone. Phone stands in answers to reception and managers only, where one
// was given.
type Unreached struct {
	Mail   string        `json:"mail"`   // its id, to say that it is dealt with
	Kind   string        `json:"kind"`   // what it would have told
	Reason string        `json:"reason"` // why it can't be delivered; never an address
	Due    time.Time     `json:"due"`
	Ticket town.TicketID `json:"ticket"`
	Number town.Number   `json:"number"`
	Office town.OfficeID `json:"office"`
	Start  time.Time     `json:"start"`
	State  TicketState   `json:"state"`
	Phone  string        `json:"phone,omitempty"`
}

// UnreachedList answers GET /unreached.
type UnreachedList struct {
	Unreached List[Unreached] `json:"unreached"`
}
