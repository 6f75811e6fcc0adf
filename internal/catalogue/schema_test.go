package catalogue

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write docs/catalogue.schema.json anew")

const schemaFile = "../../docs/catalogue.schema.json"

func TestSchemaInDocsIsCurrent(t *testing.T) {
	want := Schema()
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the format says; run go test ./internal/catalogue -run Schema -update", schemaFile)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("catalogue.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("catalogue.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, file []byte) error {
	t.Helper()
	root, mistakes := readYAML(file)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(root.appendJSON(nil)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestSchemaAcceptsWhatParseAccepts(t *testing.T) {
	schema := compiled(t)
	exported, err := Export(grimmaCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"Grimma": grimma, "its export": exported, "the small town": []byte(smallTown),
		"null": []byte("format: aufruf/1\nservices: [{id: pass, minutes: null, in_person: null, name: null}]\n"),
	} {
		if err := validate(t, schema, file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesWhatParseRefuses(t *testing.T) {
	schema := compiled(t)
	for _, file := range []string{
		"services: []\n",
		"format: aufruf/2\n",
		"format: aufruf/1\nservice: []\n",
		"format: aufruf/1\nservices: [{name: Pass}]\n",
		"format: aufruf/1\nservices: [{id: pass, minuts: 5}]\n",
		"format: aufruf/1\nservices: [{id: pass, minutes: 0}]\n",
		"format: aufruf/1\nservices: [{id: pass, leika: \"99\"}]\n",
		"format: aufruf/1\nservices: [{id: pass, name: {en: Passport}}]\n",
		"format: aufruf/1\nservices: [{id: pass, first: 1.12.2026}]\n",
		"format: aufruf/1\nbranches: [{id: a, call_mode: shout}]\n",
		"format: aufruf/1\nbranches: [{id: a, offices: [{id: b, opening: [{days: [monday], hours: [9-12]}]}]}]\n",
	} {
		if validate(t, schema, []byte(file)) == nil {
			t.Errorf("the schema accepts %q", file)
		}
		if _, mistakes := Parse("", []byte(file)); len(mistakes) == 0 {
			t.Errorf("Parse accepts %q", file)
		}
	}
}

// TestFilesInTheGuide imports each example of docs/catalogue.md onto Grimma.
func TestFilesInTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	schema := compiled(t)
	examples := 0
	for i, block := range strings.Split(string(guide), "```yaml\n")[1:] {
		file, _, _ := strings.Cut(block, "```")
		if !strings.HasPrefix(file, "format:") {
			continue
		}
		examples++
		if _, changes, mistakes := grimmaCatalogue(t).Import("catalogue.md", []byte(file)); len(mistakes) > 0 || len(changes) == 0 {
			t.Errorf("example %d: got changes %v and mistakes %v", i+1, changes, mistakes)
		}
		if err := validate(t, schema, []byte(file)); err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
	}
	if examples < 5 {
		t.Errorf("got %d examples, want the five of the guide", examples)
	}
}

// TestTownToCopyFrom: docs/examples has a town that a town of its own is made of.
func TestTownToCopyFrom(t *testing.T) {
	file, err := os.ReadFile("../../docs/examples/beispielstadt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	made, _, mistakes := (Catalogue{}).Import("beispielstadt.yaml", file)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if len(made.Branches) == 0 || len(made.Services) == 0 {
		t.Errorf("got %+v, want a branch and services", made)
	}
	if err := validate(t, compiled(t), file); err != nil {
		t.Error(err)
	}
}
