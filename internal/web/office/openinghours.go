package office

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// hoursPath is where the opening rules are shown.
const hoursPath = "/oeffnungszeiten"

// hoursView is an office's opening rules as weekly sheets, and the weeks that
// result.
type hoursView struct {
	*view
	place
	turn
	Appointments []sheetView // that hold, or will
	WalkIns      []sheetView
	Over         []sheetView // that no longer hold
	Result       []weekAhead
	Month        string // address of the calendar
	New          string // address of the form of a new rule
	NewWalkIn    string // of one without an appointment
	Special      []page.Link

	catalogue *catalogue.Catalogue
}

// sheetView is a week as some rules that hold on the same dates make it.
type sheetView struct {
	Title string   // "Jede Woche", "Am 1. Montag im Monat"
	Valid string   // "ab 1. Februar 2027"
	Notes []string // what else restricts them
	Days  []sheetDay
	Dates string // single dates
	Edits []page.Link
}

// sheetDay is a day of the week in a sheet.
type sheetDay struct {
	Name  string
	Times []string // one for each interval, breaks between them
	Room  []string // who is there
}

func (o *Pages) hours(c *gin.Context) error {
	view := &hoursView{view: o.officePage(c, "office.hours.title"), catalogue: o.app.Catalogue()}
	var err error
	if view.place, err = o.placeOf(c, view.view); err != nil {
		return err
	}
	today := o.app.Today(view.branch.ID)
	first := mondayOf(today)
	days, _, err := o.occupied(c, view.view, &view.place, first, first.AddDays(weeksAhead*7-1))
	if err != nil {
		return err
	}
	for i := 0; i < len(days); i += 7 {
		view.Result = append(view.Result, view.weekAhead(view.place, days[i:i+7], today))
	}
	view.New, view.NewWalkIn, view.Special = view.edit("regel"), view.edit(walkInRules), view.specialDays(today)
	view.Path, view.Month = hoursPath, view.link(calendarPath)
	var over []sheetView
	view.Appointments, view.Over = view.sheetsOfRules(view.office.Opening, today, true)
	view.WalkIns, over = view.sheetsOfRules(view.office.WalkIn.Hours, today, false)
	view.Over = append(view.Over, over...)
	return o.staff.Show(c, http.StatusOK, "openinghours", view)
}

// sheetsOfRules joins rules that hold on the same dates into one sheet each, and
// tells those that are over.
func (v *hoursView) sheetsOfRules(rules []booking.OpeningRule, today town.Date, counted bool) (hold, over []sheetView) {
	var seen []*booking.OpeningRule
	kind := "regel"
	if !counted {
		kind = walkInRules
	}
	for i := range rules {
		rule := &rules[i]
		if slices.ContainsFunc(seen, func(other *booking.OpeningRule) bool { return sameDates(other, rule) }) {
			continue
		}
		seen = append(seen, rule)
		var same []*booking.OpeningRule
		for j := range rules {
			if sameDates(rule, &rules[j]) {
				same = append(same, &rules[j])
			}
		}
		sheet := v.sheet(same, counted)
		sheet.Edits = v.edits(same, kind)
		if to := rule.Pattern.To; to != nil && *to < today {
			over = append(over, sheet)
			continue
		}
		hold = append(hold, sheet)
	}
	return hold, over
}

// sameDates reports whether two rules differ in nothing but the days of the week,
// their times and who is there.
func sameDates(a, b *booking.OpeningRule) bool {
	p, q := a.Pattern, b.Pattern
	return max(p.Every, 1) == max(q.Every, 1) && (p.Every <= 1 || p.Anchor == q.Anchor) && slices.Equal(p.Nth, q.Nth) && slices.Equal(p.Dates, q.Dates) &&
		sameDate(p.From, q.From) && sameDate(p.To, q.To) && slices.Equal(a.Services, b.Services) && a.Holidays == b.Holidays
}

func sameDate(a, b *town.Date) bool { return a == b || a != nil && b != nil && *a == *b }

func (v *hoursView) sheet(rules []*booking.OpeningRule, counted bool) sheetView {
	first := rules[0]
	s := sheetView{Title: v.rhythm(&first.Pattern), Valid: v.validity(&first.Pattern)}
	if first.Holidays {
		s.Notes = append(s.Notes, v.T("office.hours.holidays"))
	}
	if len(first.Services) > 0 {
		items := make([]town.Item, len(first.Services))
		for i, id := range first.Services {
			items[i] = town.Item{Service: id, Quantity: 1}
		}
		s.Notes = append(s.Notes, v.T("office.hours.services", "services", strings.Join(v.ItemNames(v.catalogue, items), ", ")))
	}
	s.Dates = v.dates(first, rules, counted)
	for d := range 7 {
		day := time.Weekday((d + 1) % 7)
		cell := sheetDay{Name: v.Weekday(day)}
		for _, rule := range rules {
			if slices.Contains(rule.Pattern.Weekdays, day) {
				v.fillCell(&cell, rule, counted)
			}
		}
		s.Days = append(s.Days, cell)
	}
	if !slices.ContainsFunc(s.Days, func(d sheetDay) bool { return len(d.Times) > 0 }) {
		s.Days = nil
	}
	return s
}

func (v *hoursView) fillCell(cell *sheetDay, rule *booking.OpeningRule, counted bool) {
	for _, iv := range rule.Intervals {
		cell.Times = append(cell.Times, hoursOf(v.View, []booking.Interval{iv}))
	}
	if !counted {
		return
	}
	if room := v.room(rule.Capacity); !slices.Contains(cell.Room, room) {
		cell.Room = append(cell.Room, room)
	}
}

// room words who is there: "4 Plätze, 3 für Termine, 2 online".
func (v *hoursView) room(c booking.Capacity) string {
	return v.N("office.hours.room", c.Counters, "staff", c.Staff, "online", c.Online)
}

// dates words the single dates of some rules, with their times.
func (v *hoursView) dates(first *booking.OpeningRule, rules []*booking.OpeningRule, counted bool) string {
	if len(first.Pattern.Dates) == 0 {
		return ""
	}
	names := make([]string, len(first.Pattern.Dates))
	for i, date := range first.Pattern.Dates {
		names[i] = v.Date(date)
	}
	var cell sheetDay
	for _, rule := range rules {
		v.fillCell(&cell, rule, counted)
	}
	return v.T("office.hours.on_dates", "dates", strings.Join(names, "; "), "times", strings.Join(append(cell.Times, cell.Room...), ", "))
}

// rhythm words in which weeks a pattern holds.
func (v *hoursView) rhythm(p *booking.Pattern) string {
	switch {
	case len(p.Weekdays) == 0:
		return v.T("office.hours.single")
	case p.Every > 1:
		return v.T("office.hours.every", "n", p.Every, "week", v.week(mondayOf(p.Anchor)))
	case len(p.Nth) > 0:
		names := make([]string, len(p.Nth))
		for i, n := range p.Nth {
			names[i] = v.T("office.hours.nth", "n", strconv.Itoa(n))
			if n < 0 {
				names[i] = v.T("office.hours.last")
			}
		}
		return v.T("office.hours.monthly", "which", strings.Join(names, ", "))
	}
	return v.T("office.hours.weekly")
}

// validity words from when to when a pattern holds.
func (v *hoursView) validity(p *booking.Pattern) string {
	switch {
	case p.From != nil && p.To != nil:
		return v.T("office.hours.between", "from", v.DateNumbers(*p.From), "to", v.DateNumbers(*p.To))
	case p.From != nil:
		return v.T("office.hours.from", "from", v.DateNumbers(*p.From))
	case p.To != nil:
		return v.T("office.hours.until", "to", v.DateNumbers(*p.To))
	}
	return v.T("office.hours.always")
}

// edits lead to the forms of rules, each named by what it says.
func (v *hoursView) edits(rules []*booking.OpeningRule, kind string) []page.Link {
	links := make([]page.Link, len(rules))
	for i, rule := range rules {
		names := make([]string, len(rule.Pattern.Weekdays))
		for j, day := range rule.Pattern.Weekdays {
			names[j] = v.Weekday(day)
		}
		if len(names) == 0 {
			names = []string{v.T("office.hours.single")}
		}
		links[i] = page.Link{
			Label: v.T("office.hours.change", "days", strings.Join(names, ", "), "times", hoursOf(v.View, rule.Intervals)),
			URL:   v.edit(kind, "regel", ruleName(*rule)),
		}
	}
	return links
}

// specialDays leads to the days to come that have hours of their own.
func (v *hoursView) specialDays(today town.Date) []page.Link {
	var links []page.Link
	for _, s := range v.office.Special {
		if s.To < today {
			continue
		}
		name := v.Date(s.From)
		if s.To > s.From {
			name = v.T("office.calendar.span", "from", name, "to", v.Date(s.To))
		}
		links = append(links, page.Link{Label: name + ": " + hoursOf(v.View, s.Hours), URL: v.link(dayPath, "tag", s.From.String(), "bis", s.To.String())})
	}
	return links
}
