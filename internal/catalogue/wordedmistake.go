package catalogue

import "fmt"

// values are what stands in a mistake's sentence, in order; a Mistake compares with
// them.
type values [4]any

func valuesOf(args []any) (v values) {
	copy(v[:], args)
	return v
}

// valueNames are what sentences call them.
var valueNames = [len(values{})]string{"a", "b", "c", "d"}

// Words are the sentences of a language, by key.
type Words interface {
	Has(key string) bool
	T(key string, args ...any) string
}

// In returns "file:line:column: path: message" in a language, as String does in
// English; a message without a sentence stays as it is.
func (m Mistake) In(words Words) string {
	key := "mistakes." + mistakeSentences[m.format]
	if !words.Has(key) {
		return m.String()
	}
	var args []any
	for i, value := range m.args {
		if value != nil {
			args = append(args, valueNames[i], worded(words, value))
		}
	}
	m.Message = words.T(key, args...)
	return m.String()
}

// worded is a value as it stands in a sentence.
func worded(words Words, value any) any {
	switch v := value.(type) {
	case near:
		if v == "" {
			return ""
		}
		return words.T("mistakes.near", "name", string(v))
	case form:
		return words.T("mistakes.form_" + formNames[v])
	}
	return fmt.Sprint(value)
}

var formNames = [...]string{"nothing", "text", "number", "bool", "list", "mapping"}
