package client

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// maxReports is how many reports are kept while there is no connection.
const maxReports = 256

// Reports that were sent shortly before a connection broke are sent again on
// the next: nobody knows whether the server still took them, and it counts
// each only once.
const (
	maxRepeated  = 16
	repeatWithin = time.Minute
)

// DisplayHandler is told what a screen has to show. Its methods are called one
// after the other and should return quickly.
type DisplayHandler interface {
	OnConnected()             // the board follows
	OnDisconnected(err error) // once per loss, and when the first try fails
	OnBoard(board wire.Board) // after each OnConnected, before any call
	OnCall(call wire.ScreenCall)
	OnClear(clear wire.Clear)
	OnLook(look wire.Look)
	OnTest(test wire.Test)
	OnToday(today wire.Today)
	OnClock(clock wire.Clock)
}

// Positioner may be implemented by a handler that knows better than the
// connection behind which event to resume, like one that kept a board on disk.
// An empty epoch asks for a full board.
type Positioner interface {
	Position() (epoch string, after town.Seq)
}

// Display is a screen's connection. Each call reaches the handler exactly
// once, in order, whatever happens to the connection: after a loss it resumes
// behind the last one, and the board that follows holds what was missed, calls
// and the end of calls.
type Display struct {
	branch  town.BranchID
	handler DisplayHandler
	link    link

	mu     sync.Mutex
	status *wire.Status // the newest, sent on every connection
	recent []sentReport // the newest others, the oldest first

	epoch string // Run's alone, as is after
	after town.Seq
}

type sentReport struct {
	frame []byte
	at    time.Time
}

// NewDisplay returns the connection of a screen at a branch. It connects when
// Run is called. A client with a language insists on it; with none the town
// chooses.
func NewDisplay(c *Client, branch town.BranchID, handler DisplayHandler) *Display {
	d := &Display{branch: branch, handler: handler}
	d.link = link{
		client: c, path: "ws/display", timing: standard, out: newOutbox(),
		query: d.query, prepare: d.prepare, opened: handler.OnConnected, message: d.message, lost: handler.OnDisconnected,
	}
	return d
}

// Run stays connected until ctx ends; it then returns ctx's error. A server
// that says not to come back (revoked token, unknown branch) ends it with a
// *problem.Error.
func (d *Display) Run(ctx context.Context) error { return d.link.run(ctx) }

// Send reports to the server, now or when the connection is back; it never
// blocks. Of statuses only the newest is kept, of other reports the newest
// 256. What was sent within a minute before the connection broke is sent again.
func (d *Display) Send(report wire.Report) error {
	frame, err := wire.Encode(report)
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	d.note(report, frame)
	d.link.out.put(frame, maxReports)
	return nil
}

// note keeps what a next connection has to repeat.
func (d *Display) note(report wire.Report, frame []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if status, ok := report.(wire.Status); ok {
		d.status = &status
		return
	}
	d.recent = append(d.recent, sentReport{frame, time.Now()})
	if len(d.recent) > maxRepeated {
		d.recent = slices.Delete(d.recent, 0, len(d.recent)-maxRepeated)
	}
}

func (d *Display) query() url.Values {
	query := url.Values{}
	if d.branch != "" { // else the branch of the device
		query.Set("branch", string(d.branch))
	}
	epoch, after := d.epoch, d.after
	if handler, ok := d.handler.(Positioner); ok {
		epoch, after = handler.Position()
	}
	if language := d.link.client.language; language != "" {
		query.Set("language", language)
	}
	if epoch != "" {
		query.Set("epoch", epoch)
		query.Set("after", strconv.FormatInt(int64(after), 10))
	}
	return query
}

func (d *Display) prepare() {
	d.mu.Lock()
	status, recent := d.status, slices.Clone(d.recent)
	d.mu.Unlock()
	for _, report := range slices.Backward(recent) {
		if time.Since(report.at) < repeatWithin {
			d.link.out.putBackOnce(report.frame)
		}
	}
	if status != nil {
		frame, _ := wire.Encode(*status) // it was encoded once before
		d.link.out.putBack(frame)
	}
}

func (d *Display) message(raw []byte) error {
	message, err := wire.DecodeDisplayMessage(raw)
	if err != nil {
		return err
	}
	switch m := message.(type) {
	case wire.Board:
		d.handler.OnBoard(m)
		d.epoch, d.after = m.Epoch, m.Seq
	case wire.ScreenCall:
		if d.advance(m.Seq) {
			d.handler.OnCall(m)
		}
	case wire.Clear:
		if d.advance(m.Seq) {
			d.handler.OnClear(m)
		}
	case wire.Look:
		if d.advance(m.Seq) {
			d.handler.OnLook(m)
		}
	case wire.Test:
		if d.advance(m.Seq) {
			d.handler.OnTest(m)
		}
	case wire.Clock:
		d.handler.OnClock(m)
	case wire.Today:
		d.handler.OnToday(m)
	}
	return nil
}

// advance reports whether seq is new, and remembers it.
func (d *Display) advance(seq town.Seq) bool {
	if seq <= d.after {
		return false
	}
	d.after = seq
	return true
}
