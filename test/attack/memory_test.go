package attack

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// resident is how much memory the server has, in MB.
func (h *target) resident() int {
	h.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.server.Program().PID()))
	h.must(err)
	for line := range strings.Lines(string(status)) {
		var kilobytes int
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); err == nil {
			return kilobytes >> 10
		}
	}
	h.Fatal("the kernel doesn't say how much memory the server has")
	return 0
}

// Pages that differ only in what nobody reads were kept each by itself, of 3 MB
// each, and 512 of them.
func TestAStrangerCantFillTheServersMemoryWithPages(t *testing.T) {
	onEachEngine(t, func(h *target) {
		few, many := strings.Repeat("&service=eid-pin", 9), strings.Repeat("&service=eid-pin", 1650)
		page := func(i int, services string) asked {
			return asked{path: fmt.Sprintf("/termin?aendern=1&z=%d&monat=%d%s", i, i, services)}
		}
		h.crowd(8, 4, func(i int) asked { return page(i, few) })
		before := h.resident()
		got := h.crowd(100, 4, func(i int) asked { return page(i, many) })
		if got[http.StatusUnprocessableEntity] != 100 {
			h.Errorf("1650 services: got %v, want each refused", got)
		}
		if got := h.crowd(400, 4, func(i int) asked { return page(i, few) }); got[http.StatusOK] != 400 {
			h.Errorf("nine services: got %v", got)
		}
		if after := h.resident(); after-before > 80 {
			h.Errorf("the server grew from %d to %d MB", before, after)
		}
	})
}
