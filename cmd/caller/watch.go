package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"aufruf/internal/caller"
	"aufruf/internal/client"
	"aufruf/internal/wire"
)

// queue prints who is waiting.
func (d *desk) queue(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	queue, err := d.client.Queue(ctx, d.branch)
	if err != nil {
		return err
	}
	if d.json {
		return json.NewEncoder(d.stdout).Encode(queue)
	}
	_, err = fmt.Fprint(d.stdout, d.phrases.Table(queue))
	return err
}

// watch prints what happens until ctx ends, which is no failure.
func (d *desk) watch(ctx context.Context) error {
	w := &watcher{desk: d, lines: caller.Watch{Phrases: d.phrases}}
	err := client.NewStation(d.client, d.branch, w).Run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// watcher prints each message as lines, or with --json as it came.
type watcher struct {
	*desk
	lines caller.Watch
}

// OnConnected tells so on standard error.
func (w *watcher) OnConnected() { w.note(w.phrases.T("caller.watch.connected")) }

// OnDisconnected tells so on standard error.
func (w *watcher) OnDisconnected(err error) {
	w.note(w.phrases.T("caller.watch.lost", "text", w.phrases.Refusal(err)))
}

// OnQueue prints the calls since the last state.
func (w *watcher) OnQueue(queue wire.Queue) { w.tell(queue, w.lines.Queue(queue)...) }

// OnDelivery prints how a call arrived.
func (w *watcher) OnDelivery(delivery wire.Delivery) {
	w.tell(delivery, w.lines.Delivery(delivery)...)
}

// OnAlarms prints which room asks for help.
func (w *watcher) OnAlarms(alarms wire.Alarms) { w.tell(alarms, w.lines.Alarms(alarms)...) }

func (w *watcher) tell(m wire.Message, lines ...string) {
	if w.json {
		raw, err := wire.Encode(m)
		if err == nil {
			fmt.Fprintf(w.stdout, "%s\n", raw)
		}
		return
	}
	for _, line := range lines {
		fmt.Fprintln(w.stdout, line)
	}
}

func (w *watcher) note(text string) {
	fmt.Fprintln(w.stderr, time.Now().Format(time.TimeOnly)+"  "+text)
}
