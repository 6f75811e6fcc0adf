package config

import (
	"errors"
	"fmt"
	"strings"

	"aufruf/internal/i18n"
)

// Sentence is an error that is told in the reader's language.
type Sentence struct {
	key   string // of its sentence
	args  []any  // pairs of a name and its value; errors and Phrases are worded too
	usage bool
	cause error
}

// Usage is a mistake in how a program was called. key names its sentence, args
// are pairs of a name and its value.
func Usage(key string, args ...any) error { return &Sentence{key: key, args: args, usage: true} }

// Failure is what keeps a command from being carried out.
func Failure(key string, args ...any) error { return &Sentence{key: key, args: args} }

// Because is Failure with the error behind it, which isn't told.
func Because(cause error, key string, args ...any) error {
	return &Sentence{key: key, args: args, cause: cause}
}

// Error returns the key and what belongs to it, for logs and tests.
func (s *Sentence) Error() string {
	words := []string{s.key}
	for i := 0; i+1 < len(s.args); i += 2 {
		words = append(words, fmt.Sprintf("%v=%v", s.args[i], s.args[i+1]))
	}
	return strings.Join(words, " ")
}

// Unwrap returns the error behind it.
func (s *Sentence) Unwrap() error { return s.cause }

// Phrase is an argument of a sentence that is a phrase of the catalogues
// itself, or empty.
type Phrase string

// Named is an argument of a sentence that is a phrase with an argument of its
// own, name.
type Named struct{ Key, Name string }

// Tell returns the sentence of an error: of a Sentence from the catalogues, else
// the error's own.
func Tell(texts i18n.Texts, err error) string {
	var said *Sentence
	if !errors.As(err, &said) {
		return err.Error()
	}
	args := make([]any, len(said.args))
	for i, arg := range said.args {
		args[i] = told(texts, arg)
	}
	return texts.T(said.key, args...)
}

func told(texts i18n.Texts, arg any) any {
	switch a := arg.(type) {
	case Phrase:
		if a == "" {
			return ""
		}
		return texts.T(string(a))
	case Named:
		if a.Name == "" {
			return ""
		}
		return texts.T(a.Key, "name", a.Name)
	case error:
		return Tell(texts, a)
	}
	return arg
}

// Near asks for the nearest of the known names, as the end of a sentence; empty
// where none is near.
func Near(word string, known []string) Named { return Named{"cli.near", nearest(word, known)} }

// oneOf lists names for a sentence.
func oneOf(names []string) string { return strings.Join(names, ", ") }
