package store

import (
	"time"

	"aufruf/internal/ledger"
)

// readHoldSpan reads office, date, start, end, whether it is online, the expiry
// and whether it is a hold of nothing.
func readHoldSpan(scan scan) (ledger.OfficeSpan, error) {
	var span ledger.OfficeSpan
	err := scan(&span.Office, &span.Date, seconds{&span.From}, seconds{&span.To}, &span.Online, seconds{&span.Expires}, &span.Cooling)
	return span, err
}

// seconds reads an instant as Unix seconds, a fraction rounded up: a hold that
// ends within a second lasts through it.
type seconds struct{ unix *int64 }

// Scan implements sql.Scanner.
func (s seconds) Scan(src any) error {
	var at time.Time
	if err := (into{&at}).Scan(src); err != nil {
		return err
	}
	*s.unix = at.Unix()
	if at.Nanosecond() > 0 {
		*s.unix++
	}
	return nil
}
