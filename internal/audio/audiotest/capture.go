// Package audiotest captures what programs play through ALSA on a machine
// without a sound card. It serves the tests of this package and the tests of
// whole programs; nothing that ships imports it.
package audiotest

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

// Variable is the environment variable by which ALSA finds the Capture's
// configuration.
const Variable = "ALSA_CONFIG_PATH"

// config routes the default device into files over the null device, which
// takes samples as fast as they come. Without truncation ALSA starts a new
// file each time the device is opened.
const config = `</usr/share/alsa/alsa.conf>
pcm.!default {
	type file
	slave.pcm "null"
	file %q
	truncate false
	format "raw"
}
`

// Capture is a sound card made of files, one for each time it was opened.
type Capture struct {
	dir string
}

// Config returns the value of Variable.
func (c *Capture) Config() string { return filepath.Join(c.dir, "asoundrc") }

// New makes a capture in an empty folder.
func New(dir string) (*Capture, error) {
	c := &Capture{dir: dir}
	text := fmt.Sprintf(config, filepath.Join(dir, "heard.raw"))
	if err := os.WriteFile(c.Config(), []byte(text), 0o644); err != nil {
		return nil, err
	}
	return c, nil
}

// Heard returns what was played so far: for each opening of the device in
// which a sample was written the left channel (right must be the same), in
// order, at 48 kHz.
func (c *Capture) Heard() ([][]int16, error) {
	paths, err := filepath.Glob(filepath.Join(c.dir, "heard.raw*"))
	if err != nil {
		return nil, err
	}
	sort.Strings(paths) // heard.raw, heard.raw.0001, …
	var heard [][]int16
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if len(raw) > 0 {
			heard = append(heard, left(raw))
		}
	}
	return heard, nil
}

func left(raw []byte) []int16 {
	samples := make([]int16, len(raw)/4)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(raw[i*4:]))
	}
	return samples
}
