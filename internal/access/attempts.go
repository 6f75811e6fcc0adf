package access

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// How trying a secret slows down. What is tried is counted before it is looked
// at, in the database, and until it was right: many at once are no more than
// one after another, on however many nodes.
const (
	freeTries   = 5
	firstDelay  = time.Second
	longestWait = time.Minute
	// TriesTime is how long after the last try nothing is counted any more.
	TriesTime = 15 * time.Minute
	// clockSkew is how far the clocks of two nodes may be apart.
	clockSkew = time.Minute
	// networkTries is what a whole IPv6 network (/48, what a provider gives one
	// site) has before it slows down: it has 65,536 addresses as limits see them.
	networkTries = 5 * freeTries
)

// BrowserTime is how long after its last sign-in a browser is known.
const BrowserTime = 180 * 24 * time.Hour

// From is where somebody signs in from.
type From struct {
	Origin  string // the address, as limits see it: of IPv6 its /64
	Address string // the whole address, for the security log alone
	// Browser is the mark that the browser keeps of an earlier sign-in; empty:
	// none. One in which this user has signed in before has room of its own, so
	// that strangers behind the same address lock nobody out.
	Browser string
	// Replaces is the token of the session that the new one takes the place of;
	// empty: none.
	Replaces string
}

// counter is what tries are counted under.
type counter struct {
	key  []byte
	free int // tries before it slows down
}

// counters are held and changed in the order of their keys, so that two
// transactions don't wait for each other.
type counters []counter

// counter of a purpose and who tries. The key's hash is made with a key of the
// chain of days, so that nobody can test guesses against it later; with it the
// count begins anew once a day.
func (t *turn) counter(free int, purpose string, who ...string) counter {
	content := purpose
	for _, part := range who {
		content += "\x00" + part
	}
	return counter{t.control.repeats.Digest(repeat.DigestDay(t.at), "attempts", content), free}
}

func sorted(all ...counter) counters {
	slices.SortFunc(all, func(a, b counter) int { return bytes.Compare(a.key, b.key) })
	return all
}

// signInCounters are the pair of account and address, and the address, never
// the account alone: nobody can be locked out by others. A browser that is
// known counts by itself.
func (t *turn) signInCounters(id town.UserID, from From, known bool) counters {
	if known {
		return sorted(t.counter(freeTries, "known browser", from.Browser, string(id)))
	}
	all := []counter{t.counter(freeTries, "pair", from.Origin, string(id)), t.counter(freeTries, "address", from.Origin)}
	if wide, ok := network(from.Origin); ok {
		all = append(all, t.counter(networkTries, "network", wide))
	}
	return sorted(all...)
}

// network returns the /48 of an IPv6 address as limits see it.
func network(origin string) (string, bool) {
	narrow, err := netip.ParsePrefix(origin)
	if err != nil || !narrow.Addr().Is6() {
		return "", false
	}
	wide, err := narrow.Addr().Prefix(48)
	return wide.String(), err == nil
}

// knows reports whether a user has signed in with the browser before; with an
// empty name, whether anybody has.
func (t *turn) knows(ctx context.Context, from From, id town.UserID) (bool, error) {
	if from.Browser == "" {
		return false, nil
	}
	return t.People().KnowsBrowser(ctx, secrets.Hash(from.Browser), id, t.at.Trusted.Add(-BrowserTime))
}

// KnowsBrowser reports whether anybody has signed in with the browser of a mark.
func (a *Control) KnowsBrowser(ctx context.Context, mark string) (known bool, err error) {
	err = a.view(ctx, func(t *turn) (err error) {
		known, err = t.knows(ctx, From{Browser: mark}, "")
		return err
	})
	return known, err
}

// wait is how long a counter still refuses.
func (c counter) wait(tries int, last, now time.Time) time.Duration {
	if tries < c.free {
		return 0
	}
	delay := min(longestWait, firstDelay<<min(tries-c.free, 10))
	return max(0, delay-max(0, now.Sub(last)))
}

// over reports whether what was counted last counts no more. An instant ahead of
// this clock, further than clocks part, was written before time was set back.
func over(last, now time.Time) bool {
	return now.Sub(last) > TriesTime || last.Sub(now) > clockSkew
}

// refusal is that a secret was tried too often.
func refusal(wait time.Duration) error {
	return problem.New(problem.TooMany, "session.slow_down").After(wait.Truncate(time.Second) + time.Second)
}

// mayTry looks whether one more try is let through. Errors: TooMany.
func (t *turn) mayTry(ctx context.Context, all counters) error {
	for _, c := range all {
		counted, err := t.Attempts().Of(ctx, c.key)
		if err != nil {
			return err
		}
		if wait := c.wait(counted.Tries, counted.Last, t.at.Trusted); wait > 0 && !over(counted.Last, t.at.Trusted) {
			return refusal(wait)
		}
	}
	return nil
}

// try counts one more, as if it were wrong already. Errors: TooMany, and then
// nothing is counted.
func (t *turn) try(ctx context.Context, all counters) error {
	for _, c := range all {
		counted, err := t.Attempts().Hold(ctx, c.key)
		if err != nil {
			return err
		}
		if over(counted.Last, t.at.Trusted) {
			counted.Tries = 0
		}
		if wait := c.wait(counted.Tries, counted.Last, t.at.Trusted); wait > 0 {
			return refusal(wait)
		}
		counted.Tries, counted.Last = counted.Tries+1, t.at.Trusted
		if err := t.Attempts().Set(ctx, c.key, counted); err != nil {
			return err
		}
	}
	return nil
}

// right takes back what was counted.
func (t *turn) right(ctx context.Context, all counters) error {
	for _, c := range all {
		if err := t.Attempts().Forget(ctx, c.key); err != nil {
			return err
		}
	}
	return nil
}

// tryOnce counts a try in a transaction of its own, before the secret is looked
// at. Errors: TooMany.
func (a *Control) tryOnce(ctx context.Context, of func(t *turn) counters) error {
	return a.update(ctx, func(t *turn) error { return t.try(ctx, of(t)) })
}
