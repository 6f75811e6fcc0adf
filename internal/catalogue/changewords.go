package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/town"
)

// details names each value that differs, in words: where it stands, what it was
// and what it is.
func details(old, now *node) []string {
	var lines []string
	for _, key := range keysIn(old, now) {
		lines = append(lines, differences(key, old.get(key), now.get(key))...)
	}
	return lines
}

// keysIn returns the keys of either mapping, in the order in which they stand.
func keysIn(a, b *node) []string {
	var keys []string
	for _, n := range []*node{a, b} {
		if n == nil {
			continue
		}
		for _, p := range n.pairs {
			if !slices.Contains(keys, p.key) {
				keys = append(keys, p.key)
			}
		}
	}
	return keys
}

// differences names what differs between two values at a path.
func differences(path string, old, now *node) []string {
	old, now = alike(old, now), alike(now, old)
	switch {
	case same(old, now):
		return nil
	case !old.empty() && !now.empty() && old.form == formMapping && now.form == formMapping:
		var lines []string
		for _, key := range keysIn(old, now) {
			lines = append(lines, differences(path+"."+key, old.get(key), now.get(key))...)
		}
		return lines
	case old.holds() && now.holds():
		return listDifferences(path, old, now)
	}
	return []string{fmt.Sprintf("%s: %s → %s", path, old.inWords(), now.inWords())}
}

// alike returns a text in German alone as one in several languages, where it is
// compared with such.
func alike(n, other *node) *node {
	if n.empty() || other.empty() || n.form != formText || other.get(string(town.German)) == nil {
		return n
	}
	return (&node{}).with(string(town.German), n)
}

// listDifferences names what is changed in a list, what is gone from it and what
// is new. Entries are compared one by one where there are as many as before.
func listDifferences(path string, old, now *node) []string {
	if len(old.items) == len(now.items) {
		var lines []string
		for i := range old.items {
			lines = append(lines, differences(fmt.Sprintf("%s[%d]", path, i+1), old.items[i], now.items[i])...)
		}
		return lines
	}
	var lines []string
	for _, gone := range without(old.items, now.items) {
		lines = append(lines, fmt.Sprintf("%s: no longer %s", path, gone.inWords()))
	}
	for _, added := range without(now.items, old.items) {
		lines = append(lines, fmt.Sprintf("%s: new %s", path, added.inWords()))
	}
	if len(lines) == 0 { // one that stood twice
		lines = append(lines, fmt.Sprintf("%s: %d → %d", path, len(old.items), len(now.items)))
	}
	return lines
}

// without returns the nodes that aren't among others.
func without(nodes, others []*node) []*node {
	var left []*node
	for _, n := range nodes {
		if !slices.ContainsFunc(others, func(o *node) bool { return same(n, o) }) {
			left = append(left, n)
		}
	}
	return left
}

// longest is how much of a text stands in a line, in characters.
const longest = 160

// inWords is a value as a person would say it.
func (n *node) inWords() string {
	switch {
	case n.empty(), n.form == formList && len(n.items) == 0:
		return "none"
	case n.form == formList:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = item.inWords()
		}
		return strings.Join(parts, ", ")
	case n.form == formMapping:
		var parts []string
		for _, p := range n.pairs {
			if !p.value.saysNothing() {
				parts = append(parts, p.key+" "+p.value.inWords())
			}
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return beginning(strings.Join(strings.Fields(n.value), " "))
}

// saysNothing reports whether a value within another isn't worth a word.
func (n *node) saysNothing() bool {
	return n.empty() || n.form == formList && !n.holds() || n.form == formBool && n.value == "false" || n.form == formNumber && n.value == "0"
}

// beginning is a text up to the last word that fits.
func beginning(text string) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	words := strings.Fields(string(runes[:longest]))
	return strings.Join(words[:max(len(words)-1, 1)], " ") + " …"
}
