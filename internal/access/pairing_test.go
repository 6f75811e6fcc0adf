package access_test

import (
	"strings"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func manager(branches ...town.BranchID) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: "manager", Role: ledger.RoleManager, Branches: branches}}
}

func (h *townHall) startPairing() access.Pairing {
	h.t.Helper()
	p, err := h.Access.StartPairing(h.ctx(), access.Actor{}, ledger.DeviceDisplay)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *townHall) wantKey(what string, err error, key string) {
	h.t.Helper()
	if !problem.Is(err, key) {
		h.t.Errorf("%s: got %v, want %s", what, err, key)
	}
}

func TestPairing(t *testing.T) {
	h := openTownHall(t)
	p := h.startPairing()
	if got, want := len(p.Code), 6; got != want || strings.ContainsAny(p.Code, "01258BILOQSUVZ") {
		t.Errorf("code: got %q, want %d characters that nobody mistakes", p.Code, want)
	}
	if paired, err := h.Access.PollPairing(h.ctx(), p.Secret); paired || err != nil {
		t.Errorf("before the code is typed: got %v, %v, want to wait", paired, err)
	}
	_, err := h.Access.ActorOf(h.ctx(), p.Secret)
	h.wantKey("secret as a token before", err, "session.required")

	wall := ledger.Device{Name: "Wartebereich", Branch: markt, Offices: []town.OfficeID{"buergerbuero"}}
	typed := strings.ToLower(p.Code[:3]) + " - " + p.Code[3:]
	made, err := h.Access.CompletePairing(h.ctx(), manager(markt), typed, wall)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first answer may get lost
		if paired, err := h.Access.PollPairing(h.ctx(), p.Secret); !paired || err != nil {
			t.Errorf("after: got %v, %v, want paired", paired, err)
		}
	}
	actor, err := h.Access.ActorOf(h.ctx(), p.Secret)
	if got, want := actor.Device.ID, made.ID; err != nil || got != want || actor.Kind != access.Screen {
		t.Errorf("secret as a token: got %v of kind %v, %v, want %v", got, actor.Kind, err, want)
	}
	if err := actor.MayScreen("nerchau"); err == nil {
		t.Error("the screen may see another branch")
	}
	wall.Name = "Noch einer"
	_, err = h.Access.CompletePairing(h.ctx(), manager(), p.Code, wall)
	h.wantKey("code used twice", err, "pairing.unknown")

	if err := h.Access.RevokeDevice(h.ctx(), "Wartebereich"); err != nil {
		t.Fatal(err)
	}
	_, err = h.Access.PollPairing(h.ctx(), p.Secret)
	h.wantKey("poll of a revoked screen", err, "pairing.over")
}

func TestPairingRefusals(t *testing.T) {
	h := openTownHall(t)
	_, err := h.Access.StartPairing(h.ctx(), access.Actor{}, "toaster")
	if got, want := problem.Of(err).Kind, problem.Invalid; got != want {
		t.Errorf("kind: got %v, want %v", got, want)
	}
	p := h.startPairing()
	wall := ledger.Device{Name: "Foyer", Branch: markt}
	_, err = h.Access.CompletePairing(h.ctx(), staff(clerk), p.Code, wall)
	h.wantKey("clerk", err, "right.missing")
	_, err = h.Access.CompletePairing(h.ctx(), manager(nera), p.Code, wall)
	h.wantKey("manager of another branch", err, "right.missing")
	_, err = h.Access.CompletePairing(h.ctx(), manager(), p.Code, ledger.Device{Branch: markt})
	h.wantKey("no name", err, "request.invalid")

	h.set(h.clock().Add(access.PairingTime))
	_, err = h.Access.PollPairing(h.ctx(), p.Secret)
	h.wantKey("poll after its time", err, "pairing.over")
	_, err = h.Access.CompletePairing(h.ctx(), manager(), p.Code, wall)
	h.wantKey("code after its time", err, "pairing.unknown")
	_, err = h.Access.PollPairing(h.ctx(), "made up")
	h.wantKey("made-up secret", err, "pairing.over")
}

func TestPairingCodesCannotBeTriedOut(t *testing.T) {
	h := openTownHall(t)
	for range 5 {
		_, err := h.Access.CompletePairing(h.ctx(), manager(), "AAAAAA", ledger.Device{Name: "x", Branch: markt})
		h.wantKey("wrong code", err, "pairing.unknown")
	}
	p := h.startPairing()
	_, err := h.Access.CompletePairing(h.ctx(), manager(), p.Code, ledger.Device{Name: "x", Branch: markt})
	h.wantKey("after five wrong codes", err, "pairing.slow_down")
	h.set(h.clock().Add(time.Minute))
	if _, err := h.Access.CompletePairing(h.ctx(), manager(), p.Code, ledger.Device{Name: "x", Branch: markt}); err != nil {
		t.Errorf("a minute later: got %v", err)
	}
}

func TestARepeatedRequestForACodeGetsTheSame(t *testing.T) {
	h := openTownHall(t)
	screen := access.Actor{Key: "5b0f2b1e-8d0c-4c0e-9a0b-1d1f9a7c0001"}
	first, err := h.Access.StartPairing(h.ctx(), screen, ledger.DeviceDisplay)
	if err != nil {
		t.Fatal(err)
	}
	h.set(h.clock().Add(time.Second))
	again, err := h.Access.StartPairing(h.ctx(), screen, ledger.DeviceDisplay)
	if err != nil || again.Code != first.Code || again.Secret != first.Secret || !again.Expires.Equal(first.Expires) {
		t.Errorf("repeated: got %v, %v, want %v", again, err, first)
	}
	_, err = h.Access.StartPairing(h.ctx(), screen, ledger.DeviceKiosk)
	h.wantKey("the key with another body", err, "request.key_reused")
}
