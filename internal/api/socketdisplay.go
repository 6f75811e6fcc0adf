package api

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"

	"aufruf/internal/access"
	"aufruf/internal/hub"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// displaySocket connects a screen with its branch: first the board, then every
// call; reports in. A screen need not name its branch: it has only one.
//
// It returns once the board is out: what goes on for years keeps a goroutine
// of its own, without the request and the stack that answering it took.
func (a *API) displaySocket(c *gin.Context) {
	actor := actorOf(c)
	branch, after, err := a.position(c, actor)
	if err != nil {
		a.fail(c, err)
		return
	}
	screen := live.Screen{
		Device: actor.Device.ID, Name: actor.Device.Name, Offices: actor.Device.Offices,
		Language: a.language(c), Asked: a.asked(c), Turn: a.Live.Turn(), Line: a.Live.Line(),
	}
	conn, ok := a.upgrade(c, directly{c.Writer})
	if !ok {
		return
	}
	s := a.hangUp(conn, branch, screen)
	if !s.prove(c.Request.Context(), func(now access.Actor) error { return now.MayScreen(branch) }) {
		s.takeDown()
		return
	}
	board, err := a.board(c.Request.Context(), branch, s.screen, c.Query("epoch"), after)
	if err != nil {
		a.Log.ErrorContext(c.Request.Context(), "board can't be read", "branch", string(branch), "error", err)
		s.end(wire.CloseRestarting, "try again")
		s.takeDown()
		return
	}
	raw, err := wire.Encode(board)
	if err != nil || s.write(raw) != nil {
		s.takeDown()
		return
	}
	s.seq, s.told = board.Seq, hourOf(board.Now)
	s.hung.Store(true)
	go s.serve()
}

// screenSocket is the connection of a screen.
type screenSocket struct {
	*socket
	branch town.BranchID
	screen live.Screen
	sub    *hub.Subscription[branchID, live.Screen, *live.Frame]
	left   func() // the screen is no longer counted
	direct *directConn
	hung   atomic.Bool // the board is out
	seq    town.Seq    // of the board: what it holds isn't sent again; set before hung
	begun  *live.Frame // went in part, and is the first in the queue
	told   int64       // the hour in which it was told the time; set before hung
	today  []byte      // what it was told of the day; serve's alone
	noted  time.Time   // when it was last noted that it is there; serve's alone
	pinged time.Time
}

// hangUp subscribes a screen before its board is read, so that no call falls
// into the gap.
func (a *API) hangUp(conn *socket, branch town.BranchID, screen live.Screen) *screenSocket {
	s := &screenSocket{socket: conn, branch: branch, screen: screen}
	s.direct, _ = conn.NetConn().(*directConn)
	s.sub = a.Live.Screens.SubscribeDirect(branch, s.screen, s.take)
	s.left = a.Live.ScreenConnected(branch, s.screen)
	if a.Stopping.Err() != nil {
		s.sub.Close()
	}
	a.seen(conn.actor, "", "")
	go s.listen()
	return s
}

// listen takes reports until the connection ends, and wakes serve then, even
// where it is stuck in writing.
func (s *screenSocket) listen() {
	s.read(s.report)
	s.sub.Close()
	_ = s.Close()
}

// takeDown ends the connection.
func (s *screenSocket) takeDown() {
	s.left()
	s.sub.Close()
	s.leave()
}

// serve writes what couldn't be written directly, until the connection, the
// right to it, or the server ends.
func (s *screenSocket) serve() {
	defer s.takeDown()
	s.pinged, s.noted = time.Now(), time.Now()
	err := s.tellToday()
	for err == nil {
		select {
		case frame := <-s.sub.Messages():
			err = s.pass(frame)
			s.sub.Dealt()
		case <-s.sub.Latest():
			err = s.lookAfter()
		case <-s.sub.Done():
			s.bye(s.sub.Reason())
			return
		}
	}
}

// take writes a frame at once where that is possible. One that went only in
// part is not taken: it is queued, and pass goes on with it.
func (s *screenSocket) take(f *live.Frame) bool {
	if !s.hung.Load() {
		return false
	}
	if s.holds(f) {
		return true
	}
	bytes := framed(f)
	n := s.direct.Offer(bytes)
	if n > 0 && n < len(bytes) {
		s.begun = f
	}
	return n == len(bytes)
}

// pass writes a frame that was queued, and waits until it is written.
func (s *screenSocket) pass(f *live.Frame) error {
	if s.holds(f) {
		return nil
	}
	var bytes []byte
	if s.begun != f {
		bytes = framed(f)
	}
	s.begun = nil
	_, err := s.direct.Write(bytes)
	return err
}

// holds reports whether the board has what a frame says.
func (s *screenSocket) holds(f *live.Frame) bool { return f.Seq != 0 && f.Seq <= s.seq }

// lookAfter tells the time where another hour has begun, and gives a sign of
// life where the last one is a while ago.
func (s *screenSocket) lookAfter() error {
	if err := errors.Join(s.tellTime(), s.tellToday()); err != nil {
		return err
	}
	now := time.Now()
	if now.Sub(s.noted) >= noteEvery {
		s.noted = now
		go s.api.seen(s.actor, "", "")
	}
	if now.Sub(s.pinged) < pingEvery/2 {
		return nil
	}
	s.pinged = now
	return s.WriteControl(websocket.PingMessage, nil, now.Add(writeWithin))
}

// tellTime sets the screen's clock right once an hour: clocks change on the
// hour, and the screen knows an offset, not a zone. It goes as one write, so
// that nothing taken directly falls into it.
func (s *screenSocket) tellTime() error {
	now := s.api.App.Now()
	if hourOf(now) == s.told {
		return nil
	}
	s.told = hourOf(now)
	raw, err := wire.Encode(wire.Clock{Now: wire.Millis(now, s.api.App.Zone(s.branch))})
	if err != nil {
		return err
	}
	_, err = s.direct.Write(appendFrame(nil, raw))
	return err
}

// noteEvery is how old the shell's list of devices may be of one that is connected.
const noteEvery = 5 * time.Minute

// tellToday tells what a hall reads of the day, where it has changed.
func (s *screenSocket) tellToday() error {
	raw, says := s.api.Live.Today(context.Background(), s.branch, s.screen)
	if len(raw) == 0 || bytes.Equal(raw, s.today) || !says && s.today == nil {
		return nil
	}
	s.today = raw
	_, err := s.direct.Write(appendFrame(nil, raw))
	return err
}

func hourOf(t time.Time) int64 { return t.Unix() / int64(time.Hour/time.Second) }

// errStopping ends the screens' subscriptions when the server stops.
var errStopping = errors.New("server stops")

// asked returns the language that a screen insists on, if it does and there is
// one.
func (a *API) asked(c *gin.Context) town.Language {
	language := town.Language(c.Query("language"))
	if !slices.Contains(a.Texts.Languages(), language) {
		return ""
	}
	return language
}

// position reads where a screen is and what it has seen.
func (a *API) position(c *gin.Context, actor access.Actor) (town.BranchID, town.Seq, error) {
	branch := town.BranchID(c.Query("branch"))
	if branch == "" && actor.Kind == access.Screen {
		branch = actor.Device.Branch
	}
	if _, ok := a.App.Catalogue().Branch(branch); !ok && actor.Kind != access.Citizen {
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
	// Both are read behind the board, so neither is older than its position: a
	// screen skips what its board holds.
	look, notice := a.Live.Look(branch, s)
	out := wire.Board{
		V: wire.Version, Resumed: b.Resumed, Epoch: b.Epoch, Seq: b.Seq,
		Now: wire.Millis(b.Now, zone), Notice: notice, Look: &look,
	}
	for _, call := range b.Calls {
		out.Calls = append(out.Calls, wire.BoardCall{
			Seq: call.Seq, Number: call.Number, Room: wire.Room{ID: call.Room, Label: call.Label},
			At: wire.Millis(call.At, zone), Again: call.Again, Cleared: call.Cleared, Withdrawn: call.Withdrawn, Office: call.Office,
			Hints: a.Live.Hints(branch, call.Room), Said: a.Live.Said(call.Event),
		})
	}
	return out, nil
}

// report takes one frame of a screen. What can't be read is ignored: a screen
// has nobody to tell.
func (s *screenSocket) report(raw []byte) {
	ctx := context.Background() // a report counts although its screen goes
	message, err := wire.DecodeDisplayReport(raw)
	if err != nil {
		s.api.Log.WarnContext(ctx, "screen's report can't be read", "device", string(s.screen.Device), "key", problem.Of(err).Key)
		return
	}
	switch m := message.(type) {
	case wire.Queued:
		s.api.Live.Queued(ctx, s.branch, s.screen, m.Seq, time.Duration(m.InMS)*time.Millisecond)
	case wire.Shown:
		ms := int(m.AfterMS)
		s.api.Live.Report(ctx, s.branch, s.screen, ledger.Delivery{Call: m.Seq, Shown: &ms})
	case wire.Sounded:
		s.api.Live.Report(ctx, s.branch, s.screen, ledger.Delivery{Call: m.Seq, Sound: string(m.Sound)})
		if s.api.Live.ScreenSounds(s.branch, s.screen, string(m.Sound)) {
			s.api.seen(s.actor, string(m.Sound), "")
		}
	case wire.Status:
		s.api.Live.ScreenSounds(s.branch, s.screen, string(m.Sound))
		s.api.seen(s.actor, string(m.Sound), m.Version)
	}
}

// seen notes that a device is there; its connection doesn't depend on it.
func (a *API) seen(actor access.Actor, sound, version string) {
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
	defer cancel()
	if err := a.App.Access.DeviceSeen(ctx, actor.Device.ID, sound, version); err != nil {
		a.Log.WarnContext(ctx, "device can't be noted", "device", string(actor.Device.ID), "error", err)
	}
}
