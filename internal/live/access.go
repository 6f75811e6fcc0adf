package live

import (
	"context"
	"sync"
	"time"
)

// access tells open connections when somebody's rights ended.
type access struct {
	mu      sync.Mutex
	changed chan struct{} // closed at the next change
}

func newAccess() *access { return &access{changed: make(chan struct{})} }

// AccessChanged is closed when somebody's rights ended since the call: every
// connection then proves itself again.
func (l *Live) AccessChanged() <-chan struct{} {
	l.access.mu.Lock()
	defer l.access.mu.Unlock()
	return l.access.changed
}

func (a *access) run(ctx context.Context, l *Live) error {
	tick := time.NewTicker(l.pace.CheckAccess)
	defer tick.Stop()
	known := ""
	for first := true; ; first = false {
		revision, err := l.app.Access(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			l.log.ErrorContext(ctx, "rights can't be checked", "error", err)
		case err == nil && revision != known:
			known = revision
			if !first {
				a.announce()
				l.Screens.SetAll(&Frame{}, nil)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (a *access) announce() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.changed)
	a.changed = make(chan struct{})
}
