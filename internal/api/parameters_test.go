package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// queryNames are the parameters that the description gives an operation.
func (d *description) queryNames(operation string) []string {
	var names []string
	listed, _ := d.at(operation + "/parameters")
	all, _ := listed.([]any)
	for i := range all {
		node, _ := d.at(operation + "/parameters/" + string(rune('0'+i)))
		if one, _ := node.(map[string]any); one["in"] == "query" {
			names = append(names, one["name"].(string))
		}
	}
	return names
}

// Whoever asked for the queue of another day got today's in silence.
func TestAParameterThatARouteDoesntReadIsRefused(t *testing.T) {
	h := openServer(t, options{})
	for _, route := range h.describe.routes() {
		method, pattern, _ := strings.Cut(route, " ")
		path := strings.NewReplacer("{token}", "none", "{hold}", "none", "{mail}", "none").Replace(pattern)
		known := h.describe.queryNames("/paths/" + escaped(pattern) + "/" + strings.ToLower(method))
		all := url.Values{}
		for _, name := range known {
			all.Set(name, "1")
		}
		if got := h.ask(request{method: method, path: path + "?" + all.Encode()}); got.status == http.StatusBadRequest && got.doc().text("key") != "request.malformed" {
			t.Errorf("%s?%s: got %s, want what is described to be read", route, all.Encode(), got.raw)
		}
		all.Set("tag", "morgen")
		h.ask(request{method: method, path: path + "?" + all.Encode()}).unreadable("tag", "request.unknown_field")
		for _, name := range known {
			if name != "service" {
				h.ask(request{method: method, path: path + "?" + name + "=1&" + name + "=2"}).unreadable(name, "request.twice")
			}
		}
		h.ask(request{method: method, path: path + "?a;b"}).refused(http.StatusBadRequest, "request.malformed")
		h.ask(request{method: method, path: path + "?branch=%zz"}).refused(http.StatusBadRequest, "request.malformed")
	}
	if got := h.describe.queryNames("/paths/~1days/get"); !slices.Equal(got, []string{"branch", "service", "from", "to"}) {
		t.Errorf("got %v: the test proves nothing", got)
	}
}

// unreadable fails the test unless the answer is 400 and names a field.
func (a answer) unreadable(field, key string) {
	a.t.Helper()
	fields, _ := a.refused(http.StatusBadRequest, key)["fields"].(map[string]any)
	if fields[field] != key {
		a.t.Errorf("got %s, want %s named", a.raw, field)
	}
}
