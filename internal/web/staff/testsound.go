package staff

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// testQuery is the parameter of a room's page that holds the id of a sound test;
// the page then tells how that test went.
const testQuery = "probe"

// testSound has the screens of the branch sound once, and shows the desk what
// came of it.
func (s *Pages) testSound(c *gin.Context) error {
	branch := town.BranchID(c.Param("branch"))
	seq, err := s.app.TestSound(c.Request.Context(), page.ActorOf(c), branch, "")
	if err != nil {
		return err
	}
	return s.Done303(c, deskPath(branch, roomOf(c.Param("room"))), testQuery, strconv.FormatInt(int64(seq), 10))
}

// tested tells how many of the branch's screens have sounded for a test; empty
// for none.
func (s *Pages) tested(ctx context.Context, v *View, branch town.BranchID, test string) (string, error) {
	seq, err := strconv.ParseInt(test, 10, 64)
	if err != nil || seq < 1 {
		return "", nil
	}
	reports, err := s.app.Deliveries(ctx, branch, town.Seq(seq))
	if err != nil {
		return "", err
	}
	sounded := 0
	for _, r := range reports {
		if r.Sound == "played" {
			sounded++
		}
	}
	screens, _ := s.screens.Branch(branch)
	if screens = max(screens, len(reports)); screens == 0 {
		return v.T("staff.screens.none"), nil
	}
	return v.N("staff.screens.tested", screens, "sounded", sounded), nil
}
