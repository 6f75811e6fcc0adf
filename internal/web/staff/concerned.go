package staff

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/daybook"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// registerConcerned adds the list of the appointments that no longer fit.
func (s *Pages) registerConcerned(branch page.Routes) {
	branch.GET("/passt-nicht", s.concerned)
	branch.POST("/passt-nicht/behalten", s.keepConcerned)
	branch.POST("/passt-nicht/absagen", s.cancelConcerned)
}

// ConcernedPath is the address of a branch's list.
func ConcernedPath(branch town.BranchID) string {
	return Root + "/" + url.PathEscape(string(branch)) + "/passt-nicht"
}

// ConcernedSpan is the same list with those of some dates chosen.
func ConcernedSpan(branch town.BranchID, from, to town.Date) string {
	return ConcernedPath(branch) + "?" + url.Values{"von": {from.String()}, "bis": {to.String()}}.Encode()
}

// remindedNow is how long before a reminder is due it is said to wait.
const remindedNow = 10 * time.Minute

// concernedView lists the appointments that the plan has no room for any more.
type concernedView struct {
	*View
	Base      string
	Acts      bool // the person may decide about them
	Rows      []concernedRow
	Soon      int    // whose reminder waits, or would within a day
	Tell      string // what the cancelled are told, as it was typed
	MaxReason int
	Form      dealingForm
	Kinds     []string // what can be done with many
	Elsewhere bool     // the person manages other branches too
	Runs      []recentRun
}

type concernedRow struct {
	ID, Number, When, What string
	Why, Reach             string
	Reminder               string // that one waits, or when it will; empty: none
	Soon                   bool   // within a day
	Chosen                 bool
	Offered                string // which time is reserved for it; empty: none
	Reserved               bool   // it is a reserved time itself
	About                  string // address of the number's page
}

func (s *Pages) concerned(c *gin.Context) error { return s.showConcerned(c, nil, nil) }

// showConcerned shows the list, with what was ticked and typed where it was
// refused.
func (s *Pages) showConcerned(c *gin.Context, form url.Values, refused error) error {
	branch := s.branch(c)
	today := town.DateOf(s.app.Now(), s.app.Zone(branch.ID))
	found, err := s.app.Dealings.Concerned(c.Request.Context(), page.ActorOf(c), branch.ID, today, app.NoEnd)
	if err != nil {
		return err
	}
	view := concernedView{
		View: s.NewView(c, "staff.concerned.title"), Base: ConcernedPath(branch.ID), Tell: form.Get("grund"), MaxReason: app.MaxReason,
		Acts: page.ActorOf(c).MayManage(branch.ID) == nil,
	}
	view.Place = branch.Name.In(view.Lang)
	view.News = cmp.Or(view.concernedNews(s.Frame.Happened(c)), view.News)
	if form == nil {
		view.Tell = commonReason(found, view.Lang)
	}
	view.Form, view.Elsewhere = s.dealingForm(branch.ID, form), len(s.Managed(c)) > 1
	view.Kinds = []string{"anbieten", "verlegen", "absagen", "behalten"}
	if view.Runs, err = s.recentRuns(c, view.View, branch.ID); err != nil {
		return err
	}
	query := c.Request.URL.Query()
	chosen := map[string]bool{}
	for _, id := range slices.Concat(form["termin"], query["termin"]) {
		chosen[id] = true
	}
	from, to, span := chosenSpan(query)
	for _, u := range found {
		row := s.concernedRow(view.View, u)
		row.Chosen = chosen[row.ID] || form == nil && (query.Get("alle") != "" || span && from <= u.Date && u.Date <= to)
		view.Rows = append(view.Rows, row)
		if row.Soon {
			view.Soon++
		}
	}
	return s.ShowRefused(c, view.View, refused, "concerned", view)
}

// commonReason is why appointments no longer fit, where the town gave one reason
// for all: what the mail says unless the manager words it otherwise.
func commonReason(found []app.Concerned, lang town.Language) string {
	reason := ""
	for i, u := range found {
		own := u.Because.In(lang)
		if i > 0 && own != reason {
			return ""
		}
		reason = own
	}
	return reason
}

func (v *concernedView) concernedNews(query url.Values) string {
	if n, err := strconv.Atoi(query.Get("behalten")); err == nil {
		return v.N("staff.concerned.kept", n)
	}
	if n, err := strconv.Atoi(query.Get("abgesagt")); err == nil {
		return v.N("staff.concerned.cancelled", n)
	}
	return ""
}

func (s *Pages) concernedRow(v *View, u app.Concerned) concernedRow {
	why := v.T("staff.concerned.why_" + string(u.Why))
	if reason := u.Because.In(v.Lang); reason != "" {
		why += " " + reason
	}
	row := concernedRow{
		ID: string(u.ID), Number: u.Number.String(), When: v.Moment(u.Start), What: v.What(s.app.Catalogue(), u.Ticket),
		Why: why, Reach: v.T("staff.concerned.reach_" + string(u.Reachable)),
		About: NumberPath(u.Branch, u.Date, u.Number), Reserved: u.Reserved,
	}
	if u.Reserved {
		row.Why = v.T("staff.dealing.reserved_unfit", "why", why)
	} else {
		row.Offered = s.offeredWords(v, u.Branch, u.Offered)
	}
	if !u.Reminder.IsZero() {
		row.Reminder = v.T("staff.concerned.reminder", "moment", v.Moment(u.Reminder.In(s.app.Zone(u.Branch))))
		left := u.Reminder.Sub(s.app.Now())
		row.Soon = left < app.RemindedSoon
		if left < remindedNow {
			row.Reminder = v.T("staff.concerned.reminder_waits")
		}
	}
	return row
}

func (s *Pages) keepConcerned(c *gin.Context) error {
	return s.dealWith(c, "behalten", func(branch town.BranchID, id town.TicketID, _ url.Values) error {
		return s.app.Dealings.Keep(c.Request.Context(), page.ActorOf(c), branch, id)
	})
}

func (s *Pages) cancelConcerned(c *gin.Context) error {
	return s.dealWith(c, "abgesagt", func(branch town.BranchID, id town.TicketID, form url.Values) error {
		return s.app.CancelTicket(c.Request.Context(), page.ActorOf(c), branch, id, app.StaffReason{Reason: form.Get("grund")})
	})
}

// dealWith does something to each appointment that was chosen. One that was
// cancelled or called meanwhile, or fits again, stops nothing and is left as it is:
// the list that it was chosen from may be old.
func (s *Pages) dealWith(c *gin.Context, done string, do func(town.BranchID, town.TicketID, url.Values) error) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c).ID
	if err := page.ActorOf(c).MayManage(branch); err != nil {
		return err
	}
	if len(form["termin"]) == 0 {
		return s.showConcerned(c, form, problem.Field("termin", "concerned.none_chosen"))
	}
	listed, err := s.app.Dealings.Unfit(c.Request.Context(), branch)
	if err != nil {
		return err
	}
	n := 0
	for _, id := range form["termin"] {
		if !slices.ContainsFunc(listed, func(u daybook.Unfit) bool { return string(u.ID) == id }) {
			continue
		}
		err := do(branch, town.TicketID(id), form)
		if kind := problem.Of(err).Kind; err != nil && kind != problem.Conflict && kind != problem.NotFound {
			return s.showConcerned(c, form, err)
		}
		if err == nil {
			n++
		}
	}
	return s.Done303(c, ConcernedPath(branch), done, strconv.Itoa(n))
}

// ToDecide links to the lists of what no longer fits.
func (s *Pages) ToDecide(c *gin.Context, v *View, here town.BranchID) []page.Link {
	return s.lists(c, here, openList{
		may: page.ActorOf(c).MayReceive, path: ConcernedPath,
		count: func(branch town.BranchID) (int, error) {
			unfit, err := s.app.Dealings.Unfit(c.Request.Context(), branch)
			return len(unfit), err
		},
		label: func(count int, at string) string {
			if at == "" {
				return v.T("staff.nav.concerned", "count", count)
			}
			return v.T("staff.nav.concerned_at", "count", count, "branch", at)
		},
	}, v.Lang)
}

// unfitWords says why each appointment of a branch that no longer fits doesn't. A
// page that can't learn it goes without.
func (s *Pages) unfitWords(ctx context.Context, v *View, branch town.BranchID) map[town.TicketID]string {
	unfit, err := s.app.Dealings.Unfit(ctx, branch)
	if err != nil {
		s.Frame.Log.ErrorContext(ctx, "what no longer fits can't be told", "error", err)
	}
	words := map[town.TicketID]string{}
	for _, u := range unfit {
		words[u.ID] = v.T("staff.concerned.mark", "why", v.T("staff.concerned.why_"+string(u.Why)))
	}
	return words
}
