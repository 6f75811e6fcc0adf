package office

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// rushes says in a line for each of a manager's branches that strangers must work
// there before they book, and why; nil: nowhere.
// Where it can't be told the page does without.
func (o *Pages) rushes(c *gin.Context, v *staff.View) (lines []string) {
	going, err := o.app.Figures.Rushes(c.Request.Context(), page.ActorOf(c))
	if err != nil {
		o.staff.Frame.Log.ErrorContext(c.Request.Context(), "a rush can't be read", "error", err)
		return nil
	}
	for _, r := range going {
		lines = append(lines, v.T("staff.rush.going", "branch", page.BranchName(o.app.Catalogue(), r.Branch, v.Lang), "taken", r.Taken, "usual", r.Usual))
	}
	return lines
}
