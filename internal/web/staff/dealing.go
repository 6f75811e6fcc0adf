package staff

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// registerDealing adds the pages on which many appointments are dealt with at once.
func (s *Pages) registerDealing(branch page.Routes) {
	branch.POST("/passt-nicht/vorschau", s.previewDealing)
	branch.POST("/passt-nicht/lauf", s.beginDealing)
	branch.GET("/passt-nicht/lauf/:run", s.dealingRun)
	branch.POST("/passt-nicht/lauf/:run/anhalten", s.haltRun)
	branch.POST("/passt-nicht/lauf/:run/zurueck", s.undoRun)
}

// runPath is the address of a run.
func runPath(branch town.BranchID, run string) string {
	return ConcernedPath(branch) + "/lauf/" + url.PathEscape(run)
}

// dealingForm is how many are dealt with, as it is typed.
type dealingForm struct {
	Kind, Earliest, UntilDate, UntilTime, Unanswered, Reason string
	Elsewhere                                                bool
}

// Values in the form, and what they mean.
var dealingKinds = map[string]ledger.RunKind{
	"anbieten": ledger.RunOffer, "verlegen": ledger.RunMove, "absagen": ledger.RunCancel, "behalten": ledger.RunKeep,
}

const movesUnanswered = "verlegen" // who doesn't answer is moved

// usualAnswer is how long an offer stands unless the office says otherwise: until
// the evening of the day after tomorrow.
const usualAnswer = 2

func (s *Pages) dealingForm(branch town.BranchID, form url.Values) dealingForm {
	today := town.DateOf(s.app.Now(), s.app.Zone(branch))
	f := dealingForm{
		Kind: cmp.Or(form.Get("art"), "anbieten"), Earliest: cmp.Or(form.Get("ab"), today.AddDays(1).String()),
		UntilDate: cmp.Or(form.Get("antwort"), today.AddDays(usualAnswer).String()), UntilTime: cmp.Or(form.Get("uhr"), "18:00"),
		Unanswered: cmp.Or(form.Get("ohne"), "bleiben"), Reason: form.Get("grund"), Elsewhere: form.Get("anderswo") != "",
	}
	return f
}

// dealing reads what is to be done with whom. Errors: Invalid.
func (s *Pages) dealing(branch town.BranchID, form url.Values) (app.Dealing, error) {
	f := s.dealingForm(branch, form)
	d := app.Dealing{
		Kind: dealingKinds[f.Kind], Branch: branch, Elsewhere: f.Elsewhere, Moves: f.Unanswered == movesUnanswered, Reason: f.Reason,
	}
	for _, id := range form["termin"] {
		if !slices.Contains(d.Tickets, town.TicketID(id)) {
			d.Tickets = append(d.Tickets, town.TicketID(id))
		}
	}
	if len(d.Tickets) == 0 {
		return d, problem.Field("termin", "concerned.none_chosen")
	}
	var err error
	if d.Earliest, err = town.ParseDate(f.Earliest); err != nil {
		return d, problem.Field("earliest", "dealing.earliest")
	}
	if d.Kind != ledger.RunOffer {
		return d, nil
	}
	date, dateErr := town.ParseDate(f.UntilDate)
	clock, clockErr := town.ParseTimeOfDay(f.UntilTime)
	if dateErr != nil || clockErr != nil {
		return d, problem.Field("until", "dealing.until")
	}
	d.Until = date.At(clock, s.app.Zone(branch))
	return d, nil
}

// dealingView shows what would become of each.
type dealingView struct {
	*View
	Base, Run                string
	Kind                     string // what is done, for the words
	Form                     dealingForm
	Tickets                  []string
	Rows                     []dealingRow
	Found, Nothing           int
	Until                    string // how long an offer stands
	Undo, Stop, Running      bool
	Mails                    bool // somebody is mailed
	Done, Waiting, Left, All int
	State, MailsLeave        string
}

type dealingRow struct {
	Number, When, What, About string
	New                       string // the new time and place; empty: none
	NewNumber                 string // empty: not drawn yet
	Left                      string // why nothing is done
	Reach                     string
	State                     string
	Offered                   string // the time that is reserved for it already; empty: none was
}

// previewDealing shows what would become of each appointment, and changes nothing.
func (s *Pages) previewDealing(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	d, err := s.dealing(branch.ID, form)
	if mayErr := page.ActorOf(c).MayManage(branch.ID); mayErr != nil {
		return mayErr
	}
	if err != nil {
		return s.showConcerned(c, form, err)
	}
	proposals, err := s.app.Dealings.Preview(c.Request.Context(), page.ActorOf(c), d)
	if err != nil {
		return s.showConcerned(c, form, err)
	}
	view := dealingView{View: s.NewView(c, "staff.dealing.title_"+string(d.Kind)), Base: ConcernedPath(branch.ID), Kind: string(d.Kind), Form: s.dealingForm(branch.ID, form)}
	view.Place = branch.Name.In(view.Lang)
	if view.Run, err = s.app.Dealings.NewRun(); err != nil {
		return err
	}
	if d.Kind == ledger.RunOffer {
		view.Until = view.Moment(d.Until)
	}
	for _, p := range proposals {
		row := dealingRow{
			Number: p.Number.String(), When: view.Moment(p.Start), What: view.What(s.app.Catalogue(), p.Ticket),
			About: NumberPath(p.Branch, p.Date, p.Number), Reach: view.T("staff.concerned.reach_" + string(p.Reachable)),
			New: s.newTime(view.View, branch.ID, p.Target), Offered: s.offeredWords(view.View, branch.ID, p.Offered),
		}
		view.Mails = view.Mails || p.Left == "" && p.Reachable == app.ReachMail && d.Kind != ledger.RunKeep
		if p.Left != "" {
			row.Left = s.leftWords(view.View, d.Kind, p.Left)
			view.Nothing++
		} else {
			view.Found++
		}
		view.Tickets = append(view.Tickets, string(p.ID))
		view.Rows = append(view.Rows, row)
	}
	return s.Show(c, 200, "dealing", view)
}

// newTime words a new time; where it is only where that isn't here.
func (s *Pages) newTime(v *View, here town.BranchID, target *ledger.RunTarget) string {
	if target == nil {
		return ""
	}
	when := v.Moment(target.Start)
	if branch, ok := s.app.Catalogue().Branch(target.Branch); ok && target.Branch != here {
		return v.T("staff.dealing.at", "moment", when, "branch", branch.Name.In(v.Lang))
	}
	return when
}

// leftWords says why nothing is done with an appointment of a run.
func (s *Pages) leftWords(v *View, kind ledger.RunKind, why string) string {
	if kind == ledger.RunOffer && why == app.LeftNoTime {
		return v.T("staff.dealing.left_no_time_yet")
	}
	if key := "staff.dealing.left_" + why; v.Has(key) {
		return v.T(key)
	}
	return v.T("staff.dealing.left_other")
}

// beginDealing begins to carry out what the preview showed.
func (s *Pages) beginDealing(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c).ID
	d, err := s.dealing(branch, form)
	if mayErr := page.ActorOf(c).MayManage(branch); mayErr != nil {
		return mayErr
	}
	if err == nil {
		err = s.app.Dealings.Begin(c.Request.Context(), page.ActorOf(c), form.Get("lauf"), d)
	}
	if err != nil {
		return s.showConcerned(c, form, err)
	}
	return page.SeeOther(c, runPath(branch, form.Get("lauf")))
}

// dealingRun shows how a run stands. While it runs the page has a link to itself,
// and with script comes anew.
func (s *Pages) dealingRun(c *gin.Context) error { return s.showRun(c, nil) }

func (s *Pages) showRun(c *gin.Context, refused error) error {
	branch := s.branch(c)
	report, err := s.app.Dealings.ReportRun(c.Request.Context(), page.ActorOf(c), branch.ID, c.Param("run"))
	if err != nil {
		return err
	}
	may := page.ActorOf(c).MayManage(branch.ID) == nil
	view := dealingView{
		View: s.NewView(c, "staff.dealing.title_"+string(report.Kind)), Base: ConcernedPath(branch.ID), Run: runPath(branch.ID, report.ID),
		Kind: string(report.Kind), All: len(report.Items), Done: report.Done, Waiting: report.Waiting, Left: report.Left,
		Running: report.State == ledger.RunRunning || report.State == ledger.RunUndoing,
		Undo:    may && report.Undoable, Stop: may && report.State == ledger.RunRunning,
	}
	view.Place = branch.Name.In(view.Lang)
	view.State = view.T("staff.dealing.state_" + string(report.State))
	if report.MailsLeave.After(s.app.Now()) && report.Undoable {
		key := "staff.dealing.undoable"
		if report.Mailed {
			key = "staff.dealing.mails"
		}
		view.MailsLeave = view.T(key, "time", view.Time(report.MailsLeave))
	}
	for _, item := range report.Items {
		row := dealingRow{
			Number: item.Appointment.Number.String(), State: view.T("staff.dealing.item_" + string(item.State)),
			New: s.newTime(view.View, branch.ID, item.Target),
		}
		when := item.Appointment.Start
		if item.Before != nil {
			when = item.Before.Start.In(s.app.Zone(item.Before.Branch))
			row.Number = item.Before.Number.String()
		}
		row.When = view.Moment(when)
		if item.Target != nil && item.Target.Number != 0 {
			row.NewNumber = item.Target.Number.String()
		}
		if item.Since != "" {
			row.State = s.leftWords(view.View, report.Kind, item.Since)
		}
		if item.State == ledger.ItemWaiting && !view.Running {
			row.State = view.T("staff.dealing.item_untouched")
		}
		if item.Note != "" {
			row.Left = s.leftWords(view.View, report.Kind, item.Note)
		}
		row.About = NumberPath(item.Appointment.Branch, item.Appointment.Date, item.Appointment.Number)
		view.Rows = append(view.Rows, row)
	}
	return s.ShowRefused(c, view.View, refused, "dealingrun", view)
}

// haltRun stops a run: what is done stays done.
func (s *Pages) haltRun(c *gin.Context) error {
	return s.turnRun(c, func() error {
		return s.app.Dealings.Halt(c.Request.Context(), page.ActorOf(c), s.branch(c).ID, c.Param("run"))
	})
}

// undoRun takes back what a run has done.
func (s *Pages) undoRun(c *gin.Context) error {
	return s.turnRun(c, func() error {
		return s.app.Dealings.Undo(c.Request.Context(), page.ActorOf(c), s.branch(c).ID, c.Param("run"))
	})
}

func (s *Pages) turnRun(c *gin.Context, turn func() error) error {
	if err := turn(); err != nil {
		if kind := problem.Of(err).Kind; kind == problem.Conflict {
			return s.showRun(c, err)
		}
		return err
	}
	return page.SeeOther(c, runPath(s.branch(c).ID, c.Param("run")))
}

// recentRun is a run in the list of those that were.
type recentRun struct{ URL, Text string }

// recentRuns links to what was dealt with lately.
func (s *Pages) recentRuns(c *gin.Context, v *View, branch town.BranchID) ([]recentRun, error) {
	runs, err := s.app.Dealings.RecentRuns(c.Request.Context(), page.ActorOf(c), branch)
	if err != nil {
		return nil, err
	}
	var recent []recentRun
	for _, r := range runs[:min(len(runs), shownRuns)] {
		recent = append(recent, recentRun{runPath(branch, r.ID), v.T("staff.dealing.recent_entry",
			"what", v.T("staff.dealing.title_"+string(r.Kind)), "moment", v.Moment(r.Created.In(s.app.Zone(branch))),
			"state", v.T("staff.dealing.state_"+string(r.State)))})
	}
	return recent, nil
}

// shownRuns bounds the list of runs.
const shownRuns = 5

// chosenSpan returns which dates the address chooses; none: no date.
func chosenSpan(query url.Values) (from, to town.Date, ok bool) {
	from, fromErr := town.ParseDate(query.Get("von"))
	to, toErr := town.ParseDate(cmp.Or(query.Get("bis"), query.Get("von")))
	return from, to, fromErr == nil && toErr == nil
}

// answerReserved notes what somebody said on the telephone to a reserved time.
func (s *Pages) answerReserved(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch, answer := s.branch(c).ID, app.ReservedDeclined
	if form.Get("antwort") == "ja" {
		answer = app.ReservedAccepted
	}
	if err := s.app.AnswerReserved(c.Request.Context(), page.ActorOf(c), branch, town.TicketID(form.Get("termin")), answer); err != nil {
		if kind := problem.Of(err).Kind; kind == problem.Conflict || kind == problem.NotFound {
			return s.showUnreached(c, err)
		}
		return err
	}
	return s.Done303(c, UnreachedPath(branch), "antwort", form.Get("number"))
}

// offeredWords says what an appointment was offered, and until when.
func (s *Pages) offeredWords(v *View, here town.BranchID, r *app.Reserved) string {
	if r == nil {
		return ""
	}
	target := &ledger.RunTarget{Branch: r.Branch, Start: r.Start}
	if r.Over {
		return v.T("staff.dealing.unanswered", "new", s.newTime(v, here, target))
	}
	if r.Gone {
		return v.T("staff.dealing.offered_gone", "new", s.newTime(v, here, target), "until", v.Moment(r.Until))
	}
	return v.T("staff.dealing.offered", "new", s.newTime(v, here, target), "until", v.Moment(r.Until))
}
