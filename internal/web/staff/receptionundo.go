package staff

import (
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// undoOf offers to take back that somebody was registered; nil: that can't be any more.
func (s *Pages) undoOf(c *gin.Context, branch *catalogue.Branch, typed string) *undoView {
	number, err := town.ParseNumber(typed)
	if err != nil {
		return nil
	}
	found, err := s.app.FindByNumber(c.Request.Context(), page.ActorOf(c), branch.ID, s.today(branch), number)
	t := found.Ticket
	if err != nil || t.State != queue.Waiting || t.Before == nil {
		return nil
	}
	return &undoView{Ticket: string(t.ID), Number: t.Number.String(), Version: t.Version}
}

// undoArrival takes back that somebody was registered.
func (s *Pages) undoArrival(c *gin.Context) error {
	number, err := s.takeBack(c, "empfang")
	if err != nil {
		return err
	}
	return s.Done303(c, ReceptionPath(s.branch(c).ID), "zurueck", number)
}

// takeBack undoes the last step of a form's ticket as the page showed it, once however
// often the form is sent, and returns its number.
func (s *Pages) takeBack(c *gin.Context, from string) (string, error) {
	form, err := page.ReadForm(c)
	if err != nil {
		return "", err
	}
	cmd := deskwork.Command{Type: deskwork.Undo, Ticket: town.TicketID(form.Get("ticket"))}
	if err := readVersion(form, &cmd); err != nil {
		return "", err
	}
	cmd.ID = strings.Join([]string{from, form.Get("ticket"), form.Get("version")}, ".")
	done, err := s.app.Do(c.Request.Context(), page.ActorOf(c), s.branch(c).ID, cmd)
	if err != nil {
		return "", err
	}
	return done.Ticket.Number.String(), nil
}
