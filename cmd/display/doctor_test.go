package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aufruf/internal/config"
)

// TestDoctorTellsWhatAScreenLacks: a server that knows one token, and answers as
// ours does to whoever doesn't ask for a websocket.
func TestDoctorTellsWhatAScreenLacks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		if r.Header.Get("Authorization") != "Bearer known" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
	}))
	defer server.Close()
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	unsigned := httptest.NewTLSServer(http.NotFoundHandler())
	defer unsigned.Close()
	for name, c := range map[string]struct {
		server, token string
		code          int
		lines         []string
	}{
		"paired":            {server.URL, "known", config.ExitOK, []string{"fine     " + server.URL + " answers.", "fine     The screen is paired.", "note     Sound is switched off"}},
		"not yet":           {server.URL, "", config.ExitOK, []string{"note     The screen isn't paired yet"}},
		"revoked":           {server.URL, "stolen", config.ExitFailure, []string{"fault    The server doesn't know this screen any more", "→ Start the program and pair it anew."}},
		"another's":         {stranger.URL, "known", config.ExitFailure, []string{"fault    Something else answers at " + stranger.URL}},
		"unknown authority": {unsigned.URL, "known", config.ExitFailure, []string{"fault    This machine doesn't know who issued the certificate (" + unsigned.URL}},
		"nobody at all":     {"http://127.0.0.1:1", "known", config.ExitFailure, []string{"fault    http://127.0.0.1:1 doesn't answer"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := filepath.Join(folder, "token")
			if err := os.WriteFile(file, []byte(c.token), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, log bytes.Buffer
			code := run(t.Context(), []string{"doctor", "--server", c.server, "--token-file", file, "--player", "none", "--state-dir", folder}, nil, &out, &log)
			if code != c.code {
				t.Errorf("got exit code %d, want %d: %s", code, c.code, log.String())
			}
			for _, line := range c.lines {
				if !strings.Contains(out.String(), line) {
					t.Errorf("%q isn't in\n%s", line, out.String())
				}
			}
			if found, _ := filepath.Glob(filepath.Join(folder, "*")); len(found) != 1 {
				t.Errorf("left %q behind", found)
			}
		})
	}
}

func TestDoctorNamesTheBrowserThatIsMissing(t *testing.T) {
	folder := t.TempDir()
	var out, log bytes.Buffer
	code := run(t.Context(), []string{
		"doctor", "--server", "http://127.0.0.1:1", "--token-file", filepath.Join(folder, "token"), "--player", "alsa", "--browser", "netscape --kiosk",
	}, []string{"LANG=de_DE.UTF-8"}, &out, &log)
	if code != config.ExitFailure || !strings.Contains(out.String(), "Fehler   Den Browser netscape gibt es hier nicht.") {
		t.Errorf("got %d\n%s%s", code, out.String(), log.String())
	}
}
