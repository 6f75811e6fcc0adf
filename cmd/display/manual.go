//go:build man

// Built with the tag man, this is no display but what writes its manual pages
// into a folder (make man).
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"aufruf/internal/config/manual"
)

func main() {
	if err := manual.Write(os.Args[1], surfaces, func() *cobra.Command { return rootCommand("aufruf-display", nil, nil) }); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
