package api_test

import (
	"encoding"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/wire"
)

// described names the schema of each message that stands by itself; what it
// holds is compared along with it.
var described = map[string]any{
	"Problem":            wire.Problem{},
	"Branches":           wire.Branches{},
	"Services":           wire.Services{},
	"Days":               wire.Days{},
	"Slots":              wire.Slots{},
	"HoldRequest":        wire.HoldRequest{},
	"Hold":               wire.Hold{},
	"ConfirmReply":       wire.ConfirmReply{},
	"AppointmentRequest": wire.AppointmentRequest{},
	"Appointment":        wire.AppointmentReply{},
	"MoveRequest":        wire.MoveRequest{},
	"CancelRequest":      wire.CancelRequest{},
	"WishRequest":        wire.WishRequest{},
	"Wish":               wire.Wish{},
	"TicketRequest":      wire.TicketRequest{},
	"Ticket":             wire.TicketReply{},
	"TicketStatus":       wire.TicketStatus{},
	"AfterwardsRequest":  wire.AfterwardsRequest{},
	"Afterwards":         wire.AfterwardsReply{},
	"CheckInRequest":     wire.CheckInRequest{},
	"CheckIn":            wire.CheckInReply{},
	"UnreachedList":      wire.UnreachedList{},
	"Figures":            wire.Figures{},
	"ConcernedList":      wire.ConcernedList{},
	"Challenge":          wire.Challenge{},
	"SessionRequest":     wire.SessionRequest{},
	"Session":            wire.Session{},
	"PairingRequest":     wire.PairingRequest{},
	"Pairing":            wire.Pairing{},
	"PollRequest":        wire.PollRequest{},
	"PollReply":          wire.PollReply{},
	"Queue":              wire.Queue{},
	"Seat":               wire.Seat{},
	"QueueChanges":       wire.QueueChanges{},
	"Command":            deskwork.Command{},
	"Done":               wire.Done{},
	"Failed":             wire.Failed{},
	"Delivery":           wire.Delivery{},
	"Alarms":             wire.Alarms{},
	"Alarm":              wire.Alarm{},
	"Coming":             wire.Coming{},
	"Board":              wire.Board{},
	"Call":               wire.ScreenCall{},
	"Clear":              wire.Clear{},
	"Look":               wire.Look{},
	"Test":               wire.Test{},
	"Clock":              wire.Clock{},
	"Today":              wire.Today{},
	"Queued":             wire.Queued{},
	"Shown":              wire.Shown{},
	"Sounded":            wire.Sounded{},
	"Status":             wire.Status{},
}

// added are the members that the description has and a Go struct need not:
// Encode writes the type, and a problem's use case adds what helps.
var added = []string{"Problem.alternatives", "Problem.next_appointment", "Problem.retry_seconds", "Problem.request"}

// sentByClients are, besides the requests, the messages that a server reads.
var sentByClients = []string{"Command", "AfterwardsEntry", "Queued", "Shown", "Sounded", "Status"}

func TestEveryMemberOfAMessageIsDescribedAndNoOther(t *testing.T) {
	c := comparison{t: t, d: describe(t), reached: map[string]bool{"Unknown": true}, values: map[string]map[string]bool{}} // which is never written
	for schema, message := range described {
		c.object(reflect.TypeOf(message), "/components/schemas/"+schema)
	}
	for _, folder := range []string{"../wire", "../deskwork"} {
		for _, name := range structs(t, folder) {
			if !c.reached[name] {
				t.Errorf("%s of %s is in no message of described", name, folder)
			}
		}
		for name, values := range constants(t, folder) {
			if got := c.values[name]; got != nil && !maps.Equal(got, values) {
				t.Errorf("%s of %s has the values %v, described are %v", name, folder, slices.Sorted(maps.Keys(values)), slices.Sorted(maps.Keys(got)))
			}
		}
	}
}

// comparison holds the messages' Go types to the description.
type comparison struct {
	t       *testing.T
	d       *description
	reached map[string]bool            // names of structs
	values  map[string]map[string]bool // of a named text, all that is described
}

func (c *comparison) object(of reflect.Type, pointer string) {
	c.reached[of.Name()] = true
	node, at := c.d.at(pointer)
	schema, _ := node.(map[string]any)
	properties, _ := schema["properties"].(map[string]any)
	if properties == nil {
		c.t.Errorf("%s: no object that describes wire.%s", pointer, of.Name())
		return
	}
	members := c.members(of)
	for name, member := range members {
		if _, ok := properties[name]; !ok {
			c.t.Errorf("wire.%s: %s does not describe %s", of.Name(), at, name)
			continue
		}
		c.value(member.Type, at+"/properties/"+name)
		c.required(of, schema, name, member)
	}
	_, isMessage := reflect.Zero(of).Interface().(wire.Message)
	for name := range properties {
		if members[name].Type == nil && !(name == "type" && isMessage) && !slices.Contains(added, of.Name()+"."+name) {
			c.t.Errorf("%s describes %s, which wire.%s does not have", at, name, of.Name())
		}
	}
}

// required: what an answer always writes is promised, and nothing else.
func (c *comparison) required(of reflect.Type, schema map[string]any, name string, member reflect.StructField) {
	if strings.HasSuffix(of.Name(), "Request") || slices.Contains(sentByClients, of.Name()) {
		return // what a client must send is the decoder's to say
	}
	list, _ := schema["required"].([]any)
	always := !strings.Contains(member.Tag.Get("json"), ",omit")
	if got := slices.Contains(list, any(name)); got != always {
		c.t.Errorf("wire.%s.%s: always there %v, required %v", of.Name(), name, always, got)
	}
}

// members returns the JSON members of a struct, those of embedded ones too.
func (c *comparison) members(of reflect.Type) map[string]reflect.StructField {
	found := map[string]reflect.StructField{}
	for i := range of.NumField() {
		field := of.Field(i)
		if field.Anonymous {
			c.reached[field.Type.Name()] = true
			maps.Copy(found, c.members(field.Type))
			continue
		}
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			found[name] = field
		}
	}
	return found
}

// value compares one member.
func (c *comparison) value(of reflect.Type, pointer string) {
	if of.Kind() == reflect.Pointer {
		c.value(of.Elem(), pointer)
		return
	}
	pointer = c.notNull(pointer)
	node, at := c.d.at(pointer)
	schema, _ := node.(map[string]any)
	want := kind(of)
	switch want {
	case "object":
		if of.Kind() == reflect.Struct {
			c.object(of, at)
			return
		}
		c.value(of.Elem(), at+"/additionalProperties")
	case "array":
		c.value(of.Elem(), at+"/items")
	}
	if list, ok := schema["enum"].([]any); ok && of.Name() != "string" {
		c.enumerated(of.Name(), list)
	}
	got := schema["type"]
	if _, ok := schema["const"].(json.Number); ok {
		got = "integer"
	}
	several, _ := got.([]any) // a client may send more than is kept
	if got != want && !slices.Contains(several, any(want)) {
		c.t.Errorf("%s is described as %v, and %s is written as %s", at, got, of, want)
	}
}

func (c *comparison) enumerated(name string, list []any) {
	if c.values[name] == nil {
		c.values[name] = map[string]bool{}
	}
	for _, value := range list {
		c.values[name][value.(string)] = true
	}
}

// notNull follows what may also be null to what it is otherwise.
func (c *comparison) notNull(pointer string) string {
	node, at := c.d.at(pointer)
	schema, _ := node.(map[string]any)
	if _, ok := schema["oneOf"]; ok && schema["type"] == nil {
		return at + "/oneOf/0"
	}
	return at
}

var (
	texts    = reflect.TypeFor[encoding.TextMarshaler]()
	marshals = reflect.TypeFor[json.Marshaler]()
)

// kind is what a Go type is in JSON.
func kind(of reflect.Type) string {
	switch {
	case of == reflect.TypeFor[wire.Cents]():
		return "number"
	case of == reflect.TypeFor[time.Time](), of.Implements(texts), of.Kind() == reflect.String:
		return "string"
	case of.Kind() == reflect.Slice:
		return "array"
	case of.Kind() == reflect.Struct, of.Kind() == reflect.Map:
		return "object"
	case of.Kind() == reflect.Bool:
		return "boolean"
	case of.Implements(marshals):
		return "string"
	}
	return "integer"
}

// declared calls visit with everything that a folder's package declares.
func declared(t *testing.T, folder string, visit func(ast.Spec)) {
	t.Helper()
	files, err := fs.Glob(os.DirFS(folder), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), folder+"/"+file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			if group, ok := declaration.(*ast.GenDecl); ok {
				for _, spec := range group.Specs {
					visit(spec)
				}
			}
		}
	}
}

// structs names the exported structs of a folder's package.
func structs(t *testing.T, folder string) (names []string) {
	t.Helper()
	declared(t, folder, func(spec ast.Spec) {
		named, ok := spec.(*ast.TypeSpec)
		if !ok || !named.Name.IsExported() {
			return
		}
		if _, ok := named.Type.(*ast.StructType); ok {
			names = append(names, named.Name.Name)
		}
	})
	return names
}

// constants returns the values of each named text of a folder's package.
func constants(t *testing.T, folder string) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	declared(t, folder, func(spec ast.Spec) {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || len(value.Values) != 1 {
			return
		}
		of, typed := value.Type.(*ast.Ident)
		text, literal := value.Values[0].(*ast.BasicLit)
		if !typed || !literal || text.Kind != token.STRING {
			return
		}
		if found[of.Name] == nil {
			found[of.Name] = map[string]bool{}
		}
		found[of.Name][strings.Trim(text.Value, `"`)] = true
	})
	return found
}
