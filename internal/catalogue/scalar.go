package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"aufruf/internal/town"
)

// scalar is a value that is written as one piece of text.
func scalar[T any](parse func(string) (T, error), format func(T) string, schema func() *node) kind[T] {
	return kind[T]{
		read: func(r *reader, n *node, into *T) {
			if !r.want(n, formText) {
				return
			}
			value, err := parse(n.value)
			if err != nil {
				r.wrong(n.at, "%s", err)
				return
			}
			*into = value
		},
		write: func(v T, _ writing) *node {
			if s := format(v); s != "" {
				return textNode(s)
			}
			return nullNode()
		},
		schema: schema,
	}
}

// line is text without line breaks that passes a check; nil: any.
func line[T ~string](check func(string) error, schema func() *node) kind[T] {
	return scalar(func(s string) (T, error) {
		if err := printable(s, ""); err != nil {
			return "", err
		}
		if check != nil && s != "" {
			if err := check(s); err != nil {
				return "", err
			}
		}
		return T(s), nil
	}, func(v T) string { return string(v) }, schema)
}

// printable refuses control characters other than those allowed, and text
// that begins or ends with a space, which no one can see.
func printable(s, allowed string) error {
	for _, r := range s {
		if hidden(r) && !strings.ContainsRune(allowed, r) {
			return said("the character %s has no place here", fmt.Sprintf("%U", r))
		}
	}
	if strings.TrimSpace(s) != s {
		return said("begins or ends with a space")
	}
	return nil
}

// hidden tells what nobody sees, and what stands for what couldn't be read. A
// town may say where a long word of its own can be parted.
func hidden(r rune) bool {
	const softHyphen = '\u00ad'
	return (town.Unprintable(r) || unicode.IsControl(r) || r == unicode.ReplacementChar) && r != softHyphen
}

// pattern is text that matches an expression; want says so in words.
func pattern[T ~string](expression, want string) kind[T] {
	compiled := regexp.MustCompile(expression)
	return line[T](func(s string) error {
		if !compiled.MatchString(s) {
			return said("%q: want "+want, s)
		}
		return nil
	}, func() *node { return schemaOf("string").with("pattern", textNode(expression)) })
}

func id[T ~string]() kind[T] {
	return pattern[T](`^[a-z0-9]+(-[a-z0-9]+)*$`, "small letters a-z, digits and hyphens")
}

// lineExpression is text on one line, without spaces around it; or nothing.
const lineExpression = `^([^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?)?$`

func anyLine() kind[string] {
	return line[string](nil, func() *node { return schemaOf("string").with("pattern", textNode(lineExpression)) })
}

// oneOf is one of a few words.
func oneOf[T ~string](words ...T) kind[T] {
	names := make([]string, len(words))
	for i, word := range words {
		names[i] = string(word)
	}
	return line[T](func(s string) error {
		if !slices.Contains(names, s) {
			return said("%q: want one of %s%s", s, strings.Join(names, ", "), suggestion(s, names))
		}
		return nil
	}, func() *node { return schemaOf("string").with("enum", textList(names)) })
}

func textList(values []string) *node {
	out := listNode()
	for _, value := range values {
		out.items = append(out.items, textNode(value))
	}
	return out
}

// whole is a whole number between two bounds, both inclusive.
func whole[T ~int | ~int16 | ~int64](low, high T) kind[T] {
	return kind[T]{
		read: func(r *reader, n *node, into *T) {
			if !r.want(n, formNumber) {
				return
			}
			value, err := strconv.ParseInt(n.value, 10, 32)
			if err != nil || value < int64(low) || value > int64(high) {
				r.wrong(n.at, "%s: want a whole number from %d to %d", n.value, int64(low), int64(high))
				return
			}
			*into = T(value)
		},
		write: func(v T, _ writing) *node { return numberNode(strconv.FormatInt(int64(v), 10)) },
		schema: func() *node {
			return schemaOf("integer").
				with("minimum", numberNode(strconv.FormatInt(int64(low), 10))).
				with("maximum", numberNode(strconv.FormatInt(int64(high), 10)))
		},
	}
}

func yesNo() kind[bool] {
	return kind[bool]{
		read: func(r *reader, n *node, into *bool) {
			if r.want(n, formBool) {
				*into = n.value == "true"
			}
		},
		write:  func(v bool, _ writing) *node { return boolNode(v) },
		schema: func() *node { return schemaOf("boolean") },
	}
}

// moneyLimit bounds an amount, in cents; more is a slip of the finger.
const moneyLimit = 10_000_000

// money is an amount in euros, held in cents.
func money() kind[int64] {
	return kind[int64]{
		read: func(r *reader, n *node, into *int64) {
			if !r.want(n, formNumber) {
				return
			}
			cents, err := parseCents(n.value)
			if err != nil {
				r.wrong(n.at, "%s", err)
				return
			}
			*into = cents
		},
		write: func(v int64, _ writing) *node { return numberNode(fmt.Sprintf("%d.%02d", v/100, v%100)) },
		schema: func() *node {
			return schemaOf("number").with("minimum", numberNode("0")).with("maximum", numberNode(strconv.Itoa(moneyLimit/100))).with("multipleOf", numberNode("0.01"))
		},
	}
}

func parseCents(s string) (int64, error) {
	euros, rest, _ := strings.Cut(s, ".")
	if len(rest) > 2 {
		return 0, said("%s: want euros with at most two places", s)
	}
	cents, err := strconv.ParseUint(euros+(rest + "00")[:2], 10, 32)
	if err != nil || cents > moneyLimit {
		return 0, said("%s: want an amount in euros", s)
	}
	return int64(cents), nil
}
