package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"aufruf/internal/booking"
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
		if (unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == unicode.ReplacementChar) && !strings.ContainsRune(allowed, r) {
			return fmt.Errorf("the character %U has no place here", r)
		}
	}
	if strings.TrimSpace(s) != s {
		return errors.New("begins or ends with a space")
	}
	return nil
}

// pattern is text that matches an expression; want says so in words.
func pattern[T ~string](expression, want string) kind[T] {
	compiled := regexp.MustCompile(expression)
	return line[T](func(s string) error {
		if !compiled.MatchString(s) {
			return fmt.Errorf("%q: want %s", s, want)
		}
		return nil
	}, func() *node { return schemaOf("string").with("pattern", textNode(expression)) })
}

func id[T ~string]() kind[T] {
	return pattern[T](`^[a-z0-9]+(-[a-z0-9]+)*$`, "small letters a-z, digits and hyphens")
}

func anyLine() kind[string] { return line[string](nil, func() *node { return schemaOf("string") }) }

// oneOf is one of a few words.
func oneOf[T ~string](words ...T) kind[T] {
	names := make([]string, len(words))
	for i, word := range words {
		names[i] = string(word)
	}
	return line[T](func(s string) error {
		if !slices.Contains(names, s) {
			return fmt.Errorf("%q: want one of %s%s", s, strings.Join(names, ", "), suggestion(s, names))
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

const (
	languageExpression = `^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`
	moneyLimit         = 10_000_000 // cents; more is a slip of the finger
)

var languageTag = regexp.MustCompile(languageExpression)

func language() kind[town.Language] {
	return pattern[town.Language](languageExpression, "a language like de, en or de-simple")
}

// wording is a text in one or several languages: a string is German.
func wording(allowed string) kind[town.Text] {
	return kind[town.Text]{
		read: func(r *reader, n *node, into *town.Text) {
			if n.form == formMapping {
				readLanguages(r, n, allowed, into)
				return
			}
			if n.form != formText {
				r.wrong(n.at, "want text, or a mapping of languages to text, got %s", n.form.describe())
				return
			}
			if s, ok := readSentence(r, n, allowed); ok {
				*into = town.Plain(s)
			}
		},
		write:  writeLanguages,
		schema: wordingSchema,
	}
}

func readLanguages(r *reader, n *node, allowed string, into *town.Text) {
	text := town.Text{}
	for _, p := range n.pairs {
		r.at("."+p.key, p.at, func() {
			if !languageTag.MatchString(p.key) {
				r.wrong(p.at, "%q: want a language like de, en or de-simple", p.key)
				return
			}
			if _, twice := text[town.Language(p.key)]; twice {
				r.wrong(p.at, "language %s stands twice", p.key)
				return
			}
			if s, ok := readSentence(r, p.value, allowed); ok {
				text[town.Language(p.key)] = s
			}
		})
	}
	if n.get(string(town.German)).empty() {
		r.wrong(n.at, "the German text (de) is missing")
		return
	}
	*into = text
}

func readSentence(r *reader, n *node, allowed string) (string, bool) {
	if !r.want(n, formText) {
		return "", false
	}
	s := strings.TrimRight(n.value, "\n") // a block in YAML ends with one
	if err := printable(s, allowed); err != nil {
		r.wrong(n.at, "%s", err)
		return "", false
	}
	if s == "" {
		r.wrong(n.at, "the text is empty; leave the key out, or write null")
		return "", false
	}
	return s, true
}

// writeLanguages writes the languages that ship with the program, then others.
func writeLanguages(text town.Text, _ writing) *node {
	if len(text) == 0 {
		return nullNode()
	}
	if len(text) == 1 && text[town.German] != "" {
		return textNode(text[town.German])
	}
	tags := slices.SortedFunc(maps.Keys(text), func(a, b town.Language) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	out := &node{form: formMapping, flow: true}
	for _, tag := range tags {
		out.with(string(tag), textNode(text[tag]))
	}
	return out
}

func rank(tag town.Language) int {
	known := []town.Language{town.German, town.English, town.PlainGerman}
	if i := slices.Index(known, tag); i >= 0 {
		return i
	}
	return len(known)
}

func sentence() kind[town.Text]   { return wording("") }
func paragraphs() kind[town.Text] { return wording("\n") }

func date() kind[town.Date] {
	return kind[town.Date]{
		read: func(r *reader, n *node, into *town.Date) {
			if !r.want(n, formText) {
				return
			}
			value, err := town.ParseDate(n.value)
			if err != nil {
				r.wrong(n.at, "%s", err)
				return
			}
			*into = value
		},
		write: func(v town.Date, _ writing) *node { return textNode(v.String()) },
		schema: func() *node {
			return schemaOf("string").with("pattern", textNode(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`))
		},
	}
}

func timeOfDay() kind[town.TimeOfDay] {
	return scalar(parseTime, town.TimeOfDay.String, func() *node {
		return schemaOf("string").with("pattern", textNode(`^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$`))
	})
}

// parseTime is strict about two digits: 9:00 and 09:00 side by side read badly.
func parseTime(s string) (town.TimeOfDay, error) {
	if len(s) != len("00:00") {
		return 0, fmt.Errorf("time of day %q: want HH:MM", s)
	}
	return town.ParseTimeOfDay(s)
}

// interval is written as 09:00-12:00.
func interval() kind[booking.Interval] {
	return scalar(parseInterval, func(i booking.Interval) string {
		return i.From.String() + "-" + i.To.String()
	}, func() *node {
		return schemaOf("string").with("pattern", textNode(`^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$`))
	})
}

func parseInterval(s string) (booking.Interval, error) {
	first, last, found := strings.Cut(s, "-")
	if !found {
		return booking.Interval{}, fmt.Errorf("%q: want an interval like 09:00-12:00", s)
	}
	from, err := parseTime(first)
	if err != nil {
		return booking.Interval{}, err
	}
	to, err := parseTime(last)
	if err != nil {
		return booking.Interval{}, err
	}
	if from >= to {
		return booking.Interval{}, fmt.Errorf("%s: the end is not after the beginning", s)
	}
	return booking.Interval{From: from, To: to}, nil
}

// hours are intervals of one day in ascending order that don't overlap.
func hours() kind[[]booking.Interval] {
	k := inline(listOf(interval()))
	read := k.read
	k.read = func(r *reader, n *node, into *[]booking.Interval) {
		before := len(r.mistakes)
		read(r, n, into)
		if len(r.mistakes) > before {
			return
		}
		for i := 1; i < len(*into); i++ {
			if (*into)[i].From < (*into)[i-1].To {
				r.wrong(n.items[i].at, "%s overlaps %s, or stands before it", n.items[i].value, n.items[i-1].value)
			}
		}
	}
	return k
}

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func weekday() kind[time.Weekday] {
	return scalar(func(s string) (time.Weekday, error) {
		if i := slices.Index(weekdays, s); i >= 0 {
			return time.Weekday(i), nil
		}
		return 0, fmt.Errorf("%q: want a day like monday%s", s, suggestion(s, weekdays))
	}, func(d time.Weekday) string { return weekdays[d] }, func() *node {
		return schemaOf("string").with("enum", textList(weekdays))
	})
}

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
			return schemaOf("number").with("minimum", numberNode("0")).with("maximum", numberNode(strconv.Itoa(moneyLimit/100)))
		},
	}
}

func parseCents(s string) (int64, error) {
	euros, rest, _ := strings.Cut(s, ".")
	if len(rest) > 2 {
		return 0, fmt.Errorf("%s: want euros with at most two places", s)
	}
	cents, err := strconv.ParseUint(euros+(rest + "00")[:2], 10, 32)
	if err != nil || cents > moneyLimit {
		return 0, fmt.Errorf("%s: want an amount in euros", s)
	}
	return int64(cents), nil
}

func webAddress() kind[string] {
	return line[string](func(s string) error {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return fmt.Errorf("%q: want an address like https://example.org/page", s)
		}
		return nil
	}, func() *node { return schemaOf("string").with("pattern", textNode(`^https?://[^/]`)) })
}

func origin() kind[string] {
	return pattern[string](`^https?://[A-Za-z0-9.-]+(:[0-9]+)?$`, "an origin like https://www.example.org, without a path")
}

func mailAddress() kind[string] {
	return line[string](func(s string) error {
		parsed, err := mail.ParseAddress(s)
		if err != nil || parsed.Address != s {
			return fmt.Errorf("%q: want an e-mail address", s)
		}
		return nil
	}, func() *node { return schemaOf("string").with("pattern", textNode(`^[^@\s]+@[^@\s]+$`)) })
}

func phone() kind[string] {
	return pattern[string](`^\+?[0-9][0-9 /()-]*$`, "a telephone number")
}

func timeZone() kind[string] {
	return line[string](func(s string) error {
		if _, err := time.LoadLocation(s); err != nil || s == "Local" {
			return fmt.Errorf("%q: want a time zone like Europe/Berlin", s)
		}
		return nil
	}, func() *node { return schemaOf("string") })
}

// federalState is a state whose public holidays are known.
func federalState() kind[string] {
	return line[string](func(s string) error {
		if _, ok := booking.HolidaysOf(s); !ok {
			return fmt.Errorf("%q: want a federal state like DE-SN", s)
		}
		return nil
	}, func() *node { return schemaOf("string").with("pattern", textNode(`^[A-Z]{2}-[A-Z]{2}$`)) })
}
