package catalogue

import (
	"regexp"
	"strings"
)

// The writer needs only what the format uses, and writes the same bytes for
// the same node: two spaces a level, short lists and mappings on one line,
// quotes only where YAML would read something else.

const lineLength = 100

func (n *node) appendYAML(out []byte) []byte {
	return append(n.block(out, ""), '\n')
}

// block writes a value that begins at the given indent, without the last line
// break.
func (n *node) block(out []byte, indent string) []byte {
	if flat, ok := n.oneLine(len(indent)); ok {
		return append(out, flat...)
	}
	switch n.form {
	case formMapping:
		for i, p := range n.pairs {
			if i > 0 {
				out = append(out, "\n"+indent...)
			}
			out = append(append(out, plainKey(p.key)...), ':')
			out = p.value.after(out, indent, len(indent)+len(p.key)+2)
		}
	case formList:
		for i, item := range n.items {
			if i > 0 {
				out = append(out, "\n"+indent...)
			}
			out = append(out, "- "...)
			out = item.block(out, indent+"  ")
		}
	default:
		return n.paragraphs(out, indent)
	}
	return out
}

// after writes a value behind its key: on the same line where it fits.
func (n *node) after(out []byte, indent string, column int) []byte {
	if flat, ok := n.oneLine(column); ok {
		return append(append(out, ' '), flat...)
	}
	if n.form == formText {
		return n.paragraphs(append(out, ' '), indent+"  ")
	}
	return n.block(append(out, "\n  "+indent...), indent+"  ")
}

// paragraphs writes a text of several lines as a block.
func (n *node) paragraphs(out []byte, indent string) []byte {
	out = append(out, "|-"...)
	for line := range strings.SplitSeq(n.value, "\n") {
		out = append(out, '\n')
		if line != "" {
			out = append(append(out, indent...), line...)
		}
	}
	return out
}

// oneLine returns the value as one line, if it can stand on one at a column.
func (n *node) oneLine(column int) (string, bool) {
	switch n.form {
	case formText:
		return n.scalarText(plainInBlock)
	case formNumber, formBool:
		return n.value, true
	case formNull:
		return "null", true
	}
	if len(n.items) == 0 && len(n.pairs) == 0 {
		return map[form]string{formList: "[]", formMapping: "{}"}[n.form], true
	}
	if !n.flow {
		return "", false
	}
	flat, ok := n.flowed()
	return flat, ok && column+len([]rune(flat)) <= lineLength
}

// scalarText writes a text in one line; false where it reads better in several.
func (n *node) scalarText(plain *regexp.Regexp) (string, bool) {
	if strings.Contains(n.value, "\n") && blockSafe(n.value) {
		return "", false
	}
	if plain.MatchString(n.value) && !misread.MatchString(n.value) {
		return n.value, true
	}
	return string(appendJSONString(nil, n.value)), true
}

// flowed writes a list or mapping in brackets; false where a part needs lines.
func (n *node) flowed() (string, bool) {
	switch n.form {
	case formList:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			flat, ok := item.flowed()
			if !ok {
				return "", false
			}
			parts[i] = flat
		}
		return "[" + strings.Join(parts, ", ") + "]", true
	case formMapping:
		parts := make([]string, len(n.pairs))
		for i, p := range n.pairs {
			flat, ok := p.value.flowed()
			if !ok {
				return "", false
			}
			parts[i] = plainKey(p.key) + ": " + flat
		}
		return "{" + strings.Join(parts, ", ") + "}", true
	}
	if n.form == formText {
		return n.scalarText(plainInFlow)
	}
	return n.oneLine(0)
}

var (
	// Text without quotes begins with a letter, or is a date or a time, and holds
	// nothing that means something to YAML where it stands.
	plainInFlow  = regexp.MustCompile(`^(\p{L}[\p{L}\p{N}_./()–„“§+%·-]*( [\p{L}\p{N}_./()–„“§+%·-]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}:[0-9]{2}(-[0-9]{2}:[0-9]{2})?)$`)
	plainInBlock = regexp.MustCompile(`^(\p{L}[^\pC\pZ]*( [^\pC\pZ]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}:[0-9]{2}(-[0-9]{2}:[0-9]{2})?)$`)
	// misread is text that reads as something else, or ends early.
	misread   = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n|inf|nan)$|: | #|:$`)
	plainKeys = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
)

func plainKey(key string) string {
	if plainKeys.MatchString(key) && !misread.MatchString(key) {
		return key
	}
	return string(appendJSONString(nil, key))
}

// blockSafe reports whether a text survives as a block: no line begins or ends
// with a space, none but the last line break is lost.
func blockSafe(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) != line || strings.ContainsAny(line, "\t\r") {
			return false
		}
	}
	return !strings.HasPrefix(s, "\n") && !strings.HasSuffix(s, "\n")
}
