package office

import (
	"cmp"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/figures"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// figuresView shows a branch's figures as they are, per office and room, never per
// person.
type figuresView struct {
	*view
	From, To string
	By       string
	Choices  []page.Option
	Tiles    []figureTile
	Visits   chart
	Waits    chart
	Head     string // of the first column
	Rows     []figureRow
	Heat     heatSheet
	Leads    []leadRow
	Words    []page.Option // what the words mean
	HandSays string        // how many were entered by hand; empty: none
	OldSays  string        // how many visits are from before steps were recorded; empty: none

	branch    *catalogue.Branch
	catalogue *catalogue.Catalogue
}

// figureTile is a figure of the span beside that of the span before.
type figureTile struct{ Figure, Says, Before string }

type figureRow struct {
	Key                                                                string
	Visits, Appointments, WalkIns, Served, Assumed, NoShows, Cancelled int
	Abandoned                                                          int
	Load                                                               string
	Lengths                                                            []string
}

// leadRow tells of appointments that were made so long before.
type leadRow struct {
	Lead                   string
	Appointments, Missed   int
	Percent, MissedMinutes string
}

// figureDays is the span that is shown first.
const figureDays = 28

var figureChoices = []figures.By{
	figures.ByDay, figures.ByWeek, figures.ByMonth, figures.ByYear, figures.ByHour, figures.ByWeekday,
	figures.ByService, figures.ByOffice, figures.ByChannel,
}

func (o *Pages) figures(c *gin.Context) error {
	view := &figuresView{view: o.officePage(c, "staff.figures.title")}
	branch := town.BranchID(view.Branch)
	today := town.DateOf(o.app.Now(), o.staff.Frame.ZoneOf(branch))
	r := app.FigureRequest{Branch: branch, From: today.AddDays(1 - figureDays), To: today, By: figures.By(c.Query("nach"))}
	if asked, err := town.ParseDate(c.Query("von")); err == nil {
		r.From = asked
	}
	if asked, err := town.ParseDate(c.Query("bis")); err == nil {
		r.To = asked
	}
	if !r.By.Valid() {
		r.By = usualBy(r)
	}
	view.From, view.To, view.By = r.From.String(), r.To.String(), string(r.By)
	view.choices(o.app.Figures.ByRoom())
	view.catalogue = o.app.Catalogue()
	view.branch, _ = view.catalogue.Branch(branch)
	return o.staff.ShowRefused(c, view.View, o.fillFigures(c, view, r), "figures", view)
}

// usualBy is what a span is looked at by where nobody chose.
func usualBy(r app.FigureRequest) figures.By {
	switch days := int(r.To - r.From); {
	case days < 36:
		return figures.ByDay
	case days < 200:
		return figures.ByWeek
	case days < 1100:
		return figures.ByMonth
	}
	return figures.ByYear
}

func (v *figuresView) choices(rooms bool) {
	shown := figureChoices
	if rooms {
		shown = append(shown[:len(shown):len(shown)], figures.ByRoom)
	}
	for _, by := range shown {
		v.Choices = append(v.Choices, page.Option{Value: string(by), Label: v.T("staff.figures.by_" + string(by))})
	}
	for _, word := range []string{"visit", "waiting", "way", "serving", "aside", "late", "late_person", "no_show", "abandoned", "assumed", "load", "percentile"} {
		v.Words = append(v.Words, page.Option{Label: v.T("staff.figures.word_" + word), Value: v.T("staff.figures.means_" + word)})
	}
	v.Head = v.T("staff.figures.by_" + v.By)
}

// fillFigures reads what the page shows: the span, and the one before for comparison.
func (o *Pages) fillFigures(c *gin.Context, v *figuresView, r app.FigureRequest) error {
	ctx, actor := c.Request.Context(), page.ActorOf(c)
	counted, err := o.app.Figures.CountedBy(ctx, actor, r, r.By, figures.ByAll, figures.ByHourOfWeek, figures.ByLead)
	if err != nil {
		return err
	}
	earlier := app.FigureRequest{Branch: r.Branch, From: r.From - (r.To - r.From) - 1, To: r.From - 1, By: figures.ByAll}
	before, err := o.app.Figures.Counted(ctx, actor, earlier)
	if err != nil {
		return err
	}
	v.fillRows(counted[0])
	v.fillTiles(only(counted[1]), only(before))
	v.Heat = v.heat(counted[2])
	v.fillLeads(counted[3])
	return nil
}

func only(rows []figures.Row) *figures.Row {
	if len(rows) == 0 {
		return &figures.Row{}
	}
	return &rows[0]
}

func (v *figuresView) fillTiles(now, before *figures.Row) {
	tile := func(says, figure, before string) {
		v.Tiles = append(v.Tiles, figureTile{Figure: figure, Says: v.T(says), Before: v.T("staff.figures.before", "figure", before)})
	}
	tile("staff.figures.visits", fmt.Sprint(now.Visits()), fmt.Sprint(before.Visits()))
	tile("staff.figures.waiting_median", middle(now, figures.Waiting), middle(before, figures.Waiting))
	tile("staff.figures.waiting_p90", minutesOf(now.Spread(figures.Waiting).P90), minutesOf(before.Spread(figures.Waiting).P90))
	tile("staff.figures.no_shows_of", percent(now.Missed(), now.Appointments()), percent(before.Missed(), before.Appointments()))
	tile("staff.figures.load", percent(now.Booked(), now.Capacity), percent(before.Booked(), before.Capacity))
	if now.Old() > 0 {
		v.OldSays = v.N("staff.figures.old", now.Old())
	}
	if now.ByHand() > 0 {
		v.HandSays = v.N("staff.figures.by_hand", now.ByHand())
	}
}

// middle is the median, and of few visits their mean.
func middle(r *figures.Row, l figures.Length) string {
	s := r.Spread(l)
	if s.Median == figures.Unknown {
		return minutesOf(s.Mean)
	}
	return minutesOf(s.Median)
}

func (v *figuresView) fillRows(rows []figures.Row) {
	var visits, missed, medians, tops []int
	for i := range rows {
		f := &rows[i]
		row := figureRow{
			Key: v.keyOf(f.Key), Visits: f.Visits(), Appointments: f.Appointments(), WalkIns: f.WalkIns(),
			Served: f.Ended(figures.Served), Assumed: f.Ended(figures.Assumed), NoShows: f.Ended(figures.NoShow),
			Cancelled: f.Ended(figures.Cancelled), Abandoned: f.Ended(figures.Abandoned), Load: percent(f.Booked(), f.Capacity),
		}
		for _, l := range []figures.Length{figures.Waiting, figures.Serving, figures.LateOffice, figures.LatePerson, figures.Way, figures.Aside} {
			s := f.Spread(l)
			row.Lengths = append(row.Lengths, minutesOf(s.Mean), spreadOf(s))
		}
		v.Rows = append(v.Rows, row)
		s := f.Spread(figures.Waiting)
		visits, missed = append(visits, f.Visits()), append(missed, f.Ended(figures.NoShow))
		medians, tops = append(medians, int(max(0, s.Median, minWhereFew(s)))), append(tops, int(max(0, s.P90)))
	}
	if len(rows) < 2 {
		return
	}
	first, last := v.Rows[0].Key, v.Rows[len(rows)-1].Key
	v.Visits = barChart(visits, missed)
	v.Visits.words(v, "visits", first, last, fmt.Sprint(v.Visits.top))
	v.Waits = barChart(tops, medians)
	v.Waits.words(v, "waits", first, last, minutesOf(figures.Seconds(v.Waits.top)))
}

// minWhereFew is the mean where there are too few for a median.
func minWhereFew(s figures.Spread) figures.Seconds {
	if s.Median == figures.Unknown {
		return s.Mean
	}
	return 0
}

func (v *figuresView) fillLeads(rows []figures.Row) {
	for i := range rows {
		r := &rows[i]
		if r.Appointments() == 0 {
			continue
		}
		v.Leads = append(v.Leads, leadRow{
			Lead: v.T("staff.figures.lead_" + r.Key), Appointments: r.Appointments(), Missed: r.Missed(),
			Percent: percent(r.Missed(), r.Appointments()), MissedMinutes: idleHours(r.MissedMinutes()),
		})
	}
}

// keyOf words a row's key.
func (v *figuresView) keyOf(key string) string {
	switch figures.By(v.By) {
	case figures.ByDay:
		if d, err := town.ParseDate(key); err == nil {
			return v.dayOf(d)
		}
	case figures.ByWeek:
		return v.T("office.calendar.week_short", "week", key[len("2026-W"):]) + " " + key[:len("2026")]
	case figures.ByMonth:
		if d, err := town.ParseDate(key + "-01"); err == nil {
			return v.Month(d)
		}
	case figures.ByHour:
		return v.T("staff.figures.hour", "hour", key)
	case figures.ByWeekday:
		return v.Weekday(time.Weekday(key[0]-'0') % 7)
	case figures.ByService:
		return v.serviceName(town.ServiceID(key))
	case figures.ByOffice:
		return cmp.Or(page.OfficeOf(v.branch, town.OfficeID(key)).Name.In(v.Lang), key)
	case figures.ByRoom:
		return cmp.Or(page.RoomLabel(v.branch, town.RoomID(key)), v.T("staff.figures.never_called"))
	case figures.ByChannel:
		return v.T("staff.figures.channel_" + cmp.Or(key, "unknown"))
	}
	return key
}

// dayOf names a day, with its year where the span has several.
func (v *figuresView) dayOf(d town.Date) string {
	if v.From[:len("2006")] == v.To[:len("2006")] {
		return v.DayMonth(d)
	}
	return v.DayMonth(d) + " " + d.String()[:len("2006")]
}

func (v *figuresView) serviceName(id town.ServiceID) string {
	if service, ok := v.catalogue.Service(id); ok {
		return service.Name.In(v.Lang)
	}
	return string(id)
}

// weekdayShort names a day of the week, Monday as 1.
func (v *figuresView) weekdayShort(day int) string { return v.WeekdayShort(time.Weekday(day % 7)) }

func percent(part, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d %%", (part*100+of/2)/of)
}

// idleHours writes minutes as hours, rounded.
func idleHours(minutes int) string { return fmt.Sprintf("%d h", (minutes+30)/60) }

func spreadOf(s figures.Spread) string {
	if s.Median == figures.Unknown {
		return "–"
	}
	return fmt.Sprintf("%s (%s–%s)", shortMinutes(s.Median), shortMinutes(s.P10), shortMinutes(s.P90))
}

func shortMinutes(length figures.Seconds) string {
	return fmt.Sprint(int((time.Duration(length) * time.Second).Round(time.Minute) / time.Minute))
}

func minutesOf(length figures.Seconds) string {
	if length == figures.Unknown {
		return "–"
	}
	return shortMinutes(length) + " min"
}
