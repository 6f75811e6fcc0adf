package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// description is openapi.yaml, ready to judge answers. Where it lets a server
// add members later, the tests don't: whatever is sent must be described.
type description struct {
	root   map[string]any
	strict *jsonschema.Compiler
	mu     sync.Mutex
	ready  map[string]*jsonschema.Schema
}

var loaded = sync.OnceValues(loadDescription)

func describe(t *testing.T) *description {
	t.Helper()
	d, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const descriptionURL = "mem:openapi.json"

func loadDescription() (*description, error) {
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	asJSON, err := yaml.YAMLToJSON(raw)
	if err != nil {
		return nil, err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return nil, err
	}
	root, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("openapi.yaml is no object")
	}
	closeObjects(root["components"].(map[string]any)["schemas"])
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource(descriptionURL, root); err != nil {
		return nil, err
	}
	return &description{root: root, strict: compiler, ready: map[string]*jsonschema.Schema{}}, nil
}

// closeObjects forbids what an object's schema doesn't name.
func closeObjects(node any) {
	switch n := node.(type) {
	case map[string]any:
		for _, child := range n {
			closeObjects(child)
		}
		if _, open := n["additionalProperties"]; n["type"] == "object" && n["properties"] != nil && !open {
			n["additionalProperties"] = false
		}
	case []any:
		for _, child := range n {
			closeObjects(child)
		}
	}
}

// schema compiles what stands at a JSON pointer.
func (d *description) schema(pointer string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s, ok := d.ready[pointer]; ok {
		return s, nil
	}
	s, err := d.strict.Compile(descriptionURL + "#" + pointer)
	d.ready[pointer] = s
	return s, err
}

// at returns what stands at a JSON pointer, references followed, and where
// that is.
func (d *description) at(pointer string) (any, string) {
	var node any = d.root
	path := ""
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		child, ok := step(node, part)
		if !ok {
			return nil, ""
		}
		node = child
		path += "/" + part
		if object, ok := node.(map[string]any); ok {
			if ref, ok := object["$ref"].(string); ok {
				node, path = d.at(strings.TrimPrefix(ref, "#"))
			}
		}
	}
	return node, path
}

// step goes from a node to one of its members or items.
func step(node any, part string) (any, bool) {
	switch n := node.(type) {
	case map[string]any:
		child, ok := n[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
		return child, ok
	case []any:
		i, err := strconv.Atoi(part)
		if err != nil || i >= len(n) {
			return nil, false
		}
		return n[i], true
	}
	return nil, false
}

// routes lists "METHOD /path/{name}" of everything that is described.
func (d *description) routes() []string {
	var all []string
	for path, item := range d.root["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				all = append(all, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(all)
	return all
}

// match returns the described path that a concrete one belongs to.
func (d *description) match(path string) (string, bool) {
	path, _, _ = strings.Cut(path, "?")
	best := ""
	for pattern := range d.root["paths"].(map[string]any) {
		if matches(pattern, path) && (best == "" || strings.Count(pattern, "{") < strings.Count(best, "{")) {
			best = pattern
		}
	}
	return best, best != ""
}

var placeholder = regexp.MustCompile(`\\\{[a-z]+\\\}`)

func matches(pattern, path string) bool {
	expression := placeholder.ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+")
	return regexp.MustCompile("^" + expression + "$").MatchString(path)
}

func escaped(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

// check holds one exchange to the description: the status must be described,
// the answer as its schema says, and a body that was accepted as well.
func (d *description) check(t *testing.T, r request, body []byte, got answer) {
	t.Helper()
	path, known := d.match(r.path)
	operation := "/paths/" + escaped(path) + "/" + strings.ToLower(r.method)
	if node, _ := d.at(operation); !known || node == nil {
		if got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed {
			t.Errorf("%s %s is not described, and answers %d", r.method, r.path, got.status)
		}
		d.fits(t, "/components/schemas/Problem", got.raw)
		return
	}
	response, at := d.at(fmt.Sprintf("%s/responses/%d", operation, got.status))
	if response == nil {
		t.Errorf("%s %s: status %d is not described: %s", r.method, path, got.status, got.raw)
		return
	}
	d.checkContent(t, at, response, got)
	if got.status < 300 && len(body) > 0 {
		d.fits(t, operation+"/requestBody/content/application~1json/schema", body)
	}
}

func (d *description) checkContent(t *testing.T, at string, response any, got answer) {
	t.Helper()
	contents, _ := response.(map[string]any)["content"].(map[string]any)
	if len(contents) == 0 {
		if len(got.raw) > 0 {
			t.Errorf("got body %s, want none as described at %s", got.raw, at)
		}
		return
	}
	kind, _, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	if _, ok := contents[kind]; err != nil || !ok {
		t.Errorf("got content type %q, which %s does not describe", got.header.Get("Content-Type"), at)
		return
	}
	if strings.HasSuffix(kind, "json") {
		d.fits(t, at+"/content/"+escaped(kind)+"/schema", got.raw)
	}
}

// fits fails the test unless a JSON document is as the schema at a pointer
// says.
func (d *description) fits(t *testing.T, pointer string, raw []byte) {
	t.Helper()
	schema, err := d.schema(pointer)
	if err != nil {
		t.Fatalf("schema %s: %v", pointer, err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Errorf("read %q: %v", raw, err)
		return
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s\nis not as %s says: %v", raw, pointer, err)
	}
}

func TestEveryRouteIsDescribedAndNoOther(t *testing.T) {
	h := openServer(t, options{})
	var registered []string
	parameter := regexp.MustCompile(`:([a-z]+)`)
	for _, route := range h.router.Routes() {
		path, below := strings.CutPrefix(route.Path, "/api/v1")
		if !below {
			t.Errorf("route %s is not below /api/v1", route.Path)
		}
		registered = append(registered, route.Method+" "+parameter.ReplaceAllString(path, "{$1}"))
	}
	slices.Sort(registered)
	if described := h.describe.routes(); !slices.Equal(registered, described) {
		t.Errorf("registered:\n%s\ndescribed:\n%s", strings.Join(registered, "\n"), strings.Join(described, "\n"))
	}
}

func TestDescriptionIsServed(t *testing.T) {
	h := openServer(t, options{})
	want, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := h.get("/openapi.yaml").want(http.StatusOK); !bytes.Equal(got.raw, want) {
		t.Error("the served description is not openapi.yaml")
	}
}

func TestReferencesAndExamplesOfTheDescriptionHold(t *testing.T) {
	d := describe(t)
	for name := range d.root["components"].(map[string]any)["schemas"].(map[string]any) {
		if _, err := d.schema("/components/schemas/" + escaped(name)); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	d.walk("", d.root, func(pointer string, node map[string]any) {
		if ref, ok := node["$ref"].(string); ok {
			if target, _ := d.at(strings.TrimPrefix(ref, "#")); target == nil {
				t.Errorf("%s: %s leads nowhere", pointer, ref)
			}
		}
		if node["schema"] == nil {
			return
		}
		if example, ok := node["example"]; ok {
			d.fitsExample(t, pointer, example)
		}
		named, _ := node["examples"].(map[string]any)
		for _, example := range named {
			d.fitsExample(t, pointer, example.(map[string]any)["value"])
		}
	})
}

func (d *description) fitsExample(t *testing.T, pointer string, example any) {
	t.Helper()
	raw, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	d.fits(t, pointer+"/schema", raw)
}

func (d *description) walk(pointer string, node any, visit func(pointer string, node map[string]any)) {
	switch n := node.(type) {
	case map[string]any:
		visit(pointer, n)
		for name, child := range n {
			d.walk(pointer+"/"+escaped(name), child, visit)
		}
	case []any:
		for i, child := range n {
			d.walk(fmt.Sprintf("%s/%d", pointer, i), child, visit)
		}
	}
}

// golden says which schema describes a golden message of package wire.
func golden(name string) string {
	switch kind, rest, _ := strings.Cut(strings.TrimSuffix(name, ".json"), "_"); {
	case kind == "problem":
		return "Problem"
	case kind == "command":
		return "Command"
	case rest == "queue_changes":
		return "QueueChanges"
	case strings.HasPrefix(rest, "queue_"):
		return "Queue"
	default:
		message, _, _ := strings.Cut(rest, "_")
		return capital(message)
	}
}

func TestWebsocketMessagesAreAsDescribed(t *testing.T) {
	files, err := filepath.Glob("../wire/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	d := describe(t)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) { d.fits(t, "/components/schemas/"+golden(filepath.Base(file)), raw) })
	}
}

// TestExamplesInTheProtocolAreAsDescribed: whoever writes a client copies
// from that page.
func TestExamplesInTheProtocolAreAsDescribed(t *testing.T) {
	page, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```json\n(.*?)\n```").FindAllSubmatch(page, -1)
	if len(examples) < 10 {
		t.Fatalf("got %d examples, want those of every message", len(examples))
	}
	d := describe(t)
	for _, example := range examples {
		var message struct{ ID, Type, Key string }
		if err := json.Unmarshal(example[1], &message); err != nil {
			t.Errorf("%s: %v", example[1], err)
			continue
		}
		schema := "Command"
		switch {
		case message.Key != "":
			schema = "Problem"
		case d.root["components"].(map[string]any)["schemas"].(map[string]any)[capital(message.Type)] != nil:
			schema = capital(message.Type)
		}
		d.fits(t, "/components/schemas/"+schema, example[1])
	}
}

// capital names the schema of a type of message.
func capital(s string) string {
	name := ""
	for _, word := range strings.Split(s, "_") {
		name += strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
	}
	return name
}
