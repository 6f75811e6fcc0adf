package config

import "strings"

// List is the value of a flag that takes several values.
type List []string

// String joins the values with commas.
func (l *List) String() string { return strings.Join(*l, ",") }

// Set appends the values of one use of the flag, or the lines of a file; empty
// ones are left out.
func (l *List) Set(value string) error {
	for v := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == '\n' }) {
		if v = strings.TrimSpace(v); v != "" {
			*l = append(*l, v)
		}
	}
	return nil
}
