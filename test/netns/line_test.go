//go:build netns

package netns

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// line joins this machine with a namespace in which the screen runs: one pair
// of devices that can be cut, and one that can't, by which the test looks at
// the screen's page.
type line struct {
	t         *testing.T
	space     string
	here, far end    // of the pair that can be cut
	page      string // the far address of the other pair
}

// end is one side of a pair.
type end struct {
	device, address, hardware string
	space                     string // empty: this machine's
}

func newLine(t *testing.T) *line {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("network namespaces need root: sudo make netns")
	}
	id := os.Getpid() % 250
	l := &line{t: t, space: fmt.Sprintf("aufruf%d", os.Getpid())}
	l.ip("netns", "add", l.space)
	t.Cleanup(func() { l.ip("netns", "del", l.space) })
	l.here, l.far = l.pair("a", fmt.Sprintf("10.77.%d", id))
	_, looked := l.pair("b", fmt.Sprintf("10.78.%d", id))
	l.page = looked.address
	l.ip("-n", l.space, "link", "set", "lo", "up")
	l.heal()
	return l
}

// pair makes two joined devices; taking the namespace down takes both.
func (l *line) pair(letter, network string) (here, far end) {
	l.t.Helper()
	name := fmt.Sprintf("%s%d", letter, os.Getpid())
	here = end{device: "h" + name, address: network + ".1"}
	far = end{device: "f" + name, address: network + ".2", space: l.space}
	l.ip("link", "add", here.device, "type", "veth", "peer", "name", far.device, "netns", l.space)
	for _, e := range []*end{&here, &far} {
		l.at(*e, "addr", "add", e.address+"/24", "dev", e.device)
		l.at(*e, "link", "set", e.device, "up")
		fields := strings.Fields(l.at(*e, "-o", "link", "show", e.device))
		for i, f := range fields {
			if f == "link/ether" {
				e.hardware = fields[i+1]
			}
		}
	}
	return here, far
}

// nobody is an address that no device has: what is sent to it is lost, and
// nobody says so.
const nobody = "02:00:00:00:00:01"

// cut lets what goes to the screen, what comes from it, or both, disappear.
func (l *line) cut(toScreen, fromScreen bool) {
	l.t.Helper()
	if toScreen {
		l.lead(l.here, l.far.address, nobody)
	}
	if fromScreen {
		l.lead(l.far, l.here.address, nobody)
	}
}

func (l *line) heal() {
	l.t.Helper()
	l.lead(l.here, l.far.address, l.far.hardware)
	l.lead(l.far, l.here.address, l.here.hardware)
}

// lead has an end send what is for an address to a piece of hardware.
func (l *line) lead(e end, address, hardware string) {
	l.t.Helper()
	l.at(e, "neigh", "replace", address, "lladdr", hardware, "dev", e.device, "nud", "permanent")
}

func (l *line) at(e end, args ...string) string {
	l.t.Helper()
	if e.space != "" {
		args = append([]string{"-n", e.space}, args...)
	}
	return l.ip(args...)
}

func (l *line) ip(args ...string) string {
	l.t.Helper()
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		l.t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
