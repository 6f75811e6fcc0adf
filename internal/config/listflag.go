package config

import (
	"strings"

	"github.com/spf13/pflag"
)

// List is the value of a flag that takes several values: repeated, separated by
// commas, or, behind the command's own argument, one after the other.
type List []string

// NewList declares a flag that is a List.
func NewList(flags *pflag.FlagSet, name string) *List {
	list := new(List)
	flags.Var(list, name, "")
	return list
}

// String joins the values with commas.
func (l *List) String() string { return strings.Join(*l, ",") }

// Type implements pflag.Value.
func (l *List) Type() string { return "list" }

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
