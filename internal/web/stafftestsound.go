package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"aufruf/internal/town"
)

// testQuery names, in the address of a room's page, the test whose outcome it
// tells.
const testQuery = "probe"

// testSound has the screens of the branch sound once, and shows the desk what
// came of it.
func (s *Staff) testSound(c *gin.Context) {
	branch := town.BranchID(c.Param("branch"))
	seq, err := s.desk.TestSound(c.Request.Context(), actorOf(c), branch, "")
	if err != nil {
		s.fail(c, err)
		return
	}
	query := url.Values{testQuery: {strconv.FormatInt(int64(seq), 10)}}
	c.Redirect(http.StatusSeeOther, deskPath(branch, roomOf(c.Param("room")))+"?"+query.Encode())
}

// tested tells how many of the branch's screens have sounded for a test; empty
// for none.
func (s *Staff) tested(ctx context.Context, v *staffPage, branch town.BranchID, test string) (string, error) {
	seq, err := strconv.ParseInt(test, 10, 64)
	if err != nil || seq < 1 {
		return "", nil
	}
	reports, err := s.desk.Deliveries(ctx, branch, town.Seq(seq))
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
