package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/problem"
)

// guarded is a town that has browsers compute, with a hold to book.
func guarded(t *testing.T) (*townHall, app.BookRequest, *app.Proof) {
	t.Helper()
	h := openTownHall(t)
	h.change("format: aufruf/1\nauthority: {proof_of_work: true}\n")
	r, proof := h.asked(at(t, tuesday, "10:00"))
	return h, r, proof
}

// asked holds a time and returns what is asked before it can be booked.
func (h *townHall) asked(start time.Time) (app.BookRequest, *app.Proof) {
	h.t.Helper()
	r := wants(start)
	held, err := h.Hold(h.ctx(), access.Actor{}, r.Wanted, start)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Hold = held.ID
	proof, err := h.NewProof(h.ctx(), access.Actor{}, markt, held.ID)
	if err != nil || proof == nil {
		h.t.Fatalf("got %v %v, want something to compute", proof, err)
	}
	r.Proof = &app.ProofAnswer{}
	return r, proof
}

// solve does what the script in the page does.
func solve(t *testing.T, p *app.Proof) string {
	t.Helper()
	for n := int64(0); n <= p.Max; n++ {
		sum := sha256.Sum256([]byte(p.Salt + strconv.FormatInt(n, 10)))
		if hex.EncodeToString(sum[:]) != p.Challenge {
			continue
		}
		answer, err := json.Marshal(map[string]any{
			"algorithm": p.Algorithm, "challenge": p.Challenge, "number": n, "salt": p.Salt, "signature": p.Signature,
		})
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(answer)
	}
	t.Fatal("the challenge has no solution")
	return ""
}

func TestNothingIsAskedUnlessTheTownWants(t *testing.T) {
	h := openTownHall(t)
	if proof, err := h.NewProof(h.ctx(), access.Actor{Origin: "192.0.2.7"}, markt, "hold"); proof != nil || err != nil {
		t.Errorf("got %v %v, want nothing asked", proof, err)
	}
}

func TestWorkBuysOneBooking(t *testing.T) {
	h, r, proof := guarded(t)
	r.Proof.Solution = solve(t, proof)
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Book(h.ctx(), access.Actor{}, r); !problem.Is(err, "proof.hold") {
		t.Errorf("the same work again: got %v, want proof.hold", err)
	}
	other, _ := h.asked(at(t, tuesday, "13:00"))
	other.Proof.Solution = r.Proof.Solution
	if made, err := h.Book(h.ctx(), access.Actor{}, other); err != nil || made.ConfirmBy.IsZero() {
		t.Errorf("the work of another hold: got %v, want its address confirmed", err)
	}
}

func TestASecondClickFindsTheSameBooking(t *testing.T) {
	h, r, proof := guarded(t)
	r.Proof.Solution = solve(t, proof)
	actor := access.Actor{Key: "form"}
	first, err := h.Book(h.ctx(), actor, r)
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.Book(h.ctx(), actor, r)
	if err != nil || second.Token != first.Token {
		t.Errorf("got %v, want the same appointment", err)
	}
}

// Without script nobody computes: the address is confirmed, and the time is kept for
// a quarter of an hour.
func TestWithoutScriptTheAddressIsConfirmed(t *testing.T) {
	h, r, _ := guarded(t)
	made, err := h.Book(h.ctx(), access.Actor{}, r)
	if want := h.clock().Add(15 * time.Minute); err != nil || !made.ConfirmBy.Equal(want) {
		t.Fatalf("got %v by %v, want it confirmed by %v", err, made.ConfirmBy, want)
	}
}

func TestTheInterfaceIsNotAskedToCompute(t *testing.T) {
	h, r, _ := guarded(t)
	r.Proof = nil
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Errorf("got %v, want a booking", err)
	}
}
