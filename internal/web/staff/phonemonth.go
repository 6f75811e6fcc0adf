package staff

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// monthView is the month of a day, to choose another day by while somebody is on the
// telephone: its buttons belong to the form, so that nothing typed is lost.
type monthView struct {
	Name       string
	Prev, Next *monthDay // the first of the month before, unless it is over, and after
	Weekdays   []monthWeekday
	Weeks      [][]monthDay
}

type monthWeekday struct{ Short, Name string }

// monthDay is a day of the sheet; without Date it lies outside the month.
type monthDay struct {
	Date   string
	Day    int
	State  string // free, full, closed
	Spoken string // date, and what there is on it
	Chosen bool
	Label  string // of the month, where it leads to another
}

// otherBranch is a branch to which a booking by telephone can be switched.
type otherBranch struct {
	Name    string
	Action  string
	Current bool
}

// phoneDay shows the form of an appointment by telephone for another day, or another
// branch, with everything that was typed. It changes nothing.
func (s *Pages) phoneDay(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	chosen := page.ReadChoice(form)
	view := s.phoneView(c, chosen)
	view.typed(form)
	view.Start = ""
	if err := s.fillTimesFrom(c, view, chosen, form.Get("tag")); err != nil {
		return err
	}
	return s.Show(c, http.StatusOK, "phone", view)
}

// fillMonth adds the calendar, the branches, and what is to be read out.
func (s *Pages) fillMonth(c *gin.Context, view *phoneView, w plan.Wanted) error {
	branch := s.branch(c)
	today := s.today(branch)
	at, err := town.ParseDate(view.From)
	if err != nil {
		at = today
	}
	year, month, _ := at.UTC().Date()
	first := town.NewDate(year, month, 1)
	next := town.NewDate(year, month+1, 1)
	calendar, err := s.app.Memory.Days(c.Request.Context(), w, first, next-1)
	if err != nil {
		return err
	}
	m := &monthView{Name: view.Month(first)}
	if first > today {
		before := town.NewDate(year, month-1, 1)
		m.Prev = &monthDay{Date: max(before, today).String(), Label: view.Month(before)}
	}
	m.Next = &monthDay{Date: next.String(), Label: view.Month(next)}
	for _, day := range []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday} {
		m.Weekdays = append(m.Weekdays, monthWeekday{view.WeekdayShort(day), view.Weekday(day)})
	}
	m.Weeks = view.weeksOf(first, calendar.Days, at)
	view.Calendar = m
	s.fillBranches(c, view, w.Items)
	if office, ok := branch.OfficeOf(firstOf(w.Items)); ok {
		wanted := queue.Ticket{Branch: branch.ID, Items: w.Items, Date: at, Start: at.Start(page.Zone(branch))}
		wanted.Office = office.ID
		view.Readout = view.VisitOf(s.app.Catalogue(), wanted).Services
	}
	return nil
}

func firstOf(items []town.Item) town.ServiceID {
	if len(items) == 0 {
		return ""
	}
	return items[0].Service
}

// weeksOf lays a month out in weeks from Monday.
func (v *View) weeksOf(first town.Date, days []booking.Day, chosen town.Date) [][]monthDay {
	week := make([]monthDay, (int(first.Weekday())+6)%7, 7)
	var weeks [][]monthDay
	for _, day := range days {
		week = append(week, v.monthDay(day, chosen))
		if len(week) == 7 {
			weeks, week = append(weeks, week), make([]monthDay, 0, 7)
		}
	}
	if len(week) > 0 {
		weeks = append(weeks, append(week, make([]monthDay, 7-len(week))...))
	}
	return weeks
}

func (v *View) monthDay(day booking.Day, chosen town.Date) monthDay {
	d := monthDay{Date: day.Date.String(), Day: day.Date.UTC().Day(), State: string(day.State), Chosen: day.Date == chosen}
	says := v.T("booking.day.full_spoken")
	switch day.State {
	case booking.DayFree:
		says = v.N("booking.day.free_spoken", day.Free)
	case booking.DayClosed:
		says = v.T("booking.reason_spoken." + string(day.Reason))
	}
	d.Spoken = v.DayMonth(day.Date) + ": " + says
	return d
}

// fillBranches lists the branches that offer what is wanted, where the person may book.
func (s *Pages) fillBranches(c *gin.Context, view *phoneView, items []town.Item) {
	here := s.branch(c).ID
	var all []*catalogue.Branch
	for _, b := range page.BranchesFor(s.app.Catalogue(), items) {
		if page.ActorOf(c).MayDesk(b.ID) == nil {
			all = append(all, b)
		}
	}
	if len(all) < 2 {
		return
	}
	for _, b := range all {
		view.Elsewhere = append(view.Elsewhere, otherBranch{b.Name.In(view.Lang), ReceptionPath(b.ID) + "/termin/tag", b.ID == here})
	}
}
