package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"aufruf/internal/config"
)

// Each thing that is wrong is told in one sentence, before a page is served.
func TestBadInputIsToldInASentence(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no server":       {[]string{"--token-file", token}, config.ExitUsage, "missing --server"},
		"a server":        {[]string{"--server", "termin.example.org", "--token-file", token}, config.ExitUsage, "--server"},
		"no token file":   {[]string{"--server", "http://127.0.0.1:1"}, config.ExitUsage, "--token-file"},
		"a token file":    {[]string{"--server", "http://127.0.0.1:1", "--token-file", token + "/no/such", "--player", "none"}, config.ExitFailure, "--token-file: there is no folder"},
		"an address":      {[]string{"--server", "http://127.0.0.1:1", "--token-file", token, "--listen", "8090"}, config.ExitUsage, "--listen: \"8090\" is no address"},
		"a player":        {[]string{"--server", "http://127.0.0.1:1", "--token-file", token, "--player", "aslsa"}, config.ExitUsage, "aslsa"},
		"a language":      {[]string{"--server", "http://127.0.0.1:1", "--token-file", token, "--language", "xx"}, config.ExitUsage, "xx"},
		"no time at all":  {[]string{"--server", "http://127.0.0.1:1", "--token-file", token, "--large", "0"}, config.ExitUsage, "--large"},
		"a flag's letter": {[]string{"--sever", "http://127.0.0.1:1"}, config.ExitUsage, "did you mean --server?"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			code := run(t.Context(), c.args, []string{"LANG=en_GB.UTF-8"}, io.Discard, &stderr)
			if code != c.code || !strings.Contains(stderr.String(), c.says) || strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("got %d, %q, want %d and one line with %q", code, &stderr, c.code, c.says)
			}
		})
	}
}
