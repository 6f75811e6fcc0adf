package staff

import (
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/web/page"
)

// presentRow is somebody who is here and waits.
type presentRow struct{ Number, What, Since string }

// present lists who of a branch is here and waits, in the order in which they are
// called: those who were registered, and those without an appointment.
func (s *Pages) present(c *gin.Context, v *View, branch *catalogue.Branch) ([]presentRow, error) {
	day, err := s.app.Workday(c.Request.Context(), page.ActorOf(c), branch.ID, s.today(branch))
	if err != nil {
		return nil, err
	}
	now := s.app.Now()
	var rows []presentRow
	for _, t := range day.Waiting {
		if t.State == queue.Waiting {
			rows = append(rows, presentRow{t.Number.String(), v.What(s.app.Catalogue(), t), v.N("date.minutes", waited(t, now))})
		}
	}
	return rows, nil
}

// waited is for how many whole minutes somebody has been here; by a clock that was set
// back it is none.
func waited(t queue.Ticket, now time.Time) int {
	return max(0, int(now.Sub(t.CheckedIn)/time.Minute))
}
