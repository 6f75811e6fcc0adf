package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Only the town's own site may show booking in a frame, and nobody the desk.
func TestOnlyConfiguredOriginsMayFrameBooking(t *testing.T) {
	h := openTownHall(t, tuesday(8, 30))
	const origin = "https://www.town.example"
	h.expectFrame("/termin?rahmen=1", "DENY", "frame-ancestors 'none'")

	file := filepath.Join(h.server.Dir, "frame.yaml")
	yaml := "format: aufruf/1\nauthority: {frame_ancestors: [" + origin + "]}\n"
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.server.Command(h.ctx, "", "import", file); err != nil {
		t.Fatal(err)
	}
	h.await("the import to be noticed", func() error {
		return h.frame("/termin?rahmen=1", "", "frame-ancestors 'self' "+origin)
	})
	h.expectFrame("/termin/tag?rahmen=1&service=eid-pin", "", "frame-ancestors 'self' "+origin)
	h.expectFrame("/staff", "DENY", "frame-ancestors 'none'")
	h.expectFrame("/api/v1/branches", "DENY", "frame-ancestors 'none'")
}

func (h *townHall) expectFrame(path, options, policy string) {
	h.Helper()
	if err := h.frame(path, options, policy); err != nil {
		h.Errorf("%s: %v", path, err)
	}
}

func (h *townHall) frame(path, options, policy string) error {
	request, err := http.NewRequestWithContext(h.ctx, http.MethodGet, h.server.URL+path, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if got := answer.Header.Get("X-Frame-Options"); got != options {
		return different{"X-Frame-Options", got, options}
	}
	if got := answer.Header.Get("Content-Security-Policy"); !strings.Contains(got, policy) {
		return different{"Content-Security-Policy", got, policy}
	}
	return nil
}

// different is a header that isn't what it should be.
type different struct{ header, got, want string }

func (d different) Error() string { return d.header + ": got " + d.got + ", want " + d.want }
