package device

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"aufruf/internal/town"
)

// oneTouch is how long two touches on one page are one person's, who meant one of
// them: the number that the first one drew is shown.
const oneTouch = 10 * time.Second

// drawn remembers of each kiosk the number that it gave out last, so that a second
// touch on the page that the first one leaves doesn't draw another, which nobody would
// see. It is memory of this node, and only spares numbers: without it the second
// touch draws one of its own, and that is shown.
type drawn struct {
	mu   sync.Mutex
	last map[town.DeviceID]*drawing
}

// drawing is a number that a kiosk gave out last.
type drawing struct {
	mu    sync.Mutex // held while the kiosk gives out a number
	key   string     // of the button
	token string
	at    time.Time
}

func newDrawn() *drawn { return &drawn{last: map[town.DeviceID]*drawing{}} }

// of returns what a kiosk drew last, held for the caller, who unlocks it.
func (d *drawn) of(kiosk town.DeviceID) *drawing {
	d.mu.Lock()
	last := d.last[kiosk]
	if last == nil {
		last = new(drawing)
		d.last[kiosk] = last
	}
	d.mu.Unlock()
	last.mu.Lock()
	return last
}

// besides reports whether a touch is the second of two on one page.
func (l *drawing) besides(key string, now time.Time) bool {
	return l.token != "" && l.key != key && pageOf(l.key) == pageOf(key) && now.Sub(l.at).Abs() < oneTouch
}

// keyOf is the key of a page's n-th button.
func keyOf(shown string, n int) string { return shown + "-" + strconv.Itoa(n) }

// pageOf is the page of a button's key.
func pageOf(key string) string {
	shown, _, _ := strings.Cut(key, "-")
	return shown
}
