package main

import (
	"io"

	"aufruf/internal/licences"
)

// licencesOfAll prints the licences of all that this program contains.
func licencesOfAll(w io.Writer) error { return licences.Print(w, version) }
