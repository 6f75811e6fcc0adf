package web

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

// Telephoning tells whom no mail reached. See app.App for the errors.
type Telephoning interface {
	Unreached(ctx context.Context, actor app.Actor, branch town.BranchID) ([]app.Unreached, error)
	Reached(ctx context.Context, actor app.Actor, mail string) error
}

// registerUnreached adds the list of those who have to be telephoned.
func (s *Staff) registerUnreached(branch gin.IRouter) {
	branch.GET("/anrufen", s.unreached)
	branch.POST("/anrufen", s.reached)
}

func unreachedPath(branch town.BranchID) string {
	return staffRoot + "/" + url.PathEscape(string(branch)) + "/anrufen"
}

// unreachedView lists appointments whose people don't know what they should.
type unreachedView struct {
	*staffPage
	Base string
	Rows []unreachedRow
}

type unreachedRow struct {
	Mail, Number, When, What string
	Tell                     string // what the mail would have told
	Why, Code                string // why it wasn't delivered, in words and as the mail server said
	About                    string // address of the number's page
	Callers                  bool   // the person may know the telephone number
	Phone                    string
}

// unreached lists whom of a branch no mail reached.
func (s *Staff) unreached(c *gin.Context) { s.showUnreached(c, nil) }

func (s *Staff) showUnreached(c *gin.Context, refused error) {
	branch := s.branch(c)
	found, err := s.desk.Unreached(c.Request.Context(), actorOf(c), branch.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	view := unreachedView{staffPage: s.staffPage(c, "staff.unreached.title"), Base: unreachedPath(branch.ID)}
	view.Place = branch.Name.In(view.Lang)
	if number := c.Query("erledigt"); number != "" {
		view.News = view.T("staff.unreached.done", "number", number)
	}
	for _, u := range found {
		view.Rows = append(view.Rows, s.unreachedRow(view.staffPage, u))
	}
	if status, ok := s.refused(c, view.staffPage, refused); ok {
		s.show(c, status, "unreached", view)
	}
}

func (s *Staff) unreachedRow(v *staffPage, u app.Unreached) unreachedRow {
	row := unreachedRow{
		Mail: u.Mail, Number: u.Ticket.Number.String(), When: v.Moment(u.Ticket.Start), What: v.what(s.hall.Catalogue(), u.Ticket),
		Tell: v.T("staff.unreached.tell_" + u.Kind), Why: v.T("staff.unreached.refused"), Code: u.Reason,
		About:   numberPath(u.Ticket.Branch, u.Ticket.Date, u.Ticket.Number),
		Callers: u.Callers, Phone: u.Phone,
	}
	if key := "staff.unreached.why_" + u.Reason; v.Has(key) {
		row.Why, row.Code = v.T(key), ""
	}
	return row
}

// reached notes that somebody has told the person.
func (s *Staff) reached(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if err := s.desk.Reached(c.Request.Context(), actorOf(c), form.Get("mail")); err != nil {
		s.showUnreached(c, err)
		return
	}
	s.done303(c, unreachedPath(s.branch(c).ID), "erledigt", form.Get("number"))
}

// toTelephone links to the lists with somebody on them: that of the branch
// where the person works, of a manager those of all that are theirs.
func (s *Staff) toTelephone(c *gin.Context, v *staffPage, here town.BranchID) []Link {
	actor := actorOf(c)
	all := s.hall.Catalogue()
	var links []Link
	for i := range all.Branches {
		b := &all.Branches[i]
		if actor.MayDesk(b.ID) != nil || b.ID != here && actor.MayManage(b.ID) != nil {
			continue
		}
		found, err := s.desk.Unreached(c.Request.Context(), actor, b.ID)
		if err != nil {
			s.log.ErrorContext(c.Request.Context(), "whom no mail reached can't be counted", "error", err)
			continue
		}
		if len(found) > 0 {
			label := v.T("staff.nav.unreached", "count", len(found))
			if b.ID != here {
				label = v.T("staff.nav.unreached_at", "count", len(found), "branch", b.Name.In(v.Lang))
			}
			links = append(links, Link{label, unreachedPath(b.ID)})
		}
	}
	return links
}
