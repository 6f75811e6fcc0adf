package i18n

import (
	"fmt"
	"time"

	"aufruf/internal/town"
)

// Weekday returns the name of a day of the week: "Dienstag", in Saxony
// "Sonnabend".
func (t Texts) Weekday(day time.Weekday) string {
	if day == time.Saturday && t.saturday != "" {
		return t.saturday
	}
	return t.T(fmt.Sprintf("date.weekday.%d", day))
}

// WeekdayShort returns a weekday in two or three letters, for the head of a
// calendar.
func (t Texts) WeekdayShort(day time.Weekday) string {
	return t.T(fmt.Sprintf("date.short.%d", day))
}

// MonthName returns the name of a month.
func (t Texts) MonthName(month time.Month) string {
	return t.T(fmt.Sprintf("date.month.%d", month))
}

// Date returns a day in full: "Dienstag, 8. Dezember 2026".
func (t Texts) Date(d town.Date) string { return t.date("date.full", d) }

// DayMonth returns a day without its year: "Dienstag, 8. Dezember".
func (t Texts) DayMonth(d town.Date) string { return t.date("date.day_month", d) }

// DateNumbers returns a day in digits: "08.12.2026".
func (t Texts) DateNumbers(d town.Date) string { return t.date("date.numbers", d) }

// Month returns a month with its year: "Dezember 2026".
func (t Texts) Month(d town.Date) string { return t.date("date.month_year", d) }

func (t Texts) date(pattern string, d town.Date) string {
	year, month, day := d.UTC().Date()
	return t.T(pattern,
		"weekday", t.Weekday(d.Weekday()), "month", t.MonthName(month),
		"day", day, "year", year, "dd", fmt.Sprintf("%02d", day), "mm", fmt.Sprintf("%02d", int(month)))
}

// Time returns the wall-clock time of an instant in the zone that it carries:
// "9.20 Uhr".
func (t Texts) Time(at time.Time) string {
	return t.T("date.clock", "h", at.Hour(), "hh", at.Format("15"), "mm", at.Format("04"))
}

// TimeOfDay returns a wall-clock time: "9.20 Uhr".
func (t Texts) TimeOfDay(tod town.TimeOfDay) string {
	return t.T("date.clock", "h", int(tod)/60, "hh", fmt.Sprintf("%02d", tod/60), "mm", fmt.Sprintf("%02d", tod%60))
}

// Moment returns day and time of an instant in the zone that it carries:
// "Dienstag, 8. Dezember 2026, 9.20 Uhr".
func (t Texts) Moment(at time.Time) string {
	return t.T("date.moment", "date", t.Date(DateOf(at)), "time", t.Time(at))
}

// DateOf returns the civil day of an instant in the zone that it carries.
func DateOf(at time.Time) town.Date { return town.DateOf(at, at.Location()) }
