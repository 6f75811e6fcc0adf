package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"aufruf/internal/client"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/townhall"
)

const (
	branch  = town.BranchID("grimma-markt")
	room    = town.RoomID("platz-1")
	service = town.ServiceID("meldebescheinigung")
)

// opening is a Tuesday on which the built-in town hall is open.
var opening = time.Date(2026, time.December, 1, 9, 5, 0, 0, time.FixedZone("CET", 3600))

// benchServer is a running server with one clerk at a desk.
type benchServer struct {
	server   *townhall.Server
	screens  string // device token
	staff    *client.Client
	token    string // of the clerk's session
	station  *client.Station
	endDesk  context.CancelFunc
	deskGone chan error
}

func (b *bench) openServer(ctx context.Context) (*benchServer, error) {
	dir, err := os.MkdirTemp(b.dir, "hall-")
	if err != nil {
		return nil, err
	}
	h := &benchServer{server: townhall.NewServer(b.programs, dir, townhall.ServerOptions{Clock: opening})}
	if err := h.server.Start(ctx); err != nil {
		return nil, err
	}
	if err := h.employ(ctx); err != nil {
		return nil, errors.Join(err, h.server.Stop())
	}
	return h, nil
}

func (h *benchServer) employ(ctx context.Context) error {
	password, err := h.server.AddUser(ctx, "lena", "clerk")
	if err != nil {
		return err
	}
	tokenFile, err := h.server.AddDevice(ctx, "hall", "display", string(branch))
	if err != nil {
		return err
	}
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return err
	}
	h.screens = strings.TrimSpace(string(token))
	if err := h.signIn(ctx, password); err != nil {
		return err
	}
	h.openDesk(ctx)
	return nil
}

func (h *benchServer) signIn(ctx context.Context, password string) error {
	citizen, err := h.server.Client()
	if err != nil {
		return err
	}
	session, err := citizen.SignIn(ctx, "lena", password)
	if err != nil {
		return err
	}
	h.token = session.Token
	h.staff, err = client.New(h.server.URL, client.Fixed(h.token), "")
	return err
}

func (h *benchServer) openDesk(ctx context.Context) {
	ctx, h.endDesk = context.WithCancel(ctx)
	h.station, h.deskGone = client.NewStation(h.staff, branch, silentDesk{}), make(chan error, 1)
	go func() { h.deskGone <- h.station.Run(ctx) }()
}

func (h *benchServer) close() error {
	h.endDesk()
	<-h.deskGone
	return h.server.Stop()
}

// issue gives out numbers, one after the other.
func (h *benchServer) issue(ctx context.Context, n int) error {
	for range n {
		if err := h.issueOne(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (h *benchServer) issueOne(ctx context.Context) error {
	_, err := h.staff.IssueTicket(ctx, wire.TicketRequest{Branch: branch, Services: []wire.ItemRequest{{ID: service}}})
	return err
}

// desk returns what calls the next number and recalls it, in turn: two
// announcements per ticket, as a day has only 900 numbers.
func (h *benchServer) desk() func(context.Context) error {
	var called town.TicketID
	return func(ctx context.Context) error {
		command := deskwork.Command{Type: deskwork.CallNext, Room: room}
		if called != "" {
			command = deskwork.Command{Type: deskwork.Recall, Ticket: called}
		}
		done, err := h.station.Do(ctx, command)
		if err != nil {
			return fmt.Errorf("%s: %w", command.Type, err)
		}
		if called != "" {
			called = ""
			return nil
		}
		called = done.Ticket.Ticket
		return nil
	}
}

// silentDesk looks at nothing.
type silentDesk struct{}

func (silentDesk) OnConnected()             {}
func (silentDesk) OnDisconnected(error)     {}
func (silentDesk) OnQueue(wire.Queue)       {}
func (silentDesk) OnDelivery(wire.Delivery) {}
func (silentDesk) OnAlarms(wire.Alarms)     {}
