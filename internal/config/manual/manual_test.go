package manual

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
)

func TestPagesAreWrittenInBothLanguages(t *testing.T) {
	command := func() *cobra.Command {
		root := config.Command("aufruf-server", nil, nil)
		user := config.Command("user", nil, nil)
		add := config.Command("add NAME", nil, func(context.Context, []string) error { return nil })
		add.Flags().String("role", "", "")
		user.AddCommand(add)
		root.AddCommand(user)
		return root
	}
	folder := t.TempDir()
	if err := Write(folder, []string{"cli", "cli_server"}, command); err != nil {
		t.Fatal(err)
	}
	for page, wanted := range map[string][]string{
		"man1/aufruf-server.1":             {".SH NAME", "aufruf-server-user(1)", "Exit codes: 0"},
		"man1/aufruf-server-user-add.1":    {".SH SYNOPSIS", "aufruf-server user add NAME", `\fB--role\fP`, "AUFRUF_ROLE"},
		"de/man1/aufruf-server-user-add.1": {".SH ÜBERSICHT", ".SH ANGABEN", "Kennwort"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, page))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range wanted {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: %q is missing in\n%s", page, want, text)
			}
		}
	}
}
