package security

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"aufruf/internal/access"
)

const (
	// keptDays is how many days of UTC a file is kept with the present one: an
	// address stands there for less than seven times 24 hours.
	keptDays = 7
	// maxDay bounds a day's file, in bytes; a flood must not fill the disk.
	maxDay   = 64 << 20
	fileMode = 0o640
	dayForm  = "2006-01-02"
)

// File is the security log: a JSON object a line, one file a day. It is safe for
// concurrent use.
type File struct {
	path string

	mu   sync.Mutex
	out  *os.File // guarded by mu, as all below
	day  string   // of what it holds
	size int64
}

// OpenFile opens the log, or begins it. The folder must be there.
func OpenFile(path string, now time.Time) (*File, error) {
	f := &File{path: path}
	if err := f.open(now); err != nil {
		return nil, err
	}
	return f, f.Turn(now)
}

func (f *File) open(now time.Time) error {
	out, err := os.OpenFile(f.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	info, err := out.Stat()
	if err != nil {
		return errors.Join(err, out.Close())
	}
	f.out, f.size, f.day = out, info.Size(), now.UTC().Format(dayForm)
	if f.size > 0 {
		f.day = info.ModTime().UTC().Format(dayForm)
	}
	return nil
}

// line is an event as blockers read it. The order of the members is part of it.
type line struct {
	Time    string `json:"time"`
	Event   string `json:"event"`
	Address string `json:"address,omitempty"`
	Account string `json:"account,omitempty"`
	Actor   string `json:"by,omitempty"`
	Way     string `json:"way,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// Write adds an event.
func (f *File) Write(now time.Time, e access.Event) error {
	raw, err := json.Marshal(line{now.UTC().Format(time.RFC3339), e.Name, e.Address, string(e.Account), e.Actor, e.Way, e.Detail})
	if err != nil {
		return err
	}
	if err := f.Turn(now); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.size > maxDay {
		return fmt.Errorf("%s is full for today", f.path)
	}
	n, err := f.out.Write(append(raw, '\n'))
	f.size += int64(n)
	return err
}

// Turn begins a new file where the day has changed, and removes those of days
// that are over for long.
func (f *File) Turn(now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	today := now.UTC().Format(dayForm)
	if f.day == today {
		return nil
	}
	if f.size > 0 {
		if err := f.putAway(); err != nil {
			return err
		}
		if err := f.out.Close(); err != nil {
			return err
		}
		if err := f.open(now); err != nil {
			return err
		}
	}
	f.day = today
	return f.forget(now)
}

// putAway gives the file the name of its day.
func (f *File) putAway() error {
	for n := 1; ; n++ {
		name := f.path + "." + f.day
		if n > 1 {
			name += fmt.Sprintf(".%d", n)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(f.path, name)
		} else if err != nil {
			return err
		}
	}
}

// forget removes the files of days that are over for long.
func (f *File) forget(now time.Time) error {
	names, err := filepath.Glob(f.path + ".????-??-??*")
	if err != nil {
		return err
	}
	oldest := now.UTC().AddDate(0, 0, 1-keptDays).Format(dayForm)
	var failed []error
	for _, name := range names {
		if day := name[len(f.path)+1:][:len(dayForm)]; day < oldest {
			failed = append(failed, os.Remove(name))
		}
	}
	return errors.Join(failed...)
}

// Close ends the log.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.out.Close()
}
