package office

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// overviewView is the office's first page: what has to be done, how things stand
// now, and the next four weeks.
type overviewView struct {
	*view
	Tasks []task
	Now   []branchLine
	Rest  string // of the branches that aren't shown, what they come to; empty: all are
	Weeks []string
	Ahead []officeAhead
	More  string // how many offices aren't shown; empty: all are
}

// task is something that somebody has to do, and where.
type task struct {
	Says, Where string
	URL         string
	weight      int // the heavier the sooner
}

// branchLine is how a branch stands now.
type branchLine struct {
	Branch  string
	Facts   []fact
	longest time.Duration
	notable bool
}

// fact is a figure with its words, and where one acts.
type fact struct {
	Figure, Says, URL string
	Bad               bool

	task string // what it says where it is bad
}

// officeAhead is the next four weeks of an office.
type officeAhead struct {
	Name, At, URL string
	Weeks         []weekAhead
}

// weekAhead is a week of an office in a few words and seven bars.
type weekAhead struct {
	Label, Says, Spoken, URL string
	Bars                     bars
}

// bars are the days of a week side by side, as data of SVG paths.
type bars struct{ Room, Taken, Shut string }

// At one look: no more branches and offices than this.
const (
	branchesShown = 6
	officesShown  = 12
	weeksAhead    = 4
)

func (o *Pages) overview(c *gin.Context) error {
	view := &overviewView{view: o.officePage(c, "office.overview.title")}
	devices, err := o.app.Access.Devices(c.Request.Context())
	if err != nil {
		return err
	}
	unreached, err := o.app.Mails.CountUnreached(c.Request.Context(), page.ActorOf(c))
	if err != nil {
		return err
	}
	live := slices.DeleteFunc(o.staff.Managed(c), func(b *catalogue.Branch) bool { return b.Retired })
	ids := make([]town.BranchID, len(live))
	for i, b := range live {
		ids[i] = b.ID
	}
	now, err := o.app.Figures.BranchesNow(c.Request.Context(), page.ActorOf(c), ids)
	if err != nil {
		return err
	}
	var ahead []officeDays
	for i, b := range live {
		unfit, err := o.app.Dealings.Unfit(c.Request.Context(), b.ID)
		if err != nil {
			return err
		}
		o.fillNow(view, b, now[i], devices)
		if err := o.fillTasks(c, view, b, unfit, unreached[b.ID]); err != nil {
			return err
		}
		if ahead, err = o.daysAhead(c, ahead, b, unfit); err != nil {
			return err
		}
	}
	slices.SortStableFunc(view.Tasks, func(x, y task) int { return cmp.Compare(y.weight, x.weight) })
	view.shorten()
	view.fillAhead(ahead)
	return o.staff.Show(c, 200, "overview", view)
}

// shorten keeps what needs a look first, where there is more than one look takes
// in.
func (v *overviewView) shorten() {
	if n := len(v.Now) - branchesShown; n > 0 {
		slices.SortStableFunc(v.Now, func(x, y branchLine) int {
			return cmp.Or(compareBool(y.notable, x.notable), cmp.Compare(y.longest, x.longest))
		})
		v.Now, v.Rest = v.Now[:branchesShown], v.N("office.overview.rest", n)
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// fillNow adds how a branch stands now.
func (o *Pages) fillNow(v *overviewView, b *catalogue.Branch, now app.BranchNow, devices []ledger.Device) {
	line := branchLine{Branch: b.Name.In(v.Lang), longest: now.Longest, notable: now.Here > 0}
	reception := staff.ReceptionPath(b.ID)
	line.Facts = append(line.Facts, fact{Figure: fmt.Sprint(now.Here), Says: v.T("office.overview.here"), URL: reception})
	if now.Longest >= time.Minute {
		line.Facts = append(line.Facts, fact{Figure: v.N("date.minutes", int(now.Longest/time.Minute)), Says: v.T("office.overview.longest"), URL: reception, Bad: now.Longest >= longWait})
	}
	line.Facts = append(line.Facts, o.deskFact(v, b, now))
	if f, any := o.screenFact(v, b, devices); any {
		line.Facts, line.notable = append(line.Facts, f), line.notable || f.Bad
		if f.Bad && now.Planned > 0 {
			v.Tasks = append(v.Tasks, task{Says: f.task, Where: line.Branch, URL: f.URL, weight: 70})
		}
	}
	v.Now = append(v.Now, line)
	for _, cry := range o.app.Alarms.Standing(b.ID) {
		if cry.Comes != nil {
			continue
		}
		v.Tasks = append(v.Tasks, task{
			Where: line.Branch, URL: staff.OfficeRoot + "/protokoll?branch=" + string(b.ID), weight: 100,
			Says: v.T("staff.alarm", "room", cry.Label, "time", v.Time(cry.At.In(page.Zone(b)))),
		})
	}
}

// longWait is from when on a wait is said in red.
const longWait = 45 * time.Minute

func (o *Pages) deskFact(v *overviewView, b *catalogue.Branch, now app.BranchNow) fact {
	f := fact{
		Figure: v.T("office.overview.of", "count", now.Serving, "all", now.Planned), Says: v.T("office.overview.desks"),
		URL: staff.OfficeRoot + calendarPath + "/tag?branch=" + string(b.ID),
	}
	if now.Planned == 0 {
		f.Figure, f.Says = fmt.Sprint(now.Serving), v.T("office.overview.desks_closed")
	}
	return f
}

// screenFact says how the screens of a branch are; false: it has none.
func (o *Pages) screenFact(v *overviewView, b *catalogue.Branch, devices []ledger.Device) (fact, bool) {
	all := 0
	for _, d := range devices {
		if !d.Revoked && d.Branch == b.ID && d.Kind == ledger.DeviceDisplay {
			all++
		}
	}
	connected, sounding := o.screens.Branch(b.ID)
	f := fact{Figure: v.T("office.overview.of", "count", connected, "all", all), URL: staff.OfficeRoot + "/geraete", Bad: connected < all || sounding < connected}
	switch {
	case connected < all:
		f.Says, f.task = v.T("office.overview.screens_away"), v.T("office.overview.screens_task", "figure", f.Figure)
	case sounding < connected:
		f.Says, f.task = v.T("office.overview.screens_mute"), v.T("office.overview.mute_task")
	default:
		f.Says = v.T("office.overview.screens")
	}
	return f, all > 0
}

// fillTasks adds what has to be done at a branch.
func (o *Pages) fillTasks(c *gin.Context, v *overviewView, b *catalogue.Branch, unfit []daybook.Unfit, unreached int) error {
	where := b.Name.In(v.Lang)
	if n := len(unfit); n > 0 {
		v.Tasks = append(v.Tasks, task{
			Says: v.N("office.overview.unfit", n, "date", v.DayMonth(unfit[0].Date)), Where: where,
			URL: staff.ConcernedPath(b.ID), weight: 90,
		})
		held, err := o.app.Dealings.HeldReminders(c.Request.Context(), page.ActorOf(c), b.ID)
		if err != nil {
			return err
		}
		if held > 0 {
			v.Tasks = append(v.Tasks, task{Says: v.N("office.overview.reminders", held), Where: where, URL: staff.ConcernedPath(b.ID), weight: 95})
		}
	}
	if unreached > 0 {
		v.Tasks = append(v.Tasks, task{Says: v.N("office.overview.unreached", unreached), Where: where, URL: staff.UnreachedPath(b.ID), weight: 80})
	}
	if o.printers == nil {
		return nil
	}
	for _, fault := range o.printers.FaultsAt(b.ID) {
		v.Tasks = append(v.Tasks, task{Says: v.Fault(fault, page.Zone(b)), Where: where, URL: staff.OfficeRoot + "/geraete", weight: 60})
	}
	return nil
}

// officeDays is an office's next four weeks, from Monday on.
type officeDays struct {
	place
	days     []booking.Occupancy
	today    town.Date
	pressing int // by which those are shown first that need a look
}

// daysAhead adds the next four weeks of a branch's offices.
func (o *Pages) daysAhead(c *gin.Context, all []officeDays, b *catalogue.Branch, unfit []daybook.Unfit) ([]officeDays, error) {
	today := o.app.Today(b.ID)
	first := mondayOf(today)
	for i := range b.Offices {
		own := &b.Offices[i]
		if own.Retired {
			continue
		}
		days, err := o.app.Figures.Occupancy(c.Request.Context(), page.ActorOf(c), b.ID, own.ID, first, first.AddDays(weeksAhead*7-1))
		if err != nil {
			return nil, err
		}
		office := officeDays{place: place{branch: b, office: own}, days: days, today: today}
		for week := range weeksAhead {
			percent, _ := percentOf(days[week*7 : week*7+7])
			office.pressing = max(office.pressing, percent)
		}
		for _, u := range unfit {
			if u.Office == own.ID {
				office.pressing += 100
			}
		}
		all = append(all, office)
	}
	return all, nil
}

// fillAhead words the next four weeks of offices: of many, of those that need a look
// first.
func (v *overviewView) fillAhead(offices []officeDays) {
	if n := len(offices) - officesShown; n > 0 {
		slices.SortStableFunc(offices, func(x, y officeDays) int { return cmp.Compare(y.pressing, x.pressing) })
		offices, v.More = offices[:officesShown], v.N("office.overview.more", n)
	}
	for _, o := range offices {
		o.Wo, o.OfficeName, o.At = officeValue(o.branch.ID, o.office.ID), o.office.Name.In(v.Lang), o.branch.Name.In(v.Lang)
		ahead := officeAhead{Name: o.OfficeName, At: o.At, URL: o.link(calendarPath)}
		for week := range weeksAhead {
			ahead.Weeks = append(ahead.Weeks, v.weekAhead(o.place, o.days[week*7:week*7+7], o.today))
		}
		v.Ahead = append(v.Ahead, ahead)
	}
}

// weekAhead words a week of an office; what is over of it doesn't count.
func (v *view) weekAhead(p place, days []booking.Occupancy, today town.Date) weekAhead {
	left := slices.DeleteFunc(slices.Clone(days), func(d booking.Occupancy) bool { return d.Date < today })
	w := weekAhead{Label: v.week(days[0].Date), URL: p.link(weekPath, "tag", days[0].Date.String()), Bars: barsOf(days, today)}
	percent, bookable := percentOf(left)
	w.Says = v.T("office.day.percent", "percent", percent)
	spoken := v.T("office.day.load", "percent", percent)
	if !bookable {
		w.Says, spoken = v.T("office.overview.shut"), v.T("office.overview.shut_spoken")
	}
	if closed := v.closedDays(left); closed != "" && bookable {
		w.Says += ", " + closed
		spoken += ", " + closed
	}
	w.Spoken = v.T("office.overview.week_spoken", "office", p.OfficeName, "week", w.Label, "says", spoken)
	return w
}

// closedDays names the days of a week on which it would be open and isn't.
func (v *view) closedDays(days []booking.Occupancy) string {
	var names []string
	for i := range days {
		d := &days[i]
		if d.Why == booking.ReasonClosure || d.Why == booking.ReasonHoliday && d.Date.Weekday() != time.Sunday && d.Date.Weekday() != time.Saturday {
			names = append(names, v.WeekdayShort(d.Date.Weekday()))
		}
	}
	if len(names) == 0 || len(names) >= 5 {
		return ""
	}
	return v.T("office.overview.days_shut", "days", strings.Join(names, ", "))
}

// barWidth, barGap and barHeight are the measures of a week's bars.
const barWidth, barGap, barHeight = 10, 4, 40

func barsOf(days []booking.Occupancy, today town.Date) bars {
	var room, taken, shut strings.Builder
	for i := range days {
		x := i * (barWidth + barGap)
		percent, bookable := percentOf(days[i : i+1])
		switch {
		case !bookable && days[i].Why == booking.ReasonWeekday, days[i].Date < today:
		case !bookable:
			fmt.Fprintf(&shut, "M%d 0h%dv%dh-%dz", x, barWidth, barHeight, barWidth)
		default:
			fmt.Fprintf(&room, "M%d 0h%dv%dh-%dz", x, barWidth, barHeight, barWidth)
			if full := percent * barHeight / 100; full > 0 {
				fmt.Fprintf(&taken, "M%d %dh%dv%dh-%dz", x, barHeight-full, barWidth, full, barWidth)
			}
		}
	}
	return bars{Room: room.String(), Taken: taken.String(), Shut: shut.String()}
}

// week names a week as office diaries do: "KW 50".
func (v *view) week(monday town.Date) string {
	_, number := monday.UTC().ISOWeek()
	return v.T("office.calendar.week_short", "week", number)
}

// mondayOf returns the Monday of a date's week.
func mondayOf(d town.Date) town.Date { return d.AddDays(-((int(d.Weekday()) + 6) % 7)) }
