package town_test

import (
	"testing"
	"time"

	"aufruf/internal/town"
)

func TestAtIsRightWhenTheClocksChange(t *testing.T) {
	for _, tc := range []struct{ zone, date, at, want string }{
		{"Europe/Berlin", "2026-07-01", "09:00", "2026-07-01T09:00:00+02:00"},
		{"Europe/Berlin", "2026-07-01", "24:00", "2026-07-02T00:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T03:30:00+02:00"}, // skipped
		{"Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T01:59:00+01:00"},
		{"Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T02:30:00+02:00"}, // the first of two
		{"Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T03:00:00+01:00"},
		{"Europe/Berlin", "2026-10-25", "00:00", "2026-10-25T00:00:00+02:00"},
		{"America/New_York", "2026-03-08", "02:30", "2026-03-08T03:30:00-04:00"},
		{"America/New_York", "2026-11-01", "01:30", "2026-11-01T01:30:00-04:00"},
		{"UTC", "2028-02-29", "12:00", "2028-02-29T12:00:00Z"},
	} {
		date, err := town.ParseDate(tc.date)
		if err != nil {
			t.Fatal(err)
		}
		at, err := town.ParseTimeOfDay(tc.at)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := date.At(at, zone).Format(time.RFC3339); got != tc.want {
			t.Errorf("%s %s in %s: got %s, want %s", tc.date, tc.at, tc.zone, got, tc.want)
		}
	}
}
