package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// odd are values that no member is meant to have, but for some by accident.
var odd = []any{
	true, false, 0, -1, 1, 2, 1.5, 1e308, int64(1) << 62, "", " ", "a", "ä\u0301", "\u0000", "\u202e", "\U0001F600", "\r\nX: y",
	strings.Repeat("x", 300), strings.Repeat("ü", 201), []any{}, []any{nil}, []any{[]any{}}, map[string]any{}, map[string]any{"id": nil},
	"2026-12-01", "2026-12-01T09:00:00Z", "2026-12-01T09:00:00.000000001+01:00", "2026-12-01T24:00:00Z", "2026-12-01T08:59:60Z",
	"9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "2026-02-30T09:00:00+01:00",
	markt, nerchau, pin, "a@b.de", "a@b", "' or 1=1 --", "../..", "%00", "monday", "24:00", "25:00", "NaN",
}

// nonsense draws requests to the routes of booking: sound ones, and such as are
// sound but for a few members.
func nonsense(tokens []string) *rapid.Generator[request] {
	token := rapid.OneOf(rapid.SampledFrom(tokens), rapid.Map(rapid.SampledFrom(odd), asText))
	return rapid.Custom(func(t *rapid.T) request {
		own := url.PathEscape(token.Draw(t, "token"))
		route := rapid.SampledFrom([]request{
			{method: http.MethodPost, path: "/holds", body: visit(t)},
			{method: http.MethodPost, path: "/appointments", body: appointment("", with("start", visit(t)["start"]))},
			{method: http.MethodPost, path: "/appointments", body: appointment("10:00", with("hold", own), with("phone", "1"), with("support", "x"))},
			{method: http.MethodPost, path: "/wishes", body: aWish()},
			{method: http.MethodPatch, path: "/appointments/" + own, body: doc{"start": visit(t)["start"], "branch": markt}},
			{method: http.MethodDelete, path: "/appointments/" + own, body: doc{"reason": "x", "on_request": true}},
			{method: http.MethodPost, path: "/holds/" + own + "/extend"},
			{method: http.MethodDelete, path: "/holds/" + own},
			{method: http.MethodPost, path: "/wishes/" + own + "/accept"},
			{method: http.MethodPost, path: "/wishes/" + own + "/decline"},
			{path: "/appointments/" + own},
			{path: "/appointments/" + own + "/ics"},
			{path: "/tickets/" + own},
			{path: "/days?" + asked(t, "from", "to")},
			{path: "/slots?" + asked(t, "date")},
		}).Draw(t, "route")
		if whole, ok := route.body.(doc); ok {
			route.body = spoiled(t, whole)
		}
		if rapid.Bool().Draw(t, "with key") {
			route.header = key(rapid.SampledFrom([]string{"k", "l", strings.Repeat("k", 256), "ä"}).Draw(t, "key"))
		}
		return route
	})
}

func asText(value any) string {
	text, _ := value.(string)
	return text
}

// visit draws what a hold asks for.
func visit(t *rapid.T) doc {
	item := rapid.Custom(func(t *rapid.T) doc {
		return doc{
			"id":       rapid.SampledFrom([]string{pin, pin, "meldebescheinigung", "gewerbe-anmelden", "passport", ""}).Draw(t, "service"),
			"quantity": rapid.SampledFrom([]int{1, 1, 2, 0, -1, 21, 1 << 40}).Draw(t, "quantity"),
		}
	})
	return doc{
		"branch":   rapid.SampledFrom([]string{markt, markt, nerchau, "leipzig"}).Draw(t, "branch"),
		"services": rapid.SliceOfN(item, 1, 11).Draw(t, "services"),
		"start":    rapid.SampledFrom([]string{stamp("09:00"), stamp("09:10"), stamp("12:30"), stamp("09:03"), stamp("24:00")}).Draw(t, "start"),
	}
}

func aWish() doc {
	return doc{
		"branches": []string{markt, nerchau}, "services": []doc{{"id": pin}}, "weekdays": []string{"tuesday"},
		"from": "08:00", "to": "12:00", "until": "2026-12-18", "name": "Ada Beispiel", "email": "ada@example.org",
	}
}

// asked draws the parameters of a look into the calendar.
func asked(t *rapid.T, dates ...string) string {
	values := url.Values{"branch": {markt}, "service": {pin + ":2"}}
	for _, name := range dates {
		values.Set(name, "2026-12-01")
	}
	for range rapid.IntRange(0, 3).Draw(t, "odd parameters") {
		name := rapid.SampledFrom(append([]string{"branch", "service"}, dates...)).Draw(t, "parameter")
		values.Add(name, asText(rapid.SampledFrom(odd).Draw(t, "value")))
		if rapid.Bool().Draw(t, "alone") {
			values[name] = values[name][1:]
		}
	}
	return values.Encode()
}

// spoiled returns a body of which some members are odd, missing, of another
// case or new; sometimes it is cut short.
func spoiled(t *rapid.T, whole doc) string {
	names := make([]string, 0, len(whole))
	for name := range whole {
		names = append(names, name)
	}
	slices.Sort(names)
	for range rapid.IntRange(0, 2).Draw(t, "odd members") {
		name := rapid.SampledFrom(names).Draw(t, "member")
		switch rapid.IntRange(0, 5).Draw(t, "how") {
		case 0:
			delete(whole, name)
		case 1:
			whole[strings.ToUpper(name)] = whole[name]
		case 2:
			whole["__proto__"] = whole[name]
		default:
			whole[name] = rapid.SampledFrom(odd).Draw(t, "value")
		}
	}
	raw, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 9).Draw(t, "cut") == 0 {
		raw = raw[:rapid.IntRange(0, len(raw)).Draw(t, "length")]
	}
	return string(raw)
}

// Whatever is sent, each answer is one that the description has, a refusal
// names its key, one about fields names them, and nothing is ever our fault.
func TestNothingThatAClientSendsIsOurFault(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("11:00")
	held := h.post("/holds", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("11:10")}).doc().text("hold")
	rapid.Check(t, func(t *rapid.T) {
		r := nonsense([]string{made.Token, held, "unknown"}).Draw(t, "request")
		got := h.ask(r)
		if got.status < http.StatusBadRequest {
			return
		}
		refusal := got.doc()
		if got.status >= http.StatusInternalServerError || refusal.text("key") == "" || refusal.text("detail") == "" {
			t.Fatalf("%s %s %v: got %d %s", r.method, r.path, r.body, got.status, got.raw)
		}
		if fields, _ := refusal["fields"].(map[string]any); refusal["key"] == "request.invalid" && len(fields) == 0 {
			t.Fatalf("%s %s %v: got no fields in %s", r.method, r.path, r.body, got.raw)
		}
	})
}
