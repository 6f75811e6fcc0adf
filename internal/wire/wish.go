package wire

import (
	"errors"
	"strings"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

var errWeekday = errors.New("want a day such as monday")

// Weekday is a day of the week by its English name in small letters.
type Weekday time.Weekday

// MarshalText writes "monday" to "sunday".
func (d Weekday) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(time.Weekday(d).String())), nil
}

// UnmarshalText reads "monday" to "sunday".
func (d *Weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.ToLower(day.String()) == string(text) {
			*d = Weekday(day)
			return nil
		}
	}
	return errWeekday
}

// WishRequest is the body of POST /wishes: a time to be offered when one
// becomes free. The link to the wish goes to the mail address and nowhere else.
type WishRequest struct {
	Branches []town.BranchID `json:"branches"` // in order of preference
	Services []ItemRequest   `json:"services"`
	Weekdays []Weekday       `json:"weekdays,omitempty"` // none: any
	From     town.TimeOfDay  `json:"from,omitzero"`      // the appointment lies within; none: any time
	To       town.TimeOfDay  `json:"to,omitzero"`
	Until    town.Date       `json:"until"` // last date of interest; the wish is erased afterwards
	Name     string          `json:"name"`
	Email    string          `json:"email"`
	Phone    string          `json:"phone,omitempty"`
	Answers  Answers         `json:"answers,omitempty"` // to the services' questions
	Language town.Language   `json:"language,omitempty"`
	Proof    string          `json:"proof,omitempty"` // see Challenge; for the first branch
}

func (r *WishRequest) check() error {
	return problem.Fields(required(map[string]bool{
		"branches": len(r.Branches) == 0, "services": len(r.Services) == 0, "until": r.Until == 0,
	}))
}

// Wish answers GET /wishes/{token}. It names no person.
type Wish struct {
	Branches List[town.BranchID] `json:"branches"`
	Services List[Item]          `json:"services"`
	Weekdays List[Weekday]       `json:"weekdays"`
	From     *town.TimeOfDay     `json:"from"`
	To       *town.TimeOfDay     `json:"to"`
	Until    town.Date           `json:"until"`
	Offer    *Offer              `json:"offer"` // null: nothing is offered now
}

// Offer is a time that is kept for a wish until it expires.
type Offer struct {
	Branch  town.BranchID `json:"branch"`
	Start   time.Time     `json:"start"`
	End     time.Time     `json:"end"`
	Expires time.Time     `json:"expires"`
}
