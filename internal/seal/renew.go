package seal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"aufruf/internal/town"
)

var errManyChains = errors.New("a renewal that was begun with another file isn't settled yet: end it first")

// Renew begins a new chain at today, in a file that goes on opening what the old
// one has sealed until Settle. Where a renewal was begun and not settled, it is
// continued; where there is no file, only the new chain is in it. from names a
// file whose chain opens too, for example a copy that was found again; empty:
// none. No server may run with the file meanwhile (Exclude). ErrExposed,
// ErrOtherKind, ErrDamaged.
func Renew(path, from string, today town.Date, random io.Reader) (*Keys, error) {
	k, created, err := OpenOrCreate(path, today, random)
	if err != nil {
		return nil, err
	}
	if err := k.renew(from, today, random, created); err != nil {
		err = errors.Join(fmt.Errorf("renew key file: %w", err), k.Close())
		if created {
			err = errors.Join(err, os.Remove(path))
		}
		return nil, err
	}
	return k, nil
}

// Renewing reports whether older chains still open what they have sealed.
func (k *Keys) Renewing() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.links) > 1
}

// Settle ends a renewal: from then on the old chains open nothing.
func (k *Keys) Settle() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == nil {
		return errClosed
	}
	if len(k.links) == 1 {
		return nil
	}
	defer k.page.scrub()
	err := alone(k.path, func() error {
		if _, err := k.stored(); err != nil {
			return err
		}
		return k.page.replace(k.path, k.links[:1])
	})
	if err != nil {
		return fmt.Errorf("settle key file: %w", err)
	}
	k.links = k.links[:1]
	clear(k.page.chains[1:])
	k.forget()
	return nil
}

func (k *Keys) renew(from string, today town.Date, random io.Reader, created bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	defer k.page.scrub()
	links := slices.Clone(k.links)
	if !created && len(links) == 1 {
		begun, err := k.beginBefore(links[0], today, random)
		if err != nil {
			return err
		}
		links = begun
	}
	if from != "" {
		with, err := k.withOld(links, from)
		if err != nil {
			return err
		}
		links = with
	}
	if err := alone(k.path, func() error { return k.page.replace(k.path, links) }); err != nil {
		return err
	}
	k.links = links
	k.forget()
	return nil
}

// beginBefore starts a new chain and keeps the old one after it.
func (k *Keys) beginBefore(old link, today town.Date, random io.Reader) ([]link, error) {
	first, second := &k.page.chains[0], &k.page.chains[1]
	if _, err := io.ReadFull(random, k.page.key[:]); err != nil {
		return nil, err
	}
	*second, *first = *old.value, k.page.key
	return []link{{date: today, value: first}, {date: old.date, value: second}}, nil
}

// withOld adds the first chain of another file, unless it is there already.
func (k *Keys) withOld(links []link, from string) ([]link, error) {
	found, _, err := k.page.read(from, &k.page.stored)
	if err != nil {
		return nil, err
	}
	known := false
	clean(func() {
		for _, l := range links {
			known = known || k.page.same(l, found[0])
		}
	})
	if known {
		return links, nil
	}
	if len(links) == maxChains {
		return nil, errManyChains
	}
	value := &k.page.chains[len(links)]
	*value = *found[0].value
	return append(links, link{date: found[0].date, value: value}), nil
}
