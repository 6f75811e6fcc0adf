package office

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// The addresses of the calendar below the office's.
const (
	calendarPath = "/kalender"
	weekPath     = "/kalender/woche"
	dayPath      = "/kalender/tag"
)

func (o *Pages) registerCalendar(office page.Routes) {
	office.GET(calendarPath, o.month)
	office.GET(weekPath, o.week)
	office.GET(dayPath, o.day)
	office.GET(hoursPath, o.hours)
}

// monthView is a month of an office: weeks from Monday, each with its number.
type monthView struct {
	*view
	place
	turn
	Month    string
	Summary  string
	Weekdays []weekday
	Weeks    []weekRow
	First    string // of the span that can be chosen
}

// weekView is a week of an office: a day a line, over one axis of hours.
type weekView struct {
	*view
	place
	turn
	Week    string // "Woche 50, 7. bis 13. Dezember 2026"
	Summary string
	Days    []dayView
	Ticks   []int
	First   string
	Copy    string // address of the form that makes other weeks like this one
}

// turn is the ways from one sheet of the calendar to others.
type turn struct {
	Path       string // of this sheet, for the choice of an office
	Kept       []page.HiddenField
	Prev, Next page.Link
	Now        page.Link
	Sheets     []page.Tick // month and week; Value is the address
}

// weekday is a day of the week, short and in full.
type weekday struct{ Short, Name string }

// weekRow is a week of a month.
type weekRow struct {
	Label, Spoken, URL string
	Days               []dayView
}

// farthest is how many days back and ahead the calendar turns: further than any
// horizon, not as far as a stranger may type.
const farthest = 2 * 366

// dateOf returns the date that the address names, today where it names none or one
// that is too far away.
func dateOf(asked string, today town.Date) town.Date {
	date, err := town.ParseDate(asked)
	if err != nil || date < today.AddDays(-farthest) || date > today.AddDays(farthest) {
		return today
	}
	return date
}

func (o *Pages) month(c *gin.Context) error {
	view := &monthView{view: o.officePage(c, "office.calendar.title")}
	var err error
	if view.place, err = o.placeOf(c, view.view); err != nil {
		return err
	}
	today := o.app.Today(view.branch.ID)
	year, month, _ := dateOf(c.Query("monat")+"-01", today).UTC().Date()
	first, last := town.NewDate(year, month, 1), town.NewDate(year, month+1, 0)
	days, w, err := o.occupied(c, view.view, &view.place, mondayOf(first), mondayOf(last).AddDays(6))
	if err != nil {
		return err
	}
	view.Month, view.First = view.view.Month(first), max(first, today).String()
	w.axis.coarse = true
	inMonth := days[first-days[0].Date:][:last-first+1]
	view.Summary = w.summary(view.Month, inMonth)
	view.turnMonth(first, today)
	for d := range town.Date(7) {
		day := (mondayOf(first) + d).Weekday()
		view.Weekdays = append(view.Weekdays, weekday{view.WeekdayShort(day), view.Weekday(day)})
	}
	for i := 0; i < len(days); i += 7 {
		monday := days[i].Date
		row := weekRow{Label: view.week(monday), Spoken: view.weekInFull(monday), URL: view.link(weekPath, "tag", monday.String())}
		for j := range 7 {
			day := w.day(&days[i+j])
			if date := days[i+j].Date; date < first || date > last {
				day.Class += " other"
			}
			row.Days = append(row.Days, day)
		}
		view.Weeks = append(view.Weeks, row)
	}
	return o.staff.Show(c, http.StatusOK, "calendar", view)
}

func (v *monthView) turnMonth(first, today town.Date) {
	sheet := func(label string, of town.Date) page.Link {
		return page.Link{Label: label, URL: v.link(calendarPath, "monat", of.String()[:7])}
	}
	year, month, _ := first.UTC().Date()
	before, after := town.NewDate(year, month-1, 1), town.NewDate(year, month+1, 1)
	v.Path, v.Kept = calendarPath, []page.HiddenField{{Name: "monat", Value: first.String()[:7]}}
	v.Prev, v.Next = sheet(v.view.Month(before), before), sheet(v.view.Month(after), after)
	v.Now = sheet(v.T("office.calendar.this_month"), today)
	v.Sheets = v.sheets(max(first, today.AddDays(-6)), calendarPath)
	if first > today || after <= today {
		v.Sheets = v.sheets(first, calendarPath)
	}
}

// sheets leads to the other sheets about a date.
func (v *view) sheetsOf(p *place, date town.Date, here string) []page.Tick {
	return []page.Tick{
		{Label: v.T("office.calendar.month"), Value: p.link(calendarPath, "monat", date.String()[:7]), On: here == calendarPath},
		{Label: v.T("office.calendar.week"), Value: p.link(weekPath, "tag", date.String()), On: here == weekPath},
	}
}

func (v *monthView) sheets(date town.Date, here string) []page.Tick {
	return v.sheetsOf(&v.place, date, here)
}

func (o *Pages) week(c *gin.Context) error {
	view := &weekView{view: o.officePage(c, "office.calendar.title")}
	var err error
	if view.place, err = o.placeOf(c, view.view); err != nil {
		return err
	}
	today := o.app.Today(view.branch.ID)
	monday := mondayOf(dateOf(c.Query("tag"), today))
	days, w, err := o.occupied(c, view.view, &view.place, monday, monday.AddDays(6))
	if err != nil {
		return err
	}
	view.Week, view.First = view.weekInFull(monday), max(monday, today).String()
	view.Summary = w.summary(view.weekInFull(monday), days)
	sheet := func(label string, of town.Date) page.Link {
		return page.Link{Label: label, URL: view.link(weekPath, "tag", of.String())}
	}
	view.Copy = view.edit("woche", "woche", monday.String())
	view.Path, view.Kept = weekPath, []page.HiddenField{{Name: "tag", Value: monday.String()}}
	view.Prev, view.Next = sheet(view.week(monday.AddDays(-7)), monday.AddDays(-7)), sheet(view.week(monday.AddDays(7)), monday.AddDays(7))
	view.Now = sheet(view.T("office.calendar.this_week"), today)
	view.Sheets, view.Ticks = view.sheetsOf(&view.place, monday, weekPath), w.axis.ticks()
	for i := range days {
		view.Days = append(view.Days, w.day(&days[i]))
	}
	return o.staff.Show(c, http.StatusOK, "calendarweek", view)
}

// occupied returns how an office's dates stand, and what words them.
func (o *Pages) occupied(c *gin.Context, v *view, p *place, from, to town.Date) ([]booking.Occupancy, *worded, error) {
	ctx, zone := c.Request.Context(), page.Zone(p.branch)
	days, err := o.app.Figures.Occupancy(ctx, page.ActorOf(c), p.branch.ID, p.office.ID, from, to)
	if err != nil {
		return nil, nil, err
	}
	unfit, err := o.app.Dealings.Unfit(ctx, p.branch.ID)
	if err != nil {
		return nil, nil, err
	}
	w := &worded{View: v.View, axis: axisOf(days, zone), today: o.app.Today(p.branch.ID), unfit: map[town.Date]int{}, place: p}
	for _, u := range unfit {
		if u.Office == p.office.ID {
			w.unfit[u.Date]++
		}
	}
	return days, w, nil
}

// weekInFull names a week with its days: "Woche 53, 28. Dezember 2026 bis 3.
// Januar 2027".
func (v *view) weekInFull(monday town.Date) string {
	_, number := monday.UTC().ISOWeek()
	return v.T("office.calendar.week_full", "week", number, "from", v.DateNumbers(monday), "to", v.DateNumbers(monday.AddDays(6)))
}

// summary says in sentences what the shapes of some days show.
func (w *worded) summary(name string, days []booking.Occupancy) string {
	open := slices.DeleteFunc(slices.Clone(days), func(d booking.Occupancy) bool { return len(d.Open) == 0 })
	left := slices.DeleteFunc(slices.Clone(days), func(d booking.Occupancy) bool { return d.Date < w.today })
	sentences := []string{w.N("office.calendar.open_days", len(open), "name", name)}
	if percent, bookable := percentOf(left); bookable {
		sentences = append(sentences, w.T("office.calendar.load", "percent", percent))
		if fullest, at := fullestOf(left); at > 0 {
			sentences = append(sentences, w.T("office.calendar.fullest", "date", w.DayMonth(fullest), "percent", at))
		}
	}
	return strings.Join(append(sentences, w.closures(days)...), " ")
}

// fullestOf returns the date of which most is booked, and how much.
func fullestOf(days []booking.Occupancy) (date town.Date, most int) {
	for i := range days {
		if percent, _ := percentOf(days[i : i+1]); percent > most {
			date, most = days[i].Date, percent
		}
	}
	return date, most
}

// closures names the dates that are closed for a reason, those that follow each
// other in one sentence, and the public holidays in another.
func (w *worded) closures(days []booking.Occupancy) []string {
	var sentences, holidays []string
	for i := 0; i < len(days); i++ {
		o := &days[i]
		if o.Why == booking.ReasonHoliday && o.Date.Weekday() != time.Sunday {
			holidays = append(holidays, w.DayMonth(o.Date))
		}
		if o.Why != booking.ReasonClosure {
			continue
		}
		last := w.closedUntil(days, i)
		sentences = append(sentences, w.closed(o, &days[last]))
		i = last
	}
	if len(holidays) > 0 {
		sentences = append(sentences, w.N("office.calendar.holidays", len(holidays), "dates", strings.Join(holidays, "; ")))
	}
	return sentences
}

// closedUntil returns the last of some dates that are closed for the same reason,
// or wouldn't be open anyway.
func (w *worded) closedUntil(days []booking.Occupancy, first int) int {
	last := first
	for i := first + 1; i < len(days) && len(days[i].Open) == 0; i++ {
		switch {
		case days[i].Why == booking.ReasonClosure && days[i].Text.In(w.Lang) == days[first].Text.In(w.Lang):
			last = i
		case days[i].Why == booking.ReasonClosure, days[i].Why == booking.ReasonHoliday:
			return last
		}
	}
	return last
}

func (w *worded) closed(first, last *booking.Occupancy) string {
	name := w.DayMonth(first.Date)
	if last.Date > first.Date {
		name = w.T("office.calendar.span", "from", name, "to", w.DayMonth(last.Date))
	}
	if why := first.Text.In(w.Lang); why != "" {
		return w.T("office.calendar.closed_because", "when", name, "why", ended(why))
	}
	return w.T("office.calendar.closed", "when", name)
}

// ended ends a sentence once, whoever wrote it.
func ended(text string) string {
	if strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// spanView is a day, or some in a row, with all that is planned and what can be
// done about it.
type spanView struct {
	*view
	place
	When     string // "Dienstag, 8. Dezember 2026"
	Span     bool   // several days
	Days     []dayView
	Ticks    []int
	Facts    []labelled
	Hours    []hourRow // behind the shape of one day
	Acts     []page.Link
	Lists    []page.Link // where one sees who comes
	Back     []page.Link
	From, To string

	holidayShut bool // a public holiday is among the days, and not worked
}

type labelled struct{ Label, Value string }

// hourRow is a stretch of a day in figures.
type hourRow struct {
	From, To                string
	Booked, Staff, Counters int
}

// longestSpan is how many days a page shows together.
const longestSpan = 31

func (o *Pages) day(c *gin.Context) error {
	view := &spanView{view: o.officePage(c, "office.calendar.title")}
	var err error
	if view.place, err = o.placeOf(c, view.view); err != nil {
		return err
	}
	today := o.app.Today(view.branch.ID)
	from := dateOf(c.Query("tag"), today)
	to := min(max(dateOf(c.Query("bis"), from), from), from.AddDays(longestSpan-1))
	days, w, err := o.occupied(c, view.view, &view.place, from, to)
	if err != nil {
		return err
	}
	view.From, view.To, view.Span, view.Ticks = from.String(), to.String(), to > from, w.axis.ticks()
	view.When = view.Date(from)
	if view.Span {
		view.When = view.T("office.calendar.span", "from", view.Date(from), "to", view.Date(to))
	}
	for i := range days {
		view.Days = append(view.Days, w.day(&days[i]))
		view.holidayShut = view.holidayShut || days[i].Why == booking.ReasonHoliday
	}
	if !view.Span {
		view.fillFacts(w, &days[0], today)
	}
	view.fillLinks(from, to, today, w)
	return o.staff.Show(c, http.StatusOK, "calendarday", view)
}

// fillFacts says all about one day.
func (v *spanView) fillFacts(w *worded, o *booking.Occupancy, today town.Date) {
	d := &v.Days[0]
	add := func(label, value string) {
		if value != "" {
			v.Facts = append(v.Facts, labelled{v.T("office.day.fact_" + label), value})
		}
	}
	if d.Open {
		add("hours", d.Hours)
	} else {
		add("hours", v.T("office.day.closed_because", "why", d.Why))
	}
	add("walk_ins", w.hours(o.WalkIn))
	if d.Open {
		add("differs", d.Why)
	}
	add("counters", w.counters(o))
	if o.Date >= today && d.Count != "" {
		add("booked", strings.Trim(d.Count+", "+d.Load, ", "))
	}
	for _, closure := range o.Closures {
		add("closure", v.closure(&closure))
	}
	for _, note := range w.place.notesOn(o.Date) {
		add("note", note)
	}
	if d.Open {
		for _, s := range o.Stretches {
			v.Hours = append(v.Hours, hourRow{
				From: v.Time(time.Unix(s.From, 0).In(w.axis.zone)), To: v.Time(time.Unix(s.To, 0).In(w.axis.zone)),
				Booked: s.Booked, Staff: s.Staff, Counters: s.Counters,
			})
		}
	}
}

// counters words how many people can be served at once: "4", "2 bis 4".
func (w *worded) counters(o *booking.Occupancy) string {
	if len(o.Stretches) == 0 {
		return ""
	}
	least, most := o.Stretches[0].Counters, 0
	for _, s := range o.Stretches {
		least, most = min(least, s.Counters), max(most, s.Counters)
	}
	if least == most {
		return fmt.Sprint(most)
	}
	return w.T("staff.closing.span", "from", least, "to", most)
}

// closure words a closure that covers a day.
func (v *spanView) closure(c *booking.Closure) string {
	parts := []string{v.T("office.day.whole")}
	if c.Part != nil {
		parts[0] = hoursOf(v.View, []booking.Interval{*c.Part})
	}
	if c.WalkInOnly {
		parts = append(parts, v.T("staff.closing.walk_ins"))
	}
	if text := c.Reason.In(v.Lang); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}
