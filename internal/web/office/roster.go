package office

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// rosterPath is where managers say how many counters serve.
const rosterPath = "/besetzung"

// rosterAhead is how many days the table shows: today and two weeks.
const rosterAhead = 15

// rosterView is who serves in the coming two weeks, and how that is changed.
type rosterView struct {
	*view
	place
	all        *catalogue.Catalogue
	Path       string
	Kept       []page.HiddenField
	Heads      []rosterHead
	Rows       []rosterRow
	From, To   string
	Begin, End string // of the day's part
	Rooms      []page.Tick
	Counters   string
	More       string
	Reason     string
	MaxReason  int
	Most       int // counters that can be entered
	Changes    []rosterChange
	Usual      []usualSentence // of the office's week
	NewUsual   string          // address of the form of another
	Lists      []page.Link     // of what no longer fits
	Preview    *rosterPreview
	Errors     map[string]string // by field
}

type rosterHead struct {
	Label string
	Here  bool // the office that the form is about
}

type rosterRow struct {
	Day   string
	Cells []rosterCell
}

// rosterCell is an office's date.
type rosterCell struct {
	Says, Was string // Was: what it usually is, where that differs
	Spoken    string
	URL       string // to the form about it; empty: closed
}

// rosterChange is an exception in words.
type rosterChange struct {
	Where, When, What, Reason string
	Hidden                    []page.HiddenField // to take it back
}

// rosterPreview is a change that isn't made yet, and what it would do.
type rosterPreview struct {
	rosterChange
	Effects   []string
	Standing  []string // what is entered for these days already
	Shown     app.Shown
	Title     string
	Concerned []concernedRow
}

func (o *Pages) registerRoster(office page.Routes) {
	office.GET(rosterPath, o.rosters)
	office.POST(rosterPath, o.changeRoster)
	office.POST(rosterPath+"/zuruecknehmen", o.restoreRoster)
}

func (o *Pages) rosters(c *gin.Context) error { return o.showRosters(c, c.Request.URL.Query(), nil) }

// showRosters shows the page, with what was typed and stood in the way.
func (o *Pages) showRosters(c *gin.Context, form url.Values, refused error) error {
	view, err := o.rosterView(c, form, "office.roster.title")
	if err != nil {
		return err
	}
	today := o.today(view.branch)
	offices, err := o.app.Rosters.Of(page.ActorOf(c), view.branch.ID, today, rosterAhead)
	if err != nil {
		return err
	}
	view.fillRosterTable(offices, today)
	view.fillRosterForm(form, today)
	view.Errors = view.errorsAt(refused, rosterNames)
	view.fillRosterChanges(today)
	view.Usual, view.NewUsual = view.usualSentences(today), view.usualForm("")
	view.Lists = o.staff.ToDecide(c, view.View, "")
	switch query := o.staff.Frame.Happened(c); {
	case query.Has("geaendert"):
		view.News = view.T("office.roster.changed")
	case query.Has("zurueckgenommen"):
		view.News = view.T("office.roster.restored")
	}
	return o.staff.ShowRefused(c, view.View, refused, "roster", view)
}

// rosterNames are the fields of the form behind those of a change.
var rosterNames = map[string]string{
	"from": "von", "to": "bis", "hours": "ab", "reason": "grund", "counters": "anzahl", "more": "mehr", "exception": "anzahl",
}

// errorsAt says at each field of a form what stands in its way.
func (v *view) errorsAt(refused error, names map[string]string) map[string]string {
	errs := map[string]string{}
	if refused == nil {
		return errs
	}
	for name, key := range problem.Of(refused).Fields {
		errs[cmp.Or(names[name], name)] = v.Field(key)
	}
	return errs
}

// rosterView starts a page about the office that the form, or else the address, names.
func (o *Pages) rosterView(c *gin.Context, form url.Values, title string) (*rosterView, error) {
	view := &rosterView{view: o.officePage(c, title), all: o.app.Catalogue(), Path: rosterPath, MaxReason: app.MaxReason, Most: app.MostCounters}
	if c.Query("wo") == "" && form.Get("wo") != "" {
		c.Request.URL.RawQuery = url.Values{"wo": {form.Get("wo")}}.Encode()
	}
	var err error
	view.place, err = o.placeOf(c, view.view)
	return view, err
}

func (o *Pages) today(b *catalogue.Branch) town.Date {
	return town.DateOf(o.app.Now(), page.Zone(b))
}

func (v *rosterView) fillRosterTable(offices []app.OfficeRoster, today town.Date) {
	for _, office := range offices {
		v.Heads = append(v.Heads, rosterHead{office.Name.In(v.Lang), office.ID == v.office.ID})
	}
	for i := range rosterAhead {
		date := today.AddDays(i)
		row := rosterRow{Day: fmt.Sprintf("%s %s", v.WeekdayShort(date.Weekday()), v.DateNumbers(date))}
		for _, office := range offices {
			row.Cells = append(row.Cells, v.rosterCell(office.Office, office.Days[i]))
		}
		v.Rows = append(v.Rows, row)
	}
}

func (v *rosterView) rosterCell(office *catalogue.Office, day app.RosterDay) rosterCell {
	name := office.Name.In(v.Lang) + ", " + v.Date(day.Date)
	if len(day.Staffed) == 0 {
		return rosterCell{Says: v.T("office.roster.shut"), Spoken: name}
	}
	cell := rosterCell{Says: v.stretches(day.Staffed), Spoken: name}
	if was := v.stretches(day.Usual); was != cell.Says {
		cell.Was = was
	}
	cell.URL = staff.OfficeRoot + rosterPath + "?" + url.Values{
		"wo": {officeValue(v.branch.ID, office.ID)}, "von": {day.Date.String()},
	}.Encode() + "#aendern"
	return cell
}

// stretches says how many counters serve: one number where that doesn't change while
// it is open, else each with its hours.
func (v *rosterView) stretches(all []booking.Staffed) string {
	same := !slices.ContainsFunc(all, func(s booking.Staffed) bool { return s.Counters != all[0].Counters })
	if same && len(all) > 0 {
		return strconv.Itoa(all[0].Counters)
	}
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = v.T("office.roster.stretch", "from", s.From.Format("15:04"), "to", s.To.Format("15:04"), "count", s.Counters)
	}
	return page.Joined(parts)
}

func (v *rosterView) fillRosterForm(form url.Values, today town.Date) {
	v.From = cmp.Or(form.Get("von"), today.String())
	v.To = cmp.Or(form.Get("bis"), v.From)
	v.Begin, v.End, v.Reason = form.Get("ab"), form.Get("ende"), form.Get("grund")
	v.Counters, v.More = form.Get("anzahl"), form.Get("mehr")
	for _, id := range v.branch.CountersOf(v.office) {
		room, _ := v.branch.Room(id)
		v.Rooms = append(v.Rooms, page.Tick{Value: string(id), Label: room.Label, On: slices.Contains(form["fehlt"], string(id))})
	}
}

// fillRosterChanges adds what is entered for the branch and isn't over.
func (v *rosterView) fillRosterChanges(today town.Date) {
	for i := range v.branch.Offices {
		office := &v.branch.Offices[i]
		for _, e := range slices.Backward(office.Roster.Exceptions) {
			if e.To >= today {
				v.Changes = append(v.Changes, v.rosterChange(app.Rostering{Counters: catalogue.Counters{Branch: v.branch.ID, Office: office.ID}, Exception: e}))
			}
		}
	}
}

func (v *rosterView) rosterChange(w app.Rostering) rosterChange {
	change := rosterChange{
		Where: page.OfficeOf(v.branch, w.Office).Name.In(v.Lang), When: v.Date(w.From), What: v.rosterWords(v.all, w.Counters, w.Exception), Reason: w.Reason,
		Hidden: rosterFields(w),
	}
	if w.To != w.From {
		change.When = v.T("staff.closing.span", "from", change.When, "to", v.Date(w.To))
	}
	return change
}

// rosterFields are the fields of a form that say an exception again.
func rosterFields(w app.Rostering) []page.HiddenField {
	fields := []page.HiddenField{
		{Name: "wo", Value: officeValue(w.Branch, w.Office)}, {Name: "von", Value: w.From.String()}, {Name: "bis", Value: w.To.String()},
	}
	add := func(name string, value any) {
		fields = append(fields, page.HiddenField{Name: name, Value: fmt.Sprint(value)})
	}
	if w.Part != nil {
		add("ab", w.Part.From)
		add("ende", w.Part.To)
	}
	if s := w.Staffing; s != nil {
		if len(s.Rooms) == 0 {
			add("anzahl", s.Counters)
		}
		for _, room := range s.Rooms {
			add("nur", room)
		}
		if s.Staff != nil {
			add("insgesamt", *s.Staff)
		}
		if s.Online != nil {
			add("online", *s.Online)
		}
	}
	for _, room := range w.Off {
		add("fehlt", room)
	}
	if w.More != 0 {
		add("mehr", w.More)
	}
	if w.Reason != "" {
		add("grund", w.Reason)
	}
	return fields
}

// readRoster reads a change from a form.
func readRoster(form url.Values) (app.Rostering, error) {
	typed := editForm{Values: form}
	w := app.Rostering{Counters: typed.place()}
	var err error
	if w.From, w.To, err = typed.span(); err != nil {
		return w, err
	}
	if w.Part, err = readPart(form.Get("ab"), form.Get("ende")); err != nil {
		return w, err
	}
	w.Off, w.Reason = roomIDs(form["fehlt"]), form.Get("grund")
	if w.Staffing, err = readStaffing(form); err != nil {
		return w, err
	}
	more, err := readNumber(form, "mehr")
	if more != nil {
		w.More = *more
	}
	return w, err
}

func readStaffing(form url.Values) (*booking.Staffing, error) {
	counters, err := readNumber(form, "anzahl")
	if err != nil {
		return nil, err
	}
	rooms := roomIDs(form["nur"])
	if counters == nil && len(rooms) == 0 {
		return nil, nil
	}
	s := &booking.Staffing{Rooms: rooms}
	if counters != nil {
		s.Counters = *counters
	}
	if s.Staff, err = readNumber(form, "insgesamt"); err != nil {
		return nil, err
	}
	s.Online, err = readNumber(form, "online")
	return s, err
}

// readNumber reads a field that may be left empty.
func readNumber(form url.Values, name string) (*int, error) {
	value := strings.TrimSpace(form.Get(name))
	if value == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return nil, problem.Field(name, "mistake.number")
	}
	return &n, nil
}

func roomIDs(values []string) []town.RoomID {
	var ids []town.RoomID
	for _, value := range values {
		ids = append(ids, town.RoomID(value))
	}
	return ids
}

// changeRoster changes who serves, once the manager has seen what that does.
func (o *Pages) changeRoster(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	w, err := readRoster(form)
	if err == nil {
		shown := app.Shown(form.Get("gesehen"))
		if shown == app.Unseen {
			return o.previewRoster(c, form, w, nil)
		}
		err = o.app.Rosters.Change(c.Request.Context(), page.ActorOf(c), w, shown)
	}
	if problem.Is(err, "edit.unseen") {
		return o.previewRoster(c, form, w, err)
	}
	if err == nil && form.Get("danach") == decideNext {
		return o.staff.Frame.Done(c, staff.ConcernedSpan(w.Branch, w.From, w.To))
	}
	return o.rosterDone(c, form, "geaendert", err)
}

// restoreRoster takes a change back.
func (o *Pages) restoreRoster(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	w, err := readRoster(form)
	if err == nil {
		err = o.app.Rosters.Restore(c.Request.Context(), page.ActorOf(c), w)
	}
	return o.rosterDone(c, form, "zurueckgenommen", err)
}

// rosterDone leads back to the page, or shows it with what stood in the way.
func (o *Pages) rosterDone(c *gin.Context, form url.Values, done string, err error) error {
	if err != nil {
		if problem.Of(err).Kind != problem.Invalid {
			return err
		}
		return o.showRosters(c, form, err)
	}
	return o.staff.Frame.Done(c, staff.OfficeRoot+rosterPath+"?"+url.Values{"wo": {form.Get("wo")}, done: {"1"}}.Encode())
}

// previewRoster shows what a change would do, and asks.
func (o *Pages) previewRoster(c *gin.Context, form url.Values, w app.Rostering, refused error) error {
	p, err := o.app.Rosters.WouldChange(c.Request.Context(), page.ActorOf(c), w)
	if err != nil {
		return o.rosterDone(c, form, "geaendert", err)
	}
	view, err := o.rosterView(c, form, "office.roster.preview_title")
	if err != nil {
		return err
	}
	preview := &rosterPreview{rosterChange: view.rosterChange(w), Title: view.N("office.roster.would", len(p.Concerned)), Shown: p.Shown}
	preview.Standing = view.standingIn(view.all, w.Counters, p.Here)
	if p.First == 0 {
		preview.Effects = append(preview.Effects, view.T("office.roster.no_effect"))
	} else {
		preview.Effects = append(preview.Effects, view.T("office.roster.effect", "day", view.Date(p.First), "now", view.stretches(p.After), "before", view.stretches(p.Before)))
	}
	preview.Effects = append(preview.Effects, view.T("office.roster.free", "before", p.FreeBefore, "after", p.FreeAfter))
	for _, u := range p.Concerned {
		preview.Concerned = append(preview.Concerned, concernedRow{
			Number: u.Number.String(), When: view.Moment(u.Start), What: view.What(o.app.Catalogue(), u.Ticket),
			About: staff.NumberPath(u.Branch, u.Date, u.Number),
		})
	}
	view.Preview = preview
	return o.staff.ShowRefused(c, view.View, refused, "rosterpreview", view)
}
