package caller

import (
	"strings"

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
	lines := strings.Split(ansi.Wrap(text, max(width-blanks, 1), ""), "\n")
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

// padded fills a text to a width in terminal cells.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-ansi.StringWidth(text), 0))
}
