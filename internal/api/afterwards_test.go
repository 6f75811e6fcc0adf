package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// byHand is a list of one person who was served without a number.
func byHand(outcome string) doc {
	return doc{"branch": markt, "entries": []doc{{"service": pin, "outcome": outcome}}}
}

func TestAHandwrittenListIsAnsweredLineByLine(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleClerk)
	made := h.book("09:30").Number
	list := doc{"branch": markt, "entries": []doc{
		{"number": made.String(), "outcome": "no_show"},
		{"number": made.String(), "outcome": "cancelled", "at": "23:59"},
		{"service": pin, "outcome": "served"},
	}}
	reply := read[wire.AfterwardsReply](h.ask(request{method: http.MethodPost, path: "/afterwards", token: clerk, body: list}).want(http.StatusOK))
	got := []string{}
	for _, e := range reply.Entries {
		if e.Problem != nil {
			got = append(got, e.Problem.Key)
			continue
		}
		got = append(got, string(e.State))
	}
	if diff := cmp.Diff([]string{"no_show", "request.invalid", "done"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	h.post("/afterwards", list).refused(http.StatusUnauthorized, "session.required")
	for _, bad := range []doc{{"branch": markt, "entries": []doc{}}, {"branch": markt, "date": "2020-01-01", "entries": list["entries"]}} {
		h.ask(request{method: http.MethodPost, path: "/afterwards", token: clerk, body: bad}).want(http.StatusUnprocessableEntity)
	}
	elsewhere := h.staff("nils", ledger.RoleClerk, "nerchau")
	h.ask(request{method: http.MethodPost, path: "/afterwards", token: elsewhere, body: list}).refused(http.StatusForbidden, "right.missing")
}
