package api

import (
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"aufruf/internal/app"
	"aufruf/internal/problem"
)

// maxAddresses bounds the memory for limits; beyond it the oldest go.
const maxAddresses = 100_000

// limits counts changes without sign-in per address.
type limits struct {
	perMinute int

	mu    sync.Mutex
	known map[string]*limited
}

type limited struct {
	*rate.Limiter
	seen time.Time
}

func newLimits(perMinute int) *limits {
	return &limits{perMinute: perMinute, known: map[string]*limited{}}
}

// limitAnonymous admits so many changes a minute from each address.
func (a *API) limitAnonymous(c *gin.Context) {
	if safe(c.Request.Method) || c.FullPath() == pollPath || actorOf(c).Kind != app.Citizen || a.limits.admit(Address(c)) {
		return
	}
	a.fail(c, problem.New(problem.TooMany, "request.too_many").WithExtra("retry_seconds", 1+60/a.limits.perMinute))
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// Admit reports whether an address may make another change now.
func (a *API) Admit(c *gin.Context) bool { return a.limits.admit(Address(c)) }

func (l *limits) admit(address string) bool {
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

// forget drops addresses whose allowance is full again.
func (l *limits) forget(now time.Time) {
	if len(l.known) < maxAddresses {
		return
	}
	for address, entry := range l.known {
		if now.Sub(entry.seen) > time.Minute {
			delete(l.known, address)
		}
	}
	if len(l.known) >= maxAddresses {
		clear(l.known)
	}
}
