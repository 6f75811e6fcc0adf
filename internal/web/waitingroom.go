package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/qr"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Board tells what a branch's screens show. See app.App for the errors.
type Board interface {
	Wall(ctx context.Context, branch town.BranchID) (app.Board, error)
}

// Hall is the waiting room on everybody's phone: the page that the QR code on
// the screens leads to.
type Hall struct {
	*Pages
	desk Board
}

// NewHall returns the page, which stands in the frame of the others.
func NewHall(pages *Pages, desk Board) *Hall { return &Hall{Pages: pages, desk: desk} }

// Register adds the routes below /warteraum.
func (h *Hall) Register(router gin.IRouter) {
	room := router.Group(wire.HallPath+":branch", h.headers)
	room.GET("", h.waitingRoom)
	room.GET("/qr.svg", h.code)
}

// waitingRoomView is the page of a branch's calls, for those who wait outside. It
// shows what hangs on the wall of the hall and nothing else: a number alone
// opens nobody's appointment.
type waitingRoomView struct {
	*Page
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

func (h *Hall) waitingRoom(c *gin.Context) {
	branch, ok := h.hall.Catalogue().Branch(town.BranchID(c.Param("branch")))
	if !ok || branch.Retired {
		h.NotFound(c)
		return
	}
	board, err := h.desk.Wall(c.Request.Context(), branch.ID)
	if err != nil {
		h.fail(c, err)
		return
	}
	v := &waitingRoomView{Page: h.page(c)}
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
	h.render(c, http.StatusOK, "hall", v)
}

// code draws the page's address, for screens in a plain browser.
func (h *Hall) code(c *gin.Context) {
	branch := town.BranchID(c.Param("branch"))
	if _, ok := h.hall.Catalogue().Branch(branch); !ok {
		h.NotFound(c)
		return
	}
	picture, err := qr.SVG(h.base + wire.HallPath + string(branch))
	if err != nil {
		h.fail(c, err)
		return
	}
	c.Data(http.StatusOK, "image/svg+xml", picture)
}
