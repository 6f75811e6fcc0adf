package archtest

import (
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// said is what stands the same in both handbooks: flags, variables, metrics,
// addresses of the server, commands of the programs.
var said = regexp.MustCompile("`(?:server|display|aufruf-admin) [a-z][a-z -]*[a-z]|--[a-z][a-z-]+|AUFRUF_[A-Z_]+|aufruf_[a-z_]+|/(?:readyz|healthz|metrics|display|staff)\\b")

// TestBothHandbooksOfOperationsSayTheSame: what the English one names for the IT
// stands in the German one too, and the other way round.
func TestBothHandbooksOfOperationsSayTheSame(t *testing.T) {
	english := names(t, "docs/operations.md")
	german := names(t, "docs/handbuch/betrieb.md")
	for _, name := range english {
		if !slices.Contains(german, name) {
			t.Errorf("betrieb.md lacks %q", name)
		}
	}
	for _, name := range german {
		if !slices.Contains(english, name) {
			t.Errorf("operations.md lacks %q", name)
		}
	}
}

func names(t *testing.T, paper string) []string {
	t.Helper()
	found := said.FindAllString(contents(t, filepath.Join(root, paper)), -1)
	slices.Sort(found)
	return slices.Compact(found)
}
