package api_test

import (
	"net/http"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// allDay closes a branch on a date.
func allDay(branch town.BranchID, date town.Date) app.Closing {
	return app.Closing{Counters: catalogue.Counters{Branch: branch}, Closure: booking.Closure{From: date, To: date}}
}

func (h *testServer) shut(branch town.BranchID, date town.Date) {
	h.t.Helper()
	h.must(h.Closings.CloseOffice(h.t.Context(), access.Actor{Kind: access.Maintenance}, allDay(branch, date), app.Unseen))
}

func (h *testServer) reopen(branch town.BranchID, date town.Date) {
	h.t.Helper()
	h.must(h.Closings.ReopenOffice(h.t.Context(), access.Actor{Kind: access.Maintenance}, allDay(branch, date)))
}

func TestReceptionLearnsWhomAClosureConcerns(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("10:00")
	const list = "/concerned?branch=" + markt
	reception, clerk := h.staff("rosa", ledger.RoleReception), h.staff("lena", ledger.RoleClerk)
	elsewhere := h.staff("nora", ledger.RoleManager, nerchau)
	of := func(query string) wire.List[wire.Concerned] {
		t.Helper()
		return read[wire.ConcernedList](h.ask(request{path: list + query, token: reception}).want(http.StatusOK)).Concerned
	}
	if got := of(""); len(got) != 0 {
		t.Fatalf("nothing changed: got %+v", got)
	}
	h.shut(markt, tuesday)
	got := of("")
	if len(got) != 1 || got[0].Number != made.Number || got[0].Reason != "closed" || got[0].Reachable != "mail" ||
		!got[0].Start.Equal(made.Start) || got[0].Office != "buergerbuero" || len(got[0].Services) != 1 || got[0].Services[0].Quantity != 1 {
		t.Fatalf("closed: got %+v, want number %s", got, made.Number)
	}
	if got := of("&from=2026-12-02"); len(got) != 0 {
		t.Errorf("from tomorrow on: got %+v", got)
	}
	if got := of("&to=2026-12-01"); len(got) != 1 {
		t.Errorf("until today: got %+v", got)
	}
	h.get(list).refused(http.StatusUnauthorized, "session.required")
	for _, token := range []string{clerk, elsewhere} {
		h.ask(request{path: list, token: token}).refused(http.StatusForbidden, "right.missing")
	}
	h.ask(request{path: "/concerned?branch=nowhere", token: reception}).refused(http.StatusNotFound, "branch.unknown")
	h.ask(request{path: list + "&from=soon", token: reception}).want(http.StatusUnprocessableEntity)
	h.ask(request{path: list + "&from=2026-12-02&to=2026-12-01", token: reception}).want(http.StatusUnprocessableEntity)
	h.reopen(markt, tuesday)
	if got := of(""); len(got) != 0 {
		t.Errorf("open again: got %+v", got)
	}
}
