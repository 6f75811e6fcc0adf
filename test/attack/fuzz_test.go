package attack

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
)

// inputs is how many requests are made up for each engine; `make audit` asks for a
// million.
var (
	inputs = flag.Int("inputs", 2000, "how many requests are made up for each engine")
	seed   = flag.Uint64("seed", 1, "from which requests are made up")
)

// operation is one that the description of the interface has.
type operation struct {
	method, path string
	query        []map[string]any
	body         map[string]any // a schema; nil: it has none
}

// description is what the program says of its interface.
type description struct{ root map[string]any }

func (h *target) description() description {
	h.Helper()
	var d description
	h.must(yaml.Unmarshal([]byte(h.ask(asked{path: "/api/v1/openapi.yaml"}).body), &d.root))
	return d
}

// follow returns what a node is, references followed.
func (d description) follow(node any) map[string]any {
	object, _ := node.(map[string]any)
	ref, ok := object["$ref"].(string)
	if !ok {
		return object
	}
	var at any = d.root
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		step, _ := at.(map[string]any)
		at = step[part]
	}
	return d.follow(at)
}

// operations lists everything that can be asked, in order.
func (d description) operations() []operation {
	var all []operation
	paths, _ := d.root["paths"].(map[string]any)
	for path, item := range paths {
		for method, node := range d.follow(item) {
			described := d.follow(node)
			if method == "parameters" || described == nil {
				continue
			}
			o := operation{method: strings.ToUpper(method), path: path}
			parameters, _ := described["parameters"].([]any)
			for _, p := range parameters {
				if one := d.follow(p); one["in"] == "query" {
					o.query = append(o.query, one)
				}
			}
			content := d.follow(d.follow(described["requestBody"])["content"])
			if schema := d.follow(d.follow(content["application/json"])["schema"]); len(schema) > 0 {
				o.body = schema
			}
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// odd are values that no field is meant to have, but for some by accident.
var odd = []any{
	nil, true, false, 0, -1, 1, 21, 1.5, 1e308, int64(1) << 62, "", " ", "a", "ä\u0301", "\u202e", "\u200b", "\U0001F600", "\r\nX: y", "%00", "../..",
	"' or 1=1 --", "<script>", "{{.}}", "=1+1", "monday", "24:00", "NaN", "9999-12-31", "0000-01-01", "2026-02-30", "2026-12-01T24:00:00Z",
	strings.Repeat("x", 300), strings.Repeat("ü", 201), []any{}, []any{nil}, map[string]any{}, map[string]any{"id": nil},
}

// sound are values that are good in one field or another.
var sound = []any{
	"grimma-markt", "nerchau", "eid-pin", "eid-pin:2", "meldebescheinigung", "platz-1", "buergerbuero", "2026-12-08", "2026-12-01", "2026-12-08T09:00:00+01:00", "417", 1, "de", "display", "kiosk",
	"Ada Beispiel", "ada@example.org", "AAAAAAAAAAAAAAAAAAAAAAAAAA", []any{"grimma-markt"}, []any{"tuesday"}, "08:00", "12:00", "in_person", "served",
}

// maker makes requests up. It belongs to one goroutine.
type maker struct {
	*rand.Rand
	d          description
	operations []operation
	keys       []key
}

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

// value makes a value of a schema up: mostly as it says, now and then not.
func (m *maker) value(schema map[string]any, depth int) any {
	schema = m.d.follow(schema)
	if m.IntN(8) == 0 || depth > 5 {
		return pick(m, odd)
	}
	if known, ok := schema["enum"].([]any); ok && len(known) > 0 {
		return pick(m, known)
	}
	for _, of := range []string{"oneOf", "anyOf", "allOf"} {
		if choices, ok := schema[of].([]any); ok && len(choices) > 0 {
			return m.value(m.d.follow(pick(m, choices)), depth+1)
		}
	}
	switch kind := schema["type"]; kind {
	case "object":
		return m.object(schema, depth)
	case "array":
		list := make([]any, m.IntN(3))
		for i := range list {
			list[i] = m.value(m.d.follow(schema["items"]), depth+1)
		}
		return list
	case "integer", "number":
		return pick(m, []any{0, 1, 2, -1, 417, 1 << 40})
	case "boolean":
		return m.IntN(2) == 0
	}
	if example, ok := schema["example"]; ok && m.IntN(2) == 0 {
		return example
	}
	return pick(m, sound)
}

func (m *maker) object(schema map[string]any, depth int) map[string]any {
	made := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	for name, of := range properties {
		if m.IntN(5) > 0 {
			made[name] = m.value(m.d.follow(of), depth+1)
		}
	}
	if m.IntN(12) == 0 {
		made[pick(m, []string{"__proto__", "ID", "x", ""})] = pick(m, odd)
	}
	return made
}

// request makes one request up.
func (m *maker) request() asked {
	o := pick(m, m.operations)
	r := asked{method: o.method, as: pick(m, m.keys), from: stranger(m.IntN(60_000)), header: http.Header{}}
	if o.path == "/session" && o.method == http.MethodDelete {
		r.as = key{} // the others still need it
	}
	path := o.path
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + url.PathEscape(fmt.Sprint(pick(m, append(sound, odd...)))) + after
	}
	query := url.Values{}
	for _, p := range o.query {
		for range m.IntN(3) {
			query.Add(p["name"].(string), fmt.Sprint(m.value(m.d.follow(p["schema"]), 0)))
		}
	}
	if m.IntN(10) == 0 {
		query.Add(fmt.Sprint(pick(m, odd)), fmt.Sprint(pick(m, odd)))
	}
	r.path = "/api/v1" + path
	if len(query) > 0 {
		r.path += "?" + query.Encode()
	}
	if o.body != nil {
		r.json = m.raw(m.value(o.body, 0))
	}
	if m.IntN(6) == 0 {
		r.header.Set("Idempotency-Key", fmt.Sprint(m.IntN(50)))
	}
	if m.IntN(6) == 0 {
		r.header.Set(pick(m, []string{"Accept", "Accept-Language", "Content-Type", "Cookie", "X-HTTP-Method-Override"}), strings.Repeat("ü;q=", m.IntN(9)))
	}
	return r
}

// raw writes a value as JSON, now and then damaged.
func (m *maker) raw(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage(`{}`)
	}
	if m.IntN(10) == 0 && len(text) > 0 {
		switch at := m.IntN(len(text)); m.IntN(3) {
		case 0:
			text = text[:at]
		case 1:
			text[at] = byte(m.IntN(256))
		default:
			text = append(text, text...)
		}
	}
	return text
}

// wrong says what is wrong with an answer; empty: nothing.
func wrong(got answer) string {
	busy := got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != ""
	switch {
	case got.status >= http.StatusInternalServerError && !busy:
		return "is our fault"
	case got.status >= http.StatusBadRequest && (got.value("key") == "" || got.header.Get("Content-Type") != "application/problem+json"):
		return "is no problem document"
	case got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("X-Request-Id") == "":
		return "lacks headers"
	}
	return ""
}

// Whatever is sent to whatever the description has, by whomever: the answer is
// one that was meant, and nothing is our fault.
func TestNothingThatIsMadeUpIsOurFault(t *testing.T) {
	onEachEngine(t, func(h *target) {
		d := h.description()
		operations := d.operations()
		if len(operations) < 30 {
			h.Fatalf("got %d operations: the test proves nothing", len(operations))
		}
		keys := []key{{}, h.staff("clerk", ownBranch), h.staff("reception", ownBranch), h.staff("manager"), h.device("display", ownBranch), h.device("kiosk", ownBranch)}
		statuses := map[int]int{}
		var mu sync.Mutex
		var work sync.WaitGroup
		const makers = 4
		for i := range uint64(makers) {
			m := &maker{Rand: rand.New(rand.NewPCG(*seed, i)), d: d, operations: operations, keys: keys}
			work.Go(func() {
				for range *inputs / makers {
					r := m.request()
					got, err := h.try(r)
					mu.Lock()
					statuses[got.status]++
					mu.Unlock()
					if err != nil {
						if strings.Contains(err.Error(), "invalid header") || strings.Contains(err.Error(), "invalid control character") {
							continue // our own client didn't send it
						}
						h.Errorf("%s %s: %v", r.method, r.path, err)
						return
					}
					if why := wrong(got); why != "" {
						h.Errorf("%s %s %s: %d %s %s: %.300s", r.method, r.path, r.json, got.status, why, got.header.Get("Content-Type"), got.body)
					}
				}
			})
		}
		work.Wait()
		h.Logf("answers: %v", statuses)
		if statuses[http.StatusOK]+statuses[http.StatusCreated] < *inputs/50 {
			h.Errorf("got %v: hardly anything was understood", statuses)
		}
		if got := h.ask(asked{path: "/readyz"}); got.status != http.StatusOK {
			h.Errorf("afterwards: %d %s", got.status, got.body)
		}
	})
}
