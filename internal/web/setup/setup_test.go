package setup

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Run(m)) }

// place is where no town is, with a clock that the test sets.
type place struct {
	*httptest.Server
	now     time.Time
	founded atomic.Int32
	pages   *Pages
}

const secret = "QWERTZUIOPASDFGHJKLYXCVBNM"

func newPlace(t *testing.T) *place {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &place{now: time.Date(2026, time.December, 1, 9, 0, 0, 0, time.UTC)}
	p.pages, err = New(Deps{
		Texts: texts, Log: slog.New(slog.DiscardHandler), BaseURL: "http://localhost", Secret: secret,
		Now: func() time.Time { return p.now }, Private: func(*http.Request) bool { return true },
		Check: func(town.UserID, string) error { return nil },
		Found: func(context.Context, Founding) ([]catalogue.Mistake, error) {
			p.founded.Add(1)
			return nil, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	p.pages.Register(router)
	router.NoRoute(p.pages.NoTown)
	p.Server = httptest.NewServer(router)
	t.Cleanup(p.Close)
	return p
}

func (p *place) status(t *testing.T, path string) int {
	t.Helper()
	response, err := http.Get(p.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func (p *place) post(t *testing.T) int {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range map[string]string{
		"beginn": "leer", "ort": "Beispielhausen", "land": "DE-TH", "konto": "chefin", "kennwort": "ganz lang", "nochmal": "ganz lang",
	} {
		if err := w.WriteField(name, value); err != nil {
			t.Error(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Post(p.URL+Root+secret, w.FormDataContentType(), &form)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Error(err)
	}
	return response.StatusCode
}

func TestTheLinkEndsAfterAnHour(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		after time.Duration
		path  string
		want  int
	}{
		{0, Root + secret, http.StatusOK},
		{0, Root + secret[1:], http.StatusNotFound},
		{validFor - time.Second, Root + secret, http.StatusOK},
		{time.Second, Root + secret, http.StatusNotFound},
	} {
		p.now = p.now.Add(c.after)
		if got := p.status(t, c.path); got != c.want {
			t.Errorf("%s after %s: got %d, want %d", c.path, c.after, got, c.want)
		}
	}
	if got := p.post(t); got != http.StatusNotFound || p.founded.Load() != 0 {
		t.Errorf("posted after an hour: got %d, %d towns", got, p.founded.Load())
	}
}

func TestOfManyWhoPostAtOnceOneMakesTheTown(t *testing.T) {
	p := newPlace(t)
	var made, over atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			switch p.post(t) {
			case http.StatusSeeOther:
				made.Add(1)
			case http.StatusNotFound:
				over.Add(1)
			}
		})
	}
	group.Wait()
	if made.Load() != 1 || over.Load() != 7 || p.founded.Load() != 1 {
		t.Errorf("got %d made, %d over, %d towns; want 1, 7, 1", made.Load(), over.Load(), p.founded.Load())
	}
}

func TestThePageIsAccessible(t *testing.T) {
	p := newPlace(t)
	chromium := browser.Open(t)
	for name, view := range map[string]browser.View{
		"narrow": {Width: 320, Height: 800},
		"dark":   {Width: 1280, Height: 900, Dark: true},
	} {
		for _, language := range []string{"de", "en"} {
			tab := chromium.Tab(t, view)
			tab.Open(p.URL + Root + secret + "?lang=" + language)
			tab.CheckAccessible("setup " + name + " " + language)
			if wide := browser.Evaluate[bool](tab, "document.documentElement.scrollWidth > document.documentElement.clientWidth"); wide {
				t.Errorf("%s %s: the page is wider than the window", name, language)
			}
			tab.Picture("setup-" + name + "-" + language)
			tab.Open(p.URL + "/")
			tab.CheckAccessible("no town " + name + " " + language)
		}
	}
}

// By their keys Brandenburg came before Baden-Württemberg.
func TestStatesAreInTheOrderOfTheirNames(t *testing.T) {
	p := newPlace(t)
	response, err := http.Get(p.URL + Root + secret + "?lang=de")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, option := range regexp.MustCompile(`<option value="DE-[A-Z]{2}"[^>]*>([^<]+)`).FindAllSubmatch(page, -1) {
		names = append(names, string(option[1]))
	}
	if len(names) != 16 || !slices.IsSorted(names) {
		t.Errorf("got %q, want the sixteen in the order of their names", names)
	}
}
