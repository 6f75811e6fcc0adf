package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// glass is a terminal as the kernel makes one, with what is to be seen on it.
type glass struct {
	t        *testing.T
	keyboard *os.File // the side of the person
	inside   *os.File // the side of the program

	mu            sync.Mutex
	width, height int
	cells         [][]rune
	row, column   int
	drawn         chan struct{} // closed when something was drawn
}

// openGlass opens a terminal of a size.
func openGlass(t *testing.T, width, height int) *glass {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	fd := int(keyboard.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(height), Col: uint16(width)}); err != nil {
		t.Fatal(err)
	}
	inside, err := os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inside.Close() })
	g := &glass{t: t, keyboard: keyboard, inside: inside, width: width, height: height, drawn: make(chan struct{})}
	g.clear()
	go g.watch()
	return g
}

// press strikes keys.
func (g *glass) press(keys string) {
	g.t.Helper()
	if _, err := g.keyboard.WriteString(keys); err != nil {
		g.t.Fatal(err)
	}
}

// shows waits until each text is to be seen, over the ends of lines too.
func (g *glass) shows(want ...string) {
	g.t.Helper()
	late := time.After(patience)
	for {
		text, next := g.text()
		missing := ""
		for _, w := range want {
			if !strings.Contains(flat(text), w) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
		select {
		case <-next:
		case <-late:
			g.t.Fatalf("%q isn't to be seen:\n%s", missing, text)
		}
	}
}

// flat is a text with a single blank for each gap.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// text is what is to be seen, and what is closed when that changes.
func (g *glass) text() (string, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	lines := make([]string, len(g.cells))
	for i, cells := range g.cells {
		lines[i] = strings.TrimRight(string(cells), " ")
	}
	return strings.Join(lines, "\n"), g.drawn
}

// watch draws what the program writes until its side is closed.
func (g *glass) watch() {
	var rest []rune
	buffer := make([]byte, 4096)
	var half []byte // of a character
	for {
		n, err := g.keyboard.Read(buffer)
		if err != nil {
			return
		}
		half = append(half, buffer[:n]...)
		whole := len(half)
		for whole > 0 && half[whole-1]&0xc0 == 0x80 {
			whole--
		}
		if whole > 0 && half[whole-1] >= 0xc0 {
			whole--
		} else {
			whole = len(half)
		}
		rest = g.draw(append(rest, []rune(string(half[:whole]))...))
		half = append([]byte(nil), half[whole:]...)
	}
}

// draw obeys what was written, and returns a command that isn't whole yet.
func (g *glass) draw(written []rune) []rune {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := 0; i < len(written); i++ {
		switch r := written[i]; r {
		case '\r':
			g.column = 0
		case '\n':
			g.row = min(g.row+1, g.height-1)
		case 0x1b:
			end := i + 1
			for end < len(written) && (end < i+2 || !strings.ContainsRune("ABCDHJKfhlmnprstu", written[end])) {
				end++
			}
			if end >= len(written) {
				return written[i:]
			}
			g.obey(written[end], string(written[i+2:end]))
			i = end
		default:
			if r >= ' ' && g.column < g.width {
				g.cells[g.row][g.column] = r
				g.column++
			}
		}
	}
	close(g.drawn)
	g.drawn = make(chan struct{})
	return nil
}

// obey carries out a command of a terminal, as far as programs here use it.
func (g *glass) obey(command rune, arguments string) {
	n := 1
	if given, err := strconv.Atoi(arguments); err == nil {
		n = given
	}
	switch command {
	case 'A':
		g.row = max(g.row-n, 0)
	case 'B':
		g.row = min(g.row+n, g.height-1)
	case 'C':
		g.column = min(g.column+n, g.width-1)
	case 'D':
		g.column = max(g.column-n, 0)
	case 'H':
		g.row, g.column = 0, 0
		if row, column, ok := strings.Cut(arguments, ";"); ok {
			r, _ := strconv.Atoi(row)
			c, _ := strconv.Atoi(column)
			g.row, g.column = min(max(r-1, 0), g.height-1), min(max(c-1, 0), g.width-1)
		}
	case 'K':
		from := g.column
		if arguments == "2" {
			from = 0
		}
		for i := from; i < g.width; i++ {
			g.cells[g.row][i] = ' '
		}
	case 'J':
		from := g.row + 1
		if arguments == "2" {
			from = 0
		}
		for row := from; row < g.height; row++ {
			g.cells[row] = []rune(strings.Repeat(" ", g.width))
		}
	}
}

func (g *glass) clear() {
	for range g.height {
		g.cells = append(g.cells, []rune(strings.Repeat(" ", g.width)))
	}
}
