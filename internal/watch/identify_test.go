package watch_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/watch"
)

// line is what a log wrote last.
func line(t *testing.T, log *bytes.Buffer) map[string]any {
	t.Helper()
	var last map[string]any
	for decoder := json.NewDecoder(bytes.NewReader(log.Bytes())); decoder.More(); {
		last = nil
		if err := decoder.Decode(&last); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// What a person reads off a page that failed leads to the lines about it.
func TestAnswerAndLogHaveOneID(t *testing.T) {
	var written bytes.Buffer
	log := slog.New(watch.Named(slog.NewJSONHandler(&written, nil)))
	gin.SetMode(gin.TestMode)
	router := gin.New()
	router.Use(watch.Identify(log))
	router.GET("/page", func(c *gin.Context) {
		log.With("branch", "markt").ErrorContext(c.Request.Context(), "it failed")
	})
	ids := map[string]bool{}
	for range 2 {
		answer := httptest.NewRecorder()
		router.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/page", nil))
		id := answer.Header().Get(watch.IDHeader)
		if got := line(t, &written); len(id) < 20 || got["request"] != id || got["branch"] != "markt" {
			t.Errorf("answered %q, logged %v", id, got)
		}
		ids[id] = true
	}
	if len(ids) != 2 {
		t.Error("two requests have one id")
	}
}

func TestWhatBelongsToNoRequestHasNoID(t *testing.T) {
	var written bytes.Buffer
	slog.New(watch.Named(slog.NewJSONHandler(&written, nil))).InfoContext(t.Context(), "started")
	if got := line(t, &written); got["msg"] != "started" || got["request"] != nil {
		t.Errorf("got %v", got)
	}
}

// Whoever has an id keeps it, however often it is asked for.
func TestAnIDIsDrawnOnce(t *testing.T) {
	ctx, first := watch.Identified(t.Context())
	if _, again := watch.Identified(ctx); again != first {
		t.Errorf("got %q, then %q", first, again)
	}
	if _, other := watch.Identified(t.Context()); other == first {
		t.Error("two have the same")
	}
}

func TestAPreciseLogHasALineOfEachRequestByItsRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var written bytes.Buffer
		log := slog.New(watch.Named(slog.NewJSONHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug})))
		gin.SetMode(gin.TestMode)
		router := gin.New()
		router.Use(watch.Identify(log))
		router.GET("/t/:token", func(c *gin.Context) {
			<-time.After(250 * time.Millisecond)
			c.Status(http.StatusGone)
		})
		answer := httptest.NewRecorder()
		router.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/t/secret", nil))
		got := line(t, &written)
		for name, want := range map[string]any{
			"msg": "request", "method": "GET", "route": "/t/:token", "code": 410.0, "milliseconds": 250.0,
			"request": answer.Header().Get(watch.IDHeader),
		} {
			if got[name] != want {
				t.Errorf("%s: got %v, want %v", name, got[name], want)
			}
		}
		if bytes.Contains(written.Bytes(), []byte("secret")) {
			t.Errorf("logged a path with a token: %s", &written)
		}
	})
}
