package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Calls whose deliveries are kept in memory: those of the last minutes.
const (
	keepCalls    = 10 * time.Minute
	reportsAhead = 4096 // reports that wait to be stored
)

// deliveries follows how each call, or sound that a desk asked for, arrives at
// the screens.
type deliveries struct {
	live    *Live
	reports chan app.Delivery

	mu    sync.Mutex
	calls map[callKey]*delivery
}

type callKey struct {
	branch town.BranchID
	seq    town.Seq
}

type delivery struct {
	since   time.Time // monotonic
	over    bool      // withdrawn: nobody waits for it
	screens int
	offices town.OfficeID
	test    *app.Event // nil for a call
	devices map[town.DeviceID]report
}

type report struct {
	shown bool
	sound string
}

func newDeliveries(l *Live) *deliveries {
	return &deliveries{live: l, reports: make(chan app.Delivery, reportsAhead), calls: map[callKey]*delivery{}}
}

// expect starts to watch a call. It is called before the call is published.
func (d *deliveries) expect(e app.Event) {
	key := callKey{e.Branch, e.Seq}
	d.watch(key, &delivery{screens: e.Screens, offices: e.Office})
	time.AfterFunc(d.live.pace.LateAfter, func() { d.judge(key) })
}

// expectTest starts to watch a sound that a desk asked for.
func (d *deliveries) expectTest(e app.Event) {
	screens := 1
	if e.Device == "" {
		screens, _ = d.live.presence.Branch(e.Branch)
	}
	d.watch(callKey{e.Branch, e.Seq}, &delivery{screens: screens, test: &e})
}

func (d *deliveries) watch(key callKey, call *delivery) {
	call.since, call.devices = time.Now(), map[town.DeviceID]report{}
	d.mu.Lock()
	defer d.mu.Unlock()
	for old, c := range d.calls {
		if call.since.Sub(c.since) > keepCalls {
			delete(d.calls, old)
		}
	}
	d.calls[key] = call
}

// withdraw notes that a call was taken back: no screen has to show it.
func (d *deliveries) withdraw(key callKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if call, ok := d.calls[key]; ok {
		call.over = true
	}
}

// judge warns the desks of a call that no screen has reported in time.
func (d *deliveries) judge(key callKey) {
	d.mu.Lock()
	call, ok := d.calls[key]
	late := ok && !call.over && call.shown() == 0
	var message wire.Delivery
	if late {
		message = call.message(key.seq)
		message.Late = true
	}
	d.mu.Unlock()
	if late {
		d.tell(key.branch, message)
	}
}

// Report takes what a screen says about a call. Reports about calls that are
// unknown or not of its offices are ignored.
func (l *Live) Report(ctx context.Context, branch town.BranchID, s Screen, r app.Delivery) {
	r.Branch, r.Device, r.At = branch, s.Device, l.app.Now()
	if !l.deliveries.note(ctx, s, r) {
		return
	}
	select {
	case l.deliveries.reports <- r:
	case <-ctx.Done():
	}
}

// note merges a report and tells the desks; false if it says nothing new.
func (d *deliveries) note(ctx context.Context, s Screen, r app.Delivery) bool {
	key := callKey{r.Branch, r.Call}
	if !d.known(ctx, key) {
		return false
	}
	d.mu.Lock()
	call, ok := d.calls[key]
	if !ok || !call.concerns(s) {
		d.mu.Unlock()
		return false
	}
	merged := call.devices[r.Device]
	before := merged
	merged.shown = merged.shown || r.Shown != nil
	if merged.sound == "" {
		merged.sound = r.Sound
	}
	call.devices[r.Device] = merged
	message := call.message(r.Call)
	d.mu.Unlock()
	if merged == before {
		return false
	}
	d.tell(r.Branch, message)
	return true
}

// concerns reports whether a screen was meant.
func (c *delivery) concerns(s Screen) bool {
	if c.test != nil {
		return app.Sounds(*c.test, s.Device)
	}
	return len(s.Offices) == 0 || slices.Contains(s.Offices, c.offices)
}

// known brings a call of the time before a restart back into memory.
func (d *deliveries) known(ctx context.Context, key callKey) bool {
	d.mu.Lock()
	_, ok := d.calls[key]
	d.mu.Unlock()
	if ok {
		return true
	}
	events, err := d.live.app.EventsAfter(ctx, key.branch, key.seq-1, 1)
	if err != nil || len(events) == 0 || events[0].Seq != key.seq || events[0].Kind != app.EventCall || events[0].Pickup {
		return false
	}
	stored, err := d.live.app.Deliveries(ctx, key.branch, key.seq)
	if err != nil {
		return false
	}
	call := &delivery{since: time.Now(), screens: events[0].Screens, offices: events[0].Office, devices: map[town.DeviceID]report{}}
	for _, s := range stored {
		call.devices[s.Device] = report{shown: s.Shown != nil, sound: s.Sound}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.calls[key]; !ok {
		d.calls[key] = call
	}
	return true
}

func (c *delivery) shown() int {
	count := 0
	for _, r := range c.devices {
		if r.shown {
			count++
		}
	}
	return count
}

func (c *delivery) message(seq town.Seq) wire.Delivery {
	m := wire.Delivery{Seq: seq, Screens: c.screens, Shown: c.shown(), Test: c.test != nil}
	for _, r := range c.devices {
		switch r.sound {
		case "":
		case string(wire.SoundPlayed):
			m.Sounded++
		default:
			m.Silent++
		}
	}
	return m
}

func (d *deliveries) tell(branch town.BranchID, m wire.Delivery) {
	raw, err := wire.Encode(m)
	if err != nil {
		d.live.log.Error("delivery can't be encoded", "error", err)
		return
	}
	d.live.Stations.Publish(branch, frameOf(0, raw), nil)
}

// run stores reports together: many screens report the same call at once.
func (d *deliveries) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return d.drain()
		case first := <-d.reports:
			d.store(ctx, d.gather(ctx, first))
		}
	}
}

func (d *deliveries) gather(ctx context.Context, first app.Delivery) []app.Delivery {
	batch := []app.Delivery{first}
	until := time.NewTimer(d.live.pace.FlushAfter)
	defer until.Stop()
	for len(batch) < reportsAhead {
		select {
		case r := <-d.reports:
			batch = append(batch, r)
		case <-until.C:
			return batch
		case <-ctx.Done():
			return batch
		}
	}
	return batch
}

// drain stores what is left when the server stops.
func (d *deliveries) drain() error {
	var batch []app.Delivery
	for {
		select {
		case r := <-d.reports:
			batch = append(batch, r)
		default:
			if len(batch) > 0 {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				d.store(ctx, batch)
			}
			return nil
		}
	}
}

func (d *deliveries) store(ctx context.Context, batch []app.Delivery) {
	ctx = context.WithoutCancel(ctx)
	if err := d.live.app.Report(ctx, batch); err != nil && !errors.Is(err, context.Canceled) {
		d.live.log.ErrorContext(ctx, "reports of screens can't be stored", "error", err)
	}
}
