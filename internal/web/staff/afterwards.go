package staff

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// How many empty lines the page offers; the script adds more.
const (
	emptyLines   = 10
	emptyWalkIns = 3
	maxAlike     = 20 // people in one line without numbers
)

// afterwardsView is the page for what happened by hand while the program was
// away: quickly typed from the printed list, answered line by line.
type afterwardsView struct {
	*View
	Base        string
	Date, First string // Date as it was typed
	Today       string
	Key         string
	Stands      []standingLine // what was entered just now
	Lines       []afterLine
	WalkIns     []afterLine
	Services    []secondGroup
}

// standingLine is a line that stands now; Undo is its ticket where the step can
// be taken back.
type standingLine struct {
	Text, Undo string
	Version    int64
}

// afterLine is a line as it was typed, with what stands in its way.
type afterLine struct {
	Index         int
	Number, Clock string
	Service       string
	Count         string
	Outcomes      []page.Option
	Outcome       string
	Error         string
}

func afterwardsPath(branch town.BranchID) string { return ListPath(branch) + "/nachtrag" }

// registerAfterwards adds the page below the day list.
func (s *Pages) registerAfterwards(branch page.Routes) {
	branch.GET("/liste/nachtrag", s.afterwards)
	branch.POST("/liste/nachtrag", s.enterAfterwards)
	branch.POST("/liste/nachtrag/zurueck", s.undoAfterwards)
}

func (s *Pages) afterwards(c *gin.Context) error {
	day, asked := c.GetQuery("tag")
	if !asked {
		day = s.today(s.branch(c)).String()
	}
	view, _, wrong := s.afterwardsView(c, day)
	if number := s.Frame.Happened(c).Get("zurueck"); number != "" {
		view.News = view.done(string(deskwork.Undo), number)
	}
	return s.ShowRefused(c, view.View, wrong, "afterwards", view)
}

// afterwardsView is the page with empty lines for a day. One that can't be entered
// stays as it was typed, with the reason, and is never taken for another.
func (s *Pages) afterwardsView(c *gin.Context, day string) (*afterwardsView, town.Date, error) {
	branch := s.branch(c)
	today := s.today(branch)
	first := today.AddDays(-app.AfterwardsDays)
	view := &afterwardsView{
		View: s.NewView(c, "staff.afterwards.title"), Base: afterwardsPath(branch.ID), Key: rand.Text(),
		Date: day, Today: today.String(), First: first.String(),
	}
	view.Place = branch.Name.In(view.Lang)
	date, err := town.ParseDate(day)
	switch {
	case err != nil:
		err = problem.Field("tag", "date.unknown")
	case date > today || date < first:
		err = problem.Field("tag", "afterwards.date")
	default:
		view.Title += ": " + view.Page.Date(date)
	}
	all := s.app.Catalogue()
	for i := range branch.Offices {
		if group := view.secondGroup(all, &branch.Offices[i]); !branch.Offices[i].Retired && len(group.Services) > 0 {
			view.Services = append(view.Services, group)
		}
	}
	view.fillUp()
	return view, date, err
}

// fillUp adds empty lines.
func (v *afterwardsView) fillUp() {
	for len(v.Lines) < emptyLines {
		v.Lines = append(v.Lines, afterLine{Outcome: string(app.HappenedServed)})
	}
	for len(v.WalkIns) < emptyWalkIns {
		v.WalkIns = append(v.WalkIns, afterLine{Count: "1"})
	}
	for i := range v.Lines {
		v.Lines[i].Index, v.Lines[i].Outcomes = i+1, v.outcomes()
	}
	for i := range v.WalkIns {
		v.WalkIns[i].Index = i + 1
	}
}

func (v *afterwardsView) outcomes() []page.Option {
	var all []page.Option
	for _, what := range []app.Happened{app.HappenedServed, app.HappenedNoShow, app.HappenedCancelled} {
		all = append(all, page.Option{Value: string(what), Label: v.T("staff.afterwards." + string(what))})
	}
	return all
}

// enterAfterwards writes the lines down. What stands is listed, what was refused
// keeps what was typed, with the reason beside it.
func (s *Pages) enterAfterwards(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	view, date, err := s.afterwardsView(c, form.Get("tag"))
	view.Lines, view.WalkIns = nil, nil
	list := readAfterwards(view, form)
	actor := page.ActorOf(c)
	actor.Key = form.Get("key")
	var entered []app.Entered
	if err == nil && len(list.entries) > 0 {
		entered, err = s.app.EnterAfterwards(c.Request.Context(), actor, app.Afterwards{Branch: s.branch(c).ID, Date: date, Entries: list.entries})
	}
	e := problem.Of(err)
	switch {
	case err != nil && e.Unsettled():
		return err

	case err != nil:
		view.Alert, view.Focus = &page.Alert{Title: view.FirstField(e)}, true
		list.keepAll(view)
	default:
		list.answer(view, s.app.Catalogue(), entered, s.today(s.branch(c)))
	}
	view.fillUp()
	status := http.StatusOK
	if view.Alert != nil {
		status = http.StatusUnprocessableEntity
	}
	return s.Show(c, status, "afterwards", view)
}

// typedList is what was typed: the lines, and what they ask for.
type typedList struct {
	lines   []typedLine
	entries []app.AfterwardsEntry
}

// typedLine is a line with its entries: none where it can't be read.
type typedLine struct {
	afterLine
	walkIn   bool
	from, to int // of entries
}

func readAfterwards(v *afterwardsView, form url.Values) *typedList {
	list := &typedList{}
	for i, number := range form["number"] {
		line := afterLine{Number: strings.TrimSpace(number), Outcome: nth(form["outcome"], i), Clock: nth(form["clock"], i)}
		if line.Number == "" && line.Clock == "" {
			continue
		}
		list.add(v, line, false)
	}
	for i, service := range form["service"] {
		line := afterLine{Service: service, Count: nth(form["count"], i), Clock: nth(form["when"], i)}
		if line.Service == "" {
			continue
		}
		list.add(v, line, true)
	}
	return list
}

func nth(values []string, i int) string {
	if i >= len(values) {
		return ""
	}
	return strings.TrimSpace(values[i])
}

// add reads a line, or notes on it why it can't be read.
func (l *typedList) add(v *afterwardsView, line afterLine, walkIn bool) {
	typed := typedLine{afterLine: line, walkIn: walkIn, from: len(l.entries)}
	entry, count, err := line.entry(walkIn)
	if err != nil {
		typed.Error = v.FirstField(problem.Of(err))
		count = 0
	}
	for range count {
		l.entries = append(l.entries, entry)
	}
	typed.to = len(l.entries)
	l.lines = append(l.lines, typed)
}

func (line afterLine) entry(walkIn bool) (entry app.AfterwardsEntry, count int, err error) {
	if entry.At, err = typedClock(line.Clock); err != nil {
		return entry, 0, err
	}
	if walkIn {
		entry.Service, entry.What = town.ServiceID(line.Service), app.HappenedServed
		count, err = strconv.Atoi(line.Count)
		if err != nil || count < 1 || count > maxAlike {
			return entry, 0, problem.Field("count", "field.range")
		}
		return entry, count, nil
	}
	entry.What = app.Happened(line.Outcome)
	if entry.Number, err = town.ParseNumber(line.Number); err != nil {
		return entry, 0, problem.Field("number", "field.number")
	}
	return entry, 1, nil
}

// typedClock reads a time as it is typed in a hurry: 9:40, 9.40, 0940; nil for
// nothing.
func typedClock(text string) (*town.TimeOfDay, error) {
	if text == "" {
		return nil, nil
	}
	digits := strings.NewReplacer(".", "", ":", "", " ", "").Replace(text)
	if len(digits) == 3 {
		digits = "0" + digits
	}
	if len(digits) != 4 {
		return nil, problem.Field("clock", "field.time")
	}
	clock, err := town.ParseTimeOfDay(digits[:2] + ":" + digits[2:])
	if err != nil {
		return nil, problem.Field("clock", "field.time")
	}
	return &clock, nil
}

// answer lists what stands and keeps what doesn't.
func (l *typedList) answer(v *afterwardsView, all *catalogue.Catalogue, entered []app.Entered, today town.Date) {
	for _, line := range l.lines {
		refused := 0
		for _, e := range entered[line.from:line.to] {
			if e.Refused != nil {
				line.Error = v.FirstField(e.Refused)
				refused++
				continue
			}
			v.Stands = append(v.Stands, v.standing(all, e.Ticket, line.walkIn, today))
		}
		if line.Error == "" {
			continue
		}
		if refused > 0 {
			line.Count = strconv.Itoa(refused)
		}
		v.keep(line)
	}
	switch {
	case len(v.Lines)+len(v.WalkIns) > 0:
		v.Alert = &page.Alert{Title: v.N("staff.afterwards.refused", len(v.Lines)+len(v.WalkIns))}
	case len(v.Stands) == 0:
		v.Alert = &page.Alert{Title: v.T("staff.afterwards.nothing")}
	}
	v.Focus = v.Alert != nil
}

func (l *typedList) keepAll(v *afterwardsView) {
	for _, line := range l.lines {
		v.keep(line)
	}
}

func (v *afterwardsView) keep(line typedLine) {
	if line.walkIn {
		v.WalkIns = append(v.WalkIns, line.afterLine)
		return
	}
	v.Lines = append(v.Lines, line.afterLine)
}

// standing words a line that stands.
func (v *afterwardsView) standing(all *catalogue.Catalogue, t queue.Ticket, walkIn bool, today town.Date) standingLine {
	line := standingLine{Text: t.Number.String() + ": " + v.T("staff.state."+string(t.State))}
	if walkIn {
		line.Text += ", " + v.What(all, t)
	}
	if t.Date == today && t.Before != nil {
		line.Undo, line.Version = string(t.ID), t.Version
	}
	return line
}

// undoAfterwards takes a line back, on the same day.
func (s *Pages) undoAfterwards(c *gin.Context) error {
	number, err := s.takeBack(c, "nachtrag")
	if err != nil {
		return err
	}
	return s.Done303(c, afterwardsPath(s.branch(c).ID), "zurueck", number)
}
