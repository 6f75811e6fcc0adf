package staff

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// What a form's target begins with: an office or a room.
const (
	officePrefix = "o:"
	roomPrefix   = "r:"
)

// command carries out one step of a page without script and leads back to the
// page. The same form sent twice has one effect.
func (s *Pages) command(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch, room := town.BranchID(c.Param("branch")), roomOf(c.Param("room"))
	cmd, err := readCommand(form, room)
	if err != nil {
		return s.refuseCommand(c, form, err)
	}
	done, err := s.app.Do(c.Request.Context(), page.ActorOf(c), branch, cmd)
	if err != nil {
		return s.refuseCommand(c, form, err)
	}
	query := url.Values{"getan": {string(cmd.Kind)}}
	if done.Ticket != nil {
		query.Set("nummer", done.Ticket.Number.String())
	}
	return page.SeeOther(c, deskPath(branch, room)+"?"+query.Encode())
}

// readCommand reads a form of a room's page. Which form it is, and about what,
// is part of the id: the forms of one page share its beginning.
func readCommand(form url.Values, room town.RoomID) (app.Command, error) {
	cmd := app.Command{
		Kind: app.CommandKind(form.Get("type")), Ticket: town.TicketID(form.Get("ticket")),
		Note: form.Get("note"), TakeOver: form.Get("take_over") != "",
		Service: town.ServiceID(form.Get("service")),
		ID:      strings.Join([]string{form.Get("id"), form.Get("type"), form.Get("ticket") + form.Get("number"), form.Get("take_over")}, "."),
	}
	readSeen(form, &cmd)
	switch cmd.Kind {
	case app.CommandNext, app.CommandPause, app.CommandResume, app.CommandAlarm:
		cmd.Room = room
	case app.CommandCall:
		number, err := town.ParseNumber(strings.TrimSpace(form.Get("number")))
		if err != nil {
			return cmd, problem.Field("number", "field.number")
		}
		cmd.Room, cmd.Number = room, number
	case app.CommandTransfer:
		if office, ok := strings.CutPrefix(form.Get("target"), officePrefix); ok {
			cmd.Office = town.OfficeID(office)
		}
		if target, ok := strings.CutPrefix(form.Get("target"), roomPrefix); ok {
			cmd.Room = town.RoomID(target)
		}
	}
	return cmd, nil
}

// readSeen reads what the page showed when the form was sent.
func readSeen(form url.Values, cmd *app.Command) {
	switch cmd.Kind {
	case app.CommandNext, app.CommandCall:
		if form.Has("open") {
			cmd.Open = new(town.TicketID(form.Get("open")))
		}
	default:
		cmd.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64) // 0 where the form has none
	}
}

// refuseCommand shows the page with what stands in the way; a room that
// another user has open can be taken over deliberately.
func (s *Pages) refuseCommand(c *gin.Context, form url.Values, err error) error {
	e := problem.Of(err)
	if e.Kind == problem.Internal {
		return err
	}
	return s.renderDesk(c, e.Kind.Status(), func(view *deskView) {
		view.Alert, view.Focus = &page.Alert{Title: view.FirstField(e)}, true
		kind := app.CommandKind(form.Get("type"))
		if e.Key != "room.taken" || kind != app.CommandNext && kind != app.CommandCall {
			return
		}
		view.TakeOver = &takeOver{[]page.HiddenField{
			{Name: "id", Value: view.Command}, {Name: "type", Value: form.Get("type")}, {Name: "number", Value: form.Get("number")}, {Name: "take_over", Value: "1"},
		}}
	})
}
