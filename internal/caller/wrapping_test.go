package caller_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"aufruf/internal/wire"
)

// A word that is wider than the window is cut, also where it holds letters of more
// than one byte behind ones of a single one.
func TestAWordWiderThanTheWindowIsCut(t *testing.T) {
	b := newBench(t)
	b.queue(wire.Queue{})
	b.press("c")
	for width := range 9 {
		for line := range strings.SplitSeq(b.desk.View(width+1, 60), "\n") {
			if got := ansi.StringWidth(line); got > width+1 {
				t.Errorf("got a line of %d cells, want at most %d: %s", got, width+1, line)
			}
		}
	}
	long := strings.Join(strings.Fields(b.desk.View(5, 60)), "")
	if want := "ausführen"; !strings.Contains(long, want) {
		t.Errorf("got\n%s\nwant all of %q", long, want)
	}
}
