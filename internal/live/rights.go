package live

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/town"
)

// ErrNotAllowed ends the subscriptions of those whose rights have ended.
var ErrNotAllowed = errors.New("live: not allowed any more")

// rights holds every connection to the rights that there are now. One look is
// for all connections of this node, however many: neither does each ask for
// itself, nor all of them at the same moment.
type rights struct {
	live   *Live
	state  string    // of everybody's rights, to which the connections were held
	looked time.Time // when they were
}

// run looks until ctx ends. A look that fails has found nothing out: the next
// one does all of it.
func (r *rights) run(ctx context.Context) error {
	tick := time.NewTicker(r.live.pace.CheckAccess)
	defer tick.Stop()
	for {
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			r.live.log.ErrorContext(ctx, "rights can't be checked", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look ends the connections of those who have lost their right. It looks at each
// only if somebody's rights have changed since, or a session may be over.
func (r *rights) look(ctx context.Context) error {
	state, err := r.live.app.Access.Revision(ctx)
	if err != nil {
		return err
	}
	if state == r.state && time.Since(r.looked) < r.live.pace.CheckSessions {
		return nil
	}
	here := r.live.connected()
	in, err := r.live.app.Access.Admitted(ctx, here.sessions())
	if err != nil {
		return err
	}
	here.end(r.live, in)
	// Not what was there when they were looked up: somebody may have come since
	// the others were counted.
	r.state, r.looked = state, time.Now()
	return nil
}

// connected is who was connected at one moment. Who comes later proves itself
// once its subscription can be ended.
type connected struct {
	screens  map[town.DeviceID]bool
	stations map[Station]bool
}

func (l *Live) connected() connected {
	c := connected{map[town.DeviceID]bool{}, map[Station]bool{}}
	for _, s := range l.Screens.Everybody() {
		c.screens[s.Device] = true
	}
	for _, s := range l.Stations.Everybody() {
		c.stations[s] = true
	}
	return c
}

func (c connected) sessions() []string {
	var proofs []string
	for station := range c.stations {
		proofs = append(proofs, station.Session)
	}
	return proofs
}

// end ends the connections of those who were connected and have no right to it.
func (c connected) end(l *Live, in access.Admitted) {
	l.Screens.End(func(s Screen) bool {
		_, allowed := in.Devices[s.Device]
		return c.screens[s.Device] && !allowed
	}, ErrNotAllowed)
	l.Stations.End(func(s Station) bool {
		actor, allowed := in.Sessions[s.Session]
		return c.stations[s] && !(allowed && actor.MayDesk(s.Branch) == nil)
	}, ErrNotAllowed)
}
