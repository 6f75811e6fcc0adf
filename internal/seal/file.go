package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
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

// The file is one line of text: magic, date, chain value and checksum, so that
// it can be printed and typed in again on a second node.
const (
	magic    = "aufruf-seal-1"
	maxFile  = 4096
	fileMode = 0o600
	// newSuffix names the file that is about to replace the real one. The name
	// is fixed: what a crash leaves behind is found and removed at the next
	// start, or it would keep days readable that are over.
	newSuffix = ".new"
)

// Create starts a chain at today with a value read from random and writes it
// to a new file with mode 0600. An existing file is never overwritten:
// fs.ErrExist.
func Create(path string, today town.Date, random io.Reader) (*Keys, error) {
	first := link{date: today}
	if _, err := io.ReadFull(random, first.value[:]); err != nil {
		return nil, fmt.Errorf("create key file: %w", err)
	}
	if err := alone(path, func() error { return put(path, first) }); err != nil {
		return nil, fmt.Errorf("create key file: %w", err)
	}
	return keys(path, first), nil
}

// put stores the first link of a chain.
func put(path string, first link) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	if err := writeNew(path, first); err != nil {
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

// Open reads a key file. ErrMissing if there is none, ErrExposed if others
// than its owner have any right to it, ErrDamaged if it can't be read as one.
// What a crash during Advance left behind is removed.
func Open(path string) (*Keys, error) {
	// A replaced symbolic link would leave the old value in its target.
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("open key file: %w", err)
	}
	var stored link
	err = alone(real, func() error {
		if stored, err = read(real); err != nil {
			return err
		}
		if err := removeLeftover(real + newSuffix); err != nil {
			return fmt.Errorf("remove what a crash left beside the key file: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return keys(real, stored), nil
}

// OpenOrCreate opens a key file or, where there is none, starts a new chain at
// today; created tells which. A chain created beside a database that holds
// sealed data means that the file was lost: that data stays unreadable.
func OpenOrCreate(path string, today town.Date, random io.Reader) (k *Keys, created bool, err error) {
	k, err = Open(path)
	if !errors.Is(err, ErrMissing) {
		return k, false, err
	}
	k, err = Create(path, today, random)
	if errors.Is(err, fs.ErrExist) {
		k, err = Open(path)
		return k, false, err
	}
	return k, err == nil, err
}

func keys(path string, at link) *Keys {
	return &Keys{path: path, random: rand.Reader, link: at, cache: map[keyID]cipher.AEAD{}, hashed: map[hashID][]byte{}}
}

// replace puts a later link in place of the stored one, whole or not at all,
// and overwrites the bytes of the old one as far as the medium allows.
func replace(path string, next link) error {
	return alone(path, func() error { return replaceAlone(path, next) })
}

func replaceAlone(path string, next link) error {
	if stored, err := read(path); err == nil && stored.date >= next.date {
		return nil // another process moved the same file on
	}
	if err := writeNew(path, next); err != nil {
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

func writeNew(path string, l link) error {
	if err := removeLeftover(path + newSuffix); err != nil {
		return err
	}
	f, err := os.OpenFile(path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(l.marshal())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+newSuffix))
	}
	return nil
}

func read(path string) (link, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return link{}, fmt.Errorf("%s: %w", path, ErrMissing)
	}
	if err != nil {
		return link{}, fmt.Errorf("read key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return link{}, fmt.Errorf("read key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return link{}, fmt.Errorf("%s has mode %04o: %w", path, info.Mode().Perm(), ErrExposed)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return link{}, fmt.Errorf("read key file: %w", err)
	}
	l, ok := parse(text)
	if !ok {
		return link{}, fmt.Errorf("%s: %w", path, ErrDamaged)
	}
	return l, nil
}

func (l link) marshal() []byte {
	body := fmt.Appendf(nil, "%s %s %x", magic, l.date, l.value)
	return fmt.Appendf(body, " %x\n", checksum(body))
}

func parse(text []byte) (link, bool) {
	parts := bytes.Fields(text)
	if len(parts) != 4 || string(parts[0]) != magic {
		return link{}, false
	}
	var l link
	if err := l.date.UnmarshalText(parts[1]); err != nil {
		return link{}, false
	}
	if n, err := hex.Decode(l.value[:], parts[2][:min(len(parts[2]), 2*len(l.value))]); err != nil || n != len(l.value) {
		return link{}, false
	}
	return l, bytes.Equal(bytes.TrimSpace(text), bytes.TrimSpace(l.marshal()))
}

// checksum notices a value that was typed or copied wrongly. It stands beside
// the value itself and so gives nothing away.
func checksum(body []byte) []byte {
	sum := sha256.Sum256(body)
	return sum[:4]
}

func removeLeftover(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		overwrite(f)
		f.Close()
	}
	return os.Remove(path)
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
