package caller

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// paragraph breaks a text into lines of at most a width, each in its style by
// itself, because a terminal draws each line anew by itself. An empty text is one
// empty line.
func paragraph(style lipgloss.Style, text string, width int) []string {
	return indented(style, text, width, 0)
}

// indented is a paragraph whose lines begin with so many blanks.
func indented(style lipgloss.Style, text string, width, blanks int) []string {
	return hanging(style, strings.Repeat(" ", blanks), text, width)
}

// hanging is a paragraph that begins with a prefix; the lines after the first stand
// below the text.
func hanging(style lipgloss.Style, prefix, text string, width int) []string {
	blanks := ansi.StringWidth(prefix)
	if 2*blanks >= width {
		prefix, text, blanks = "", strings.TrimSpace(prefix)+" "+text, 0 // too narrow to hang anything
	}
	lines := wrapped(text, max(width-blanks, 1))
	for i, line := range lines {
		if i > 0 {
			prefix = strings.Repeat(" ", blanks)
		}
		if line = strings.TrimRight(prefix+strings.TrimSpace(line), " "); line != "" {
			line = style.Render(line)
		}
		lines[i] = line
	}
	return lines
}

// wrapped breaks a text at its blanks, and a word where it is wider than a whole line.
// (The library's own wrapping lets a word of ASCII and other letters out too wide.)
func wrapped(text string, width int) []string {
	var lines []string
	var line string
	for _, piece := range strings.SplitAfter(strings.ReplaceAll(text, "\n", " "), " ") {
		for ansi.StringWidth(strings.TrimRight(line+piece, " ")) > width {
			if strings.TrimSpace(line) == "" {
				line = beginning(piece, width)
				piece = piece[len(line):]
			}
			lines = append(lines, line)
			line = ""
		}
		line += piece
	}
	return append(lines, line)
}

// beginning is as much of a word as a line holds, at least one sign; to the last
// hyphen in it, where there is one.
func beginning(word string, width int) string {
	head := ansi.Truncate(word, width, "")
	if head == "" {
		_, size := utf8.DecodeRuneInString(word)
		return word[:size]
	}
	if hyphen := strings.LastIndexByte(head, '-'); hyphen > 0 {
		return head[:hyphen+1]
	}
	return head
}

// padded fills a text to a width in terminal cells.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-ansi.StringWidth(text), 0))
}
