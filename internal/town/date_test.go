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
		{"America/Havana", "2026-03-08", "00:00", "2026-03-08T01:00:00-04:00"}, // midnight is skipped
		{"America/Los_Angeles", "2026-11-01", "01:30", "2026-11-01T01:30:00-07:00"},
		{"America/St_Johns", "2026-03-08", "02:30", "2026-03-08T03:30:00-02:30"},
		{"Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04T02:45:00+11:00"}, // by half an hour
		{"Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-05T01:45:00+11:00"},
		{"Pacific/Auckland", "2026-09-27", "02:30", "2026-09-27T03:30:00+13:00"}, // half a day off UTC
		{"Pacific/Auckland", "2026-04-05", "02:30", "2026-04-05T02:30:00+13:00"},
		{"Pacific/Chatham", "2026-04-05", "03:00", "2026-04-05T03:00:00+13:45"},
		{"Asia/Kathmandu", "2026-05-05", "00:00", "2026-05-05T00:00:00+05:45"},
		{"Pacific/Kiritimati", "2026-05-05", "23:59", "2026-05-05T23:59:00+14:00"},
		{"Pacific/Honolulu", "2026-05-05", "24:00", "2026-05-06T00:00:00-10:00"},
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
