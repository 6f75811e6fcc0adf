package api_test

import (
	"net/http"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/wire"
)

// waiting wishes for hours at which nothing is ever free.
func waiting(until string) doc {
	return doc{
		"branches": []string{markt}, "services": []doc{{"id": pin}}, "weekdays": []string{"tuesday"},
		"from": "05:00", "to": "06:00", "until": until, "name": "Ada Beispiel", "email": "ada@example.org",
	}
}

// wishToken reads the link's token out of the queued mail, the only place where
// it is told, and confirms it.
func (h *testServer) wishToken() string {
	h.t.Helper()
	letters, err := h.Outbox.DueMails(h.t.Context(), 10)
	h.must(err)
	for _, l := range letters {
		if l.Mail.Kind == app.MailWish {
			_, err := h.Confirm(h.t.Context(), l.Person.Token)
			h.must(err)
			return l.Person.Token
		}
	}
	h.t.Fatal("no mail with the link of a wish")
	return ""
}

func TestAWishIsLeftReadAndWithdrawn(t *testing.T) {
	h := openServer(t, options{})
	h.post("/wishes", waiting("2026-12-18")).want(http.StatusAccepted)
	token := h.wishToken()
	wish := read[wire.Wish](h.ask(request{path: "/wishes/" + token}).want(http.StatusOK))
	if len(wish.Branches) != 1 || wish.From == nil || wish.From.String() != "05:00" || len(wish.Weekdays) != 1 {
		t.Errorf("got %+v, want what was wished", wish)
	}
	h.post("/wishes/"+token+"/decline", nil).want(http.StatusNoContent) // nothing to let go
	h.post("/wishes/"+token+"/accept", nil).refused(http.StatusConflict, "wish.no_offer")
	h.ask(request{method: http.MethodDelete, path: "/wishes/" + token}).want(http.StatusNoContent)
	h.ask(request{path: "/wishes/" + token}).refused(http.StatusNotFound, "wish.over_or_unknown")
}

// Nobody needs to wait for what is free: the wish is answered with it.
func TestAWishForFreeTimesIsRefusedWithThem(t *testing.T) {
	h := openServer(t, options{})
	wish := waiting("2026-12-18")
	wish["from"], wish["to"] = "09:00", "12:00"
	got := h.post("/wishes", wish).refused(http.StatusConflict, "wish.free_times")
	if free, _ := got["alternatives"].([]any); len(free) != 3 {
		t.Errorf("got alternatives %v, want three", free)
	}
}

func TestABadWishNamesItsFields(t *testing.T) {
	h := openServer(t, options{})
	bad := waiting("2026-12-18")
	bad["weekdays"] = []string{"someday"}
	h.post("/wishes", bad).want(http.StatusUnprocessableEntity)
	h.post("/wishes", waiting("2020-01-01")).want(http.StatusUnprocessableEntity)
	h.post("/wishes", doc{"branches": []string{markt}}).want(http.StatusUnprocessableEntity)
	h.post("/wishes", "nonsense").refused(http.StatusBadRequest, "request.malformed")
}
