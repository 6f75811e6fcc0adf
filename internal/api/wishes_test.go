package api_test

import (
	"net/http"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/wire"
)

func waiting(until string) doc {
	return doc{
		"branches": []string{markt}, "services": []doc{{"id": pin}}, "weekdays": []string{"tuesday"},
		"from": "09:00", "to": "12:00", "until": until, "name": "Ada Beispiel", "email": "ada@example.org",
	}
}

// wishToken reads the link's token out of the queued mail, the only place where
// it is told.
func (h *testServer) wishToken() string {
	h.t.Helper()
	letters, err := h.DueMails(h.t.Context(), 10)
	h.must(err)
	for _, l := range letters {
		if l.Mail.Kind == app.MailWish {
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
	if len(wish.Branches) != 1 || wish.From == nil || wish.From.String() != "09:00" || len(wish.Weekdays) != 1 {
		t.Errorf("got %+v, want what was wished", wish)
	}
	h.post("/wishes/"+token+"/decline", nil).want(http.StatusNoContent) // nothing to let go
	h.post("/wishes/"+token+"/accept", nil).refused(http.StatusConflict, "wish.no_offer")
	h.ask(request{method: http.MethodDelete, path: "/wishes/" + token}).want(http.StatusNoContent)
	h.ask(request{path: "/wishes/" + token}).refused(http.StatusNotFound, "wish.over_or_unknown")
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
