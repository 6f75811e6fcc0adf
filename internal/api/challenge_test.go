package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// asksForWork has the town ask strangers for work.
func (h *testServer) asksForWork() {
	h.t.Helper()
	file, mistakes := catalogue.Parse("work.yaml", []byte("format: aufruf/1\nauthority: {proof_of_work: true}\n"))
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
	_, mistakes, err := h.Town.Import(h.t.Context(), file)
	h.must(err)
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
}

// proof asks for work and does it, as a program would.
func (h *testServer) proof(branch string) string {
	h.t.Helper()
	w := read[wire.Challenge](h.get("/challenge?branch=" + branch).want(http.StatusOK)).Challenge
	for number := range w.MaxNumber + 1 {
		sum := sha256.Sum256([]byte(w.Salt + strconv.FormatInt(number, 10)))
		if hex.EncodeToString(sum[:]) != w.Challenge {
			continue
		}
		raw, err := json.Marshal(doc{"algorithm": w.Algorithm, "challenge": w.Challenge, "number": number, "salt": w.Salt, "signature": w.Signature})
		h.must(err)
		return base64.StdEncoding.EncodeToString(raw)
	}
	h.t.Fatal("no number solves the challenge")
	return ""
}

// TestNoProgramBypassesTheWork: it used to bind the pages alone.
func TestNoProgramBypassesTheWork(t *testing.T) {
	h := openServer(t, options{})
	h.get("/challenge?branch=" + markt).want(http.StatusNoContent)
	h.get("/challenge?branch=nowhere").refused(http.StatusNotFound, "branch.unknown")
	h.asksForWork()
	hold := func(proof string) doc {
		return doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("10:00"), "proof": proof}
	}
	h.post("/holds", hold("")).refused(http.StatusForbidden, "proof.required")
	h.post("/appointments", appointment("10:00")).refused(http.StatusForbidden, "proof.required")
	h.post("/wishes", waiting("2026-12-02")).refused(http.StatusForbidden, "proof.required")
	h.post("/holds", hold("made up")).refused(http.StatusForbidden, "proof.required")
	h.post("/holds", hold(h.proof(nerchau))).refused(http.StatusForbidden, "proof.required")

	once := h.proof(markt)
	h.post("/holds", hold(once)).want(http.StatusCreated)
	h.post("/holds", hold(once)).refused(http.StatusForbidden, "proof.required")
	h.post("/appointments", appointment("10:00", with("proof", once))).refused(http.StatusForbidden, "proof.required")
	h.post("/holds", hold(respelled(t, once))).refused(http.StatusForbidden, "proof.required")
	late := h.proof(markt)
	h.time.Add(11 * time.Minute)
	h.post("/holds", hold(late)).refused(http.StatusForbidden, "proof.required")

	again := request{method: http.MethodPost, path: "/appointments", header: key("again"), body: appointment("10:00", with("proof", h.proof(markt)))}
	first := read[wire.AppointmentReply](h.ask(again).want(http.StatusCreated))
	if second := read[wire.AppointmentReply](h.ask(again).want(http.StatusCreated)); second.Token != first.Token {
		t.Errorf("repeated: got %s, want %s", second.Token, first.Token)
	}
	clerk := h.staff("lena", ledger.RoleClerk)
	h.ask(request{method: http.MethodPost, path: "/appointments", token: clerk, body: appointment("10:20")}).want(http.StatusCreated)
}

// respelled is the same proof with the end of its salt left out, which says nothing
// and is taken for the same by who checks it.
func respelled(t *testing.T, proof string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(proof)
	if err != nil {
		t.Fatal(err)
	}
	var payload doc
	if err := json.Unmarshal(raw, &payload); err != nil {
		t.Fatal(err)
	}
	payload["salt"] = strings.TrimSuffix(payload.text("salt"), "&")
	return base64.StdEncoding.EncodeToString(encoded(t, payload))
}
