package live

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

// ErrNotAllowed ends the subscriptions of those whose rights have ended.
var ErrNotAllowed = errors.New("live: not allowed any more")

// access holds every connection to the rights that there are now. One look is
// for all connections of this node, however many: neither does each ask for
// itself, nor all of them at the same moment.
type access struct {
	live   *Live
	rights string    // the state that the connections were held to
	looked time.Time // when they were
}

// run looks until ctx ends. A look that fails has found nothing out: the next
// one does all of it.
func (a *access) run(ctx context.Context) error {
	tick := time.NewTicker(a.live.pace.CheckAccess)
	defer tick.Stop()
	for {
		if err := a.look(ctx); err != nil && ctx.Err() == nil {
			a.live.log.ErrorContext(ctx, "rights can't be checked", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look ends the connections whose right is gone, where anybody's rights have
// changed, or sessions may have ended by time.
func (a *access) look(ctx context.Context) error {
	rights, err := a.live.app.Access(ctx)
	if err != nil {
		return err
	}
	if rights == a.rights && time.Since(a.looked) < a.live.pace.CheckSessions {
		return nil
	}
	here := a.live.connected()
	in, err := a.live.app.Admitted(ctx, here.sessions())
	if err != nil {
		return err
	}
	here.end(a.live, in)
	// Not what was there when they were looked up: somebody may have come since
	// the others were counted.
	a.rights, a.looked = rights, time.Now()
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
func (c connected) end(l *Live, in app.Admitted) {
	l.Screens.End(func(s Screen) bool {
		_, allowed := in.Devices[s.Device]
		return c.screens[s.Device] && !allowed
	}, ErrNotAllowed)
	l.Stations.End(func(s Station) bool {
		actor, allowed := in.Sessions[s.Session]
		return c.stations[s] && !(allowed && actor.MayDesk(s.Branch) == nil)
	}, ErrNotAllowed)
}
