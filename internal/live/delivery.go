package live

import (
	"context"
	"sync"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

const (
	keepCalls    = 10 * time.Minute // calls whose deliveries are kept in memory
	keepReports  = time.Minute      // how long is tried to store a report
	expectAgain  = time.Minute      // how old a call may be that a starting server still expects
	reportsAhead = 4096             // reports that wait to be stored
)

// deliveries follows how each call, or sound that a desk asked for, arrives at
// the screens.
type deliveries struct {
	live    *Live
	reports chan ledger.Delivery
	over    chan struct{} // closed when run has ended: who reports stores by itself

	mu    sync.Mutex
	calls map[callKey]*delivery
	later []unjudged
}

// unjudged is a report of a call that couldn't be looked up.
type unjudged struct {
	screen Screen
	report ledger.Delivery
	since  time.Time
}

type callKey struct {
	branch town.BranchID
	seq    town.Seq
}

type delivery struct {
	since   time.Time // monotonic
	over    bool      // withdrawn: nobody waits for it
	late    bool      // the desks were told that it is
	screens int
	offices town.OfficeID
	test    *ledger.Event // nil for a call
	devices map[town.DeviceID]report
}

type report struct {
	queued bool
	due    time.Time // monotonic: when it is to be shown, where queued
	shown  bool
	sound  string
}

func newDeliveries(l *Live) *deliveries {
	return &deliveries{
		live: l, reports: make(chan ledger.Delivery, reportsAhead), over: make(chan struct{}), calls: map[callKey]*delivery{},
	}
}

// expect starts to watch a call. It is called before the call is published.
func (d *deliveries) expect(e ledger.Event) {
	key := callKey{e.Branch, e.Seq}
	d.watch(key, &delivery{screens: e.Screens, offices: e.Office})
	time.AfterFunc(d.live.pace.LateAfter, func() { d.judge(key) })
}

// expectTest starts to watch a sound that a desk asked for.
func (d *deliveries) expectTest(e ledger.Event) {
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

// judge warns the desks, once, of a call that no screen has reported in time, or
// that none shows although its time there has come. Where there are other nodes, all
// are of one mind.
func (d *deliveries) judge(key callKey) {
	late, again := d.verdict(key)
	if late && d.live.app.Nodes.Shared() {
		late = d.agreed(key)
		_, again = d.verdict(key) // what others reported is known now
	}
	switch {
	case late:
		d.warn(key)
	case again > 0:
		time.AfterFunc(again, func() { d.judge(key) })
	}
}

// verdict tells whether a call is late by now as far as this node knows, or how
// long it isn't known yet.
func (d *deliveries) verdict(key callKey) (late bool, again time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	call, ok := d.calls[key]
	if !ok || call.over || call.late || call.shown() > 0 {
		return false, 0
	}
	if due, queued := call.due(); queued {
		if left := time.Until(due) + d.live.pace.LateAfter; left > 0 {
			return false, left
		}
	}
	return true, 0
}

// warn tells the desks that a call is late, unless they know.
func (d *deliveries) warn(key callKey) {
	d.mu.Lock()
	call, ok := d.calls[key]
	if !ok || call.late {
		d.mu.Unlock()
		return
	}
	call.late = true
	m := call.message(key.seq)
	m.Late = true
	d.mu.Unlock()
	d.tell(key.branch, m)
}

// due returns when the first of the screens where a call waits expects to show it;
// false: it waits at none.
func (c *delivery) due() (first time.Time, queued bool) {
	for _, r := range c.devices {
		if r.queued && !r.shown && (!queued || r.due.Before(first)) {
			first, queued = r.due, true
		}
	}
	return first, queued
}

// Queued takes a screen's word that a call waits behind another there, and when it
// expects to show it. Words about calls that are unknown or not of its offices are
// ignored.
func (l *Live) Queued(ctx context.Context, branch town.BranchID, s Screen, seq town.Seq, in time.Duration) {
	d, key := l.deliveries, callKey{branch, seq}
	if known, err := d.known(ctx, key); !known {
		if err != nil {
			l.log.ErrorContext(ctx, "a waiting call can't be looked up", "branch", string(branch), "error", err)
		}
		return
	}
	d.mu.Lock()
	call, ok := d.calls[key]
	if !ok || !call.concerns(s) || call.devices[s.Device].shown {
		d.mu.Unlock()
		return
	}
	r := call.devices[s.Device]
	r.queued, r.due = true, time.Now().Add(in)
	call.devices[s.Device] = r
	message := call.message(seq)
	d.mu.Unlock()
	d.tell(branch, message)
	if l.app.Nodes.Shared() {
		d.put(ctx, ledger.Delivery{Branch: branch, Call: seq, Device: s.Device, At: l.app.Now(), In: &in})
	}
}

// Report takes what a screen says about a call. Reports about calls that are
// unknown or not of its offices are ignored.
func (l *Live) Report(ctx context.Context, branch town.BranchID, s Screen, r ledger.Delivery) {
	r.Branch, r.Device, r.At = branch, s.Device, l.app.Now()
	l.deliveries.take(ctx, unjudged{s, r, time.Now()})
}

// take judges a report and has it stored; one of a call that can't be looked up
// now is judged later.
func (d *deliveries) take(ctx context.Context, u unjudged) {
	news, err := d.note(ctx, u.screen, u.report)
	if err != nil {
		d.postpone(ctx, u, err)
		return
	}
	if news {
		d.put(ctx, u.report)
	}
}

func (d *deliveries) postpone(ctx context.Context, u unjudged, why error) {
	d.mu.Lock()
	kept := len(d.later) < reportsAhead && time.Since(u.since) < keepReports
	if kept {
		d.later = append(d.later, u)
	}
	d.mu.Unlock()
	d.live.log.ErrorContext(ctx, "a report's call can't be looked up", "branch", string(u.report.Branch), "kept", kept, "error", why)
}

// judgeLater tries again what couldn't be judged.
func (d *deliveries) judgeLater(ctx context.Context) {
	d.mu.Lock()
	later := d.later
	d.later = nil
	d.mu.Unlock()
	for _, u := range later {
		d.take(ctx, u)
	}
}

// put has a report stored. Behind the end of run nobody else would do it.
func (d *deliveries) put(ctx context.Context, r ledger.Delivery) {
	select {
	case d.reports <- r:
	case <-d.over:
		d.store(ctx, []ledger.Delivery{r})
		return
	case <-ctx.Done():
		return
	}
	select {
	case <-d.over:
		d.store(ctx, d.waiting())
	default:
	}
}

// waiting takes what waits to be stored.
func (d *deliveries) waiting() []ledger.Delivery {
	var batch []ledger.Delivery
	for {
		select {
		case r := <-d.reports:
			batch = append(batch, r)
		default:
			return batch
		}
	}
}

// note merges a report and tells the desks; false if it says nothing new. The
// error says that its call can't be looked up.
func (d *deliveries) note(ctx context.Context, s Screen, r ledger.Delivery) (bool, error) {
	key := callKey{r.Branch, r.Call}
	if known, err := d.known(ctx, key); !known {
		return false, err
	}
	d.mu.Lock()
	call, ok := d.calls[key]
	if !ok || !call.concerns(s) {
		d.mu.Unlock()
		return false, nil
	}
	merged := call.devices[r.Device]
	before := merged
	merged.shown = merged.shown || r.Shown != nil
	if merged.sound == "" {
		merged.sound = r.Sound
	}
	call.devices[r.Device] = merged
	message, since, test := call.message(r.Call), call.since, call.test != nil
	d.mu.Unlock()
	if merged == before {
		return false, nil
	}
	if merged.shown && !before.shown && !test {
		d.live.shown(time.Since(since))
	}
	d.tell(r.Branch, message)
	return true, nil
}

// concerns reports whether a screen was meant.
func (c *delivery) concerns(s Screen) bool {
	if c.test != nil {
		return app.Sounds(*c.test, s.Device)
	}
	return app.Shows(s.Offices, c.offices)
}

// known brings a call of the time before a restart back into memory.
func (d *deliveries) known(ctx context.Context, key callKey) (bool, error) {
	d.mu.Lock()
	_, ok := d.calls[key]
	d.mu.Unlock()
	if ok {
		return true, nil
	}
	ctx, cancel := context.WithTimeout(ctx, d.live.pace.LookWithin)
	defer cancel()
	events, err := d.live.app.EventsAfter(ctx, key.branch, key.seq-1, 1)
	if err != nil {
		return false, err
	}
	if len(events) == 0 || events[0].Seq != key.seq || events[0].Kind != ledger.EventCall || events[0].Pickup {
		return false, nil
	}
	stored, err := d.live.app.Deliveries(ctx, key.branch, key.seq)
	if err != nil {
		return false, err
	}
	call := &delivery{since: time.Now(), screens: events[0].Screens, offices: events[0].Office, devices: map[town.DeviceID]report{}}
	for _, s := range stored {
		call.devices[s.Device] = reported(s)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.calls[key]; !ok {
		d.calls[key] = call
	}
	return true, nil
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
	if due, queued := c.due(); queued {
		m.InMS = max(0, time.Until(due).Milliseconds())
	}
	for _, r := range c.devices {
		if r.queued && !r.shown {
			m.Queued++
		}
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

// run stores reports together: many screens report the same call at once. What
// couldn't be stored or judged is tried again.
func (d *deliveries) run(ctx context.Context) error {
	again := time.NewTicker(d.live.pace.LookAgain)
	defer again.Stop()
	var kept backlog
	for {
		select {
		case <-ctx.Done():
			close(d.over)
			d.judgeLater(context.WithoutCancel(ctx))
			d.store(ctx, append(kept.reports, d.waiting()...))
			return nil
		case first := <-d.reports:
			kept.add(d.gather(ctx, first))
			if kept.since.IsZero() {
				kept.settle(d.store(ctx, kept.reports))
			}
		case <-again.C:
			d.judgeLater(ctx)
			if len(kept.reports) > 0 {
				kept.settle(d.store(ctx, kept.reports))
			}
		}
	}
}

// backlog are reports to be stored.
type backlog struct {
	reports []ledger.Delivery // the newest reportsAhead
	since   time.Time         // from when on they can't be; zero: they can
}

func (b *backlog) add(reports []ledger.Delivery) {
	b.reports = append(b.reports, reports...)
	b.reports = b.reports[max(0, len(b.reports)-reportsAhead):]
}

// settle takes how storing went: what fails for too long fails for good.
func (b *backlog) settle(stored bool) {
	switch {
	case stored || !b.since.IsZero() && time.Since(b.since) > keepReports:
		*b = backlog{}
	case b.since.IsZero():
		b.since = time.Now()
	}
}

func (d *deliveries) gather(ctx context.Context, first ledger.Delivery) []ledger.Delivery {
	batch := []ledger.Delivery{first}
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

// store writes reports although the server may be stopping, within the time that
// it may take, and tells whether that went well.
func (d *deliveries) store(ctx context.Context, batch []ledger.Delivery) bool {
	if len(batch) == 0 {
		return true
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.live.pace.LookWithin)
	defer cancel()
	err := d.live.app.Report(ctx, batch)
	if err != nil {
		d.live.log.ErrorContext(ctx, "reports of screens can't be stored", "reports", len(batch), "error", err)
	}
	return err == nil
}
