package staff

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// openList is a list at each branch on which somebody may stand whom staff have to
// deal with.
type openList struct {
	may   func(town.BranchID) error
	count func(town.BranchID) (int, error)
	label func(count int, at string) string // at names another branch; empty: here
	path  func(town.BranchID) string
}

// lists links to the lists with somebody on them: that of the branch where the
// person works, of a manager those of all that are theirs. One that can't be
// counted is left out, and logged.
func (s *Pages) lists(c *gin.Context, here town.BranchID, l openList, lang town.Language) []page.Link {
	actor, all := page.ActorOf(c), s.app.Catalogue()
	var links []page.Link
	for i := range all.Branches {
		b := &all.Branches[i]
		if l.may(b.ID) != nil || b.ID != here && actor.MayManage(b.ID) != nil {
			continue
		}
		count, err := l.count(b.ID)
		if err != nil {
			s.Frame.Log.ErrorContext(c.Request.Context(), "a list of staff can't be counted", "list", l.path(b.ID), "error", err)
		}
		if err != nil || count == 0 {
			continue
		}
		at := ""
		if b.ID != here {
			at = b.Name.In(lang)
		}
		links = append(links, page.Link{Label: l.label(count, at), URL: l.path(b.ID)})
	}
	return links
}
