// Package escpos writes what receipt printers read (ESC/POS, as Epson defined
// it and nearly all makers took it over), and sends it to a printer in the
// network by TCP, usually to port 9100. It knows nothing of tickets.
package escpos

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Columns is how many characters a line takes: what 80 mm paper has room for
// on every maker's printer.
const Columns = 42

// Control bytes.
const (
	esc = 0x1b
	fs  = 0x1c
	gs  = 0x1d
)

// Size is how often a character's width and height are repeated.
type Size byte

// The sizes. Huge is 8 by 8: digits of 24 mm height.
const (
	Normal Size = 0x00
	Huge   Size = 0x77
)

// Job is what is to be printed, centred, from the top. The zero Job is empty.
type Job struct{ content bytes.Buffer }

// NewJob starts a job in a state that no earlier job has left behind, whatever mode
// the printer woke up in: cheap ones wake up in a double-byte mode, which ESC @ brings
// back rather than leaves, and in which umlauts are printed as Chinese signs.
func NewJob() *Job {
	j := new(Job)
	j.send(
		esc, '@', // initialize
		fs, '.', // one byte a sign; behind ESC @, and before the code page
		esc, 'M', 0, // font A, for which Columns holds
		esc, '!', 0, // neither bold nor large nor underlined
		gs, '!', byte(Normal),
		gs, 'B', 0, // black on white
		esc, '{', 0, // not upside down
		gs, 'L', 0, 0, // from the left edge
		esc, '2', // the usual distance of lines
		esc, 'R', 0, // the signs of ASCII are those of ASCII
		esc, 't', 19, // code page 858; where it isn't known, the German letters lie at the same places in 437
		esc, 'a', 1, // centred
	)
	return j
}

// Bytes returns what goes to the printer.
func (j *Job) Bytes() []byte { return j.content.Bytes() }

func (j *Job) send(content ...byte) { j.content.Write(content) }

// Line prints a text, in as many lines as its words need.
func (j *Job) Line(text string) {
	for line := range strings.SplitSeq(wrap(text, Columns), "\n") {
		j.content.Write(encode(line))
		j.send('\n')
	}
}

// Strong prints a text in bold type.
func (j *Job) Strong(text string) {
	j.send(esc, 'E', 1)
	j.Line(text)
	j.send(esc, 'E', 0)
}

// Big prints a text in a size, in one line.
func (j *Job) Big(text string, size Size) {
	j.send(gs, '!', byte(size))
	j.content.Write(encode(text))
	j.send('\n', gs, '!', byte(Normal))
}

// Feed leaves lines empty.
func (j *Job) Feed(lines byte) { j.send(esc, 'd', lines) }

// How QR codes are drawn: modules of 6 dots are 0.75 mm wide.
const (
	qrModel2 = 50
	qrModule = 6
	qrLevelM = 49
)

// QR prints a text as a QR code, drawn by the printer.
func (j *Job) QR(text string) {
	j.symbol('A', qrModel2, 0)
	j.symbol('C', qrModule)
	j.symbol('E', qrLevelM)
	j.symbol('P', append([]byte{'0'}, text...)...)
	j.symbol('Q', '0')
	j.send('\n')
}

// symbol is GS ( k for QR codes: a function with what it needs.
func (j *Job) symbol(function byte, parameters ...byte) {
	size := len(parameters) + 2
	j.send(gs, '(', 'k', byte(size), byte(size>>8), '1', function)
	j.send(parameters...)
}

// Cut feeds the paper to the cutter and cuts it, but for a point.
func (j *Job) Cut() { j.send(gs, 'V', 'B', 0) }

// plainer replaces signs that no receipt printer has.
var plainer = strings.NewReplacer(
	"–", "-", "—", "-", "„", `"`, "“", `"`, "”", `"`, "‚", "'", "‘", "'", "’", "'", "…", "...",
	"\u00a0", " ", "\u202f", " ", "\u00ad", "", "ẞ", "SS", "•", "·",
)

// encode writes a text in code page 858: a question mark where it has no sign,
// and no control byte ever.
func encode(text string) []byte {
	var encoded []byte
	for _, r := range plainer.Replace(text) {
		b, ok := charmap.CodePage858.EncodeRune(r)
		if !ok || b < ' ' || b == 0x7f {
			b = '?'
		}
		encoded = append(encoded, b)
	}
	return encoded
}

// wrap breaks a text between words; a word longer than a line is the printer's
// to break.
func wrap(text string, columns int) string {
	var lines strings.Builder
	used := 0
	for word := range strings.FieldsSeq(plainer.Replace(text)) {
		width := utf8.RuneCountInString(word)
		switch {
		case used == 0:
		case used+1+width > columns:
			lines.WriteByte('\n')
			used = 0
		default:
			lines.WriteByte(' ')
			used++
		}
		lines.WriteString(word)
		used += width
	}
	return lines.String()
}
