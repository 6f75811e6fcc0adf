package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// aufruf-admin looks for files among the arguments, and took what follows
// --lost for its value: `key renew --lost --old-key-file COPY` lost the file.
func TestAdminKnowsWhichFlagsTakeNoValue(t *testing.T) {
	script, err := os.ReadFile("../../scripts/package/aufruf-admin")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(script), "--*=* | ")
	list, _, _ = strings.Cut(list, ")")
	alone := strings.Split(list, " | ")
	eachCommand(world{}.commands("server"), func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if listed := slices.Contains(alone, "--"+f.Name); listed != (f.NoOptDefVal != "") {
				t.Errorf("%s --%s: aufruf-admin takes it for one with a value: %v", c.CommandPath(), f.Name, !listed)
			}
		})
	})
}
