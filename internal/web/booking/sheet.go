package booking

import (
	"slices"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// sheet is one month as weeks from Monday.
type sheet struct {
	Month      string
	Prev, Next *page.Link // always there but for the months that are over
	Weekdays   []weekday
	Weeks      [][]cell
	Free       int    // days of the month with free times
	Later      bool   // no day of the month can be booked yet
	Opens      string // when further days open, where the month has such; may be empty
	Special    []special
	Signs      []sign // of the days that a sign alone doesn't explain
}

// sign says what a short sign or word in the sheet stands for.
type sign struct{ Short, Word, Meaning string }

// signed are the reasons that the legend spells out where they occur: nobody
// could guess them.
var signed = []booking.Reason{booking.ReasonLeadTime, booking.ReasonNotOffered}

// special is a closed day with the reason in the town's own words, or several
// such days in a row.
type special struct {
	Label  string
	Reason string

	last town.Date
}

type weekday struct{ Short, Name string }

// cell is a day of the sheet; one without Day lies outside the month.
type cell struct {
	Day    int
	Date   string // YYYY-MM-DD
	Full   string // "Dienstag, 8. Dezember 2026"
	Label  string // "Dienstag, 8. Dezember", for the list below the month's name
	State  string // free, full, closed
	Short  string // what a small cell has room for
	Word   string // "12 frei", "voll", "Feiertag"
	Spoken string // "12 freie Zeiten", or why there is none
	URL    string // of a free day
	Today  bool
}

// monthOf returns the first day of the month that the address asks for, of the
// current one where it asks for none or for one that is over.
func monthOf(asked string, today town.Date) town.Date {
	current := firstOf(today)
	first, err := town.ParseDate(asked + "-01")
	if err != nil || first < current || first > current.AddDays(farMonths*31) {
		return current
	}
	return first
}

// farMonths is how far the sheet can be turned.
const farMonths = 24

func firstOf(d town.Date) town.Date {
	year, month, _ := d.UTC().Date()
	return town.NewDate(year, month, 1)
}

func nextMonth(first town.Date) town.Date {
	year, month, _ := first.UTC().Date()
	return town.NewDate(year, month+1, 1)
}

func previousMonth(first town.Date) town.Date {
	year, month, _ := first.UTC().Date()
	return town.NewDate(year, month-1, 1)
}

// sheetOf lays a month out. dayURL gives the address of a free day, monthURL
// that of another month.
func sheetOf(v *page.Page, first, today town.Date, days []booking.Day, dayURL, monthURL func(town.Date) string) sheet {
	s := sheet{Month: v.Month(first)}
	if first > firstOf(today) {
		s.Prev = &page.Link{Label: v.Month(previousMonth(first)), URL: monthURL(previousMonth(first))}
	}
	s.Next = &page.Link{Label: v.Month(nextMonth(first)), URL: monthURL(nextMonth(first))}
	for day := time.Monday; day <= time.Saturday; day++ {
		s.Weekdays = append(s.Weekdays, weekday{v.WeekdayShort(day), v.Weekday(day)})
	}
	s.Weekdays = append(s.Weekdays, weekday{v.WeekdayShort(time.Sunday), v.Weekday(time.Sunday)})

	s.Later = len(days) > 0
	week := make([]cell, (int(first.Weekday())+6)%7, 7)
	for _, day := range days {
		s.Later = s.Later && day.Reason == booking.ReasonHorizon
		week = append(week, cellOf(v, day, today, dayURL))
		if day.State == booking.DayFree {
			s.Free++
		}
		s.Special = withReason(v, s.Special, day)
		if len(week) == 7 {
			s.Weeks = append(s.Weeks, week)
			week = make([]cell, 0, 7)
		}
	}
	if len(week) > 0 {
		s.Weeks = append(s.Weeks, append(week, make([]cell, 7-len(week))...))
	}
	s.Signs = signs(v, days)
	return s
}

func signs(v *page.Page, days []booking.Day) []sign {
	var all []sign
	for _, reason := range signed {
		unexplained := func(d booking.Day) bool { return d.Reason == reason && d.Text.In(v.Lang) == "" }
		if slices.ContainsFunc(days, unexplained) {
			key := string(reason)
			all = append(all, sign{v.T("booking.reason_short." + key), v.T("booking.reason." + key), v.T("booking.reason_spoken." + key)})
		}
	}
	return all
}

func cellOf(v *page.Page, day booking.Day, today town.Date, dayURL func(town.Date) string) cell {
	c := cell{
		Day: day.Date.UTC().Day(), Date: day.Date.String(), Full: v.Date(day.Date), Label: v.DayMonth(day.Date),
		State: string(day.State), Today: day.Date == today,
	}
	switch day.State {
	case booking.DayFree:
		c.Short, c.Word = v.T("booking.day.free_short"), v.T("booking.day.free", "count", day.Free)
		c.Spoken = v.N("booking.day.free_spoken", day.Free)
		c.URL = dayURL(day.Date)
	case booking.DayFull:
		c.Short, c.Word = v.T("booking.day.full"), v.T("booking.day.full")
		c.Spoken = v.T("booking.day.full_spoken")
	default:
		reason := string(day.Reason)
		c.Short, c.Word = v.T("booking.reason_short."+reason), v.T("booking.reason."+reason)
		c.Spoken = v.T("booking.reason_spoken." + reason)
		if text := day.Text.In(v.Lang); text != "" {
			c.Spoken = v.T("booking.day.closed_because", "reason", text)
		}
	}
	return c
}

// withReason adds a closed day that has words of its own. Days in a row with
// the same words are one entry: "Montag, 21. Dezember – Sonntag, 27. Dezember".
func withReason(v *page.Page, all []special, day booking.Day) []special {
	reason := day.Text.In(v.Lang)
	if day.State != booking.DayClosed || reason == "" {
		return all
	}
	if n := len(all); n > 0 && all[n-1].Reason == reason && all[n-1].last+1 == day.Date {
		all[n-1].Label, all[n-1].last = until(all[n-1].Label, v.DayMonth(day.Date)), day.Date
		return all
	}
	return append(all, special{Label: v.DayMonth(day.Date), Reason: reason, last: day.Date})
}

// until makes a day, or days in a row, reach to a later one.
func until(label, last string) string {
	first, _, _ := strings.Cut(label, " – ")
	return first + " – " + last
}

// Listed returns the days of the sheet one below the other. Days in a row on
// which nothing can be booked for the same reason are one entry.
func (s sheet) Listed() []cell {
	var days []cell
	for _, week := range s.Weeks {
		for _, day := range week {
			switch last := len(days) - 1; {
			case day.Day == 0:
			case last >= 0 && day.URL == "" && day.State == days[last].State && day.Spoken == days[last].Spoken:
				days[last].Label = until(days[last].Label, day.Label)
			default:
				days = append(days, day)
			}
		}
	}
	return days
}

// opens says when further days open, where the sheet has days that can't be
// booked yet and the office opens them at a set hour.
func opens(v *page.Page, days []booking.Day, office *catalogue.Office) string {
	later := func(d booking.Day) bool { return d.Reason == booking.ReasonHorizon }
	if office.Release == 0 || !slices.ContainsFunc(days, later) {
		return ""
	}
	return v.T("booking.day.opens", "time", v.TimeOfDay(office.Release))
}

// nextFree returns the first free day from a date on, as a link.
func nextFree(v *page.Page, calendar daybook.Calendar, dayURL func(town.Date) string) *page.Link {
	if calendar.NextFree == nil {
		return nil
	}
	return &page.Link{Label: v.Date(*calendar.NextFree), URL: dayURL(*calendar.NextFree)}
}
