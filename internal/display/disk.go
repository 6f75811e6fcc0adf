package display

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
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
	if err := errors.Join(json.Unmarshal(raw, &saved), saved.mistake()); err != nil {
		return Saved{}, false, fmt.Errorf("load board: %w", err)
	}
	return saved, true, nil
}

// keeper writes to a disk in a goroutine of its own, so that a memory card that
// takes its time holds up no call. It writes the newest state only.
type keeper struct {
	disk   *Disk
	log    *slog.Logger
	newest chan Saved // capacity 1

	failing bool // run's alone
}

func newKeeper(disk *Disk, log *slog.Logger) *keeper {
	return &keeper{disk: disk, log: log, newest: make(chan Saved, 1)}
}

// keep hands over a state. It never waits, and is called from one goroutine.
func (k *keeper) keep(saved Saved) {
	select {
	case <-k.newest:
	default:
	}
	k.newest <- saved
}

// run writes until done is closed, and then what is left.
func (k *keeper) run(done <-chan struct{}) {
	for {
		select {
		case saved := <-k.newest:
			k.write(saved)
		case <-done:
			select {
			case saved := <-k.newest:
				k.write(saved)
			default:
			}
			return
		}
	}
}

// write logs a disk when it begins to fail, and when it is well again.
func (k *keeper) write(saved Saved) {
	err := k.disk.Save(saved)
	switch {
	case err != nil && !k.failing:
		k.log.Error("the board isn't kept over a power cut", "error", err)
	case err == nil && k.failing:
		k.log.Info("the board is kept again")
	}
	k.failing = err != nil
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
