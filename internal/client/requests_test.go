package client

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func answering(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

func TestQuantitiesAreAskedFor(t *testing.T) {
	var got string
	url := answering(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.RequestURI()
		io.WriteString(w, `{"slots":[]}`)
	})
	items := []town.Item{{Service: "a", Quantity: 1}, {Service: "b", Quantity: 2}}
	if _, err := newClient(t, url, nil).Slots(t.Context(), "grimma-markt", items, town.NewDate(2026, 12, 1)); err != nil {
		t.Fatal(err)
	}
	if want := "/api/v1/slots?branch=grimma-markt&date=2026-12-01&service=a&service=b%3A2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRefusedRequestIsAProblem(t *testing.T) {
	url := answering(t, func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, 409, "booking.slot_taken") })
	_, err := newClient(t, url, nil).Book(t.Context(), wire.AppointmentRequest{})
	if got := problem.Of(err); got.Kind != problem.Conflict || got.Key != "booking.slot_taken" {
		t.Errorf("got %v %s", got.Kind, got.Key)
	}
}

func TestForeignAnswerIsAProblem(t *testing.T) {
	url := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<h1>Bad gateway</h1>", http.StatusBadGateway)
	})
	if _, err := newClient(t, url, nil).Branches(t.Context()); !problem.Is(err, "server.unexpected") {
		t.Errorf("got %v, want server.unexpected", err)
	}
}

func TestUnreachableServerIsAProblem(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	if _, err := newClient(t, s.URL, nil).Branches(t.Context()); !problem.Is(err, "server.unreachable") {
		t.Errorf("got %v, want server.unreachable", err)
	}
}

func TestRequestSignsInAgain(t *testing.T) {
	refuse := onlyToken("2")
	url := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if !refuse(w, r) {
			json.NewEncoder(w).Encode(wire.Queue{Seq: 9})
		}
	})
	queue, err := newClient(t, url, newLogin()).Queue(t.Context(), "grimma-markt")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := queue.Seq, town.Seq(9); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestSignInSendsNoToken(t *testing.T) {
	url := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "" {
			t.Errorf("got Authorization %q, want none", got)
		}
		io.WriteString(w, `{"token":"T","expires":"2026-12-01T20:00:00+01:00"}`)
	})
	session, err := newClient(t, url, Fixed("old")).SignIn(t.Context(), "anna", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := session.Token, "T"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
