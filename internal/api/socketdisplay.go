package api

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// displaySocket connects a screen with its branch: first the board, then every
// call; reports in. A screen need not name its branch: it has only one.
func (a *API) displaySocket(c *gin.Context) {
	actor := actorOf(c)
	branch, after, err := a.position(c, actor)
	if err != nil {
		a.fail(c, err)
		return
	}
	language := a.language(c)
	s, ok := a.upgrade(c)
	if !ok {
		return
	}
	screen := live.Screen{Device: actor.Device.ID, Offices: actor.Device.Offices, Language: language}
	sub := a.Live.Screens.Subscribe(branch, screen)
	defer sub.Close()
	defer a.Live.ScreenConnected(branch, screen)()
	a.seen(c, actor, "", "")
	go s.read(func(raw []byte) { s.report(c, branch, screen, raw) })
	board, err := a.board(c.Request.Context(), branch, screen, c.Query("epoch"), after)
	if err != nil {
		a.Log.ErrorContext(c.Request.Context(), "board can't be read", "branch", string(branch), "error", err)
		s.end(wire.CloseRestarting, "try again")
		s.leave()
		return
	}
	raw, err := wire.Encode(board)
	if err != nil || s.write(raw) != nil {
		s.leave()
		return
	}
	serve(s, sub, func(f *live.Frame) error {
		if f.Seq != 0 && f.Seq <= board.Seq {
			return nil // the board holds it already
		}
		return s.writeFrame(f)
	})
}

// position reads where a screen is and what it has seen.
func (a *API) position(c *gin.Context, actor app.Actor) (town.BranchID, town.Seq, error) {
	branch := town.BranchID(c.Query("branch"))
	if branch == "" && actor.Kind == app.Screen {
		branch = actor.Device.Branch
	}
	if _, ok := a.App.Catalogue().Branch(branch); !ok && actor.Kind != app.Citizen {
		return "", 0, problem.New(problem.NotFound, "branch.unknown")
	}
	if err := actor.MayScreen(branch); err != nil {
		return "", 0, err
	}
	after := int64(0)
	if value := c.Query("after"); value != "" {
		parsed, err := strconv.ParseInt(value, 10, 64)
		if err != nil || parsed < 0 {
			return "", 0, problem.Field("after", "field.position")
		}
		after = parsed
	}
	return branch, town.Seq(after), nil
}

func (a *API) board(ctx context.Context, branch town.BranchID, s live.Screen, epoch string, after town.Seq) (wire.Board, error) {
	b, err := a.App.Board(ctx, branch, s.Offices, epoch, after)
	if err != nil {
		return wire.Board{}, err
	}
	zone := a.App.Zone(branch)
	look, _ := a.Live.Look(branch, s.Language)
	out := wire.Board{
		V: wire.Version, Resumed: b.Resumed, Epoch: b.Epoch, Seq: b.Seq,
		Now: wire.Millis(b.Now, zone), Notice: b.Notice.In(s.Language), Look: &look,
	}
	for _, call := range b.Calls {
		out.Calls = append(out.Calls, wire.BoardCall{
			Seq: call.Seq, Number: call.Number, Room: wire.Room{ID: call.Room, Label: call.Label},
			At: wire.Millis(call.At, zone), Again: call.Again, Cleared: call.Cleared,
			Hints: a.Live.Hints(branch, call.Room),
		})
	}
	return out, nil
}

// report takes one frame of a screen. What can't be read is ignored: a screen
// has nobody to tell.
func (s *socket) report(c *gin.Context, branch town.BranchID, screen live.Screen, raw []byte) {
	message, err := wire.DecodeDisplayReport(raw)
	if err != nil {
		s.api.Log.WarnContext(c.Request.Context(), "screen's report can't be read", "device", string(screen.Device), "key", problem.Of(err).Key)
		return
	}
	ctx := context.WithoutCancel(c.Request.Context())
	switch m := message.(type) {
	case wire.Shown:
		ms := int(m.AfterMS)
		s.api.Live.Report(ctx, branch, screen, app.Delivery{Call: m.Seq, Shown: &ms})
	case wire.Sounded:
		s.api.Live.Report(ctx, branch, screen, app.Delivery{Call: m.Seq, Sound: string(m.Sound)})
		s.api.Live.ScreenSounds(branch, screen.Device, string(m.Sound))
	case wire.Status:
		s.api.Live.ScreenSounds(branch, screen.Device, string(m.Sound))
		s.api.seen(c, s.actor, string(m.Sound), m.Version)
	}
}

// seen notes that a device is there; its connection doesn't depend on it.
func (a *API) seen(c *gin.Context, actor app.Actor, sound, version string) {
	ctx := context.WithoutCancel(c.Request.Context())
	if err := a.App.DeviceSeen(ctx, actor.Device.ID, sound, version); err != nil {
		a.Log.WarnContext(ctx, "device can't be noted", "device", string(actor.Device.ID), "error", err)
	}
}
