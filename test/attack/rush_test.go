package attack

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"aufruf/internal/wire"
)

// proof asks for work from an address and does it, as a program would; empty: none
// is asked for.
func (h *target) proof(from string) string {
	h.Helper()
	got := h.ask(asked{path: "/api/v1/challenge?branch=" + string(ownBranch), from: from})
	if got.status == http.StatusNoContent {
		return ""
	}
	var asks wire.Challenge
	h.must(json.Unmarshal([]byte(got.body), &asks))
	w := asks.Challenge
	for number := range w.MaxNumber + 1 {
		sum := sha256.Sum256([]byte(w.Salt + strconv.FormatInt(number, 10)))
		if hex.EncodeToString(sum[:]) != w.Challenge {
			continue
		}
		raw, err := json.Marshal(map[string]any{
			"algorithm": w.Algorithm, "challenge": w.Challenge, "number": number, "salt": w.Salt, "signature": w.Signature,
		})
		h.must(err)
		return base64.StdEncoding.EncodeToString(raw)
	}
	h.Fatalf("nothing solves %+v", w)
	return ""
}

// far is an address in a network of its own.
func far(i int) string { return fmt.Sprintf("2001:%x:%x::1", 0x1000+i/1000, i%1000) }

// Programs from a thousand networks take times as fast as they can. After twenty
// holds they must work, then managers see it, and who doesn't work gets nothing
// more; from one network nobody gets more by working.
func TestAThousandAddressesMustWork(t *testing.T) {
	onEachEngine(t, func(h *target) {
		lazy, of := h.takeDay(attacked, far, idle)
		h.Logf("1,000 networks without working took %d of %d places", lazy, of)
		if lazy > 12 {
			h.Errorf("without work they took %d of %d places", lazy, of)
		}
		body := booking(h.slots("2026-12-10")[0].Start, "honest")
		refused := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: stranger(1), json: body})
		if refused.status != http.StatusForbidden || !strings.Contains(refused.body, "proof.required") {
			h.Errorf("without work: got %d %s", refused.status, refused.body)
		}
		body["proof"] = h.proof(stranger(1))
		if worked := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: stranger(1), json: body}); worked.status != http.StatusCreated {
			h.Errorf("with work: got %d %s", worked.status, worked.body)
		}
		page := h.ask(asked{path: "/staff/verwaltung/geraete", as: h.staff("manager", ownBranch)})
		if !strings.Contains(page.body, "vor dem Buchen einige Sekunden rechnen") {
			h.Errorf("managers don't see it: %d", page.status)
		}
		elsewhere := h.ask(asked{path: "/api/v1/challenge?branch=" + string(foreignBranch), from: stranger(1)})
		if elsewhere.status != http.StatusNoContent {
			h.Errorf("another branch: got %d", elsewhere.status)
		}
		hard, of := h.takeDay("2026-12-15", far, working)
		h.Logf("1,000 networks that work took %d of %d places", hard, of)
		if hard > of/2+of/4 {
			h.Errorf("with work they took %d of %d places, want half, and a quarter that waits", hard, of)
		}
		h.later(tuesday(9, 30))
		stays := of - places(h.slots("2026-12-15"))
		h.Logf("half an hour later they have %d of %d", stays, of)
		if stays > of/2 {
			h.Errorf("half an hour later they have %d of %d places, want half at most", stays, of)
		}
	}, "--rate-limit", "6000/m")
}

// Beyond its share an address is locked out of nothing: a program works and its
// person confirms the address, a page without script leads to the link in a mail.
func TestBeyondItsShareAnAddressWorksAndConfirms(t *testing.T) {
	onEachEngine(t, func(h *target) {
		book := func(i int, proof string) answer {
			body := booking(h.slots(attacked)[i].Start, fmt.Sprint("reader-", i))
			body["proof"] = proof
			return h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: stranger(1), json: body})
		}
		booked := 0
		for i := range 5 {
			got := book(i, "")
			if got.status == http.StatusCreated {
				booked++
				continue
			}
			if got.status != http.StatusForbidden || got.value("key") != "proof.required" {
				h.Fatalf("booking %d: got %d %s", i, got.status, got.body)
			}
			break
		}
		if booked < 3 {
			h.Fatalf("got %d bookings, want three at least", booked)
		}
		if got := book(6, h.proof(stranger(1))); got.status != http.StatusAccepted || got.value("confirm_by") == "" {
			h.Errorf("with work: got %d %s", got.status, got.body)
		}
		if other := h.ask(asked{path: "/api/v1/challenge?branch=" + string(ownBranch), from: stranger(2)}); other.status != http.StatusNoContent {
			h.Errorf("somebody else: got %d", other.status)
		}
	})
}
