package main

import (
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/api"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/wire"
)

// While its server is away no route is our fault: each is answered with 503, a
// sentence and when to come back, or doesn't need the database.
func TestEveryRouteAnswersWhilePostgreSQLIsAway(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	address := server.Database(t)
	d := openDoor(t, address, "pgx", address)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	form := with("x", "x", fields(t)).Encode()
	away := 0
	for _, route := range d.engine.Routes() {
		target, kind, body := soundly(route.Path), "", ""
		switch {
		case route.Method == http.MethodPost && !api.Below(target):
			kind, body = formType, form
		case route.Method == http.MethodPost:
			kind, body = "application/json", `{"branch":"grimma-markt","services":[{"id":"eid-pin"}]}`
		}
		got := d.knock(route.Method, target, kind, body, nil)
		switch {
		case got.Code == http.StatusServiceUnavailable && route.Path == "/readyz":
		case got.Code == http.StatusServiceUnavailable:
			away++
			if got.Header().Get("Retry-After") == "" || !strings.Contains(got.Body.String(), "out of reach") {
				t.Errorf("%s %s: got 503 without a sentence, or when to come back: %v %.300s", route.Method, route.Path, got.Header(), got.Body)
			}
			if below, ok := api.Below(target), strings.HasPrefix(got.Header().Get("Content-Type"), wire.ProblemType); below != ok {
				t.Errorf("%s %s: got %s", route.Method, route.Path, got.Header().Get("Content-Type"))
			}
		case got.Code >= http.StatusInternalServerError:
			t.Errorf("%s %s: got %d %.300s", route.Method, route.Path, got.Code, got.Body)
		}
	}
	if away < 60 {
		t.Errorf("got %d routes that need the database, want most", away)
	}
}
