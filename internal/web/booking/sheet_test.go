package booking

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/booking"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

func TestOddMonthsShowTheCurrentOne(t *testing.T) {
	today := town.NewDate(2026, time.December, 15)
	for _, asked := range []string{"", "2026-11", "1999-01", "9999-12", "nie", "2026-13"} {
		if got, want := monthOf(asked, today), town.NewDate(2026, time.December, 1); got != want {
			t.Errorf("monthOf(%q): got %s, want %s", asked, got, want)
		}
	}
	if got, want := monthOf("2027-02", today), town.NewDate(2027, time.February, 1); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTheSheetHasWeeksFromMonday(t *testing.T) {
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &page.Page{Texts: bundle.For(town.German)}
	for first := town.NewDate(2026, time.January, 1); first < town.NewDate(2032, time.January, 1); first = nextMonth(first) {
		var days []booking.Day
		for d := first; d < nextMonth(first); d++ {
			days = append(days, booking.Day{Date: d, State: booking.DayFree, Free: 1})
		}
		s := sheetOf(v, first, first, days, town.Date.String, town.Date.String)
		var got []string
		for _, week := range s.Weeks {
			if len(week) != 7 {
				t.Fatalf("%s: a week of %d days", first, len(week))
			}
			for i, c := range week {
				if c.Day == 0 {
					continue
				}
				got = append(got, c.Date)
				if date, err := town.ParseDate(c.Date); err != nil || (int(date.Weekday())+6)%7 != i {
					t.Errorf("%s stands in column %d", c.Date, i)
				}
			}
		}
		var want []string
		for _, day := range days {
			want = append(want, day.Date.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", first, diff)
		}
	}
}

func TestDaysClosedInARowAreOneEntry(t *testing.T) {
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &page.Page{Texts: bundle.For(town.German)}
	week := town.NewDate(2026, time.December, 21)
	var got []special
	for d := week; d < week+7; d++ {
		got = withReason(v, got, booking.Day{Date: d, State: booking.DayClosed, Text: town.Plain("Betriebsruhe")})
	}
	want := []special{{Label: "Montag, 21.\u00a0Dezember – Sonntag, 27.\u00a0Dezember", Reason: "Betriebsruhe", last: week + 6}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(special{})); diff != "" {
		t.Errorf("special days (-want +got):\n%s", diff)
	}
}

func TestAMaskedAddressShowsOnlyWhatItsOwnerNeeds(t *testing.T) {
	for address, want := range map[string]string{
		"erika@example.org": "e…@example.org", "öl@example.org": "ö…@example.org", "keine": "", "": "",
	} {
		if got := masked(address); got != want {
			t.Errorf("masked(%q): got %q, want %q", address, got, want)
		}
	}
}
