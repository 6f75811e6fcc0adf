package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestAPasswordInTheListOfProcessesIsWarnedOf(t *testing.T) {
	const address = "smtp://user:geheim@mail.example.org:587"
	for name, c := range map[string]struct {
		line   []string
		warned bool
	}{
		"a flag":          {[]string{"server", "serve", "--mail", address}, true},
		"with an equals":  {[]string{"server", "serve", "--mail=" + address}, true},
		"the environment": {[]string{"server", "serve"}, false},
	} {
		var said bytes.Buffer
		warnOfShown(slog.New(slog.NewTextHandler(&said, nil)), c.line, map[string]string{"mail": address, "database": "sqlite:var/aufruf.db"})
		if got := strings.Contains(said.String(), "AUFRUF_MAIL_FILE"); got != c.warned || strings.Contains(said.String(), "geheim") {
			t.Errorf("%s: got %q", name, said.String())
		}
	}
}
