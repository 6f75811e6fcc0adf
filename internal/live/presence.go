package live

import (
	"maps"
	"slices"
	"sync"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Presence knows the connected screens, each device once however many connections
// it has, and to whichever node: those of this node at once, the others as Run read
// them last.
type Presence struct {
	mu        sync.RWMutex
	branches  map[town.BranchID]map[town.DeviceID]*present
	elsewhere map[town.BranchID][]ledger.Presence
}

type present struct {
	name        string
	connections int
	offices     []town.OfficeID
	sounds      map[uint32]string // by the line that said so
	since       time.Time
	twice       time.Time
}

// Connection is how a connected screen stands.
type Connection struct {
	Sound string    // as it said last; empty: nothing yet
	Since time.Time // from when on it has been connected without a gap
	// Twice is from when on it has had two connections; zero: it has one. For a
	// moment that is a line that broke unnoticed, for longer it is two machines
	// with one token.
	Twice time.Time
}

// NewPresence returns a Presence without screens.
func NewPresence() *Presence {
	return &Presence{branches: map[town.BranchID]map[town.DeviceID]*present{}}
}

// Screens returns the devices that show an office and are connected to this node.
func (p *Presence) Screens(branch town.BranchID, office town.OfficeID) []town.DeviceID {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var found []town.DeviceID
	for id, d := range p.branches[branch] {
		if app.Shows(d.offices, office) {
			found = append(found, id)
		}
	}
	return found
}

// Branch counts the devices of a branch, and those whose sound works.
func (p *Presence) Branch(branch town.BranchID) (connected, sounding int) {
	for _, s := range p.stands(branch) {
		connected++
		if isHeard(s.Sound) {
			sounding++
		}
	}
	return connected, sounding
}

// Silent names the connected devices of a branch whose sound doesn't work, sorted.
func (p *Presence) Silent(branch town.BranchID) []string {
	var names []string
	for _, s := range p.stands(branch) {
		if !isHeard(s.Sound) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Connected tells whether a device is connected, and how it stands.
func (p *Presence) Connected(branch town.BranchID, device town.DeviceID) (Connection, bool) {
	s, ok := p.stands(branch)[device]
	return Connection{Sound: s.Sound, Since: s.Since, Twice: s.Twice}, ok
}

// stands returns how the devices of a branch stand, over all nodes.
func (p *Presence) stands(branch town.BranchID) map[town.DeviceID]ledger.Presence {
	p.mu.RLock()
	defer p.mu.RUnlock()
	all := make(map[town.DeviceID]ledger.Presence, len(p.branches[branch])+len(p.elsewhere[branch]))
	for id := range p.branches[branch] {
		all[id] = p.rowOf(branch, id)
	}
	for _, s := range p.elsewhere[branch] {
		if other, twice := all[s.Device]; twice {
			s = both(other, s)
		}
		all[s.Device] = s
	}
	return all
}

// both is how a device stands that is connected to two nodes.
func both(a, b ledger.Presence) ledger.Presence {
	if b.Since.Before(a.Since) {
		a, b = b, a
	}
	if a.Sound == "" || b.Sound != "" && !isHeard(b.Sound) {
		a.Sound = b.Sound
	}
	if a.Twice.IsZero() {
		a.Twice = b.Since
	}
	return a
}

// rowOf is how a device of this node stands; the mutex is held.
func (p *Presence) rowOf(branch town.BranchID, id town.DeviceID) ledger.Presence {
	d := p.branches[branch][id]
	return ledger.Presence{Branch: branch, Device: id, Name: d.name, Offices: d.offices, Sound: d.sound(), Since: d.since, Twice: d.twice}
}

// row is rowOf for others; false: it isn't connected to this node.
func (p *Presence) row(branch town.BranchID, id town.DeviceID) (ledger.Presence, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.branches[branch][id] == nil {
		return ledger.Presence{Branch: branch, Device: id}, false
	}
	return p.rowOf(branch, id), true
}

// here names the devices that are connected to this node.
func (p *Presence) here() []screenKey {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var keys []screenKey
	for branch, devices := range p.branches {
		for id := range devices {
			keys = append(keys, screenKey{branch, id})
		}
	}
	return keys
}

// learn takes which screens are connected elsewhere, and returns the branches where
// that is news.
func (p *Presence) learn(screens []ledger.Presence) (news []town.BranchID) {
	now := map[town.BranchID][]ledger.Presence{}
	for _, s := range screens {
		now[s.Branch] = append(now[s.Branch], s)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for branch, then := range p.elsewhere {
		if now[branch] == nil && then != nil {
			news = append(news, branch)
		}
	}
	for branch, screens := range now {
		if !slices.EqualFunc(screens, p.elsewhere[branch], alike) {
			news = append(news, branch)
		}
	}
	p.elsewhere = now
	return news
}

// alike tells whether two rows count the same.
func alike(a, b ledger.Presence) bool {
	return a.Device == b.Device && a.Name == b.Name && a.Sound == b.Sound && slices.Equal(a.Offices, b.Offices)
}

func (p *Presence) come(branch town.BranchID, s Screen, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	devices := p.branches[branch]
	if devices == nil {
		devices = map[town.DeviceID]*present{}
		p.branches[branch] = devices
	}
	d := devices[s.Device]
	if d == nil {
		d = &present{since: now, sounds: map[uint32]string{}}
		devices[s.Device] = d
	}
	d.connections++
	if d.connections == 2 {
		d.twice = now
	}
	d.offices, d.name = s.Offices, s.Name
}

func (p *Presence) leave(branch town.BranchID, s Screen) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.branches[branch][s.Device]
	if d == nil {
		return
	}
	d.connections--
	delete(d.sounds, s.Line)
	if d.connections < 2 {
		d.twice = time.Time{}
	}
	if d.connections == 0 {
		delete(p.branches[branch], s.Device)
	}
}

// sound is how a device sounds: of two machines with one token, neither hides that
// the other is silent.
func (d *present) sound() string {
	worst := ""
	for _, line := range slices.Sorted(maps.Keys(d.sounds)) {
		if sound := d.sounds[line]; worst == "" || !isHeard(sound) {
			worst = sound
		}
	}
	return worst
}

func isHeard(sound string) bool { return sound == "ready" || sound == "played" }

// sounds notes what a connection says of its sound, and reports whether that is
// news of its device.
func (p *Presence) sounds(branch town.BranchID, s Screen, sound string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.branches[branch][s.Device]
	if d == nil {
		return false
	}
	before := d.sound()
	d.sounds[s.Line] = sound
	return d.sound() != before
}

// ScreenConnected counts a screen's connection until the returned function is
// called, and tells the desks. When it returns, other nodes count it too, unless the
// database takes longer than a screen may wait for its board.
func (l *Live) ScreenConnected(branch town.BranchID, s Screen) (gone func()) {
	l.presence.come(branch, s, l.app.Now())
	l.queueChanged(branch)
	l.neighbours.note(branch, s.Device)
	l.neighbours.settle()
	return func() {
		l.presence.leave(branch, s)
		l.queueChanged(branch)
		l.neighbours.note(branch, s.Device)
	}
}

// ScreenSounds notes how a screen says that it sounds, tells the desks about news,
// and reports whether it is.
func (l *Live) ScreenSounds(branch town.BranchID, s Screen, sound string) (news bool) {
	news = l.presence.sounds(branch, s, sound)
	if news {
		l.queueChanged(branch)
		l.neighbours.note(branch, s.Device)
	}
	return news
}
