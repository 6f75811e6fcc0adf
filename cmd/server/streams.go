package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"aufruf/internal/config"
)

// standard stands for standard input or output in place of a file's name.
const standard = "-"

// read returns the content of a file, and what to call it in messages.
// One that is larger than any town is refused, so that a device that never ends
// isn't read for ever.
func (w world) read(name string) (content []byte, called string, err error) {
	if name == standard {
		content, err = readBounded(w.stdin)
		return content, "stdin", err
	}
	// A pipe that nobody writes to would be waited for, and no signal would end that.
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, name, err
	}
	content, err = readBounded(file)
	return content, name, errors.Join(err, file.Close())
}

// maxCatalogue is far above what a town writes: the example has 50 kB.
const maxCatalogue = 16 << 20

func readBounded(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxCatalogue+1))
	if len(content) > maxCatalogue {
		return nil, config.Failure("cli.server.import.too_large", "megabytes", maxCatalogue>>20)
	}
	return content, err
}

// asFile runs use with the name of a file: the one that is given or, for
// standard input, one that holds what comes there and is gone afterwards.
func (w world) asFile(name string, use func(name string) error) error {
	if name != standard {
		return use(name)
	}
	return inFolder(func(file string) error {
		kept, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		if _, err := io.Copy(kept, w.stdin); err != nil {
			return errors.Join(fmt.Errorf("read standard input: %w", err), kept.Close())
		}
		if err := kept.Close(); err != nil {
			return err
		}
		return use(file)
	})
}

// intoFile runs make with the name of a file that doesn't exist yet: the one
// that is given or, for standard output, one whose content goes there.
func (w world) intoFile(name string, make func(name string) error) error {
	if name != standard {
		return make(name)
	}
	return inFolder(func(file string) error {
		if err := make(file); err != nil {
			return err
		}
		made, err := os.Open(file)
		if err != nil {
			return err
		}
		defer made.Close()
		if _, err := io.Copy(w.stdout, made); err != nil {
			return fmt.Errorf("write to standard output: %w", err)
		}
		return nil
	})
}

// inFolder runs use with a name in a folder of its own, which is gone afterwards.
func inFolder(use func(file string) error) error {
	folder, err := os.MkdirTemp("", "aufruf-")
	if err != nil {
		return err
	}
	return errors.Join(use(filepath.Join(folder, "file")), os.RemoveAll(folder))
}
