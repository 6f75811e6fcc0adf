package catalogue

import (
	"net/mail"
	"net/url"
	"time"

	"aufruf/internal/booking"
)

func webAddress() kind[string] {
	return line[string](func(s string) error {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return said("%q: want an address like https://example.org/page", s)
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
			return said("%q: want an e-mail address", s)
		}
		return nil
	}, func() *node {
		return schemaOf("string").with("pattern", textNode(`^[^@\s<>,;:()"\\]+@[^@\s<>,;:()"\\]+$`))
	})
}

func phone() kind[string] {
	return pattern[string](`^\+?[0-9][0-9 /()-]*$`, "a telephone number")
}

func timeZone() kind[string] {
	return line[string](func(s string) error {
		if _, err := time.LoadLocation(s); err != nil || s == "Local" {
			return said("%q: want a time zone like Europe/Berlin", s)
		}
		return nil
	}, func() *node {
		return schemaOf("string").with("pattern", textNode(`^[A-Z][A-Za-z0-9+-]*(/[A-Za-z0-9_+-]+)*$`)).
			with("not", (&node{}).with("const", textNode("Local")))
	})
}

// federalState is a state whose public holidays are known.
func federalState() kind[string] {
	return line[string](func(s string) error {
		if _, ok := booking.HolidaysOf(s); !ok {
			return said("%q: want a federal state like DE-SN", s)
		}
		return nil
	}, func() *node { return schemaOf("string").with("enum", textList(booking.States())) })
}
