package display

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/wire"
)

// Registrar gives codes to new screens. See client.Client for the errors.
type Registrar interface {
	StartPairing(ctx context.Context, kind string) (wire.Pairing, error)
	PollPairing(ctx context.Context, secret string) (wire.PollReply, error)
}

// How often a screen that waits for its rights asks.
const (
	pollEvery   = 2 * time.Second
	pollAfter   = 10 * time.Second // where the server gave no useful answer
	pairingKind = "display"
)

// Pairing is how a screen gets its token: it asks for a code, shows it, and
// waits until a manager has typed it. It is used from one goroutine.
type Pairing struct {
	Server Registrar
	Show   func(code string)
	Log    *slog.Logger

	pending *wire.Pairing
}

// Token returns the token once a manager has typed the code. A code that is
// over is replaced by the next. When ctx ends first it returns ctx's error, and
// the code stays valid for the next call.
func (p *Pairing) Token(ctx context.Context) (string, error) {
	for {
		token, again := p.ask(ctx)
		if token != "" {
			p.pending = nil
			p.Show("")
			return token, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(again):
		}
	}
}

// ask goes one step, and returns when to go the next where there is no token
// yet.
func (p *Pairing) ask(ctx context.Context) (token string, again time.Duration) {
	if p.pending == nil {
		started, err := p.Server.StartPairing(ctx, pairingKind)
		if err != nil {
			return "", p.later(ctx, "ask for a pairing code", err)
		}
		p.pending = &started
		p.Log.Info("waiting to be paired", "code", started.Code, "until", started.Expires)
	}
	p.Show(p.pending.Code)
	reply, err := p.Server.PollPairing(ctx, p.pending.Secret)
	switch {
	case err != nil && problem.Of(err).Kind == problem.NotFound:
		p.pending = nil
		return "", 0
	case err != nil:
		return "", p.later(ctx, "ask whether the code was typed", err)
	case reply.State == wire.PairingDone:
		return reply.Token, 0
	}
	return "", spread(pollEvery)
}

func (p *Pairing) later(ctx context.Context, what string, err error) time.Duration {
	if ctx.Err() == nil {
		p.Log.Warn(what, "error", err)
	}
	return spread(pollAfter)
}

// spread keeps many screens from asking at the same moment.
func spread(d time.Duration) time.Duration {
	return d*3/4 + rand.N(d/2)
}
