package app

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// An appointment has an arrival code, for its mails and its citizen's own page: the
// number and some digits that are a keyed hash of the ticket. It is held before a
// scanner, which types it like a keyboard: with whatever layout, digits arrive as they
// are, and letters and signs don't. It says that the person is here, at a kiosk or at
// reception, and nothing else. It isn't stored, as a weak token isn't (slip.go), and
// changes with the number: whoever is moved gets the new one with the mail.

const (
	// purposeArrival is an arrival code's, with the key of slipDay.
	purposeArrival = "arrival"
	// codeTail is how many digits of a code are hash.
	codeTail = 9
	// CodeDigits is how many digits an arrival code has.
	CodeDigits = 3 + codeTail
)

// errCode: nobody of the branch has that code today.
var errCode = problem.New(problem.NotFound, "check_in.code_unknown")

// arrivalCode returns an appointment's code. An error says that there is no key for it.
func (s *vault) arrivalCode(t queue.Ticket) (string, error) {
	sum, err := s.Sealer.Hash(slipDay(t), purposeArrival, string(t.ID))
	if err != nil {
		return "", fmt.Errorf("make arrival code: %w", err)
	}
	return fmt.Sprintf("%s%0*d", t.Number, codeTail, binary.BigEndian.Uint64(sum)%1e9), nil
}

// codeOf is arrivalCode for who can do without: empty where the office asks nobody to
// say that they are here, for a number without an appointment, and without a key.
func (v *view) codeOf(ctx context.Context, t queue.Ticket) string {
	b, err := v.rules.Known(t.Branch)
	if err != nil || t.Kind != queue.Appointment || !selfCheckIn(b, t.Office) {
		return ""
	}
	if _, err = v.keysAreOurs(ctx); err != nil {
		return ""
	}
	code, err := v.core.sealer.arrivalCode(t)
	if err != nil {
		v.core.log.WarnContext(ctx, "an appointment has no arrival code", "branch", string(t.Branch), "error", err.Error())
	}
	return code
}

// ArrivalCode returns the code of an appointment of today or later, for whoever has its
// link; empty: it has none.
func (a *App) ArrivalCode(ctx context.Context, t queue.Ticket) (code string, err error) {
	err = a.look(ctx, func(v *view) error {
		code = v.codeOf(ctx, t)
		return nil
	})
	return code, err
}

// byCode finds the ticket of today that a code was given to. Errors: errCode.
func (c *change) byCode(ctx context.Context, b *plan.Branch, code string) (queue.Ticket, error) {
	number, err := town.ParseNumber(code[:len(code)-codeTail])
	if err != nil {
		return queue.Ticket{}, errCode
	}
	t, err := c.Tickets().ByNumber(ctx, b.ID, b.Today(c.now), number)
	if errors.Is(err, ledger.ErrNotFound) {
		return t, errCode
	}
	if err != nil {
		return t, fmt.Errorf("read ticket: %w", err)
	}
	want, err := c.core.sealer.arrivalCode(t)
	if err != nil || t.Kind != queue.Appointment || !hmac.Equal([]byte(want), []byte(code)) {
		return queue.Ticket{}, errCode
	}
	return b.Local(t), nil
}

// Presented reads what somebody shows at a branch, typed or read by a scanner: a
// number or an arrival code, with or without spaces. Errors: Invalid "number".
func Presented(branch town.BranchID, typed string) (CheckInRequest, error) {
	r := CheckInRequest{Branch: branch}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, typed)
	if isCode(digits) {
		r.Code = digits
		return r, nil
	}
	var err error
	if r.Number, err = town.ParseNumber(digits); err != nil {
		return r, problem.Field("number", "field.number")
	}
	return r, nil
}

// isCode reports whether something has the form of an arrival code.
func isCode(typed string) bool {
	return len(typed) == CodeDigits && strings.Trim(typed, "0123456789") == ""
}
