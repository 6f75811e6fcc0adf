package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// closingPath is where managers close at short notice.
const closingPath = officeRoot + "/schliessen"

// readyReasons are reasons that the program has in every language; a manager's
// own words are shown as they are.
var readyReasons = []string{"staff", "technical", "meeting", "house"}

// closingView closes an office or a branch, takes that back, and deals with
// the appointments that fall into closed time.
type closingView struct {
	*officePage
	Places      []closingPlaces
	At          string // the place that is chosen
	From, To    string
	Begin, End  string // of the day's part
	WalkInsOnly bool
	Reasons     []target
	Ready       string // of the reasons that are ready
	Words       string // the manager's own
	MaxReason   int
	Urgent      []closingRow
	Planned     []closingRow
	Concerned   []concernedRow
	Tell        string // the reason that the cancelled are told, as it is proposed
}

// closingPlaces is what can be closed at a branch.
type closingPlaces struct {
	Branch string
	Places []target
}

type closingRow struct {
	Where, When, Reason string
	WalkInsOnly         bool
	Hidden              []hidden // to take it back
}

// concernedRow is an appointment in closed time.
type concernedRow struct {
	Value, Number, When, What string
	About                     string // address of the number's page
}

func (s *Staff) registerClosing(office gin.IRouter) {
	office.GET("/schliessen", s.closings)
	office.POST("/schliessen", s.closeOffice)
	office.POST("/schliessen/oeffnen", s.reopenOffice)
	office.POST("/schliessen/absagen", s.cancelConcerned)
}

func (s *Staff) closings(c *gin.Context) { s.showClosings(c, nil, nil) }

// showClosings shows the page, with what was typed and stood in the way.
func (s *Staff) showClosings(c *gin.Context, form url.Values, refused error) {
	view := &closingView{officePage: s.officePage(c, "staff.closing.title"), MaxReason: app.MaxReason}
	s.fillClosingForm(view, form)
	for _, b := range s.managed(c) {
		if err := s.fillClosings(c, view, b); err != nil {
			s.fail(c, err)
			return
		}
	}
	view.Tell = view.commonReason()
	view.News = view.closingNews(c.Request.URL.Query())
	if status, ok := s.refused(c, view.staffPage, refused); ok {
		s.show(c, status, "closing", view)
	}
}

func (v *closingView) closingNews(query url.Values) string {
	switch {
	case query.Has("geschlossen"):
		return v.N("staff.closing.closed", len(v.Concerned))
	case query.Has("geoeffnet"):
		return v.T("staff.closing.reopened")
	}
	if n, err := strconv.Atoi(query.Get("abgesagt")); err == nil {
		return v.N("staff.closing.cancelled", n)
	}
	return ""
}

func (s *Staff) fillClosingForm(view *closingView, form url.Values) {
	zone := s.zoneOf(town.BranchID(view.Branch))
	view.At, view.From, view.To = cmp.Or(form.Get("wo"), view.Branch), form.Get("von"), form.Get("bis")
	if form == nil {
		tomorrow := town.DateOf(s.hall.Now(), zone).AddDays(1).String()
		view.From, view.To = tomorrow, tomorrow
	}
	view.Begin, view.End, view.Words = form.Get("ab"), form.Get("ende"), form.Get("worte")
	view.WalkInsOnly, view.Ready = form.Get("was") == "ohne", form.Get("grund")
	view.Reasons = append(view.Reasons, target{"", view.T("staff.closing.no_reason")})
	for _, name := range readyReasons {
		view.Reasons = append(view.Reasons, target{name, view.T("booking.closure." + name)})
	}
}

// fillClosings adds what a branch has closed, and who is concerned.
func (s *Staff) fillClosings(c *gin.Context, view *closingView, b *catalogue.Branch) error {
	name := b.Name.In(view.Lang)
	places := closingPlaces{Branch: name, Places: []target{{string(b.ID), view.T("staff.closing.whole", "branch", name)}}}
	for i := range b.Offices {
		if o := &b.Offices[i]; !o.Retired {
			places.Places = append(places.Places, target{officeValue(b.ID, o.ID), o.Name.In(view.Lang)})
		}
	}
	view.Places = append(view.Places, places)
	urgent, planned, err := s.desk.Closings(actorOf(c), b.ID)
	if err != nil {
		return err
	}
	for _, w := range urgent {
		view.Urgent = append(view.Urgent, view.closingRow(b, w))
	}
	for _, w := range planned {
		view.Planned = append(view.Planned, view.closingRow(b, w))
	}
	concerned, err := s.desk.Concerned(c.Request.Context(), actorOf(c), b.ID)
	for _, t := range concerned {
		view.Concerned = append(view.Concerned, view.concernedRow(s.hall.Catalogue(), t))
	}
	return err
}

func (v *closingView) closingRow(b *catalogue.Branch, w app.Closing) closingRow {
	row := closingRow{
		Where: b.Name.In(v.Lang), When: v.Date(w.From), Reason: w.Reason.In(v.Lang), WalkInsOnly: w.WalkInOnly,
		Hidden: []hidden{{"wo", string(b.ID)}, {"von", w.From.String()}, {"bis", w.To.String()}},
	}
	if w.Office != "" {
		row.Where += ": " + officeOf(b, w.Office).Name.In(v.Lang)
		row.Hidden[0].Value = officeValue(b.ID, w.Office)
	}
	if w.To != w.From {
		row.When = v.T("staff.closing.span", "from", row.When, "to", v.Date(w.To))
	}
	if w.Part != nil {
		row.When += ", " + v.T("staff.closing.span", "from", v.TimeOfDay(w.Part.From), "to", v.TimeOfDay(w.Part.To))
		row.Hidden = append(row.Hidden, hidden{"ab", w.Part.From.String()}, hidden{"ende", w.Part.To.String()})
	}
	if w.WalkInOnly {
		row.Hidden = append(row.Hidden, hidden{"was", "ohne"})
	}
	return row
}

func (v *closingView) concernedRow(all *catalogue.Catalogue, t queue.Ticket) concernedRow {
	return concernedRow{
		Value: string(t.Branch) + "/" + string(t.ID), Number: t.Number.String(), When: v.Moment(t.Start), What: v.what(all, t),
		About: numberPath(t.Branch, t.Date, t.Number),
	}
}

// readClosing reads a closing from a form.
func (s *Staff) readClosing(form url.Values) (app.Closing, error) {
	branch, office, _ := strings.Cut(form.Get("wo"), "/")
	w := app.Closing{Counters: catalogue.Counters{Branch: town.BranchID(branch), Office: town.OfficeID(office)}}
	var err error
	if w.From, err = town.ParseDate(form.Get("von")); err != nil {
		return w, problem.Field("von", "date.unknown")
	}
	if w.To, err = town.ParseDate(cmp.Or(form.Get("bis"), form.Get("von"))); err != nil {
		return w, problem.Field("bis", "date.unknown")
	}
	if w.Part, err = readPart(form.Get("ab"), form.Get("ende")); err != nil {
		return w, err
	}
	w.WalkInOnly = form.Get("was") == "ohne"
	w.Reason = s.reasonOf(form.Get("grund"), strings.TrimSpace(form.Get("worte")))
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

// reasonOf words a reason: the manager's own words, else one that is ready.
func (s *Staff) reasonOf(ready, words string) town.Text {
	if words != "" {
		return town.Plain(words)
	}
	if !slices.Contains(readyReasons, ready) {
		return nil
	}
	reason := town.Text{}
	for _, lang := range s.texts.Languages() {
		reason[lang] = s.texts.For(lang).T("booking.closure." + ready)
	}
	return reason
}

// closeOffice closes an office or a whole branch.
func (s *Staff) closeOffice(c *gin.Context) {
	s.changeClosing(c, "geschlossen", func(w app.Closing) error { return s.desk.Close(c.Request.Context(), actorOf(c), w) })
}

// reopenOffice takes a closure back.
func (s *Staff) reopenOffice(c *gin.Context) {
	s.changeClosing(c, "geoeffnet", func(w app.Closing) error { return s.desk.Reopen(c.Request.Context(), actorOf(c), w) })
}

func (s *Staff) changeClosing(c *gin.Context, done string, change func(app.Closing) error) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	w, err := s.readClosing(form)
	if err == nil {
		err = change(w)
	}
	if err != nil {
		s.showClosings(c, form, err)
		return
	}
	s.done303(c, closingPath, done, "1")
}

// cancelConcerned cancels, for the office, the appointments that were chosen.
// One that was cancelled or called meanwhile stops nothing.
func (s *Staff) cancelConcerned(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	cancelled := 0
	for _, value := range form["termin"] {
		branch, id, _ := strings.Cut(value, "/")
		err := s.desk.CancelTicket(c.Request.Context(), actorOf(c), town.BranchID(branch), town.TicketID(id), app.Occasion{Reason: form.Get("grund")})
		switch problem.Of(err).Kind {
		case problem.Conflict, problem.NotFound:
			continue
		}
		if err != nil {
			s.showClosings(c, nil, err)
			return
		}
		cancelled++
	}
	s.done303(c, closingPath, "abgesagt", strconv.Itoa(cancelled))
}

// commonReason is why appointments are cancelled, where all closures have one
// reason: what the mail says unless the manager words it otherwise.
func (v *closingView) commonReason() string {
	reason := ""
	for _, row := range v.Urgent {
		if row.WalkInsOnly || row.Reason == "" || row.Reason == reason {
			continue
		}
		if reason != "" {
			return ""
		}
		reason = row.Reason
	}
	return reason
}
