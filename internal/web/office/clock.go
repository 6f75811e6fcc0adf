package office

import (
	"math"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// clockDoubt says that the server's clock isn't trusted, and what to do.
type clockDoubt struct {
	Says  string
	Left  string // when the doubt would end by itself
	Shown string // the instant that an administrator may confirm; empty for others
}

// clockDoubt returns nil while the clock is trusted.
func (o *Pages) clockDoubt(c *gin.Context, v *staff.View) *clockDoubt {
	state := o.app.ClockState()
	if !state.Doubted {
		return nil
	}
	doubt := &clockDoubt{
		Says: v.T("staff.clock.shows", "moment", v.Moment(state.Wall.In(o.houseZone()))) + " " + whyDoubted(v, state) + " " + v.T("staff.clock.help"),
		Left: v.N("staff.clock.left", wholeHours(state.Left)),
	}
	if page.ActorOf(c).User.Role == ledger.RoleAdmin {
		doubt.Shown = state.Wall.Format(time.RFC3339)
	}
	return doubt
}

func whyDoubted(v *staff.View, state app.ClockState) string {
	ahead, behind, count := "staff.clock.ahead", "staff.clock.behind", wholeHours(state.Ahead.Abs())
	if state.Denied && state.Ahead.Abs() < time.Hour {
		return v.T("staff.clock.denied")
	}
	if count > 48 {
		ahead, behind, count = "staff.clock.days_ahead", "staff.clock.days_behind", (count+12)/24
	}
	if state.Ahead < 0 {
		return v.N(behind, count)
	}
	return v.N(ahead, count)
}

func wholeHours(d time.Duration) int { return int(math.Round(d.Hours())) }

// houseZone is the zone of the first branch: the clock is the whole house's.
func (o *Pages) houseZone() *time.Location {
	for _, b := range o.app.Catalogue().Branches {
		return o.app.Zone(b.ID)
	}
	return time.UTC
}

// confirmClock takes an administrator's word for the instant that the page
// showed. What is no instant is none that the clock shows.
func (o *Pages) confirmClock(c *gin.Context) error {
	shown, err := time.Parse(time.RFC3339, c.PostForm("shown"))
	if err != nil {
		shown = time.Time{}
	}
	if err := o.app.ConfirmClock(c.Request.Context(), page.ActorOf(c), shown); err != nil {
		return err
	}
	return page.SeeOther(c, staff.OfficeRoot+"/geraete")
}
