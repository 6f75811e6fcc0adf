package live

import (
	"maps"
	"slices"
	"sync"
	"time"

	"aufruf/internal/town"
)

// Presence counts the connected screens, each device once however many
// connections it has.
type Presence struct {
	mu       sync.RWMutex
	branches map[town.BranchID]map[town.DeviceID]*present
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

// Screens counts the devices that show an office.
func (p *Presence) Screens(branch town.BranchID, office town.OfficeID) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	count := 0
	for _, d := range p.branches[branch] {
		if len(d.offices) == 0 || slices.Contains(d.offices, office) {
			count++
		}
	}
	return count
}

// Branch counts the devices of a branch, and those whose sound works.
func (p *Presence) Branch(branch town.BranchID) (connected, sounding int) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, d := range p.branches[branch] {
		connected++
		if isHeard(d.sound()) {
			sounding++
		}
	}
	return connected, sounding
}

// Silent names the connected devices of a branch whose sound doesn't work, sorted.
func (p *Presence) Silent(branch town.BranchID) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var names []string
	for _, d := range p.branches[branch] {
		if !isHeard(d.sound()) {
			names = append(names, d.name)
		}
	}
	slices.Sort(names)
	return names
}

// Connected tells whether a device is connected, and how it stands.
func (p *Presence) Connected(branch town.BranchID, device town.DeviceID) (Connection, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	d, ok := p.branches[branch][device]
	if !ok {
		return Connection{}, false
	}
	return Connection{Sound: d.sound(), Since: d.since, Twice: d.twice}, true
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
// called, and tells the desks.
func (l *Live) ScreenConnected(branch town.BranchID, s Screen) (gone func()) {
	l.presence.come(branch, s, l.app.Now())
	l.queueChanged(branch)
	return func() {
		l.presence.leave(branch, s)
		l.queueChanged(branch)
	}
}

// ScreenSounds notes how a screen says that it sounds, tells the desks about news,
// and reports whether it is.
func (l *Live) ScreenSounds(branch town.BranchID, s Screen, sound string) (news bool) {
	news = l.presence.sounds(branch, s, sound)
	if news {
		l.queueChanged(branch)
	}
	return news
}
