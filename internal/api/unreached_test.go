package api_test

import (
	"net/http"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// refuse has every mail that is due come back.
func (h *testServer) refuse() {
	h.t.Helper()
	letters, err := h.Outbox.DueMails(h.t.Context(), 100)
	h.must(err)
	for _, l := range letters {
		h.must(h.Outbox.MailRefused(h.t.Context(), l, "smtp: 550 5.1.1, recipient"))
	}
}

func TestReceptionLearnsWhomToTelephone(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("10:00", with("phone", "03437 1234"))
	h.refuse()
	const list = "/unreached?branch=" + markt
	h.get(list).refused(http.StatusUnauthorized, "session.required")
	h.get("/unreached").refused(http.StatusUnauthorized, "session.required")
	reception, clerk := h.staff("rosa", ledger.RoleReception), h.staff("lena", ledger.RoleClerk)
	elsewhere := h.staff("nora", ledger.RoleManager, nerchau)
	of := func(token string) wire.List[wire.Unreached] {
		t.Helper()
		return read[wire.UnreachedList](h.ask(request{path: list, token: token}).want(http.StatusOK)).Unreached
	}
	got := of(reception)
	if len(got) != 1 || got[0].Number != made.Number || got[0].Phone != "03437 1234" || got[0].Kind != app.MailConfirmation {
		t.Fatalf("got %+v, want number %s with its telephone", got, made.Number)
	}
	if got := of(clerk); len(got) != 1 || got[0].Phone != "" {
		t.Errorf("clerk: got %+v, want no telephone", got)
	}
	h.ask(request{path: list, token: elsewhere}).refused(http.StatusForbidden, "right.missing")
	h.ask(request{path: "/unreached?branch=nowhere", token: reception}).refused(http.StatusNotFound, "branch.unknown")

	done := request{method: http.MethodDelete, path: "/unreached/" + got[0].Mail}
	h.ask(done).refused(http.StatusUnauthorized, "session.required")
	for _, token := range []string{clerk, elsewhere} {
		done.token = token
		h.ask(done).refused(http.StatusForbidden, "right.missing")
	}
	done.token = reception
	for range 2 {
		h.ask(done).want(http.StatusNoContent)
	}
	if got := of(reception); len(got) != 0 {
		t.Errorf("dealt with: got %+v", got)
	}
	done.path = "/unreached/none"
	h.ask(done).refused(http.StatusNotFound, "mail.unknown")
}
