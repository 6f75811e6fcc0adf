package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/api"
	"aufruf/internal/ledger"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/store/storetest"
	"aufruf/internal/visitor"
	"aufruf/internal/wire"
)

// notText are the values that one engine stores and the other doesn't.
var notText = []string{"a\x00b", "a\xffb"}

// parts matches the parameters of a route's pattern.
var parts = regexp.MustCompile(`[:*][a-z]+`)

// fields returns every name that a handler reads from a query or a form, and
// every name that a template's form sends.
func fields(t *testing.T) []string {
	t.Helper()
	var names []string
	for glob, pattern := range map[string]string{
		"../../internal/web/*.go": `(?:Query|PostForm|PostFormArray|Get|QueryArray)\("([a-z][^"]*)"\)`,
		"../../internal/api/*.go": `(?:Query|QueryArray)\("([^"]+)"\)`,
		"../../web/*/*.html":      ` name="([^"{]+)"`,
	} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: got %d files, %v", glob, len(files), err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(raw), -1) {
				names = append(names, found[1])
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// door is the whole server's handler without its background work, with somebody
// of every kind let in.
type door struct {
	t                      *testing.T
	engine                 *gin.Engine
	staff, screen, kiosk   string // tokens
	driver, source, folder string
}

func openDoor(t *testing.T, database, driver, source string) door {
	t.Helper()
	d := door{t: t, driver: driver, source: source, folder: t.TempDir()}
	invoke(t, "", nil, "init", "--example", "grimma", "--database", database, "--key-file", d.folder+"/aufruf.key").ok(t)
	o, err := readOptions([]string{
		"--database", database, "--key-file", d.folder + "/aufruf.key", "--mail", "dir:" + d.folder + "/mail",
		"--rate-limit", "off", "--clock", tuesday,
	}, nil)
	d.must(err)
	h, engine := openRoutes(t, o, "http://127.0.0.1")
	d.engine = engine
	const password = "ganz lang und geheim"
	d.must(h.Access.AddUser(t.Context(), ledger.User{ID: "anna", Role: ledger.RoleAdmin}, password))
	d.staff, _, err = h.Access.SignIn(t.Context(), access.Actor{}, "anna", password, access.From{})
	d.must(err)
	d.screen, err = h.Access.AddDevice(t.Context(), ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: "grimma-markt"})
	d.must(err)
	d.kiosk, err = h.Access.AddDevice(t.Context(), ledger.Device{Name: "kiosk", Kind: ledger.DeviceKiosk, Branch: "grimma-markt"})
	d.must(err)
	return d
}

func (d door) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// knock asks as whoever the route is for.
func (d door) knock(method, target, kind, body string, header http.Header) *httptest.ResponseRecorder {
	d.t.Helper()
	request := httptest.NewRequestWithContext(d.t.Context(), method, target, strings.NewReader(body))
	device := d.screen
	if strings.HasPrefix(target, "/kiosk") {
		device = d.kiosk
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	request.Header.Set("Accept-Language", "en")
	request.AddCookie(&http.Cookie{Name: visitor.StaffCookie, Value: d.staff})
	request.AddCookie(&http.Cookie{Name: visitor.DeviceCookie, Value: device})
	for name, values := range header {
		request.Header[name] = values
	}
	got := httptest.NewRecorder()
	d.engine.ServeHTTP(got, request)
	return got
}

// refused fails the test unless an answer is 400: a problem below /api, else a
// page, in the reader's language.
func (d door) refused(got *httptest.ResponseRecorder, what string) {
	d.t.Helper()
	kind := "text/html"
	if strings.Contains(what, " /api/") {
		kind = wire.ProblemType
	}
	if got.Code != http.StatusBadRequest || !strings.HasPrefix(got.Header().Get("Content-Type"), kind) ||
		!strings.Contains(got.Body.String(), "We cannot read this request.") {
		d.t.Errorf("%s: got %d %s %.200s", what, got.Code, got.Header().Get("Content-Type"), got.Body)
	}
}

const formType = "application/x-www-form-urlencoded"

// soundly fills in a route's pattern.
func soundly(pattern string) string {
	return parts.ReplaceAllString(strings.Replace(pattern, ":branch", "grimma-markt", 1), "x")
}

// sound are values that get a form beyond the first look; other fields are "x".
var sound = map[string]string{
	"branch": "grimma-markt", "office": "buergerbuero", "service": "eid-pin:1", "item": "eid-pin:1", "date": "2026-12-01", "tag": "2026-12-01",
	"from": "2026-12-01", "to": "2026-12-02", "number": "417", "start": "2026-12-01T09:00:00+01:00", "email": "ada@example.org",
	"role": "clerk", "password": "ganz lang und geheim", "kennwort": "ganz lang und geheim", "neu": "noch viel länger und geheim",
}

// with returns a form with every field, one of them with a value that is no
// text beside one that is.
func with(field, bad string, names []string) url.Values {
	form := url.Values{}
	for _, name := range names {
		form.Set(name, "x")
		if value, ok := sound[name]; ok {
			form.Set(name, value)
		}
	}
	form[field] = []string{bad, "sound"}
	return form
}

// atTheEdge tries every part of a path, every field of a query and of a form, of
// every route.
func (d door) atTheEdge() {
	names := fields(d.t)
	if len(names) < 60 {
		d.t.Fatalf("got the fields %q, want all", names)
	}
	for place, route := range d.engine.Routes() {
		address := soundly(route.Path)
		what := func(bad, where string) string {
			return fmt.Sprintf("%s %s: %q in %s", route.Method, route.Path, bad, where)
		}
		for _, bad := range notText {
			for _, part := range parts.FindAllStringIndex(route.Path, -1) {
				target := soundly(route.Path[:part[0]]) + url.PathEscape(bad) + soundly(route.Path[part[1]:])
				d.refused(d.knock(route.Method, target, "", "", nil), what(bad, route.Path[part[0]:part[1]]))
			}
			d.refused(d.knock(route.Method, address+"?"+url.QueryEscape(bad)+"=1", "", "", nil), what(bad, "a name"))
		}
		for i, name := range names {
			bad := notText[i%len(notText)]
			form := with(name, bad, names).Encode()
			if route.Method == http.MethodPost && !api.Below(address) {
				if d.driver != "sqlite3" && (place+i)%4 != 0 {
					continue // what the edge refuses no database sees
				}
				d.refused(d.knock(route.Method, address, formType, form, nil), what(bad, "form "+name))
				continue
			}
			if (place+i)%8 == 0 { // every name somewhere: all of them everywhere take a minute
				d.refused(d.knock(route.Method, address+"?"+form, "", "", nil), what(bad, "query "+name))
			}
		}
	}
}

// behindIt tries what isn't refused at the edge, for every route: headers and
// cookies, and members of JSON. Nothing is our fault.
func (d door) behindIt() {
	for place, route := range d.engine.Routes() {
		for i, bad := range notText {
			if d.driver == "sqlite3" && i != place%len(notText) {
				continue // it is PostgreSQL that takes neither
			}
			d.hidden(route, soundly(route.Path), bad)
		}
	}
}

func (d door) hidden(route gin.RouteInfo, address, bad string) {
	d.t.Helper()
	headers := map[string]http.Header{"key": {"Idempotency-Key": {bad}}, "token": {"Authorization": {"Bearer " + bad}}}
	for _, cookie := range []string{
		visitor.StaffCookie, visitor.DeviceCookie, visitor.LanguageCookie, visitor.BrowserCookie, "vormerkung", "aufruf_druck", "aufruf_kopplung_kiosk", "aufruf_kopplung_display", "aufruf_platz", "aufruf_dienst",
	} {
		headers[cookie] = http.Header{"Cookie": {cookie + "=" + url.QueryEscape(bad+"."+bad+"/"+bad)}}
	}
	for _, name := range []string{
		"Accept", "Accept-Encoding", "Accept-Language", "Connection", "Forwarded", "If-None-Match", "Origin", "Referer", "Sec-Fetch-Site", "Sec-Websocket-Protocol",
		"Upgrade", "User-Agent", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "X-Request-Id",
	} {
		headers[name] = http.Header{name: {bad}}
	}
	for where, header := range headers {
		if got := d.knock(route.Method, address, formType, "", header); got.Code >= http.StatusInternalServerError {
			d.t.Errorf("%s %s: %q in %s: got %d %.200s", route.Method, route.Path, bad, where, got.Code, got.Body)
		}
	}
	if !api.Below(address) || route.Method == http.MethodGet {
		return
	}
	text := strings.ReplaceAll(bad, "\x00", `\u0000`)
	for _, body := range []string{`{"` + text + `":1}`, `{"branch":"` + text + `"}`, `{"services":[{"id":"` + text + `"}]}`} {
		if got := d.knock(route.Method, address, "application/json", body, nil); got.Code >= http.StatusInternalServerError {
			d.t.Errorf("%s %s: %s: got %d %.200s", route.Method, route.Path, body, got.Code, got.Body)
		}
	}
}

// PostgreSQL answered 24 of 468 tries with 500, two of them without sign-in.
func TestWhatIsNoTextIsRefusedAtEveryRoute(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	file, address := filepath.Join(t.TempDir(), "aufruf.db"), server.Database(t)
	for name, d := range map[string]door{
		"SQLite":     openDoor(t, "sqlite:"+file, "sqlite3", file),
		"PostgreSQL": openDoor(t, address, "pgx", address),
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			before := d.kept()
			d.atTheEdge()
			if diff := cmp.Diff(before, d.kept()); diff != "" {
				t.Errorf("something is stored (-before +after):\n%s", diff)
			}
			d.behindIt()
		})
	}
}

// kept is all that is stored but the nodes' leases, which are renewed while they run.
func (d door) kept() map[string][]storetest.Row {
	rows := storetest.Everything(d.t, d.driver, d.source)
	delete(rows, "nodes")
	return rows
}

func TestAFormThatIsNoneIsRefusedAsAPage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "aufruf.db")
	d := openDoor(t, "sqlite:"+file, "sqlite3", file)
	multipart := "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\x00b\r\n--x--\r\n"
	for name, c := range map[string]struct{ kind, body string }{
		"broken escape": {formType, "name=%zz"},
		"multipart":     {"multipart/form-data; boundary=x", multipart},
		"torn":          {"multipart/form-data; boundary=x", multipart[:20]},
	} {
		d.refused(d.knock(http.MethodPost, "/staff/anmelden", c.kind, c.body, nil), "POST /staff/anmelden: "+name)
	}
	large := d.knock(http.MethodPost, "/staff/anmelden", formType, "name="+strings.Repeat("x", 65<<10), nil)
	if large.Code != http.StatusRequestEntityTooLarge || !strings.HasPrefix(large.Header().Get("Content-Type"), "text/html") {
		t.Errorf("too large: got %d %s, want a page", large.Code, large.Header().Get("Content-Type"))
	}
}

// What stands in no header by its grammar is refused before anybody reads it, and
// broken text is nobody's fault: over a real connection, whatever the header.
func TestAHeaderThatIsNoTextIsNoFaultOfOurs(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday)
	address := strings.TrimPrefix(server.url, "http://")
	ask := func(path, name, value string) string {
		t.Helper()
		conn, err := (&net.Dialer{Timeout: patience}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s: %s\r\n\r\n", path, address, name, value); err != nil {
			t.Fatal(err)
		}
		status, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	for _, path := range []string{"/", "/api/v1/branches", "/staff/anmelden", "/readyz", "/nothing"} {
		for _, name := range []string{"Accept-Language", "Authorization", "Cookie", "Idempotency-Key", "User-Agent", "X-Forwarded-For", "X-Request-Id", "X-Other"} {
			if got := ask(path, name, "a\x00b"); !strings.HasPrefix(got, "HTTP/1.1 400 ") {
				t.Errorf("%s: NUL in %s: got %q, want 400", path, name, got)
			}
			if got := ask(path, name, "a\xff\xc0b"); strings.HasPrefix(got, "HTTP/1.1 5") && path != "/readyz" {
				t.Errorf("%s: broken bytes in %s: got %q", path, name, got)
			}
		}
	}
}
