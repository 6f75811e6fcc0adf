package attack

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aufruf/test/townhall"
)

// refused are the cells of the table of rights that let somebody in nowhere.
var refused = []string{"401", "403", "signin", "pair"}

// right is who is let in where, by the table of cmd/server, which is held to the
// router: a route without a line fails there.
type right struct {
	method, path string
	outcome      map[string]string // by asker, at the own branch
}

// rightsTable reads the table out of the test that holds it to the router.
func rightsTable(t *testing.T) []right {
	t.Helper()
	root, err := townhall.Root()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(root, "cmd", "server", "rights_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(source), "const rights = `\n")
	table, _, _ = strings.Cut(table, "`")
	var askers []string
	var all []right
	for line := range strings.Lines(table) {
		route, cells, _ := strings.Cut(line, ":  ")
		if route == "route" {
			askers = strings.Fields(cells)
			continue
		}
		method, path, ok := strings.Cut(route, " ")
		if !ok || strings.Contains(path, " (") { // the same route, asked for something else
			continue
		}
		r := right{method: method, path: path, outcome: map[string]string{}}
		for i, cell := range strings.Fields(cells) {
			r.outcome[askers[i]], _, _ = strings.Cut(cell, "/")
		}
		all = append(all, r)
	}
	if len(all) < 100 || len(askers) < 8 {
		t.Fatalf("got %d routes and %d askers: the table isn't where it was", len(all), len(askers))
	}
	return all
}

// concrete is a route's path with something for each parameter.
var concrete = strings.NewReplacer(
	":branch", string(ownBranch), ":room", "platz-1", ":version", "x", "*name", "x.css", "*clip", "x.mp3", ":file", "x.css",
	":token", "AAAAAAAAAAAAAAAAAAAAAAAAAA", ":hold", "AAAAAAAAAAAAAAAAAAAAAAAAAA", ":mail", "AAAAAAAAAAAAAAAAAAAAAAAAAA",
)

// ways are how a key can be shown: where it belongs, and where it doesn't.
func (k key) ways(path string) []http.Header {
	if k == (key{}) {
		return []http.Header{{}}
	}
	token := k.bearer
	ways := []http.Header{
		{"Authorization": {"Bearer " + token}},
		{"Cookie": {"aufruf_staff=" + token + "; aufruf_device=" + token}},
	}
	if strings.Contains(path, "/ws/") {
		ways = append(ways, http.Header{"Sec-WebSocket-Protocol": {"aufruf.v1, bearer." + token}})
	}
	return ways
}

// What the table refuses to somebody isn't open to them on the built program,
// however they show their key and whatever they send along.
func TestEveryRouteForEveryRoleAndToken(t *testing.T) {
	table := rightsTable(t)
	onEachEngine(t, func(h *target) {
		keys := map[string]key{"nobody": {}, "clerk": h.staff("clerk", ownBranch), "reception": h.staff("reception", ownBranch)}
		maps.Copy(keys, map[string]key{
			"manager": h.staff("manager", ownBranch), "display": h.device("display", ownBranch), "kiosk": h.device("kiosk", ownBranch),
			"citizen": {bearer: "BBBBBBBBBBBBBBBBBBBBBBBBBB"},
		})
		asked := 0
		for i, r := range table {
			for _, name := range slices.Sorted(maps.Keys(keys)) {
				for _, header := range keys[name].ways(r.path) {
					asked++
					h.closed(r, name, header, stranger(i))
				}
			}
		}
		h.Logf("%d requests", asked)
		for name := range keys {
			if name != "nobody" && name != "citizen" && h.standing(keys[name], name) != http.StatusOK {
				h.Errorf("%s has lost their key: the matrix proves less than it says", name)
			}
		}
	}, "--metrics-listen", "127.0.0.1:0")
}

// standing is how a page answers that a key opens.
func (h *target) standing(k key, name string) int {
	h.Helper()
	path := "/staff/konto"
	switch name {
	case "display", "kiosk":
		path = "/" + name
	}
	return h.ask(asked{path: path, as: k}).status
}

// closed fails the test where somebody is let in whom the table refuses, and
// where the answer is a fault of ours.
func (h *target) closed(r right, name string, header http.Header, from string) {
	h.Helper()
	ends := strings.HasSuffix(r.path, "/abmelden") || r.path == "/api/v1/session"
	if ends && header.Get("Authorization")+header.Get("Cookie") != "" {
		return // that is what it is for
	}
	request := asked{method: r.method, path: concrete.Replace(r.path), header: header.Clone(), from: from}
	if r.method != http.MethodGet && !strings.HasPrefix(r.path, "/api") {
		request.form = url.Values{"branch": {string(ownBranch)}}
	}
	got := h.ask(request)
	at := fmt.Sprintf("%s %s by %s (%v)", r.method, r.path, name, slices.Sorted(maps.Keys(header)))
	if got.status >= http.StatusInternalServerError && got.status != http.StatusServiceUnavailable {
		h.Errorf("%s: got %d %s", at, got.status, got.body)
	}
	outcome := r.outcome[name]
	if name == "citizen" && header.Get("Cookie") != "" {
		outcome = r.outcome["nobody"] // a stale cookie is none, so that nobody's browser is stuck
	}
	if !slices.Contains(refused, outcome) || outcome == "pair" {
		return
	}
	to := got.header.Get("Location")
	signIn := got.status == http.StatusSeeOther && strings.HasPrefix(to, "/staff/anmelden")
	if got.status < http.StatusBadRequest && !signIn {
		h.Errorf("%s: got %d %s, want it refused", at, got.status, to)
	}
}
