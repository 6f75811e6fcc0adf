package faults

import (
	"testing"
	"time"

	"aufruf/internal/wire"
)

// The desk is connected to one node and the screen to another: each call said that
// no screen was there.
func TestADeskHearsOfAScreenOfAnotherNode(t *testing.T) {
	c := openCluster(t, 2)
	a, b := c.nodes[0], c.nodes[1]
	token := c.screenToken("foyer")
	s, leave := c.screen(b, token, false)
	own := c.desk(a, "platz-1")
	for range 4 {
		c.comes(a)
	}
	c.await("the screen in the queue", patience, func() error {
		return unless(own.screens().Connected == 1, "no screen in the queue")
	})
	done, _, err := own.next(c.ctx)
	c.must(err)
	if done.Ticket.Screens != 1 {
		t.Errorf("the call counts %d screens, want 1", done.Ticket.Screens)
	}
	c.await("a report", patience, func() error {
		all, _ := own.of(done.Seq)
		for _, m := range all {
			if m.Shown == 1 && m.Sounded == 1 && m.Screens == 1 {
				return nil
			}
		}
		return missing("not reported")
	})
	if !s.has(done.Seq) {
		t.Error("the screen didn't show the call")
	}

	leave() // and comes to the other node: counted once
	_, leave = c.screen(a, token, false)
	second, _, err := own.next(c.ctx)
	c.must(err)
	if second.Ticket.Screens != 1 {
		t.Errorf("after it moved the call counts %d screens, want 1", second.Ticket.Screens)
	}
	c.await("a report of the second call", patience, func() error {
		all, _ := own.of(second.Seq)
		return unless(len(all) > 0 && all[len(all)-1].Sounded == 1, "not reported")
	})
	leave()

	_, leave = c.screen(b, token, true)
	other := c.desk(b, "platz-2")
	third, _, err := own.next(c.ctx)
	c.must(err)
	began := time.Now()
	if third.Ticket.Screens != 1 {
		t.Errorf("a screen that is silent: got %d screens, want 1", third.Ticket.Screens)
	}
	for name, d := range map[string]*desk{"its own": own, "another": other} {
		c.await("a warning at "+name+" node", patience, func() error {
			_, late := d.of(third.Seq)
			return unless(len(late) == 1, "not warned")
		})
		_, late := d.of(third.Seq)
		t.Logf("%s desk was warned after %v", name, late[0].at.Sub(began))
	}

	// The node of the screen is killed: what it said ends with its lease.
	b.Kill()
	killed := time.Now()
	c.await("a queue without the screen", patience, func() error {
		return unless(own.screens().Connected == 0, "still counted")
	})
	t.Logf("a killed node's screen counted for %v", time.Since(killed))
	for _, call := range []wire.Done{done, second} {
		all, late := own.of(call.Seq)
		if len(late) > 0 && !all[0].Late { // one that a busy machine brings late is late
			t.Errorf("call %d was reported, and warned of all the same: %+v", call.Seq, all)
		}
	}
	leave()
}
