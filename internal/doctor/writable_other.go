//go:build !linux

package doctor

import (
	"errors"
	"io/fs"
	"os"
)

// Writable returns why nothing can be written into a folder; nil where it can. It
// leaves nothing there.
func Writable(folder string) error {
	file, err := os.CreateTemp(folder, ".doctor-")
	var path *fs.PathError
	if errors.As(err, &path) {
		path.Op, path.Path = "write into", folder
	}
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
