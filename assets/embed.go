// Package assets embeds what ships with the programs but isn't code: the
// sounds of the waiting room. It holds no logic.
package assets

import (
	"embed"
	"io/fs"
)

//go:generate go run ./sounds/gen
//go:generate go run ./sounds/speech

//go:embed sounds/*.wav sounds/de sounds/en
var embedded embed.FS

// Sounds returns the clips that ship: each clip "name" is the file name.wav or
// name.ogg, spoken ones below a folder per language ("de/room.ogg").
func Sounds() fs.FS {
	sounds, err := fs.Sub(embedded, "sounds")
	if err != nil {
		return embedded // fs.Sub fails only on an invalid name
	}
	return sounds
}
