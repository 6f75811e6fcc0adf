package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/store/postgres"
)

// tell words why a command wasn't carried out, with what to do about it.
func tell(texts i18n.Texts, err error) string {
	var said *config.Sentence
	var refused *problem.Error
	var mistakes mistakesError
	switch {
	case errors.As(err, &mistakes):
		return mistakes.in(texts)
	case errors.As(err, &said):
		return config.Tell(texts, err)
	case errors.As(err, &refused) && !refused.Kind.Ours():
		return tellRefused(texts, refused)
	}
	if why, says, ok := postgres.Refused(err); ok {
		return texts.T("cli.server.postgres."+string(why), "cause", says)
	}
	if known := knownCause(err); known != "" {
		return texts.T("cli.server.cause."+known, "cause", inShort(err))
	}
	return err.Error()
}

// inShort is an error without what libraries say around what the network said.
func inShort(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op
	}
	return err
}

// tellRefused words the refusal of a use case: for the command line where there
// is a sentence for it, else as pages do.
func tellRefused(texts i18n.Texts, refused *problem.Error) string {
	args := argsOf(refused)
	if own := own(texts, refused.Key, args); own != "" {
		return own
	}
	if len(refused.Fields) == 0 {
		return texts.Problem(refused)
	}
	var sentences []string
	for _, field := range slices.Sorted(maps.Keys(refused.Fields)) {
		sentences = append(sentences, tellField(texts, field, refused.Fields[field], args))
	}
	return strings.Join(sentences, " ")
}

// own is the command line's sentence for a refusal; empty where there is none, or
// where the refusal doesn't bring all that it tells: pages' sentences take less.
func own(texts i18n.Texts, key string, args []any) string {
	full := "cli.server.refused." + key
	if !texts.Has(full) {
		return ""
	}
	if sentence := texts.T(full, args...); !strings.Contains(sentence, "{") {
		return sentence
	}
	return ""
}

func argsOf(refused *problem.Error) []any {
	var args []any
	for _, name := range slices.Sorted(maps.Keys(refused.Args)) {
		args = append(args, name, refused.Args[name])
	}
	return args
}

// tellField words what is wrong with one field.
func tellField(texts i18n.Texts, field, key string, args []any) string {
	if own := own(texts, key, args); own != "" {
		return own
	}
	return fmt.Sprintf("%s: %s", field, texts.Field(key))
}
