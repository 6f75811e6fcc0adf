package api_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

func TestManagersAskForFigures(t *testing.T) {
	h := openServer(t, options{})
	h.book("10:00")
	chief := h.staff("chefin", ledger.RoleManager)
	const days = "/figures?branch=" + markt + "&from=2026-12-01&to=2026-12-07"
	got := read[wire.Figures](h.ask(request{path: days + "&by=day", token: chief}).want(http.StatusOK)).Figures
	if len(got) != 7 || got[0].Key != "2026-12-01" || got[6].Key != "2026-12-07" {
		t.Fatalf("got %d days, want 7: %+v", len(got), got)
	}
	for _, f := range got {
		if f.Visits != f.Appointments+f.WalkIns || f.Visits != 0 && f.Visits != 3 || f.CapacityMinutes == nil || f.Waiting.Mean != nil {
			t.Errorf("got %+v", f)
		}
	}
	if *got[2].CapacityMinutes == 0 || *got[5].CapacityMinutes != 0 {
		t.Errorf("capacity: got %d on Thursday and %d on Sunday", *got[2].CapacityMinutes, *got[5].CapacityMinutes)
	}
	for by, keys := range map[string]string{"week": "2026-W49", "month": "2026-12", "year": "2026", "office": "buergerbuero"} {
		got := read[wire.Figures](h.ask(request{path: days + "&by=" + by, token: chief}).want(http.StatusOK)).Figures
		if len(got) == 0 || got[0].Key != keys {
			t.Errorf("by %s: got %+v, want %s first", by, got, keys)
		}
	}
	table := h.ask(request{path: days + "&by=day", token: chief, header: http.Header{"Accept": {"text/csv"}}}).want(http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(string(table.raw))).ReadAll()
	if err != nil || len(rows) != 8 || len(rows[0]) != 31 || rows[0][11] != "waiting_s_mean" || rows[3][0] != "2026-12-03" || rows[3][1] != "0" || rows[3][11] != "" {
		t.Errorf("got %v, %v", rows, err)
	}

	h.get(days+"&by=day").refused(http.StatusUnauthorized, "session.required")
	h.ask(request{path: days + "&by=day", token: h.staff("rosa", ledger.RoleReception)}).refused(http.StatusForbidden, "right.missing")
	h.ask(request{path: days + "&by=day", token: h.staff("nora", ledger.RoleManager, nerchau)}).refused(http.StatusForbidden, "right.missing")
	h.ask(request{path: days + "&by=day&room=x", token: chief}).refused(http.StatusBadRequest, "request.unknown_field")
	for query, want := range map[string]string{
		"&from=2026-12-01&to=2026-12-07&by=clerk": "by", "&from=2026-12-02&to=2026-12-01&by=day": "to", "&from=2020-12-01&to=2026-12-01&by=day": "to",
		"&from=2026-12-01&to=2026-12-07": "by", "&from=morgen&to=2026-12-07&by=day": "from", "&from=2026-01-01&to=2026-12-01&by=room": "by",
	} {
		p := read[wire.Problem](h.ask(request{path: "/figures?branch=" + markt + query, token: chief}).want(http.StatusUnprocessableEntity))
		if p.Fields[want] == "" {
			t.Errorf("%s: got fields %v, want %s", query, p.Fields, want)
		}
	}
}
