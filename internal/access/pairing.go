package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// How a new screen or kiosk gets its rights: it shows a short code, a manager
// types the code, and the screen's own secret becomes its token. So nothing
// readable is ever stored, the token reaches only the screen that showed the
// code, and an answer that got lost costs nothing.
const (
	// PairingTime is how long a code is valid.
	PairingTime = 10 * time.Minute
	codeLength  = 6
	// codeLetters leaves out what is mistaken for something else from a ladder:
	// 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V.
	codeLetters = "ACDEFGHJKMNPRTWXY34679"
	codeDraws   = 10
)

// A pending pairing is two rows beside the answered requests, which go after a
// day: by the code's hash, with the secret's as its digest, and the reverse.
const (
	pairingByCode   = "pairing code"
	pairingBySecret = "pairing secret"
)

var (
	errCode    = problem.New(problem.NotFound, "pairing.unknown")
	errPairing = problem.New(problem.NotFound, "pairing.over")
)

// Pairing is a screen that waits for its rights.
type Pairing struct {
	Code    string // to be shown
	Secret  string // to be kept by the screen alone; later its token
	Expires time.Time
}

// minPairingKey is the shortest Idempotency-Key that counts here. Whoever knows
// the key of an anonymous request gets its answer again, and this one's leads
// to a device's token: a key that can be guessed must not.
const minPairingKey = 16

// StartPairing gives a new screen or kiosk a code. Errors: Invalid for the kind.
func (a *Control) StartPairing(ctx context.Context, actor Actor, kind ledger.DeviceKind) (Pairing, error) {
	if kind != ledger.DeviceDisplay && kind != ledger.DeviceKiosk {
		return Pairing{}, problem.Field("kind", "device.kind")
	}
	if len(actor.Key) < minPairingKey {
		actor.Key = ""
	}
	again, err := a.repeats.Of(actor.Name(), actor.Key, "pairings", kind)
	if err != nil {
		return Pairing{}, err
	}
	for range codeDraws {
		p := Pairing{Code: a.drawCode()}
		err := a.update(ctx, func(t *turn) error { return t.startPairing(ctx, again, kind, &p) })
		if !errors.Is(err, ledger.ErrTaken) {
			return p, err
		}
	}
	return Pairing{}, fmt.Errorf("draw pairing code: %w", ledger.ErrTaken)
}

// startPairing stores a pairing, or finds the one that this request has
// started.
func (t *turn) startPairing(ctx context.Context, again *repeat.Request, kind ledger.DeviceKind, p *Pairing) error {
	code, repeated, err := again.Answered(ctx, t)
	if err != nil {
		return err
	}
	p.Secret = again.Token()
	if repeated {
		earlier, err := t.Requests().Get(ctx, pairingByCode, secrets.Hash(string(code)))
		p.Code, p.Expires = string(code), t.at.Shown(earlier.At.Add(PairingTime))
		return err
	}
	p.Expires = t.now.Add(PairingTime)
	for _, r := range []ledger.Request{
		{Scope: pairingByCode, Key: secrets.Hash(p.Code), Digest: secrets.Hash(p.Secret), Answer: []byte(kind), At: t.at.Trusted},
		{Scope: pairingBySecret, Key: secrets.Hash(p.Secret), Digest: secrets.Hash(p.Code), At: t.at.Trusted},
	} {
		if err := t.Requests().Put(ctx, r); err != nil {
			return err
		}
	}
	return again.Remember(ctx, t, t.at, p.Code)
}

func (a *Control) drawCode() string {
	var code strings.Builder
	for range codeLength {
		code.WriteByte(codeLetters[a.secrets.Intn(len(codeLetters))])
	}
	return code.String()
}

// PollPairing tells the screen that holds a secret whether a manager has typed
// its code: paired is true from then on, and the secret is its token. Errors:
// NotFound "pairing.over" once the code is no longer valid, or the device was
// revoked again.
func (a *Control) PollPairing(ctx context.Context, secret string) (paired bool, err error) {
	err = a.view(ctx, func(t *turn) error {
		d, err := t.Devices().ByHash(ctx, secrets.Hash(secret))
		if err == nil {
			paired = !d.Revoked
			return onlyIf(!paired, errPairing)
		}
		if !errors.Is(err, ledger.ErrNotFound) {
			return err
		}
		pending, err := t.Requests().Get(ctx, pairingBySecret, secrets.Hash(secret))
		if errors.Is(err, ledger.ErrNotFound) || err == nil && t.pairingOver(pending) {
			return errPairing
		}
		return err
	})
	return paired, err
}

func onlyIf(condition bool, err error) error {
	if condition {
		return err
	}
	return nil
}

func (t *turn) pairingOver(pending ledger.Request) bool {
	return !t.at.Trusted.Before(pending.At.Add(PairingTime))
}

// CompletePairing gives the screen that shows a code the rights of a device:
// name, branch and offices count, the kind is what the screen said it is. A
// code can be used once; blanks, hyphens and case don't matter. Errors:
// Forbidden for whoever doesn't manage the branch; NotFound "pairing.unknown";
// TooMany after many wrong codes; as of AddDevice.
func (a *Control) CompletePairing(ctx context.Context, actor Actor, code string, d ledger.Device) (ledger.Device, error) {
	if err := actor.MayManage(d.Branch); err != nil {
		return ledger.Device{}, err
	}
	of := func(t *turn) counters { return sorted(t.counter(freeTries, "pairing code", string(actor.User.ID))) }
	refused := Event{Account: actor.User.ID, Actor: actor.Name(), Address: actor.Address}
	if err := a.tryOnce(ctx, of); err != nil {
		if problem.Of(err).Kind == problem.TooMany {
			refused.Name = EventCodeSlowed
			a.Refuse(ctx, refused)
		}
		return ledger.Device{}, slowPairing(err)
	}
	var paired ledger.Device
	err := a.updateAt(ctx, []town.BranchID{d.Branch}, func(t *turn) (err error) {
		if paired, err = t.completePairing(ctx, actor, normalCode(code), d); err != nil {
			return err
		}
		return t.right(ctx, of(t))
	})
	if errors.Is(err, errCode) {
		refused.Name = EventCodeRefused
		a.Refuse(ctx, refused)
		return paired, err
	}
	if err == nil || problem.Of(err).Kind.Ours() {
		return paired, err
	}
	// The code was right, and only what was said of the device wasn't.
	if err := a.update(ctx, func(t *turn) error { return t.right(ctx, of(t)) }); err != nil {
		return ledger.Device{}, err
	}
	return ledger.Device{}, err
}

// completePairing looks again at what the manager may do and at the code, in
// the transaction that gives the device its rights.
func (t *turn) completePairing(ctx context.Context, actor Actor, code string, d ledger.Device) (ledger.Device, error) {
	actor, err := t.proveAgain(ctx, actor)
	if err != nil {
		return ledger.Device{}, err
	}
	if err := actor.MayManage(d.Branch); err != nil {
		return ledger.Device{}, err
	}
	pending, err := t.pendingPairing(ctx, code)
	if err != nil {
		return ledger.Device{}, err
	}
	d.Kind, d.Hash = ledger.DeviceKind(pending.Answer), bytes.Clone(pending.Digest)
	return t.insertDevice(ctx, actor, d, EventDevicePaired)
}

// slowPairing words a refusal to try once more for codes.
func slowPairing(err error) error {
	if problem.Of(err).Kind != problem.TooMany {
		return err
	}
	p := *problem.Of(err)
	p.Key = "pairing.slow_down"
	return &p
}

// pendingPairing returns the pairing that a code stands for, if it still counts.
func (t *turn) pendingPairing(ctx context.Context, code string) (ledger.Request, error) {
	pending, err := t.Requests().Get(ctx, pairingByCode, secrets.Hash(code))
	if errors.Is(err, ledger.ErrNotFound) || err == nil && t.pairingOver(pending) {
		return pending, errCode
	}
	if err != nil {
		return pending, fmt.Errorf("read pairing: %w", err)
	}
	_, err = t.Devices().ByHash(ctx, pending.Digest)
	switch {
	case err == nil:
		return pending, errCode // used already
	case errors.Is(err, ledger.ErrNotFound):
		return pending, nil
	}
	return pending, fmt.Errorf("read device: %w", err)
}

// normalCode reads what a person typed.
func normalCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
}
