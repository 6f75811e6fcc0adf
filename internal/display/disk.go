package display

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Disk keeps a screen's state in one file of a folder, so that a power cut
// costs neither the board nor the place from which to resume.
type Disk struct {
	path string
}

// OpenDisk returns the disk in a folder, which is made where it is missing.
func OpenDisk(folder string) (*Disk, error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, fmt.Errorf("state folder: %w", err)
	}
	return &Disk{path: filepath.Join(folder, "board.json")}, nil
}

// Save replaces the state; a power cut leaves the old or the new one.
func (d *Disk) Save(saved Saved) error {
	raw, err := json.Marshal(saved)
	if err != nil {
		return fmt.Errorf("save board: %w", err)
	}
	next := d.path + ".new"
	if err := write(next, raw); err != nil {
		return fmt.Errorf("save board: %w", err)
	}
	return os.Rename(next, d.path)
}

// Load returns the state; ok is false where there is none. A file that can't
// be read as one is an error, and the screen does without.
func (d *Disk) Load() (saved Saved, ok bool, err error) {
	raw, err := os.ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return Saved{}, false, nil
	}
	if err != nil {
		return Saved{}, false, fmt.Errorf("load board: %w", err)
	}
	if err := json.Unmarshal(raw, &saved); err != nil {
		return Saved{}, false, fmt.Errorf("load board: %w", err)
	}
	return saved, true, nil
}

// write forces the bytes out before the name is given, or the power cut could
// leave the name without the bytes.
func write(path string, raw []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = file.Write(raw)
	return errors.Join(err, file.Sync(), file.Close())
}
