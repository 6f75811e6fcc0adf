package main

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/wire"
)

func body(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// await starts a server where no town is, and returns the one-time link.
func (s site) await(args ...string) (*serving, string) {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &serving{stderr: new(output), stop: stop, code: make(chan int, 1)}
	all := append(append([]string{"serve"}, s.flags()...), args...)
	go func() { r.code <- run(ctx, all, nil, strings.NewReader(""), io.Discard, r.stderr) }()
	s.t.Cleanup(func() {
		stop()
		r.ended(s.t)
	})
	link := r.stderr.await(s.t, `url=(\S+/einrichten/\S+)`)
	r.url = "http://" + r.stderr.await(s.t, `no town here yet.* addr=(\S+)`)
	return r, link
}

// post sends the form; file is the content of the town's own one.
func post(t *testing.T, link string, fields map[string]string, file string) *http.Response {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if file != "" {
		part, err := w.CreateFormFile("datei", "stadt.yaml")
		if err == nil {
			_, err = io.WriteString(part, file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Post(link, w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// whole is a form that is filled in.
func whole(with map[string]string) map[string]string {
	fields := map[string]string{
		"beginn": "leer", "ort": "Stadt Beispielhausen", "land": "DE-TH", "konto": "chefin",
		"kennwort": "ganz lang und geheim", "nochmal": "ganz lang und geheim",
	}
	for name, value := range with {
		fields[name] = value
	}
	return fields
}

func TestAnEmptyPlaceAnswersThatNoTownIsThere(t *testing.T) {
	s := emptySite(t)
	server, _ := s.await()
	for path, want := range map[string]struct {
		status int
		kind   string
		says   string
	}{
		"/healthz":            {200, "text/plain", "ok"},
		"/readyz":             {503, "text/plain", "no town has been set up"},
		"/":                   {503, "text/html", "noch keine Stadt"},
		"/staff/anmelden":     {503, "text/html", "noch keine Stadt"},
		"/api/v1/branches":    {503, wire.ProblemType, `"key":"service.no_town"`},
		"/einrichten/geraten": {404, "text/html", "gilt nicht"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Language", "de")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		content, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want.status || !strings.HasPrefix(response.Header.Get("Content-Type"), want.kind) || !strings.Contains(string(content), want.says) {
			t.Errorf("%s: got %s %s\n%s", path, response.Status, response.Header.Get("Content-Type"), content)
		}
	}
	if found := s.files(); len(found) > 0 {
		t.Errorf("made %v", found)
	}
	server.stop()
	if got := server.ended(t); got != config.ExitOK {
		t.Errorf("got exit code %d", got)
	}
}

func TestTheLinkMakesATownOnce(t *testing.T) {
	s := emptySite(t)
	server, link := s.await()
	if page := body(t, link); !strings.Contains(page, `name="kennwort"`) || strings.Contains(page, "<script") {
		t.Errorf("got page\n%s", page)
	}
	answer := post(t, link, whole(nil), "")
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/staff/anmelden" {
		t.Fatalf("got %s to %q", answer.Status, answer.Header.Get("Location"))
	}
	if page := body(t, server.url+"/staff/anmelden"); !strings.Contains(page, "Beispielhausen") { // asked at once: the town's server takes over
		t.Errorf("got\n%s", page)
	}
	var session wire.Session
	if got := ask(t, http.MethodPost, server.url+"/api/v1/session", "", wire.SessionRequest{User: "chefin", Password: "ganz lang und geheim"}, &session); got.StatusCode != http.StatusOK {
		t.Errorf("sign-in: got %s", got.Status)
	}
	if got := post(t, link, whole(map[string]string{"konto": "dieb"}), ""); got.StatusCode != http.StatusNotFound {
		t.Errorf("again: got %s", got.Status)
	}
	if got := s.command("", "user", "list").ok(t); got != "chefin  admin  all  all  active\n" {
		t.Errorf("got accounts %q", got)
	}
	if status, says := readyz(t, server.url); status != http.StatusOK {
		t.Errorf("readyz: got %d %q", status, says)
	}
}

// TestWhoAsksWhileTheTownsServerTakesOverIsSentOn: on a connection that was open
// already, the server that had no town went on saying so.
func TestWhoAsksWhileTheTownsServerTakesOverIsSentOn(t *testing.T) {
	var founded atomic.Bool
	closed := make(chan struct{})
	handler := sendingOn(http.NotFoundHandler(), &founded, closed)
	ask := func(path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer
	}
	if got := ask("/staff/anmelden"); got.Code != http.StatusNotFound {
		t.Errorf("before: got %d", got.Code)
	}
	founded.Store(true)
	close(closed)
	got := ask("/staff/anmelden?lang=en")
	if got.Code != http.StatusTemporaryRedirect || got.Header().Get("Location") != "/staff/anmelden?lang=en" || got.Header().Get("Connection") != "close" {
		t.Errorf("got %d %v, want the same once more on a new connection", got.Code, got.Header())
	}
	if got := ask("//example.org/"); got.Code != http.StatusNotFound {
		t.Errorf("another host: got %d", got.Code)
	}
}

func TestWhatTheFormLacksIsSaidAndMakesNothing(t *testing.T) {
	s := emptySite(t)
	_, link := s.await()
	for name, c := range map[string]struct {
		fields map[string]string
		file   string
		says   string
	}{
		"no name":          {map[string]string{"ort": ""}, "", `href="#ort"`},
		"no state":         {map[string]string{"land": ""}, "", `href="#land"`},
		"an unknown state": {map[string]string{"land": "DE-XX"}, "", "DE-XX"},
		"two passwords":    {map[string]string{"nochmal": "anders"}, "", `href="#kennwort"`},
		"short password":   {map[string]string{"kennwort": "kurz", "nochmal": "kurz"}, "", `href="#kennwort"`},
		"a strange name":   {map[string]string{"konto": "a b"}, "", `href="#konto"`},
		"no file":          {map[string]string{"beginn": "datei"}, "", `href="#datei"`},
		"a wrong file":     {map[string]string{"beginn": "datei"}, "format: aufruf/1\nauthority: {name: {de: X}, state: DE-XX}\n", "stadt.yaml:2:"},
		"nothing chosen":   {map[string]string{"beginn": "irgendwas"}, "", "role=\"alert\""},
	} {
		answer := post(t, link, whole(c.fields), c.file)
		page, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(page), c.says) {
			t.Errorf("%s: got %s\n%s", name, answer.Status, page)
		}
		if strings.Contains(string(page), "ganz lang und geheim") {
			t.Errorf("%s: the password comes back", name)
		}
	}
	if got := s.command("", "user", "list"); got.code != config.ExitFailure || !strings.Contains(got.stderr, "server init") {
		t.Errorf("something was made: %+v", got)
	}
	if left := s.files(); len(left) > 0 { // a refused form left an empty database
		t.Errorf("left %v", left)
	}
	if answer := post(t, link, whole(map[string]string{"beginn": "datei"}), townOf); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("at last: got %s", answer.Status)
	}
}

// What a form and a file lack was named in three rounds: the fields, the file by
// itself, the file as a town.
func TestTheFormNamesAllMistakesInOneGo(t *testing.T) {
	_, link := emptySite(t).await()
	fields := whole(map[string]string{"beginn": "datei", "konto": "a b", "kennwort": "aaaaaaaaaaaa", "nochmal": "aaaaaaaaaaaa"})
	answer := post(t, link, fields, "format: aufruf/1\nauthority: {name: {de: X}, state: DE-XX}\nbranches:\n  - {id: haus, name: Haus}\n")
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="#konto"`, `href="#kennwort"`, `href="#fehler"`, "stadt.yaml:2:", "branches[haus].address"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%q isn't named in\n%s", want, page)
		}
	}
}

// The connection broke where a file was larger than any town's.
func TestAnUploadThatIsFarTooLargeIsAnsweredWithTheForm(t *testing.T) {
	s := emptySite(t)
	_, link := s.await()
	answer := post(t, link, whole(map[string]string{"beginn": "datei"}), strings.Repeat("# a town of nothing\n", 30<<20/20))
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(page), `href="#datei"`) || !strings.Contains(string(page), `name="kennwort"`) {
		t.Errorf("got %s %v\n%s", answer.Status, err, page)
	}
}

// A town that another program makes is taken up, and the link is over.
func TestATownMadeOnTheCommandLineIsTakenUp(t *testing.T) {
	s := emptySite(t)
	server, link := s.await("--clock", tuesday)
	s.command("", "init", "--example", "grimma").ok(t)
	server.stderr.await(t, `msg=listening addr=(\S+)`)
	if status, says := readyz(t, server.url); status != http.StatusOK {
		t.Errorf("got %d %q", status, says)
	}
	if got := post(t, link, whole(nil), ""); got.StatusCode != http.StatusNotFound {
		t.Errorf("the link: got %s", got.Status)
	}
}

func TestTheLinkIsForThisMachineOrEncryptedWaysOnly(t *testing.T) {
	o := &options{proxies: []string{"192.0.2.0/24"}}
	for name, c := range map[string]struct {
		peer, host string
		header     http.Header
		want       bool
	}{
		"this machine":                 {"127.0.0.1:5", "localhost:8080", nil, true},
		"this machine, IPv6":           {"[::1]:5", "[::1]:8080", nil, true},
		"the network":                  {"198.51.100.7:5", "termin.example.org", nil, false},
		"a proxy nobody trusts":        {"127.0.0.1:5", "localhost", http.Header{"X-Forwarded-For": {"198.51.100.7"}}, false},
		"another name for the machine": {"127.0.0.1:5", "termin.example.org", nil, false},
		"a trusted proxy, encrypted":   {"192.0.2.9:5", "termin.example.org", http.Header{"X-Forwarded-Proto": {"https"}}, true},
		"a trusted proxy, plain":       {"192.0.2.9:5", "termin.example.org", http.Header{"X-Forwarded-Proto": {"http"}}, false},
		"said by somebody":             {"198.51.100.7:5", "termin.example.org", http.Header{"X-Forwarded-Proto": {"https"}}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://"+c.host+"/", nil)
		r.RemoteAddr, r.Host = c.peer, c.host
		for key, values := range c.header {
			r.Header[key] = values
		}
		if got := o.private(r); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	if o.trusts(netip.MustParseAddr("127.0.0.1")) {
		t.Error("nobody said that this machine is a proxy")
	}
}

func TestAForeignPageMakesNoTown(t *testing.T) {
	s := emptySite(t)
	_, link := s.await()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("got %s", response.Status)
	}
	if _, err := os.Stat(s.path("aufruf.db")); err == nil {
		t.Error("a town was made")
	}
}

// Who began empty was told that a right was missing, and citizens that they
// should choose from a list without a line.
func TestATownBegunEmptySaysHowItGoesOn(t *testing.T) {
	s := emptySite(t)
	server, link := s.await()
	if answer := post(t, link, whole(nil), ""); answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %s", answer.Status)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	for _, c := range []struct {
		path, says string
		status     int
	}{
		{"/?lang=de", "noch keinen Termin buchen", http.StatusOK},
		{"/staff/platz", "server import", http.StatusOK},
		{"/staff/verwaltung", "server import", http.StatusConflict},
		{"/staff/verwaltung/geraete", "server import", http.StatusConflict},
	} {
		if c.path == "/staff/platz" {
			answer, err := browser.PostForm(server.url+"/staff/anmelden", url.Values{"name": {"chefin"}, "kennwort": {"ganz lang und geheim"}})
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
		}
		answer, err := browser.Get(server.url + c.path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != c.status || !strings.Contains(string(page), c.says) || strings.Contains(string(page), "Berechtigung") {
			t.Errorf("%s: got %s, %v, want %d and %q\n%s", c.path, answer.Status, err, c.status, c.says, page)
		}
	}
}
