package wire

import (
	"time"

	"aufruf/internal/problem"
)

// PairingRequest asks for a code that a new screen or kiosk shows.
type PairingRequest struct {
	Kind string `json:"kind"` // "display" or "kiosk"
}

// Pairing is a code to be typed by a manager, and the secret by which only the
// screen that asked for it gets its token.
type Pairing struct {
	Code    string    `json:"code"`
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"`
}

// PollRequest asks whether the code was typed.
type PollRequest struct {
	Secret string `json:"secret"`
}

func (r *PollRequest) check() error {
	return problem.Fields(required(map[string]bool{"secret": r.Secret == ""}))
}

// The states of a pairing.
const (
	PairingPending = "pending"
	PairingDone    = "done"
)

// PollReply answers it. Token is there once State is PairingDone.
type PollReply struct {
	State string `json:"state"`
	Token string `json:"token,omitempty"`
}
