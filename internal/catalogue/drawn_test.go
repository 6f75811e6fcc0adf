package catalogue

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// examples are as many drawn catalogues as it takes for the rarest value to
// come up; the seeds make them the same ones each time.
const examples = 300

// TestEveryKeyIsDrawn guards the properties of this package: what
// drawCatalogue leaves out, they prove nothing about. A key counts once a file
// has it, which it does where its value isn't the default.
func TestEveryKeyIsDrawn(t *testing.T) {
	written, filled := map[string]bool{}, map[string]bool{}
	generator := rapid.Custom(drawCatalogue)
	for seed := range examples {
		c := generator.Example(seed)
		keysOf(documentShape.write(document{Format, c}, brief), "", written)
		fieldsOf(reflect.ValueOf(c), filled)
	}
	for path := range keysAsked(documentShape.schema(), "") {
		if !written[path] {
			t.Errorf("drawCatalogue never draws %s", path)
		}
	}
	for field := range fieldsKnown(reflect.TypeFor[Catalogue](), map[string]bool{}) {
		if !filled[field] {
			t.Errorf("drawCatalogue never fills %s", field)
		}
	}
}

// filledByPlan is of no file: special hours become it.
const filledByPlan = "booking.Pattern.Except"

// keysOf notes the path of each key of a document.
func keysOf(n *node, path string, found map[string]bool) {
	for _, item := range n.items {
		keysOf(item, path, found)
	}
	for _, p := range n.pairs {
		found[path+"."+p.key] = true
		keysOf(p.value, path+"."+p.key, found)
	}
}

// keysAsked returns the path of each key that a schema knows.
func keysAsked(schema *node, path string) map[string]bool {
	found := map[string]bool{}
	if schema == nil {
		return found
	}
	for _, p := range schema.get("properties").entries() {
		found[path+"."+p.key] = true
		for below := range keysAsked(p.value, path+"."+p.key) {
			found[below] = true
		}
	}
	for below := range keysAsked(schema.get("items"), path) {
		found[below] = true
	}
	return found
}

func (n *node) entries() []pair {
	if n == nil {
		return nil
	}
	return n.pairs
}

// fieldsOf notes each field that has a value.
func fieldsOf(v reflect.Value, found map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fieldsOf(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fieldsOf(v.Index(i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				found[v.Type().String()+"."+v.Type().Field(i).Name] = true
			}
			fieldsOf(v.Field(i), found)
		}
	}
}

// fieldsKnown returns every exported field that a type and what it holds have.
func fieldsKnown(of reflect.Type, found map[string]bool) map[string]bool {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		fieldsKnown(of.Elem(), found)
	case reflect.Struct:
		for i := range of.NumField() {
			if f := of.Field(i); f.IsExported() && !strings.HasPrefix(of.String(), "time.") && of.String()+"."+f.Name != filledByPlan {
				found[of.String()+"."+f.Name] = true
				fieldsKnown(f.Type, found)
			}
		}
	}
	return found
}
