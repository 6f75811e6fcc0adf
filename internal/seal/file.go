package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"aufruf/internal/town"
)

// The file is a line of text: magic, date, chain value and checksum, so that it
// can be printed and typed in again on a second node. While a new chain is being
// begun, lines with the old ones follow.
const (
	magic    = "aufruf-seal-1"
	maxFile  = 512
	fileMode = 0o600
	// newSuffix names the file that is about to replace the real one. The name
	// is fixed: what a crash leaves behind is found and removed at the next
	// start, or it would keep days readable that are over.
	newSuffix = ".new"
)

// place stores links where there is no file yet; fs.ErrExist.
func (s *secrets) place(path string, links []link) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	if err := s.writeNew(path, links); err != nil {
		return err
	}
	// Link fails where rename would overwrite: of two programs that start at
	// the same moment one wins.
	err := os.Link(path+newSuffix, path)
	return errors.Join(err, os.Remove(path+newSuffix), syncDir(filepath.Dir(path)))
}

// alone runs fn while no other program writes a key file of the same folder:
// one that is being written looks like a leftover, and may a moment later be
// the key file itself.
func alone(path string, fn func() error) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", folder.Name(), err)
	}
	return fn()
}

// replace puts links in place of the stored ones, whole or not at all, and
// overwrites the bytes of the old ones as far as the medium allows.
func (s *secrets) replace(path string, links []link) error {
	if err := s.writeNew(path, links); err != nil {
		return err
	}
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, os.Remove(path+newSuffix))
	}
	if old != nil {
		defer old.Close()
	}
	if err := os.Rename(path+newSuffix, path); err != nil {
		return errors.Join(err, os.Remove(path+newSuffix))
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return err
	}
	overwrite(old)
	return nil
}

func (s *secrets) writeNew(path string, links []link) error {
	if err := removeLeftover(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	var n int
	clean(func() { n = marshal(s.text[:], links) })
	_, err = f.Write(s.text[:n])
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+newSuffix))
	}
	return nil
}

// read reads the links of a file, whose values go into the places given, and who
// has a right to it. ErrMissing, ErrOtherKind, ErrDamaged.
func (s *secrets) read(path string, into *[maxChains]value) ([]link, fs.FileMode, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("%s: %w", path, ErrMissing)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("read key file: %w", err)
	}
	n, err := io.ReadFull(f, s.text[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, 0, fmt.Errorf("read key file: %w", err)
	}
	if bytes.Contains(s.text[:n], []byte("-----BEGIN ")) {
		return nil, 0, fmt.Errorf("%s: %w", path, ErrOtherKind)
	}
	var links []link
	clean(func() { links = s.parse(s.text[:n], into) })
	if links == nil {
		return nil, 0, fmt.Errorf("%s: %w", path, ErrDamaged)
	}
	return links, info.Mode().Perm(), nil
}

// marshal writes links as text and returns how long it is.
func marshal(text []byte, links []link) int {
	n := 0
	for _, l := range links {
		begun := n
		n += copy(text[n:], magic+" "+l.date.String()+" ")
		n += hex.Encode(text[n:], l.value[:])
		sum := checksum(text[begun:n])
		n += copy(text[n:], " ")
		n += hex.Encode(text[n:], sum[:])
		n += copy(text[n:], "\n")
	}
	return n
}

// parse reads the links of a text; nil: it isn't that of a key file.
func (s *secrets) parse(text []byte, into *[maxChains]value) []link {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	if len(lines) > maxChains {
		return nil
	}
	links := make([]link, 0, maxChains)
	for i, line := range lines {
		date, ok := parseLine(line, &into[i])
		if !ok {
			return nil
		}
		links = append(links, link{date: date, value: &into[i]})
	}
	again := s.again[:marshal(s.again[:], links)]
	if !bytes.Equal(bytes.TrimSpace(text), bytes.TrimSpace(again)) {
		return nil
	}
	return links
}

func parseLine(line []byte, into *value) (date town.Date, ok bool) {
	parts := bytes.Fields(line)
	if len(parts) != 4 || string(parts[0]) != magic {
		return 0, false
	}
	if err := date.UnmarshalText(parts[1]); err != nil {
		return 0, false
	}
	n, err := hex.Decode(into[:], parts[2][:min(len(parts[2]), 2*len(into))])
	return date, err == nil && n == len(into)
}

// checksum notices a value that was typed or copied wrongly. It stands beside
// the value itself and so gives nothing away.
func checksum(body []byte) [4]byte {
	sum := sha256.Sum256(body)
	return [4]byte(sum[:4])
}

// removeLeftover removes what a crash left beside a key file. One that was killed
// while it placed its first file left that file under both names.
func removeLeftover(path string) error {
	left := path + newSuffix
	f, err := os.OpenFile(left, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		if isAnother(f, path) {
			overwrite(f)
		}
		f.Close()
	}
	return os.Remove(left)
}

// isAnother reports whether an open file surely isn't the one of that name.
func isAnother(f *os.File, path string) bool {
	named, err := os.Stat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	of, err := f.Stat()
	return err == nil && !os.SameFile(of, named)
}

// overwrite is a best effort: on flash and on file systems that write
// elsewhere the old bytes may survive until their block is reused.
func overwrite(f *os.File) {
	if f == nil {
		return
	}
	info, err := f.Stat()
	if err != nil {
		return
	}
	if _, err := f.WriteAt(make([]byte, min(info.Size(), maxFile)), 0); err == nil {
		_ = f.Sync()
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
