package access

import (
	"context"
	"slices"
	"sync"
	"time"

	"aufruf/internal/problem"
)

// How many passwords are hashed, and how many wait for it.
const (
	// maxHashed bounds how many are hashed at once: each takes the memory that
	// hashing costs.
	maxHashed = 2
	// maxWaiting bounds who waits in all, maxOfOne those of one address.
	maxWaiting = 200
	maxOfOne   = 100
)

// busyFor is when whoever found no place may try again.
const busyFor = 2 * time.Second

// errBusy: more passwords wait to be hashed than there is room for.
var errBusy = problem.New(problem.Unavailable, "session.busy").After(busyFor)

// share is whom a place in line belongs to: an address (of IPv6 its /48), or
// somebody who is known.
type share struct {
	name  string
	known bool // a known browser, somebody signed in, this machine
}

// line lets a few hash at a time, and the others wait. Who is known comes first,
// then one of each address in turn: whoever comes alone waits for at most one of
// every other address, however many those have sent. Where there is no room, the
// last of the address that has most must go.
type line struct {
	mu      sync.Mutex
	free    int                 // guarded by mu, as all below; while somebody waits: 0
	waiting map[share][]*waiter // in the order of coming; never empty lists
	known   []share             // who waits, in the order of their turns
	turns   []share             // the same of addresses
	count   int                 // of all who wait
}

// waiter is somebody in line.
type waiter struct {
	turn chan struct{} // closed when it is their turn
	gone chan struct{} // closed when they must go
}

func newLine() *line { return &line{free: maxHashed, waiting: map[share][]*waiter{}} }

// run has fn hash once it is its turn. Errors: errBusy; ctx's; fn's.
func (l *line) run(ctx context.Context, who share, fn func() error) error {
	if err := l.enter(ctx, who); err != nil {
		return err
	}
	defer l.leave()
	return fn()
}

func (l *line) enter(ctx context.Context, who share) error {
	w, err := l.join(who)
	if w == nil {
		return err
	}
	select {
	case <-w.turn:
		return nil
	case <-w.gone:
		return errBusy
	case <-ctx.Done():
		l.abandon(who, w)
		return ctx.Err()
	}
}

// join takes a place; nil without an error: it is who's turn.
func (l *line) join(who share) (*waiter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free > 0 {
		l.free--
		return nil, nil
	}
	if len(l.waiting[who]) >= maxOfOne || l.count >= maxWaiting && !l.makeRoom(who) {
		return nil, errBusy
	}
	w := &waiter{turn: make(chan struct{}), gone: make(chan struct{})}
	if len(l.waiting[who]) == 0 {
		turns := l.turnsOf(who)
		*turns = append(*turns, who)
	}
	l.waiting[who] = append(l.waiting[who], w)
	l.count++
	return w, nil
}

func (l *line) turnsOf(who share) *[]share {
	if who.known {
		return &l.known
	}
	return &l.turns
}

// makeRoom sends the last of the address away that has most in line; false if
// that would be no fairer, or everybody is known.
func (l *line) makeRoom(who share) bool {
	var most share
	for _, s := range l.turns {
		if len(l.waiting[s]) > len(l.waiting[most]) {
			most = s
		}
	}
	places := len(l.waiting[most])
	if places == 0 || !who.known && places <= len(l.waiting[who])+1 {
		return false
	}
	last := l.waiting[most][places-1]
	l.remove(most, last)
	close(last.gone)
	return true
}

// remove takes somebody out of the line.
func (l *line) remove(who share, w *waiter) {
	left := slices.DeleteFunc(l.waiting[who], func(other *waiter) bool { return other == w })
	l.count--
	if len(left) > 0 {
		l.waiting[who] = left
		return
	}
	delete(l.waiting, who)
	turns := l.turnsOf(who)
	*turns = slices.DeleteFunc(*turns, func(s share) bool { return s == who })
}

// abandon leaves the line, or gives the turn on that has come meanwhile.
func (l *line) abandon(who share, w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Contains(l.waiting[who], w) {
		l.remove(who, w)
		return
	}
	select {
	case <-w.turn:
		l.next()
	default: // sent away
	}
}

func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next()
}

// next lets the next one hash.
func (l *line) next() {
	turns := &l.known
	if len(*turns) == 0 {
		turns = &l.turns
	}
	if len(*turns) == 0 {
		l.free++
		return
	}
	who := (*turns)[0]
	first := l.waiting[who][0]
	l.remove(who, first)
	if len(l.waiting[who]) > 0 { // its next turn comes after everybody else's
		*turns = append((*turns)[1:], who)
	}
	close(first.turn)
}

// shareOf is whose place a sign-in takes.
func shareOf(from From, known bool) share {
	if known {
		return share{from.Browser, true}
	}
	if wide, ok := network(from.Origin); ok {
		return share{wide, false}
	}
	return share{from.Origin, false}
}

// shareOfActor is whose place takes who sets a password.
func shareOfActor(actor Actor) share { return share{"actor " + actor.Name(), true} }
