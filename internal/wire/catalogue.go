package wire

import (
	"fmt"
	"math"
	"strconv"

	"aufruf/internal/town"
)

// Branches answers GET /branches.
type Branches struct {
	Branches List[Branch] `json:"branches"`
}

// Branch is a building of the town.
type Branch struct {
	ID       town.BranchID `json:"id"`
	Name     string        `json:"name"`
	Address  Address       `json:"address"`
	TimeZone string        `json:"time_zone"`
	Offices  List[Office]  `json:"offices"`
}

// Address is a postal address.
type Address struct {
	Street   string `json:"street"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
}

// Office is a department's counter group in a branch.
type Office struct {
	ID           town.OfficeID        `json:"id"`
	Name         string               `json:"name"`
	CallMode     town.CallMode        `json:"call_mode"`
	MeetingPoint string               `json:"meeting_point"`
	Services     List[town.ServiceID] `json:"services"`
	Rooms        List[Room]           `json:"rooms"`
}

// Services answers GET /services; its fees are those of the day asked for.
type Services struct {
	Services List[Service] `json:"services"`
}

// Service is a concern that people come with.
type Service struct {
	ID          town.ServiceID `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Minutes     int            `json:"minutes"`
	MaxQuantity int            `json:"max_quantity"`
	Documents   List[string]   `json:"documents"`
	Fees        List[Fee]      `json:"fees"`
	Forms       List[Form]     `json:"forms"`
	Notes       List[string]   `json:"notes"`
	Details     List[Detail]   `json:"details"`
	LeiKa       string         `json:"leika"`
	// ConfirmAddress: a citizen's booking is answered with 202, and stands once its
	// mail address is confirmed.
	ConfirmAddress bool `json:"confirm_address,omitempty"`
	// Questions have to be answered by whoever books it, the required ones at least.
	Questions []Question `json:"questions,omitempty"`
}

// Detail is a sentence about a service. Keys are added as towns have more to
// say; show the text of one that you don't know, too.
type Detail struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Fee is one line of a service's price list.
type Fee struct {
	Label    string `json:"label"`
	EUR      Cents  `json:"eur"`
	Optional bool   `json:"optional"`
	ToEUR    *Cents `json:"to_eur,omitempty"`   // upper end of a range that begins at EUR
	Estimate bool   `json:"estimate,omitempty"` // not confirmed by the town
}

// Form is a link to a form.
type Form struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// Cents is an amount of money in hundredths of a euro, written as a decimal
// number of euros (37.5), exact in both directions.
type Cents int64

// MarshalJSON writes euros.
func (c Cents) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(c)/100, 'f', -1, 64), nil
}

// UnmarshalJSON reads euros with at most two decimals.
func (c *Cents) UnmarshalJSON(raw []byte) error {
	euros, err := strconv.ParseFloat(string(raw), 64)
	cents := math.Round(euros * 100)
	if err != nil || math.Abs(euros*100-cents) > 1e-6 || math.Abs(cents) > 1e12 {
		return fmt.Errorf("amount %s: want euros with two decimals", raw)
	}
	*c = Cents(cents)
	return nil
}
