package visitor

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// maxAddresses bounds the memory for limits; beyond it the oldest go.
const maxAddresses = 100_000

// Limits counts changes without sign-in per address.
type Limits struct {
	perMinute int // 0: no limit

	mu    sync.Mutex
	known map[string]*limited // guarded by mu
}

type limited struct {
	*rate.Limiter
	seen time.Time
}

// NewLimits returns limits of so many changes a minute from each address; 0: no
// limit.
func NewLimits(perMinute int) *Limits {
	return &Limits{perMinute: perMinute, known: map[string]*limited{}}
}

// Origin returns the client's address for limits that use cases keep; empty:
// limits are off.
func (l *Limits) Origin(c *gin.Context) string {
	if l.perMinute == 0 {
		return ""
	}
	return Address(c)
}

// RetryAfter says how long to wait after a refusal.
func (l *Limits) RetryAfter() time.Duration {
	return time.Second + time.Minute/time.Duration(max(1, l.perMinute))
}

// Browsers knows in which browsers somebody of the town has signed in.
type Browsers interface {
	KnowsBrowser(ctx context.Context, mark string) (bool, error)
}

// Admit reports whether the client's address may make another change now. Where
// strangers behind the same address have taken all that it has, a browser that is
// known has as much of its own; whoever can't be looked up is a stranger.
func (l *Limits) Admit(c *gin.Context, mark string, known Browsers) bool {
	if l.admit(Address(c)) {
		return true
	}
	if mark == "" {
		return false
	}
	is, err := known.KnowsBrowser(c.Request.Context(), mark)
	return err == nil && is && l.admit("browser "+mark)
}

func (l *Limits) admit(address string) bool {
	if l.perMinute == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	entry, ok := l.known[address]
	if !ok {
		l.forget(now)
		entry = &limited{Limiter: rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)}
		l.known[address] = entry
	}
	entry.seen = now
	return entry.Allow()
}

// forget drops addresses whose allowance is full again, and where there are too
// many all the same, the tenth that was seen longest ago: whoever comes from many
// addresses frees nobody from a limit who goes on asking.
func (l *Limits) forget(now time.Time) {
	if len(l.known) < maxAddresses {
		return
	}
	seen := make([]time.Time, 0, len(l.known))
	for _, entry := range l.known {
		seen = append(seen, entry.seen)
	}
	slices.SortFunc(seen, time.Time.Compare)
	full := now.Add(-time.Minute)
	if tenth := seen[len(seen)/10]; tenth.After(full) {
		full = tenth
	}
	for address, entry := range l.known {
		if !entry.seen.After(full) {
			delete(l.known, address)
		}
	}
}
