package staff

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// registerUnreached adds the list of those who have to be telephoned.
func (s *Pages) registerUnreached(branch page.Routes) {
	branch.GET("/anrufen", s.unreached)
	branch.POST("/anrufen", s.reached)
	branch.POST("/anrufen/nochmal", s.sendAgain)
	branch.POST("/anrufen/antwort", s.answerReserved)
}

// UnreachedPath is the address of the list of those whom no mail of a branch reached.
func UnreachedPath(branch town.BranchID) string {
	return Root + "/" + url.PathEscape(string(branch)) + "/anrufen"
}

// unreachedView lists appointments whose people don't know what they should.
type unreachedView struct {
	*View
	Base    string
	Trouble string // why no mail gets through; empty: mails do
	All     int    // how many can be sent again, for who may
	Rows    []unreachedRow
}

type unreachedRow struct {
	Mail, Number, When, What string
	Tell                     string // what the mail would have told
	Why, Code                string // why it wasn't delivered, in words and as the mail server said
	About                    string // address of the number's page
	Waiting                  bool   // it is tried still
	Again                    bool   // the person may have it sent again
	Callers                  bool   // the person may know the telephone number
	Phone                    string
	Ticket                   string
	New, NewNumber, Until    string // the time to read out that waits for an answer; empty: none does
	Unanswered               string // what holds without an answer
	Old, Reason              string // what the person knows, and the office's words; empty: there is none
}

// unreached lists whom of a branch no mail reached.
func (s *Pages) unreached(c *gin.Context) error { return s.showUnreached(c, nil) }

func (s *Pages) showUnreached(c *gin.Context, refused error) error {
	branch := s.branch(c)
	found, err := s.app.Mails.Unreached(c.Request.Context(), page.ActorOf(c), branch.ID)
	if err != nil {
		return err
	}
	view := unreachedView{View: s.NewView(c, "staff.unreached.title"), Base: UnreachedPath(branch.ID)}
	view.Place = branch.Name.In(view.Lang)
	happened := s.Frame.Happened(c)
	if number := happened.Get("erledigt"); number != "" {
		view.News = view.T("staff.unreached.done", "number", number)
	}
	if number := happened.Get("antwort"); number != "" {
		view.News = view.T("staff.unreached.answered", "number", number)
	}
	if count := happened.Get("nochmal"); count != "" {
		view.News = view.T("staff.unreached.again_done", "count", count)
	}
	view.Trouble = s.MailTrouble(c, view.View, s.app.Zone(branch.ID))
	for _, u := range found {
		view.Rows = append(view.Rows, s.unreachedRow(view.View, u))
		if u.Again {
			view.All++
		}
	}
	return s.ShowRefused(c, view.View, refused, "unreached", view)
}

func (s *Pages) unreachedRow(v *View, u app.Unreached) unreachedRow {
	row := unreachedRow{
		Mail: u.Mail, Number: u.Ticket.Number.String(), When: v.Moment(u.Ticket.Start), What: v.What(s.app.Catalogue(), u.Ticket),
		Tell: v.T("staff.unreached.tell_" + u.Kind), Why: v.T("staff.unreached.refused"), Code: u.Reason,
		About:   NumberPath(u.Ticket.Branch, u.Ticket.Date, u.Ticket.Number),
		Waiting: u.Waiting, Again: u.Again, Callers: u.Callers, Phone: u.Phone,
	}
	if r := u.Reserved; r != nil {
		row.Ticket, row.NewNumber, row.Until = string(u.Ticket.ID), r.Number.String(), v.Moment(r.Until)
		row.New = s.newTime(v, u.Ticket.Branch, &ledger.RunTarget{Branch: r.Branch, Start: r.Start})
		row.Unanswered = v.T("staff.unreached.unanswered_stays")
		if r.Moves {
			row.Unanswered = v.T("staff.unreached.unanswered_moves")
		}
	}
	if was := u.Was; was != nil {
		old := s.newTime(v, u.Ticket.Branch, &ledger.RunTarget{Branch: was.Branch, Start: was.Start})
		row.Old = v.T("staff.unreached.old", "old", old, "number", was.Number.String())
	}
	if u.Why != "" {
		row.Reason = v.T("staff.unreached.reason", "reason", u.Why)
	}
	if u.Waiting {
		row.Why = v.T("staff.unreached.waiting")
	}
	if strings.HasPrefix(u.Reason, app.ReasonReturned) {
		row.Why = v.T("staff.unreached.returned")
	}
	if key := "staff.unreached.why_" + u.Reason; v.Has(key) {
		row.Why, row.Code = v.T(key), ""
	}
	return row
}

// reached notes that somebody has told the person.
func (s *Pages) reached(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	if err := s.app.Mails.Reached(c.Request.Context(), page.ActorOf(c), form.Get("mail")); err != nil {
		return s.showUnreached(c, err)
	}
	return s.Done303(c, UnreachedPath(s.branch(c).ID), "erledigt", form.Get("number"))
}

// sendAgain has one mail sent once more, or all of the list that it can help.
func (s *Pages) sendAgain(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	ctx, actor, branch, count := c.Request.Context(), page.ActorOf(c), s.branch(c).ID, 1
	if form.Get("mail") != "" {
		err = s.app.Mails.SendAgain(ctx, actor, form.Get("mail"))
	} else {
		count, err = s.app.Mails.SendAllAgain(ctx, actor, branch)
	}
	if err != nil {
		return s.showUnreached(c, err)
	}
	return s.Done303(c, UnreachedPath(branch), "nochmal", strconv.Itoa(count))
}

// mailsLate is how long a mail waits before the pages speak of it.
const mailsLate = 10 * time.Minute

// MailTrouble says why mails don't get through, or that they wait, for those who
// speak with citizens; empty: they do.
func (s *Pages) MailTrouble(c *gin.Context, v *View, zone *time.Location) string {
	if !page.ActorOf(c).Front() {
		return ""
	}
	if trouble, ok := s.app.Outbox.MailState(); ok {
		key := "staff.mail.unreachable"
		if trouble.Refused {
			key = "staff.mail.refuses"
		}
		return v.T(key, "moment", v.Moment(trouble.Since.In(zone)), "reason", trouble.Reason)
	}
	behind, err := s.app.Outbox.MailBehind(c.Request.Context())
	if err != nil {
		s.Frame.Log.ErrorContext(c.Request.Context(), "how long mails wait can't be read", "error", err)
		return ""
	}
	if behind < mailsLate {
		return ""
	}
	return v.T("staff.mail.behind", "moment", v.Moment(s.app.Now().Add(-behind).In(zone)))
}

// toTelephone links to the lists of those whom no mail reached.
func (s *Pages) toTelephone(c *gin.Context, v *View, here town.BranchID) []page.Link {
	actor := page.ActorOf(c)
	counts, err := s.app.Mails.CountUnreached(c.Request.Context(), actor)
	if err != nil {
		s.Frame.Log.ErrorContext(c.Request.Context(), "those whom no mail reached can't be counted", "error", err)
	}
	return s.lists(c, here, openList{
		may: actor.MayDesk, path: UnreachedPath,
		count: func(branch town.BranchID) (int, error) { return counts[branch], nil },
		label: func(count int, at string) string {
			if at == "" {
				return v.T("staff.nav.unreached", "count", count)
			}
			return v.T("staff.nav.unreached_at", "count", count, "branch", at)
		},
	}, v.Lang)
}
