package app

import (
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/problem"
)

// MaxReason is the most that an office may say, in characters.
const MaxReason = 200

// StaffReason is why staff cancel or move an appointment. The zero value is the
// office's own decision without a word of explanation; of a citizen's step it
// says nothing.
type StaffReason struct {
	Requested bool   // the citizen asked for it, by telephone for example
	Reason    string // the office's words, told to the citizen; dropped where the citizen asked
}

// checked returns the reason with spaces trimmed. Errors: Forbidden for
// whoever isn't staff and gives one; Invalid for a reason that is too long.
func (o StaffReason) checked(actor access.Actor) (StaffReason, error) {
	if o != (StaffReason{}) && actor.Kind != access.Staff {
		return o, problem.New(problem.Forbidden, "appointment.reason_staff_only")
	}
	o.Reason = strings.Join(strings.Fields(o.Reason), " ")
	fields := map[string]string{}
	text(fields, "reason", o.Reason, MaxReason)
	if o.Requested {
		o.Reason = ""
	}
	return o, problem.Fields(fields)
}

// byOffice reports whether the step was the office's decision.
func (o StaffReason) byOffice(actor access.Actor) bool {
	return actor.Kind == access.Staff && !o.Requested
}
