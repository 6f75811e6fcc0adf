package town

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a civil day without a zone, counted in days from 1970-01-01. The
// zero value is that day; optional dates are pointers or say "zero means none"
// at their field.
type Date int32

// NewDate returns the date of a year, month and day; values out of range are
// normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

// DateOf returns the local date of an instant in a zone.
func DateOf(t time.Time, zone *time.Location) Date {
	year, month, day := t.In(zone).Date()
	return NewDate(year, month, day)
}

// ParseDate reads YYYY-MM-DD; anything else, a day that doesn't exist
// included, is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("date %q: want YYYY-MM-DD", s)
	}
	return NewDate(t.Date()), nil
}

// UTC returns midnight of the date in UTC, for calendar arithmetic only.
func (d Date) UTC() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String returns YYYY-MM-DD.
func (d Date) String() string { return d.UTC().Format(time.DateOnly) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.UTC().Weekday() }

// AddDays returns the date n days later (earlier for a negative n).
func (d Date) AddDays(n int) Date { return d + Date(n) }

// At returns the instant at which a wall clock in the zone shows this time of
// day. A time that the clock skips in spring is moved forward by the gap; of a
// time that comes twice in autumn it is the first.
func (d Date) At(tod TimeOfDay, zone *time.Location) time.Time {
	wall := int64(d)*86400 + int64(tod)*60
	// time.Date doesn't promise which side of a clock change it takes.
	before, after := offset(wall-86400, zone), offset(wall+86400, zone)
	early, late := wall-before, wall-after
	if offset(early, zone) != before && offset(late, zone) == after {
		return time.Unix(late, 0).In(zone)
	}
	return time.Unix(early, 0).In(zone)
}

// offset returns the seconds east of UTC at an instant in a zone.
func offset(unix int64, zone *time.Location) int64 {
	_, seconds := time.Unix(unix, 0).In(zone).Zone()
	return int64(seconds)
}

// Start returns the first instant of the date in the zone.
func (d Date) Start(zone *time.Location) time.Time { return d.At(0, zone) }

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value stores a date as YYYY-MM-DD text.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads a date stored by Value.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("scan date from %T", src)
}

// TimeOfDay is a wall-clock time in minutes after midnight, 0 to 1440.
type TimeOfDay int16

// ParseTimeOfDay reads HH:MM, 00:00 to 24:00.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	if s == "24:00" {
		return 1440, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("time of day %q: want HH:MM", s)
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

// String returns HH:MM.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t/60, t%60) }

// MarshalText writes HH:MM.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads HH:MM.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	parsed, err := ParseTimeOfDay(string(text))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
