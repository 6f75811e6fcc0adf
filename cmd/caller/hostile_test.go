package main

import (
	"strings"
	"testing"

	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// A hostile server's answer moves no cursor and writes no line of its own, in
// whatever form it is printed.
func TestAHostileAnswerIsPrintedAndNotObeyed(t *testing.T) {
	const order = "\x1b[1A\u009b2K\r\n417\u202e"
	fetched := ticket417()
	fetched.CallMode, fetched.MeetingPoint, fetched.Screens = town.CallPickup, order, 0
	refused := func(c deskwork.Command) []wire.Message {
		return []wire.Message{wire.Failed{ID: c.ID, Problem: wire.Problem{Status: 409, Key: order, Title: order, Detail: order}}}
	}
	for name, tt := range map[string]struct {
		answer func(deskwork.Command) []wire.Message
		args   []string
	}{
		"a meeting point": {called(fetched), []string{"next"}},
		"as JSON":         {called(fetched), []string{"next", "--json"}},
		"a refusal":       {refused, []string{"next"}},
		"a queue":         {nil, []string{"queue"}},
		"a queue as JSON": {nil, []string{"queue", "--json"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeServer(t)
			h.answer, h.queue = tt.answer, openIn("platz-1")
			h.queue.Open[0].Room.Label, h.queue.Open[0].Service = order, town.ServiceID(order)
			got := newClerk(t, h).run(t, tt.args...)
			if got.Out+got.Err == "" {
				t.Fatal("nothing was printed")
			}
			for _, stream := range []string{got.Out, got.Err} {
				if strings.Count(stream, "\n") > 1 || strings.ContainsFunc(strings.ReplaceAll(stream, "\n", ""), func(r rune) bool { return town.Unprintable(r) || r == '\r' }) {
					t.Errorf("got %q", stream)
				}
			}
		})
	}
}
