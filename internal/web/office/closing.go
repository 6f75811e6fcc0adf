package office

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// closingPath is where managers close at short notice.
const closingPath = staff.OfficeRoot + "/schliessen"

// What a closure closes, as the form says it.
const (
	closeAll     = "alles"
	closeWalkIns = "ohne"
)

// decideNext leads from a change on to those whom it concerns.
const decideNext = "entscheiden"

// readyReasons are reasons that the program has in every language; a manager's
// own words are shown as they are.
var readyReasons = []string{"staff", "technical", "meeting", "house"}

// closingView closes an office or a branch, takes that back, and leads to the
// appointments that no longer fit.
type closingView struct {
	*view
	Places      []closingPlaces
	At          string // the place that is chosen
	From, To    string
	Begin, End  string // of the day's part
	WalkInsOnly bool
	Reasons     []page.Option
	Ready       string // of the reasons that are ready
	Words       string // the manager's own
	MaxReason   int
	Urgent      []closingRow
	Planned     []closingRow
	Lists       []page.Link // of what no longer fits
	Preview     *closingPreview
	Errors      map[string]string // by field
}

// closingNames are the fields of the form behind those of a closing.
var closingNames = map[string]string{"from": "von", "to": "bis", "hours": "ab", "reason": "worte"}

// closingPreview is a closure that isn't made yet, and whom it would concern.
type closingPreview struct {
	closingRow
	Standing  []string // what is entered for these days already
	Concerned []concernedRow
	Shown     app.Shown
}

// closingPlaces is what can be closed at a branch.
type closingPlaces struct {
	Branch string
	Places []page.Option
}

type closingRow struct {
	Where, When, Reason string
	WalkInsOnly         bool
	Hidden              []page.HiddenField // to take it back
}

// concernedRow is an appointment that would be in closed time.
type concernedRow struct {
	Number, When, What string
	About              string // address of the number's page
}

func (o *Pages) registerClosing(office page.Routes) {
	office.GET("/schliessen", o.closings)
	office.POST("/schliessen", o.closeOffice)
	office.POST("/schliessen/oeffnen", o.reopenOffice)
}

func (o *Pages) closings(c *gin.Context) error {
	if c.Query("wo") != "" { // back from the preview, with what was typed
		return o.showClosings(c, c.Request.URL.Query(), nil)
	}
	return o.showClosings(c, nil, nil)
}

// showClosings shows the page, with what was typed and stood in the way.
func (o *Pages) showClosings(c *gin.Context, form url.Values, refused error) error {
	view := &closingView{view: o.officePage(c, "staff.closing.title"), MaxReason: app.MaxReason}
	o.fillClosingForm(view, form)
	view.Errors = view.errorsAt(refused, closingNames)
	for _, b := range o.staff.Managed(c) {
		if err := o.fillClosings(c, view, b); err != nil {
			return err
		}
	}
	view.Lists = o.staff.ToDecide(c, view.View, "")
	view.News = cmp.Or(view.closingNews(o.staff.Frame.Happened(c)), view.News)
	return o.staff.ShowRefused(c, view.View, refused, "closing", view)
}

func (v *closingView) closingNews(query url.Values) string {
	switch {
	case query.Has("geschlossen"):
		return v.T("staff.closing.closed")
	case query.Has("geoeffnet"):
		return v.T("staff.closing.reopened")
	}
	return ""
}

func (o *Pages) fillClosingForm(view *closingView, form url.Values) {
	zone := o.staff.Frame.ZoneOf(town.BranchID(view.Branch))
	view.At, view.From, view.To = cmp.Or(form.Get("wo"), view.Branch), form.Get("von"), form.Get("bis")
	if form == nil {
		tomorrow := town.DateOf(o.app.Now(), zone).AddDays(1).String()
		view.From, view.To = tomorrow, tomorrow
	}
	view.Begin, view.End, view.Words = form.Get("ab"), form.Get("ende"), form.Get("worte")
	view.WalkInsOnly, view.Ready = form.Get("was") == closeWalkIns, form.Get("grund")
	view.Reasons = append(view.Reasons, page.Option{Value: "", Label: view.T("staff.closing.no_reason")})
	for _, name := range readyReasons {
		view.Reasons = append(view.Reasons, page.Option{Value: name, Label: view.T("booking.closure." + name)})
	}
}

// fillClosings adds what a branch has closed.
func (o *Pages) fillClosings(c *gin.Context, view *closingView, b *catalogue.Branch) error {
	view.Places = append(view.Places, view.managedPlace(b))
	urgent, planned, err := o.app.Closings.Of(page.ActorOf(c), b.ID)
	if err != nil {
		return err
	}
	for _, w := range urgent {
		view.Urgent = append(view.Urgent, view.closingRow(b, w))
	}
	for _, w := range planned {
		view.Planned = append(view.Planned, view.closingRow(b, w))
	}
	return nil
}

func (v *closingView) closingRow(b *catalogue.Branch, w app.Closing) closingRow {
	row := closingRow{
		Where: b.Name.In(v.Lang), When: v.Date(w.From), Reason: w.Reason.In(v.Lang), WalkInsOnly: w.WalkInOnly,
		Hidden: []page.HiddenField{{Name: "wo", Value: string(b.ID)}, {Name: "von", Value: w.From.String()}, {Name: "bis", Value: w.To.String()}},
	}
	if w.Office != "" {
		row.Where += ": " + page.OfficeOf(b, w.Office).Name.In(v.Lang)
		row.Hidden[0].Value = officeValue(b.ID, w.Office)
	}
	if w.To != w.From {
		row.When = v.T("staff.closing.span", "from", row.When, "to", v.Date(w.To))
	}
	if w.Part != nil {
		row.When += ", " + v.T("staff.closing.span", "from", v.TimeOfDay(w.Part.From), "to", v.TimeOfDay(w.Part.To))
		row.Hidden = append(row.Hidden, page.HiddenField{Name: "ab", Value: w.Part.From.String()}, page.HiddenField{Name: "ende", Value: w.Part.To.String()})
	}
	if w.WalkInOnly {
		row.Hidden = append(row.Hidden, page.HiddenField{Name: "was", Value: closeWalkIns})
	}
	return row
}

func (v *view) concernedRow(all *catalogue.Catalogue, t queue.Ticket) concernedRow {
	return concernedRow{
		Number: t.Number.String(), When: v.Moment(t.Start), What: v.What(all, t),
		About: staff.NumberPath(t.Branch, t.Date, t.Number),
	}
}

// readClosing reads a closing from a form.
func (o *Pages) readClosing(form url.Values) (app.Closing, error) {
	typed := editForm{Values: form}
	w := app.Closing{Counters: typed.place()}
	var err error
	if w.From, w.To, err = typed.span(); err != nil {
		return w, err
	}
	if w.Part, err = readPart(form.Get("ab"), form.Get("ende")); err != nil {
		return w, err
	}
	what, err := page.OneOf(form, "was", closeAll, closeWalkIns)
	if err != nil {
		return w, err
	}
	ready, err := page.OneOf(form, "grund", append([]string{""}, readyReasons...)...)
	if err != nil {
		return w, err
	}
	w.WalkInOnly = what == closeWalkIns
	w.Reason = o.reasonOf(ready, strings.TrimSpace(form.Get("worte")))
	return w, nil
}

// readPart reads the part of a day that is closed; nil: the whole day. A side
// that is left empty is the day's.
func readPart(begin, end string) (*booking.Interval, error) {
	if begin == "" && end == "" {
		return nil, nil
	}
	from, err := town.ParseTimeOfDay(cmp.Or(begin, "00:00"))
	if err != nil {
		return nil, problem.Field("ab", "field.time")
	}
	to, err := town.ParseTimeOfDay(cmp.Or(end, "24:00"))
	if err != nil {
		return nil, problem.Field("ende", "field.time")
	}
	return &booking.Interval{From: from, To: to}, nil
}

// reasonOf words a reason: the manager's own words, else one that is ready; none
// for neither.
func (o *Pages) reasonOf(ready, words string) town.Text {
	if words != "" {
		return town.Plain(words)
	}
	if ready == "" {
		return nil
	}
	reason := town.Text{}
	for _, lang := range o.staff.Frame.Texts.Languages() {
		reason[lang] = o.staff.Frame.Texts.For(lang).T("booking.closure." + ready)
	}
	return reason
}

// closeOffice closes an office or a whole branch: at once where that concerns
// nobody, else once the manager has seen whom.
func (o *Pages) closeOffice(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	w, err := o.readClosing(form)
	if err != nil {
		return o.showClosings(c, form, err)
	}
	shown := app.Shown(form.Get("gesehen"))
	if shown == app.Unseen {
		p, err := o.app.Closings.WouldClose(c.Request.Context(), page.ActorOf(c), w)
		if err != nil {
			return o.showClosings(c, form, err)
		}
		if len(p.Concerned) > 0 {
			return o.previewClosing(c, form, w, nil)
		}
		shown = p.Shown
	}
	err = o.app.Closings.CloseOffice(c.Request.Context(), page.ActorOf(c), w, shown)
	switch {
	case problem.Is(err, "edit.unseen"):
		return o.previewClosing(c, form, w, err)
	case err != nil:
		return o.showClosings(c, form, err)
	case form.Get("danach") == decideNext:
		return o.staff.Frame.Done(c, staff.ConcernedSpan(w.Branch, w.From, w.To))
	}
	return o.staff.Done303(c, closingPath, "geschlossen", "1")
}

// previewClosing shows whom a closure would concern, and asks.
func (o *Pages) previewClosing(c *gin.Context, form url.Values, w app.Closing, refused error) error {
	p, err := o.app.Closings.WouldClose(c.Request.Context(), page.ActorOf(c), w)
	if err != nil {
		return o.showClosings(c, form, err)
	}
	view := &closingView{view: o.officePage(c, "staff.closing.preview_title")}
	b, _ := o.app.Catalogue().Branch(w.Branch)
	view.Preview = &closingPreview{closingRow: view.closingRow(b, w), Shown: p.Shown, Standing: view.standingIn(o.app.Catalogue(), w.Counters, p.Here)}
	view.Preview.Hidden = nil
	for _, name := range []string{"wo", "von", "bis", "ab", "ende", "was", "grund", "worte"} {
		if form.Has(name) {
			view.Preview.Hidden = append(view.Preview.Hidden, page.HiddenField{Name: name, Value: form.Get(name)})
		}
	}
	for _, u := range p.Concerned {
		view.Preview.Concerned = append(view.Preview.Concerned, view.concernedRow(o.app.Catalogue(), u.Ticket))
	}
	return o.staff.ShowRefused(c, view.View, refused, "closingpreview", view)
}

// reopenOffice takes a closure back.
func (o *Pages) reopenOffice(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	w, err := o.readClosing(form)
	if err == nil {
		err = o.app.Closings.ReopenOffice(c.Request.Context(), page.ActorOf(c), w)
	}
	if err != nil {
		return o.showClosings(c, form, err)
	}
	return o.staff.Done303(c, closingPath, "geoeffnet", "1")
}
