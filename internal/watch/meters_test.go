package watch_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"aufruf/internal/watch"
)

const bookingRoute = "/book/:hold"

// shows is what an operator's program reads, without the lines that only explain.
func shows(t *testing.T, m *watch.Meters) []string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(m); err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	var lines []string
	for line := range strings.Lines(answer.Body.String()) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

func wantLines(t *testing.T, m *watch.Meters, want ...string) {
	t.Helper()
	got := shows(t, m)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("no line %s in\n%s", line, strings.Join(got, "\n"))
		}
	}
}

// town is a server that answers a few routes, each after a time.
func town(m *watch.Meters) http.Handler {
	gin.SetMode(gin.TestMode)
	router := gin.New()
	router.Use(m.Requests(bookingRoute))
	answers := func(code int, after time.Duration) gin.HandlerFunc {
		return func(c *gin.Context) {
			<-time.After(after)
			c.Status(code)
		}
	}
	router.GET("/page/:name", answers(http.StatusOK, 30*time.Millisecond))
	router.Handle("BREW", "/page/:name", answers(http.StatusOK, 0))
	router.GET("/listen", answers(http.StatusSwitchingProtocols, time.Hour))
	router.GET(bookingRoute, answers(http.StatusOK, 0))
	router.POST(bookingRoute, func(c *gin.Context) {
		switch c.Param("hold") {
		case "free":
			answers(http.StatusSeeOther, 300*time.Millisecond)(c)
		case "taken":
			answers(http.StatusBadRequest, 0)(c)
		default:
			answers(http.StatusInternalServerError, 0)(c)
		}
	})
	return router
}

func ask(server http.Handler, method, path string) {
	server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
}

func TestARequestIsTimedUnderItsRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := watch.NewMeters("1.2.3")
		server := town(m)
		ask(server, http.MethodGet, "/page/secret-token")
		ask(server, http.MethodGet, "/page/another")
		wantLines(t, m,
			`aufruf_request_duration_seconds_bucket{code="200",method="GET",route="/page/:name",le="0.025"} 0`,
			`aufruf_request_duration_seconds_bucket{code="200",method="GET",route="/page/:name",le="0.05"} 2`,
			`aufruf_request_duration_seconds_sum{code="200",method="GET",route="/page/:name"} 0.06`,
			`aufruf_build_info{version="1.2.3"} 1`)
		if all := strings.Join(shows(t, m), "\n"); strings.Contains(all, "secret") {
			t.Errorf("a path with a token is shown:\n%s", all)
		}
	})
}

// A stranger who invents paths and methods makes one series of them.
func TestAStrangerMakesNoSeries(t *testing.T) {
	m := watch.NewMeters("")
	server := town(m)
	for _, path := range []string{"/a", "/b", "/c?d=e"} {
		ask(server, http.MethodGet, path)
	}
	ask(server, "BREW", "/page/tea")
	ask(server, "INVENTED", "/a")
	wantLines(t, m,
		`aufruf_request_duration_seconds_count{code="404",method="GET",route="none"} 3`,
		`aufruf_request_duration_seconds_count{code="404",method="other",route="none"} 1`,
		`aufruf_request_duration_seconds_count{code="200",method="other",route="/page/:name"} 1`)
}

// A websocket lasts as long as somebody listens, which says nothing of the server.
func TestAWebsocketIsNoSlowRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := watch.NewMeters("")
		ask(town(m), http.MethodGet, "/listen")
		for _, line := range shows(t, m) {
			if strings.HasPrefix(line, "aufruf_request_duration") {
				t.Errorf("got %s", line)
			}
		}
	})
}

// Looking at a form is no booking, and one that was accepted leads on.
func TestABookingIsCountedByItsOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := watch.NewMeters("")
		server := town(m)
		wantLines(t, m, // also before the first, so that a rule can be written
			`aufruf_booking_duration_seconds_count{outcome="booked"} 0`,
			`aufruf_booking_duration_seconds_count{outcome="refused"} 0`,
			`aufruf_booking_duration_seconds_count{outcome="failed"} 0`)
		ask(server, http.MethodGet, "/book/free")
		ask(server, http.MethodGet, "/page/free")
		for range 3 {
			ask(server, http.MethodPost, "/book/free")
		}
		for range 2 {
			ask(server, http.MethodPost, "/book/taken")
		}
		ask(server, http.MethodPost, "/book/broken")
		wantLines(t, m,
			`aufruf_booking_duration_seconds_count{outcome="booked"} 3`,
			`aufruf_booking_duration_seconds_bucket{outcome="booked",le="0.25"} 0`,
			`aufruf_booking_duration_seconds_bucket{outcome="booked",le="0.5"} 3`,
			`aufruf_booking_duration_seconds_count{outcome="refused"} 2`,
			`aufruf_booking_duration_seconds_count{outcome="failed"} 1`)
	})
}

func TestMailsSlipsAndCallsAreCounted(t *testing.T) {
	m := watch.NewMeters("")
	wantLines(t, m, // also before the first
		`aufruf_mails_total{outcome="sent"} 0`, `aufruf_mails_total{outcome="delayed"} 0`, `aufruf_mails_total{outcome="refused"} 0`,
		`aufruf_slips_total{outcome="printed"} 0`, `aufruf_slips_total{outcome="failed"} 0`)
	m.Mail("sent")
	m.Mail("refused")
	m.Mail("refused")
	m.Slip(nil)
	m.Slip(nil)
	m.Slip(errors.New("no paper"))
	m.Shown(40 * time.Millisecond)
	m.Shown(700 * time.Millisecond)
	wantLines(t, m,
		`aufruf_mails_total{outcome="sent"} 1`, `aufruf_mails_total{outcome="delayed"} 0`, `aufruf_mails_total{outcome="refused"} 2`,
		`aufruf_slips_total{outcome="printed"} 2`, `aufruf_slips_total{outcome="failed"} 1`,
		`aufruf_call_shown_seconds_bucket{le="0.025"} 0`, `aufruf_call_shown_seconds_bucket{le="0.05"} 1`,
		`aufruf_call_shown_seconds_bucket{le="1"} 2`)
}
