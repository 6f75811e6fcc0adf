package store

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/app"
)

// readAppointmentSpans reads office, date, whether it is online, and the starts
// and ends of all such appointments as one text. Every booking reads its day; a
// row for each appointment would take most of its time.
func readAppointmentSpans(scan scan) ([]app.OfficeSpan, error) {
	var span app.OfficeSpan
	var times string
	if err := scan(&span.Office, &span.Date, &span.Online, &times); err != nil {
		return nil, err
	}
	spans := make([]app.OfficeSpan, 0, strings.Count(times, ";"))
	for one := range strings.SplitSeq(strings.TrimSuffix(times, ";"), ";") {
		from, to, _ := strings.Cut(one, " ")
		var fromErr, toErr error
		span.From, fromErr = strconv.ParseInt(from, 10, 64)
		span.To, toErr = strconv.ParseInt(to, 10, 64)
		if err := cmp.Or(fromErr, toErr); err != nil {
			return nil, err
		}
		spans = append(spans, span)
	}
	return spans, nil
}

// readHoldSpan reads one hold: office, date, start, end, whether it is online, expiry and whether it is a hold of nothing.
func readHoldSpan(scan scan) (app.OfficeSpan, error) {
	var span app.OfficeSpan
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
