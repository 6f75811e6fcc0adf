package main

import (
	"bytes"
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
)

// wall is a number of connected screens that only note when a call arrives.
type wall struct {
	screens []*websocket.Conn
	arrived chan time.Time
	lost    chan error
	last    atomic.Value // []byte: what a screen got last for one call
}

// hang connects n screens to a websocket address and waits for the first
// message of each where there is one.
func hang(ctx context.Context, n int, address, token string, greeted bool) (*wall, error) {
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	w := &wall{screens: make([]*websocket.Conn, n), arrived: make(chan time.Time, n), lost: make(chan error, n)}
	dialer := websocket.Dialer{HandshakeTimeout: time.Minute, ReadBufferSize: 512, WriteBufferSize: 512}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := range n {
		group.Go(func() error {
			conn, _, err := dialer.DialContext(ctx, address, header)
			if err != nil {
				return err
			}
			w.screens[i] = conn
			if greeted {
				_, _, err = conn.ReadMessage()
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		w.takeDown()
		return nil, err
	}
	for i, conn := range w.screens {
		go w.watch(conn, i == 0)
	}
	return w, nil
}

var callMark = toScreens

func (w *wall) watch(conn *websocket.Conn, keep bool) {
	var before []byte // of the same call
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			w.lost <- err
			return
		}
		at, isCall := time.Now(), bytes.Contains(frame, callMark)
		if keep {
			before = append(before, frame...)
			if isCall {
				w.last.Store(before)
				before = nil
			}
		}
		if isCall {
			w.arrived <- at
		}
	}
}

// time calls once and returns how long after the press of the key the first
// and the last screen had the call.
func (w *wall) time(ctx context.Context, call func(context.Context) error) (first, last time.Duration, err error) {
	pressed := time.Now()
	if err := call(ctx); err != nil {
		return 0, 0, err
	}
	for i := range w.screens {
		select {
		case at := <-w.arrived:
			took := at.Sub(pressed)
			if i == 0 || took < first {
				first = took
			}
			last = max(last, took)
		case err := <-w.lost:
			return 0, 0, err
		case <-ctx.Done():
			return 0, 0, context.Cause(ctx)
		}
	}
	return first, last, nil
}

func (w *wall) takeDown() {
	for _, conn := range w.screens {
		if conn != nil {
			_ = conn.Close() // it only ends the measurement
		}
	}
}
