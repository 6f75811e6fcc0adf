package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A server whose branches aren't followed would show no call: it isn't ready,
// and says which one.
func TestAServerThatFollowsNoBranchIsNotReady(t *testing.T) {
	o, err := readOptions(append(newSite(t).flags(), "--clock", tuesday), nil)
	if err != nil {
		t.Fatal(err)
	}
	h, err := openServer(t.Context(), o, "http://127.0.0.1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.stopped()
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	router, err := h.router(h.newAPI())
	if err != nil {
		t.Fatal(err)
	}
	ready := func() *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		router.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
		return answer
	}
	branches := h.Catalogue().Branches
	if got := ready(); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), string(branches[0].ID)) {
		t.Errorf("before it follows: got %d %q, want 503 and a branch named", got.Code, got.Body)
	}
	if err := h.live.Stand(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ready(); got.Code != http.StatusOK {
		t.Errorf("once its tails stand: got %d %q, want 200", got.Code, got.Body)
	}
}
