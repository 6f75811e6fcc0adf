package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// scribe writes down what was asked, answered and sent in a scene, and which
// members of the description that has shown.
type scribe struct {
	d    *description
	mu   sync.Mutex
	seen map[string]bool // pointers of properties
}

// scene is one story told to the built server; its transcript is a golden file.
type scene struct {
	*scribe
	t     *testing.T
	steps []entry
	drawn []string // what differs from run to run, in order of appearance
}

type entry struct {
	Asked string          `json:"asked,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"`
	Sent  string          `json:"sent,omitempty"` // by socket
	Got   int             `json:"got,omitempty"`
	JSON  json.RawMessage `json:"json,omitempty"`
}

// asked adds an exchange.
func (s *scene) asked(r request, body []byte, got answer) {
	if s == nil {
		return
	}
	path, _ := s.d.match(r.path)
	operation := "/paths/" + escaped(path) + "/" + strings.ToLower(r.method)
	if got.status < 300 && len(body) > 0 {
		s.mark(operation+"/requestBody/content/application~1json/schema", body)
	}
	kept := entry{Asked: r.method + " " + r.path, Body: body, Got: got.status}
	if kind := got.header.Get("Content-Type"); strings.Contains(kind, "json") {
		kind, _, _ = strings.Cut(kind, ";")
		_, at := s.d.at(fmt.Sprintf("%s/responses/%d", operation, got.status))
		s.mark(at+"/content/"+escaped(kind)+"/schema", got.raw)
		kept.JSON = got.raw
	}
	s.steps = append(s.steps, kept)
}

// sent adds a message of a socket, described by the schema of its type or by
// the one that is given.
func (s *scene) sent(raw []byte, schema string) {
	var head struct{ Type string }
	if err := json.Unmarshal(raw, &head); err != nil {
		s.t.Fatal(err)
	}
	if schema == "" {
		schema = capital(head.Type)
	}
	s.mark("/components/schemas/"+schema, raw)
	s.steps = append(s.steps, entry{Sent: head.Type, JSON: raw})
}

// mark notes the described members that a document has.
func (l *scribe) mark(pointer string, raw []byte) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.walk(pointer, value)
}

func (l *scribe) walk(pointer string, value any) {
	node, at := l.d.at(pointer)
	schema, _ := node.(map[string]any)
	if _, nullable := schema["oneOf"]; nullable && schema["type"] == nil {
		l.walk(at+"/oneOf/0", value)
		return
	}
	switch v := value.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for name, child := range v {
			if _, ok := properties[name]; ok {
				l.seen[at+"/properties/"+name] = true
				l.walk(at+"/properties/"+name, child)
				continue
			}
			l.walk(at+"/additionalProperties", child)
		}
	case []any:
		for _, child := range v {
			l.walk(at+"/items", child)
		}
	}
}

// close compares the transcript with the golden file, every drawn value named
// by its turn.
func (s *scene) close(base string) {
	s.t.Helper()
	var all bytes.Buffer
	for _, step := range s.steps {
		s.findDrawn(step.JSON)
		raw, err := json.MarshalIndent(step, "", "  ")
		if err != nil {
			s.t.Fatal(err)
		}
		all.Write(append(raw, '\n'))
	}
	text := strings.ReplaceAll(strings.ReplaceAll(all.String(), base, "https://termine.example.org"), `\u0026`, "&")
	named := map[string]string{}
	for i, value := range s.drawn {
		named[value] = fmt.Sprintf("drawn-%d", i+1)
	}
	longestFirst := slices.SortedFunc(maps.Keys(named), func(a, b string) int { return len(b) - len(a) }) // a weak token holds an id
	for _, value := range longestFirst {
		name := named[value]
		if len(value) == 3 { // a number: elsewhere than by itself it is another one
			value, name = `"`+value+`"`, `"`+name+`"`
		}
		text = strings.ReplaceAll(text, value, name)
	}
	text = arrivalCode.ReplaceAllString(text, `"code": "arrival-code"`)
	text = digits.ReplaceAllString(text, `"$1/digit"`)
	path := filepath.Join("testdata", filepath.Base(s.t.Name())+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		s.t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// arrivalCode is what a scanner reads; no answer holds it.
var arrivalCode = regexp.MustCompile(`"code": "[0-9]{12}"`)

// digits of a number, as clips that say it.
var digits = regexp.MustCompile(`"([a-z]+)/[0-9]"`)

// drawnMembers are those whose values nobody can foretell.
var drawnMembers = []string{"token", "hold", "secret", "code", "ticket", "alarm", "number", "epoch", "catalogue", "request", "challenge", "salt", "signature"}

func (s *scene) findDrawn(raw []byte) {
	for tokens := json.NewDecoder(bytes.NewReader(raw)); ; {
		name, err := tokens.Token()
		if err != nil {
			return
		}
		text, _ := name.(string)
		if !slices.Contains(drawnMembers, text) || !tokens.More() {
			continue
		}
		value, err := tokens.Token()
		if err != nil {
			return
		}
		if v, ok := value.(string); ok && len(v) >= 3 && !slices.Contains(s.drawn, v) {
			s.drawn = append(s.drawn, v)
		}
	}
}

// open opens the small town's hall, which writes everything down.
func (l *scribe) open(t *testing.T, o options) (*testServer, *scene) {
	t.Helper()
	s := &scene{scribe: l, t: t}
	o.town, o.scene = "testdata/town.yaml", s
	h := openServer(t, o)
	t.Cleanup(func() { s.close(h.server.URL) })
	return h, s
}

// keep adds to the transcript the message that was read last.
func (p *peer) keep(s *scene) { s.sent(p.last, "") }

// say sends a frame and adds it to the transcript.
func (p *peer) say(s *scene, frame doc) {
	p.t.Helper()
	p.send(frame)
	s.sent(encoded(p.t, frame), "")
}

// tell says a command whose answer doesn't matter.
func (p *peer) tell(s *scene, command doc) {
	p.t.Helper()
	p.send(command)
	s.sent(encoded(p.t, command), "Command")
}

// order says a command and keeps its answer.
func (p *peer) order(s *scene, command doc) wire.Message {
	p.t.Helper()
	answer := p.do(command)
	s.sent(encoded(p.t, command), "Command")
	p.keep(s)
	return answer
}

// TestEveryDescribedMemberIsProduced tells the server a few stories and compares
// every answer with a golden file. A member that no answer ever has is one that
// nobody sets.
func TestEveryDescribedMemberIsProduced(t *testing.T) {
	l := &scribe{d: describe(t), seen: map[string]bool{}}
	told := t.Run("stories", func(t *testing.T) {
		t.Run("booking", l.booking)
		t.Run("waiting", l.waiting)
		t.Run("confirming", l.confirming)
		t.Run("working", l.working)
		t.Run("desk", l.desk)
		t.Run("screens", l.screens)
		t.Run("refusals", l.refusals)
	})
	if !told {
		return
	}
	l.d.walk("/components/schemas", l.d.root["components"].(map[string]any)["schemas"], func(pointer string, _ map[string]any) {
		parent, _, isMember := cutLast(pointer)
		if isMember && !l.seen[pointer] && strings.HasSuffix(parent, "/properties") {
			t.Errorf("%s is described, and no story shows it", pointer)
		}
	})
}

func cutLast(pointer string) (before, after string, ok bool) {
	i := strings.LastIndex(pointer, "/")
	if i < 0 {
		return "", pointer, false
	}
	return pointer[:i], pointer[i+1:], true
}
