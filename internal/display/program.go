package display

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Bell makes announcements. Ring returns when the call's announcement is over
// or impossible; Ready tells whether one could be made now, as SoundReady,
// SoundNoDevice or SoundOff. Changed tells, without touching any, whether a
// sound card came or went, or was taken by another program, since it was last
// asked. They are called one after the other.
type Bell interface {
	Ring(ctx context.Context, c Call) wire.Sound
	Ready(ctx context.Context) wire.Sound
	Changed() bool
}

// Reporter sends to the server, now or when it is back, without blocking.
type Reporter interface {
	Send(report wire.Report) error
}

// Program drives a Screen in real time: it takes what the connection, the page
// and the bell say, one after the other, and does what the screen asks. It is
// the handler of a client.Display.
type Program struct {
	screen *Screen
	server Reporter
	page   *Page
	bell   Bell
	keeper *keeper // nil keeps nothing
	log    *slog.Logger

	start time.Time
	inbox chan func(at time.Duration) Effects
	rings ringQueue
	done  chan struct{}

	mu    sync.Mutex // of the position, which the connection reads
	epoch string
	after town.Seq
}

// NewProgram returns a program without page and server; set them by Attach.
// Without a disk it keeps nothing.
func NewProgram(screen *Screen, bell Bell, disk *Disk, log *slog.Logger) *Program {
	p := &Program{
		screen: screen, bell: bell, log: log, start: time.Now(),
		inbox: make(chan func(time.Duration) Effects, 64), rings: newRingQueue(), done: make(chan struct{}),
	}
	if disk != nil {
		p.keeper = newKeeper(disk, log)
	}
	p.epoch, p.after = screen.Position()
	return p
}

// Attach sets the other ends, which need the program themselves. Call it once,
// before Run.
func (p *Program) Attach(server Reporter, page *Page) { p.server, p.page = server, page }

// upkeep is how often the time of the last contact is kept and the page's
// clock set right.
const upkeep = time.Minute

// Run works until ctx ends; onTurn is called at least once a second from the
// loop itself, so that a watchdog sees a loop that hangs.
func (p *Program) Run(ctx context.Context, onTurn func()) error {
	var others sync.WaitGroup
	defer others.Wait()
	others.Go(func() { p.ring(ctx) })
	if p.keeper != nil {
		others.Go(func() { p.keeper.run(p.done) })
	}
	defer close(p.done)
	defer func() { p.keep(time.Since(p.start)) }()
	turn := time.NewTicker(time.Second)
	defer turn.Stop()
	kept := time.Now()
	for {
		timer := p.timer()
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case input := <-p.inbox:
			p.apply(input(time.Since(p.start)))
		case <-timer.C:
			p.apply(p.screen.Tick(time.Since(p.start)))
		case <-turn.C:
			onTurn()
			if time.Since(kept) >= upkeep {
				kept = time.Now()
				p.apply(Effects{Changed: true})
			}
		}
		timer.Stop()
	}
}

// timer fires when the screen's Tick is due.
func (p *Program) timer() *time.Timer {
	at := time.Since(p.start)
	due, ok := p.screen.Wake(at)
	if !ok {
		due = at + time.Hour
	}
	return time.NewTimer(due - at)
}

func (p *Program) apply(fx Effects) {
	at := time.Since(p.start)
	p.mu.Lock()
	p.epoch, p.after = p.screen.Position()
	p.mu.Unlock()
	if fx.Changed {
		p.page.Publish(p.screen.View(at))
	}
	for _, seq := range fx.Hush {
		p.rings.hush(seq)
	}
	for _, seq := range fx.Curtail {
		p.rings.curtail(seq)
	}
	for _, c := range fx.Ring {
		p.rings.put(c)
	}
	for _, report := range fx.Send {
		if err := p.server.Send(report); err != nil {
			p.log.Error("report to the server", "error", err)
		}
	}
	if fx.Changed {
		p.keep(at)
	}
}

func (p *Program) keep(at time.Duration) {
	if p.keeper == nil {
		return
	}
	if saved, ok := p.screen.Save(at); ok {
		p.keeper.keep(saved)
	}
}

// post hands an input to the loop; after its end it does nothing.
func (p *Program) post(input func(at time.Duration) Effects) {
	select {
	case p.inbox <- input:
	case <-p.done:
	}
}

// ring plays announcements in order, and looks after the sound card between
// them: within a second when the machine's cards change, every few seconds
// while there is none.
func (p *Program) ring(ctx context.Context) {
	const retry = 5
	state := p.soundState(p.bell.Ready(ctx))
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for seconds := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-p.rings.wake:
			announce := func(ctx context.Context, c Call) { state = p.announce(ctx, c, state) }
			for ctx.Err() == nil && p.rings.next(ctx, announce) {
			}
		case <-look.C:
			seconds++
			if p.bell.Changed() || state == wire.SoundNoDevice && seconds%retry == 0 {
				state = p.soundState(p.bell.Ready(ctx))
			}
		}
	}
}

// announce makes an announcement and returns how the sound stands afterwards. Of
// one that was hushed there is nothing to report, and nothing to learn.
func (p *Program) announce(ctx context.Context, c Call, state wire.Sound) wire.Sound {
	ended := p.bell.Ring(ctx, c)
	if ctx.Err() != nil && ended != wire.SoundPlayed {
		return state
	}
	p.post(func(at time.Duration) Effects { return p.screen.Sounded(at, c.Seq, ended) })
	switch {
	case ended == wire.SoundPlayed:
		return p.soundState(wire.SoundReady)
	case c.Sound.Volume == 0:
		return state // the card wasn't asked
	}
	return p.soundState(ended)
}

func (p *Program) soundState(sound wire.Sound) wire.Sound {
	p.post(func(at time.Duration) Effects { return p.screen.SoundState(at, sound) })
	return sound
}

// Painted takes the page's word that a call is on the glass.
func (p *Program) Painted(seq town.Seq) {
	p.post(func(at time.Duration) Effects { return p.screen.Painted(at, seq) })
}

// Fresh sends the page a view although nothing changed.
func (p *Program) Fresh() {
	p.post(func(time.Duration) Effects { return Effects{Changed: true} })
}

// Denied takes that the server refuses this screen.
func (p *Program) Denied() {
	p.post(func(time.Duration) Effects { return p.screen.Denied() })
}

// Pairing takes the code to be shown until a manager has typed it.
func (p *Program) Pairing(code string) {
	p.post(func(time.Duration) Effects { return p.screen.Pairing(code) })
}

// TestHere sounds once, as somebody before the screen wishes.
func (p *Program) TestHere() {
	p.post(func(time.Duration) Effects { return p.screen.TestHere() })
}

// Position tells the connection where to resume.
func (p *Program) Position() (epoch string, after town.Seq) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.epoch, p.after
}

// OnConnected does nothing: a connection counts from its board.
func (p *Program) OnConnected() {}

// OnDisconnected takes the loss of the connection.
func (p *Program) OnDisconnected(err error) {
	p.log.Warn("no connection", "error", err)
	p.post(func(at time.Duration) Effects { return p.screen.Disconnected(at) })
}

// OnBoard takes the state at the start of a connection.
func (p *Program) OnBoard(b wire.Board) {
	p.log.Info("connected", "epoch", b.Epoch, "seq", b.Seq, "resumed", b.Resumed)
	p.post(func(at time.Duration) Effects { return p.screen.Board(at, b) })
}

// OnCall takes a call.
func (p *Program) OnCall(c wire.ScreenCall) {
	p.post(func(at time.Duration) Effects { return p.screen.Call(at, c) })
}

// OnClear takes the end of a call.
func (p *Program) OnClear(c wire.Clear) {
	p.post(func(at time.Duration) Effects { return p.screen.Clear(at, c) })
}

// OnLook takes a changed look.
func (p *Program) OnLook(l wire.Look) {
	p.post(func(time.Duration) Effects { return p.screen.Look(l) })
}

// OnToday takes what the day brings.
func (p *Program) OnToday(m wire.Today) {
	p.post(func(time.Duration) Effects { return p.screen.Today(m) })
}

// OnClock takes the server's time.
func (p *Program) OnClock(m wire.Clock) {
	p.post(func(at time.Duration) Effects { return p.screen.Clock(at, m) })
}

// OnTest takes a desk's wish to hear this screen.
func (p *Program) OnTest(m wire.Test) {
	p.post(func(time.Duration) Effects { return p.screen.Test(m) })
}
