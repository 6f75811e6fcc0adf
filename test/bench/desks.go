package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

// layout is how many desks work how long. A day has 900 numbers a branch.
type layout struct {
	name     string
	branches int
	desks    int // in each branch
	rounds   int // of each desk
	screens  int // in each branch
}

var layouts = []layout{
	{"50 desks, 1 branch", 1, 50, 15, 20},
	{"200 desks, 20 branches", 20, 10, 20, 20},
}

// measureDesks lets desks call, serve and finish as fast as they can; for each
// person who leaves another one comes, so that the line stays as long as it is.
func measureDesks(ctx context.Context, b *bench) error {
	for _, l := range layouts {
		for range b.runs {
			ours, err := b.desksOf(ctx, l)
			if err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			bare, err := b.bareDesks(ctx, l)
			if err != nil {
				return fmt.Errorf("%s, yardstick: %w", l.name, err)
			}
			b.tabulate(l, ours, bare)
		}
	}
	return nil
}

func (b *bench) tabulate(l layout, ours, bare crowded) {
	b.table.figure(l.name+": calls", "per s", "beside four durable inserts and one broadcast a round").addBeside(ours.rate, bare.rate)
	for _, share := range []struct {
		name string
		of   float64
	}{{"p50", 0.50}, {"p95", 0.95}, {"p99", 0.99}} {
		name := fmt.Sprintf("%s: key to the last of %d screens, %s", l.name, l.screens, share.name)
		b.table.figure(name, "ms", "").addBeside(percentile(ours.took, share.of), percentile(bare.took, share.of))
	}
	b.table.figure(l.name+": people called twice, calls doubled on a screen", "%", "0").add(ours.doubled)
	b.table.figure(l.name+": calls lost on a screen", "%", "0").add(ours.lost)
}

// branchIDs are those of the layout: the built-in town hall has no branch with
// so many desks.
func (l layout) branchIDs() []town.BranchID {
	var ids []town.BranchID
	for i := range l.branches {
		ids = append(ids, town.BranchID(fmt.Sprintf("amt-%d", i+1)))
	}
	return ids
}

// catalogue describes the branches for `server import`.
func (l layout) catalogue() string {
	var s strings.Builder
	s.WriteString("format: aufruf/1\nbranches:\n")
	for _, id := range l.branchIDs() {
		fmt.Fprintf(&s, "  - id: %s\n    name: %s\n    address: {street: Markt 1, postcode: \"04668\", city: Grimma}\n    time_zone: Europe/Berlin\n    call_mode: screen\n    rooms:\n", id, id)
		var rooms []string
		for d := range l.desks {
			rooms = append(rooms, string(roomOf(d)))
			fmt.Fprintf(&s, "      - {id: %s, label: Platz %d}\n", roomOf(d), d+1)
		}
		fmt.Fprintf(&s, "    offices:\n      - id: amt\n        name: Amt\n        rooms: [%s]\n        services: [%s]\n        opening:\n          - {days: [tuesday], hours: [\"06:00-20:00\"], capacity: {online: 1, staff: 1, counters: %d}}\n",
			strings.Join(rooms, ", "), service, l.desks)
	}
	return s.String()
}

func roomOf(desk int) town.RoomID { return town.RoomID(fmt.Sprintf("platz-%d", desk+1)) }

func (b *bench) desksOf(ctx context.Context, l layout) (crowded, error) {
	h, err := b.openServer(ctx)
	if err != nil {
		return crowded{}, err
	}
	result, err := h.crowd(ctx, l)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, h.server.Program().Log())
	}
	return result, errors.Join(err, h.close())
}

// crowd furnishes the branches, hangs the screens, fills the lines and lets the
// desks work.
func (h *benchServer) crowd(ctx context.Context, l layout) (crowded, error) {
	file := filepath.Join(h.server.Dir, "crowd.yaml")
	if err := os.WriteFile(file, []byte(l.catalogue()), 0o600); err != nil {
		return crowded{}, err
	}
	if _, err := h.server.Command(ctx, "", "import", file); err != nil {
		return crowded{}, err
	}
	if err := h.knows(ctx, len(l.branchIDs())); err != nil {
		return crowded{}, err
	}
	c := newCrowd(l)
	defer c.leave()
	ws := strings.Replace(h.server.URL, "http://", "ws://", 1)
	for _, id := range l.branchIDs() {
		if err := h.furnish(ctx, c, ws, id); err != nil {
			return crowded{}, err
		}
	}
	return c.work(ctx)
}

// knows waits until the running server has seen what was imported beside it.
func (h *benchServer) knows(ctx context.Context, added int) error {
	return townhall.Eventually(ctx, func() error {
		known, err := h.staff.Branches(ctx)
		if err == nil && len(known.Branches) < builtIn+added {
			err = fmt.Errorf("%d branches", len(known.Branches))
		}
		return err
	})
}

// builtIn is how many branches the built-in town has.
const builtIn = 2

// furnish adds a branch's screens and desks, and people who wait.
func (h *benchServer) furnish(ctx context.Context, c *crowd, ws string, id town.BranchID) error {
	tokenFile, err := h.server.AddDevice(ctx, "hall-"+string(id), "display", string(id))
	if err != nil {
		return err
	}
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return err
	}
	screen := http.Header{"Authorization": {"Bearer " + strings.TrimSpace(string(token))}}
	for range c.layout.screens {
		conn, err := dial(ctx, ws+"/api/v1/ws/display?branch="+string(id), screen)
		if err != nil {
			return err
		}
		if _, _, err := conn.ReadMessage(); err != nil { // the board
			return err
		}
		c.hang(string(id), conn)
	}
	staff := http.Header{"Authorization": {"Bearer " + h.token}}
	for d := range c.layout.desks {
		conn, err := dial(ctx, ws+"/api/v1/ws/caller?branch="+string(id), staff)
		if err != nil {
			return err
		}
		desk := &ourDesk{conn: conn, room: roomOf(d), come: func(ctx context.Context) error { return h.comes(ctx, id) }}
		c.desks = append(c.desks, seat{string(id), desk})
	}
	people, ctx := errgroup.WithContext(ctx)
	people.SetLimit(16)
	for range c.layout.desks + 10 {
		people.Go(func() error { return h.comes(ctx, id) })
	}
	return people.Wait()
}

func (h *benchServer) comes(ctx context.Context, id town.BranchID) error {
	_, err := h.staff.IssueTicket(ctx, wire.TicketRequest{Branch: id, Services: []wire.ItemRequest{{ID: service}}})
	return err
}

// bareDesks does the least that this asks for: an insert and a broadcast for
// the call, an insert each for start, finish and the person who comes.
func (b *bench) bareDesks(ctx context.Context, l layout) (crowded, error) {
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return crowded{}, err
	}
	y, err := startYardstick(ctx, dir)
	if err != nil {
		return crowded{}, err
	}
	defer y.stop()
	c := newCrowd(l)
	defer c.leave()
	for i, id := range l.branchIDs() {
		for range l.screens {
			conn, err := dial(ctx, "ws://"+y.address+"/screen?branch="+string(id), nil)
			if err != nil {
				return crowded{}, err
			}
			c.hang(string(id), conn)
		}
		for d := range l.desks {
			conn, err := dial(ctx, "ws://"+y.address+"/desk?branch="+string(id), nil)
			if err != nil {
				return crowded{}, err
			}
			c.desks = append(c.desks, seat{string(id), &bareDesk{conn: conn, next: (i*l.desks + d) * l.rounds}})
		}
	}
	if err := y.hung(ctx, l.branches*l.screens); err != nil {
		return crowded{}, err
	}
	return c.work(ctx)
}

func dial(ctx context.Context, address string, header http.Header) (*websocket.Conn, error) {
	dialer := websocket.Dialer{HandshakeTimeout: time.Minute, ReadBufferSize: 4096, WriteBufferSize: 512}
	conn, _, err := dialer.DialContext(ctx, address, header)
	return conn, err
}
