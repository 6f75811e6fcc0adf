package wire

import (
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// SessionRequest is the body of POST /session.
type SessionRequest struct {
	User     town.UserID `json:"user"`
	Password string      `json:"password"`
}

func (r *SessionRequest) check() error {
	return problem.Fields(required(map[string]bool{"user": r.User == "", "password": r.Password == ""}))
}

// Session answers POST /session.
type Session struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
}

// TicketRequest is the body of POST /tickets: a walk-in.
type TicketRequest struct {
	Branch   town.BranchID `json:"branch"`
	Services []ItemRequest `json:"services"`
	Priority int           `json:"priority,omitempty"`
	Language town.Language `json:"language,omitempty"`
}

func (r *TicketRequest) check() error {
	return problem.Fields(required(map[string]bool{"branch": r.Branch == "", "services": len(r.Services) == 0}))
}

// Minutes is an expected wait as a range.
type Minutes struct {
	Low  int `json:"low"`
	High int `json:"high"`
}

// TicketReply answers POST /tickets.
type TicketReply struct {
	Token          string      `json:"token"`
	Number         town.Number `json:"number"`
	Ahead          int         `json:"ahead"`
	WaitMinutes    Minutes     `json:"wait_minutes"`
	OverContingent bool        `json:"over_contingent,omitempty"`
}

// TicketStatus answers GET /tickets/{token}: a citizen's place in line.
type TicketStatus struct {
	Number      town.Number `json:"number"`
	State       TicketState `json:"state"`
	Ahead       int         `json:"ahead"`
	WaitMinutes Minutes     `json:"wait_minutes"`
	Room        *Room       `json:"room"`
}

// CheckInRequest is the body of POST /check-ins: branch and number, branch and
// arrival code, or the citizen's token.
type CheckInRequest struct {
	Branch town.BranchID `json:"branch,omitempty"`
	Number town.Number   `json:"number,omitempty"`
	Code   string        `json:"code,omitempty"`
	Token  string        `json:"token,omitempty"`
}

func (r *CheckInRequest) check() error {
	if r.Token != "" {
		if r.Branch != "" || r.Number != 0 || r.Code != "" {
			return problem.Fields(map[string]string{"token": "check_in.token_or_number"})
		}
		return nil
	}
	if r.Code != "" && r.Number != 0 {
		return problem.Fields(map[string]string{"code": "check_in.token_or_number"})
	}
	return problem.Fields(required(map[string]bool{"branch": r.Branch == "", "number": r.Number == 0 && r.Code == ""}))
}

// CheckInReply answers POST /check-ins.
type CheckInReply struct {
	Ticket town.TicketID `json:"ticket"`
	Number town.Number   `json:"number"`
	State  TicketState   `json:"state"`
	Due    time.Time     `json:"due"`
}
