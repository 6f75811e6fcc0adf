package booking

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"aufruf/internal/qr"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/wire"
)

// registerWaitingRoom adds the waiting room on everybody's phone: the page that
// the QR code on the screens leads to.
func (p *Pages) registerWaitingRoom(router gin.IRouter) {
	room := page.NewRoutes(router, p.fail).Group(wire.HallPath+":branch", p.frame.Headers)
	room.GET("", p.waitingRoom)
	room.GET("/qr.svg", p.waitingRoomCode)
}

// waitingRoomView is the page of a branch's calls, for those who wait outside. It
// shows what hangs on the wall of the hall and nothing else: a number alone
// opens nobody's appointment.
type waitingRoomView struct {
	*page.Page
	Branch string
	Now    string
	Notice string
	Calls  []waitingRoomCall // newest first
}

// waitingRoomCall is a number and where it was called to.
type waitingRoomCall struct {
	Number    town.Number
	Room      string
	Direction string
	At        string
	Over      bool // its person has come, or isn't waited for any longer
}

// listedCalls is how many calls the page shows.
const listedCalls = 8

func (p *Pages) waitingRoom(c *gin.Context) error {
	branch, ok := p.app.Catalogue().Branch(town.BranchID(c.Param("branch")))
	if !ok || branch.Retired {
		p.NotFound(c)
		return nil
	}
	board, err := p.app.Wall(c.Request.Context(), branch.ID)
	if err != nil {
		return err
	}
	v := &waitingRoomView{Page: p.frame.Page(c)}
	v.Title = v.T("display.hall_title")
	v.Branch, v.Notice, v.Now = branch.Name.In(v.Lang), board.Notice.In(v.Lang), v.Time(board.Now)
	for _, call := range slices.Backward(board.Calls) {
		shown := waitingRoomCall{Number: call.Number, Room: call.Label, At: v.Time(call.At), Over: call.Cleared}
		if room, ok := branch.Room(call.Room); ok {
			shown.Direction = room.Direction.In(v.Lang)
		}
		v.Calls = append(v.Calls, shown)
		if len(v.Calls) == listedCalls {
			break
		}
	}
	return p.render(c, http.StatusOK, "waitingroom", v)
}

// waitingRoomCode draws the page's address, for screens in a plain browser.
func (p *Pages) waitingRoomCode(c *gin.Context) error {
	branch := town.BranchID(c.Param("branch"))
	if _, ok := p.app.Catalogue().Branch(branch); !ok {
		p.NotFound(c)
		return nil
	}
	picture, err := qr.SVG(p.frame.Base + wire.HallPath + string(branch))
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "image/svg+xml", picture)
	return nil
}
