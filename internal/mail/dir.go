package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// temporaryPrefix begins the names of files that are being written.
const temporaryPrefix = ".tmp-"

// Folder writes each message into a folder as ID.eml, whole or not at all. The
// name is the message's own, so a repeat after a crash writes the same file:
// exactly one message per cause.
type Folder struct{ path string }

// make makes the folder, which only its owner can read, where there is none.
func (f *Folder) make() error {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	return nil
}

// Path returns where the messages lie.
func (f *Folder) Path() string { return f.path }

// Send writes the file. A folder that can't be written to is broken.
func (f *Folder) Send(_ context.Context, e Envelope) error {
	text, err := e.Bytes()
	if err != nil {
		return &Refusal{Reason: "compose"}
	}
	if strings.ContainsAny(e.ID, "/\\\x00") || e.ID == "" {
		return &Refusal{Reason: "id"}
	}
	if err := writeWhole(filepath.Join(f.path, e.ID+".eml"), text); err != nil {
		return &Refusal{Reason: "folder", Temporary: true, Broken: true}
	}
	return nil
}

// Close has nothing to end.
func (f *Folder) Close() error { return nil }

func (f *Folder) repeatable() {}

func writeWhole(name string, text []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(name), temporaryPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
