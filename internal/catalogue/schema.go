package catalogue

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Schema returns the JSON Schema (2020-12) of the format, from the same tables
// that read it. It can't express what stands between the parts of a file;
// importing checks that too.
func Schema() []byte {
	root := (&node{}).
		with("$schema", textNode("https://json-schema.org/draft/2020-12/schema")).
		with("title", textNode("Catalogue of Aufruf, format "+Format))
	root.pairs = append(root.pairs, documentShape.schema().pairs...)
	root.with("$defs", (&node{}).with("line", wordingDefinition("")).with("text", wordingDefinition("\n")))
	var out bytes.Buffer
	if err := json.Indent(&out, root.appendJSON(nil), "", "  "); err != nil {
		return root.appendJSON(nil)
	}
	return append(out.Bytes(), '\n')
}

func schemaOf(kind string) *node { return (&node{}).with("type", textNode(kind)) }

func (sh shape[S]) schema() *node {
	properties := &node{form: formMapping}
	required := listNode()
	for _, f := range sh.fields {
		value := f.schema()
		if f.required {
			required.items = append(required.items, textNode(f.key))
		} else {
			value = nullable(value)
		}
		if f.about != "" {
			value = (&node{form: formMapping, pairs: append([]pair{{key: "description", value: textNode(f.about)}}, value.pairs...)})
		}
		properties.with(f.key, value)
	}
	out := schemaOf("object").with("properties", properties)
	if len(required.items) > 0 {
		out.with("required", required)
	}
	return out.with("additionalProperties", boolNode(false))
}

// nullable admits null too, which gives a key its default.
func nullable(schema *node) *node {
	if schema.get("type") == nil {
		return (&node{}).with("anyOf", listNode(schema, schemaOf("null")))
	}
	out := &node{form: formMapping}
	for _, p := range schema.pairs {
		switch p.key {
		case "type":
			p.value = listNode(p.value, textNode("null"))
		case "enum":
			p.value = listNode(append(slices.Clone(p.value.items), nullNode())...)
		}
		out.pairs = append(out.pairs, p)
	}
	return out
}

func wordingSchema(allowed string) *node {
	if allowed == "" {
		return (&node{}).with("$ref", textNode("#/$defs/line"))
	}
	return (&node{}).with("$ref", textNode("#/$defs/text"))
}

// sentenceSchema is text without spaces around it, on one line unless line
// breaks are allowed.
func sentenceSchema(allowed string) *node {
	inside := `[^\x00-\x1f\x7f-\x9f]`
	if allowed == "\n" {
		inside = `[^\x00-\x09\x0b-\x1f\x7f-\x9f]`
	}
	edge := `[^\s\x00-\x1f\x7f-\x9f]`
	return schemaOf("string").with("minLength", numberNode("1")).with("pattern", textNode("^"+edge+"("+inside+"*"+edge+`)?\n*$`))
}

// phraseSchema is a text in which no language is needed.
func phraseSchema(allowed string) *node {
	sentence := sentenceSchema(allowed)
	languages := schemaOf("object").
		with("propertyNames", schemaOf("string").with("pattern", textNode(languageExpression))).
		with("additionalProperties", sentence)
	return (&node{}).with("anyOf", listNode(sentence, languages))
}

// wordingDefinition describes a text once, because it stands in so many places.
func wordingDefinition(allowed string) *node {
	sentence := sentenceSchema(allowed)
	languages := schemaOf("object").
		with("propertyNames", schemaOf("string").with("pattern", textNode(languageExpression))).
		with("additionalProperties", sentence).
		with("required", textList([]string{"de"}))
	return (&node{}).
		with("description", textNode("German text, or a mapping of languages to text")).
		with("anyOf", listNode(sentence, languages))
}
