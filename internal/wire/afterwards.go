package wire

import (
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// AfterwardsRequest is the body of POST /afterwards: what happened by hand while
// the server was away.
type AfterwardsRequest struct {
	Branch  town.BranchID     `json:"branch"`
	Date    *town.Date        `json:"date,omitempty"` // today, or one of the last seven days; nil: today
	Entries []AfterwardsEntry `json:"entries"`
}

// AfterwardsEntry is a line of the handwritten list: a Number, or a Service that
// was rendered without one. Outcome is "served", "no_show" or "cancelled"; At is
// by the branch's wall clock, nil where nobody knows.
type AfterwardsEntry struct {
	Number  town.Number     `json:"number,omitzero"`
	Service town.ServiceID  `json:"service,omitempty"`
	Outcome string          `json:"outcome"`
	At      *town.TimeOfDay `json:"at,omitempty"`
}

func (r *AfterwardsRequest) check() error {
	return problem.Fields(required(map[string]bool{"branch": r.Branch == "", "entries": len(r.Entries) == 0}))
}

// AfterwardsReply answers POST /afterwards, line by line in the order of the
// request.
type AfterwardsReply struct {
	Entries List[AfterwardsResult] `json:"entries"`
}

// AfterwardsResult is what became of a line: the ticket as it stands, or the
// problem that kept it from being entered.
type AfterwardsResult struct {
	Ticket  town.TicketID `json:"ticket,omitempty"`
	Number  town.Number   `json:"number,omitzero"`
	State   TicketState   `json:"state,omitempty"`
	Problem *Problem      `json:"problem,omitempty"`
}
