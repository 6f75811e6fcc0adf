package mail

import (
	"bufio"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/town"
)

// leftoverAge is when a temporary file can't be anybody's work any more.
const leftoverAge = time.Hour

// kept is one message file. Its name is TICKET.CAUSE.REVISION.eml.
type kept struct {
	name     string
	ticket   string
	revision int
	expires  time.Time // zero: says nothing
}

// Erase removes the messages whose day is over, and with a ticket's newest
// message all its older ones: those may tell of a later day that no longer
// counts. It returns how many. Files that are not ours stay.
func (f *Folder) Erase(now time.Time) (int, error) {
	all, err := f.list()
	if err != nil {
		return 0, err
	}
	newest := map[string]kept{}
	for _, k := range all {
		if n, ok := newest[k.ticket]; !ok || k.revision > n.revision || k.revision == n.revision && k.expires.Before(n.expires) {
			newest[k.ticket] = k
		}
	}
	count := 0
	for _, k := range all {
		if !k.over(now) && !newest[k.ticket].over(now) {
			continue
		}
		if err := wipe(k.name); err != nil {
			return count, fmt.Errorf("erase mail: %w", err)
		}
		count++
	}
	return count, f.eraseLeftovers()
}

func (k kept) over(now time.Time) bool { return !k.expires.IsZero() && !k.expires.After(now) }

// EraseTicket removes all messages of a ticket and returns how many.
func (f *Folder) EraseTicket(ticket town.TicketID) (int, error) {
	all, err := f.list()
	if err != nil {
		return 0, err
	}
	count := 0
	for _, k := range all {
		if k.ticket != string(ticket) {
			continue
		}
		if err := wipe(k.name); err != nil {
			return count, fmt.Errorf("erase mail: %w", err)
		}
		count++
	}
	return count, nil
}

// EraseMail removes one message; none is fine.
func (f *Folder) EraseMail(id string) error {
	if err := wipe(filepath.Join(f.path, id+".eml")); err != nil {
		return fmt.Errorf("erase mail: %w", err)
	}
	return nil
}

func (f *Folder) list() ([]kept, error) {
	names, err := filepath.Glob(filepath.Join(f.path, "*.eml"))
	if err != nil {
		return nil, fmt.Errorf("list mail folder: %w", err)
	}
	var all []kept
	for _, name := range names {
		parts := strings.Split(strings.TrimSuffix(filepath.Base(name), ".eml"), ".")
		revision, err := strconv.Atoi(parts[len(parts)-1])
		if err != nil || len(parts) != 3 {
			continue
		}
		expires, err := expiry(name)
		if err != nil {
			return nil, fmt.Errorf("read mail folder: %w", err)
		}
		all = append(all, kept{name: name, ticket: parts[0], revision: revision, expires: expires})
	}
	return all, nil
}

// expiry reads when a message loses its meaning; zero where it doesn't say.
func expiry(name string) (time.Time, error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	defer file.Close()
	message, err := mail.ReadMessage(bufio.NewReader(file))
	if err != nil {
		return time.Time{}, nil
	}
	at, err := mail.ParseDate(message.Header.Get(expiresHeader))
	if err != nil {
		return time.Time{}, nil
	}
	return at, nil
}

// eraseLeftovers removes what a crash left half-written.
func (f *Folder) eraseLeftovers() error {
	names, err := filepath.Glob(filepath.Join(f.path, temporaryPrefix+"*"))
	if err != nil {
		return fmt.Errorf("list mail folder: %w", err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || time.Since(info.ModTime()) < leftoverAge {
			continue
		}
		if err := wipe(name); err != nil {
			return fmt.Errorf("erase mail: %w", err)
		}
	}
	return nil
}

// wipe overwrites a file before it removes it, as far as the medium lets it.
func wipe(name string) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		_, err = file.Write(make([]byte, info.Size()))
	}
	return errors.Join(err, file.Sync(), file.Close(), os.Remove(name))
}
