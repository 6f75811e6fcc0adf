package staff

import (
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/web/page"
)

// presentView is who still is to be called at a branch: who is here, the groups
// beside them in words.
type presentView struct {
	Present []presentRow
	Beside  []string
}

// presentRow is somebody who is here and waits.
type presentRow struct{ Number, What, Since string }

// present tells who of a branch is here and waits, in the order in which they are
// called, who is late, and how many are still to come or were put aside.
func (s *Pages) present(c *gin.Context, v *View, branch *catalogue.Branch) (presentView, error) {
	day, err := s.app.Workday(c.Request.Context(), page.ActorOf(c), branch.ID, s.today(branch))
	if err != nil {
		return presentView{}, err
	}
	var view presentView
	now, expected := s.app.Now(), 0
	var late []string
	for _, t := range day.Waiting {
		switch t.Group(now, policyOf(branch, t.Office)) {
		case queue.Present:
			minutes := v.N("date.minutes", queue.Minutes(t.InLineSince(), now))
			view.Present = append(view.Present, presentRow{t.Number.String(), v.What(s.app.Catalogue(), t), minutes})
		case queue.Overdue:
			late = append(late, t.Number.String())
		default:
			expected++
		}
	}
	beside := func(key string, value any) {
		view.Beside = append(view.Beside, fmt.Sprintf("%s: %v", v.T("staff.line."+key), value))
	}
	if len(late) > 0 {
		beside("overdue", strings.Join(late, ", "))
	}
	beside("expected", expected)
	beside("aside", len(day.Parked))
	return view, nil
}
