package oidc

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// How the provider is looked at before a browser is sent there.
const (
	lookWithin = 3 * time.Second
	goodFor    = 10 * time.Second // an answer stands so long, however many ask
	badFor     = 2 * time.Second  // no answer likewise
	awayFor    = time.Minute      // and so long the page says so beforehand
)

// answering is what was seen of the provider last. One looks at a time, and the
// others take what they see.
type answering struct {
	mu   sync.Mutex
	at   time.Time // zero: not looked at yet; guarded by mu, as all below
	bad  error     // nil: it answered
	busy bool      // somebody looks now
}

func (a *answering) away(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bad != nil && now.Sub(a.at) < awayFor
}

// begin reports whether it is time to look again, and else what was seen. While
// somebody looks, what was seen before them stands.
func (a *answering) begin(now time.Time) (look bool, seen error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	stands := goodFor
	if a.bad != nil {
		stands = badFor
	}
	if a.busy || !a.at.IsZero() && now.Sub(a.at) < stands {
		return false, a.bad
	}
	a.busy = true
	return true, nil
}

func (a *answering) end(now time.Time, seen error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at, a.bad, a.busy = now, seen, false
}

// mustAnswer returns ErrUnreachable where the provider doesn't answer now.
func (rp *RelyingParty) mustAnswer(ctx context.Context) error {
	look, seen := rp.seen.begin(rp.Now())
	if !look {
		return seen
	}
	// Whoever asks may go away meanwhile, which says nothing of the provider.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookWithin)
	defer cancel()
	seen = rp.look(ctx)
	rp.seen.end(rp.Now(), seen)
	return seen
}

func (rp *RelyingParty) look(ctx context.Context) error {
	address := strings.TrimSuffix(rp.Issuer, "/") + "/.well-known/openid-configuration"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	response, err := rp.client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %.200v", ErrUnreachable, err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20)); err != nil {
		return fmt.Errorf("%w: %.200v", ErrUnreachable, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s", ErrUnreachable, response.Status)
	}
	return nil
}
