package live

import (
	"bytes"
	"context"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// watchAlarms is how often alarms that stand are looked at: what an alarm says
// changes by time too.
const watchAlarms = 250 * time.Millisecond

// Alarms returns a branch's message of its alarms as of now.
func (l *Live) Alarms(branch town.BranchID) (*Frame, error) {
	raw, err := wire.Encode(l.alarms(branch))
	if err != nil {
		return nil, err
	}
	return frameOf(0, raw), nil
}

func (l *Live) alarms(branch town.BranchID) wire.Alarms {
	zone, now := l.app.Zone(branch), l.app.Now()
	all := wire.Alarms{Dial: l.app.Catalogue().HelpPhone(branch)}
	for _, a := range l.app.Alarms.Standing(branch) {
		shown := wire.Alarm{
			Alarm: string(a.ID), Room: wire.Room{ID: a.Room, Label: a.Label}, At: wire.Seconds(a.At, zone), Seen: a.Seen, Unseen: a.Unseen(now),
		}
		if c := a.Comes; c != nil {
			shown.Coming = &wire.Coming{At: wire.Seconds(c.At, zone)}
			if c.Room != "" {
				shown.Coming.Room = &wire.Room{ID: c.Room, Label: c.Label}
			}
		}
		all.Alarms = append(all.Alarms, shown)
	}
	return all
}

// alarmsChanged has the stations of a branch told of its alarms.
func (l *Live) alarmsChanged(branch town.BranchID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t, ok := l.tails[branch]; ok {
		signal(t.alarms)
	}
}

// runAlarms tells the stations of alarms, whatever becomes of the database, and
// stores what couldn't be stored when it was said.
func (t *tail) runAlarms(ctx context.Context) error {
	var told []byte // nil: that none stands, which whoever is connected knows
	watch := time.NewTicker(watchAlarms)
	defer watch.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.alarms:
		case <-watch.C:
		}
		if told == nil && len(t.live.app.Alarms.Standing(t.branch)) == 0 {
			continue
		}
		frame, err := t.live.Alarms(t.branch)
		if err != nil {
			return err
		}
		if raw := bytes.Join(frame.Messages, nil); !bytes.Equal(raw, told) {
			t.live.Stations.Publish(t.branch, frame, nil)
			told = raw
		}
	}
}
