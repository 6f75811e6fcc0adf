package display

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/web"
)

// doorOf is a page whose tests of the sound and painted calls are counted.
func doorOf(t *testing.T) (page *Page, tests, painted *int) {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests, painted = new(int), new(int)
	page, err = NewPage(web.Files, PageOptions{Texts: texts, Theme: "dark"}, PageActions{
		Painted: func(town.Seq) { *painted++ }, Fresh: func() {}, Test: func() { *tests++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	return page, tests, painted
}

func ask(page *Page, method, host, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = host
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	return w
}

// A foreign site whose name points to this machine is of the page's own origin: it
// read the board, rang, and reported calls as shown.
func TestAForeignNameForThisMachineOpensNothing(t *testing.T) {
	page, tests, painted := doorOf(t)
	for _, host := range []string{"rebind.example", "rebind.example:8090", "127.0.0.1.example:8090", "localhost.example", ""} {
		for _, r := range [][3]string{{http.MethodGet, "/", ""}, {http.MethodGet, "/events", ""}, {http.MethodPost, "/shown", `{"seq":1}`}, {http.MethodPost, "/test", ""}} {
			if got := ask(page, r[0], host, r[1], r[2]); got.Code != http.StatusMisdirectedRequest {
				t.Errorf("%s %s at %q: got %d, want 421", r[0], r[1], host, got.Code)
			}
		}
	}
	if *tests+*painted > 0 {
		t.Errorf("rang %d times, took %d calls for shown", *tests, *painted)
	}
	for _, host := range []string{"127.0.0.1:8090", "localhost:8090", "[::1]:8090", "192.0.2.7:8090", "127.0.0.1"} {
		if got := ask(page, http.MethodGet, host, "/", ""); got.Code != http.StatusOK {
			t.Errorf("at %q: got %d", host, got.Code)
		}
	}
}

func TestTheScreensFoldersAreNotListed(t *testing.T) {
	page, _, _ := doorOf(t)
	for _, path := range []string{"/display/", "/fonts/", "/display//", "/fonts/./"} {
		if got := ask(page, http.MethodGet, "127.0.0.1:8090", path, ""); got.Code == http.StatusOK {
			t.Errorf("%s: got %s", path, got.Body)
		}
	}
}

func TestTheSoundIsTestedOnceInAWhile(t *testing.T) {
	page, tests, _ := doorOf(t)
	for i := range 20 {
		got := ask(page, http.MethodPost, "127.0.0.1:8090", "/test", "")
		if i > 0 && (got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "") {
			t.Errorf("got %d %v", got.Code, got.Header())
		}
	}
	if *tests != 1 {
		t.Errorf("the hall heard %d tests", *tests)
	}
}
