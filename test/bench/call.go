package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	calls       = 1000 // for the one screen
	callsToMany = 30   // for many
)

// measureCalls presses a key and waits for one screen.
func measureCalls(ctx context.Context, b *bench) error {
	for range b.runs {
		ours, bare, err := b.besideYardstick(ctx, 1, calls)
		if err != nil {
			return err
		}
		for _, share := range []struct {
			name string
			of   float64
		}{{"p50", 0.50}, {"p99", 0.99}} {
			name := fmt.Sprintf("key to one screen, %d calls, %s", calls, share.name)
			b.table.figure(name, "ms", "≤ 1.5 × one durable insert and one frame").
				addBeside(percentile(ours.last, share.of), percentile(bare.last, share.of))
		}
	}
	return nil
}

// measureScreens presses a key and waits for the last of many screens.
func measureScreens(ctx context.Context, b *bench) error {
	for _, n := range []int{100, 1000, 5000} {
		for range b.runs {
			ours, bare, err := b.besideYardstick(ctx, n, callsToMany)
			if err != nil {
				return err
			}
			b.table.figure(fmt.Sprintf("key to the last of %d screens, p50", n), "ms", "≤ 1.3 × insert and bare broadcast").
				addBeside(percentile(ours.last, 0.5), percentile(bare.last, 0.5))
			b.table.figure(fmt.Sprintf("server memory per screen, %d screens", n), "KiB", "").
				addBeside(ours.memory, bare.memory)
		}
	}
	return nil
}

// reached is what a run of calls to a wall of screens gave.
type reached struct {
	first, last []time.Duration
	memory      float64 // of the server for each screen, in KiB
	bytes       []byte  // of a call as a screen got it, with what came along
}

// besideYardstick calls a number of times on a wall of n screens, at our
// server and at the bare one.
func (b *bench) besideYardstick(ctx context.Context, n, times int) (ours, bare reached, err error) {
	if ours, err = b.callOurs(ctx, n, times); err != nil {
		return ours, bare, err
	}
	bare, err = b.callBare(ctx, n, times, ours.bytes)
	return ours, bare, err
}

func (b *bench) callOurs(ctx context.Context, n, times int) (reached, error) {
	h, err := b.openServer(ctx)
	if err != nil {
		return reached{}, err
	}
	if err := h.issue(ctx, times/2); err != nil {
		return reached{}, err
	}
	address := strings.Replace(h.server.URL, "http://", "ws://", 1) + "/api/v1/ws/display?branch=" + string(branch)
	result, err := callWall(ctx, h.server.Program().PID(), n, times, address, h.screens, h.desk())
	if err != nil {
		return reached{}, fmt.Errorf("%w\n%s", err, h.server.Program().Log())
	}
	return result, h.close()
}

// callBare has the yardstick store and broadcast the same bytes, as one message.
func (b *bench) callBare(ctx context.Context, n, times int, bytes []byte) (reached, error) {
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return reached{}, err
	}
	y, err := startYardstick(ctx, dir)
	if err != nil {
		return reached{}, err
	}
	defer y.stop()
	desk, _, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+y.address+"/desk", nil)
	if err != nil {
		return reached{}, err
	}
	defer desk.Close()
	return callWall(ctx, y.program.PID(), n, times, "ws://"+y.address+"/screen", "", func(context.Context) error {
		return desk.WriteMessage(websocket.TextMessage, bytes)
	})
}

func callWall(ctx context.Context, pid, n, times int, address, token string, call func(context.Context) error) (reached, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	before, err := memory(pid)
	if err != nil {
		return reached{}, err
	}
	screens, err := hang(ctx, n, address, token, token != "")
	if err != nil {
		return reached{}, err
	}
	defer screens.takeDown()
	var result reached
	for range times {
		first, last, err := screens.time(ctx, call)
		if err != nil {
			return reached{}, err
		}
		result.first, result.last = append(result.first, first), append(result.last, last)
	}
	after, err := memory(pid)
	result.memory = (after - before) / float64(n)
	result.bytes, _ = screens.last.Load().([]byte)
	return result, err
}
