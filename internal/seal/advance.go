package seal

import (
	"errors"
	"fmt"

	"aufruf/internal/town"
)

// Advance moves the chain on to a day and replaces the file: from then on the
// keys of earlier days can't be derived again, by nobody. A day that is not
// after the chain's changes nothing; the chain never moves back. ErrReplaced
// where the file holds another chain, or none: then it isn't touched. On any
// error the chain stands where it stood.
func (k *Keys) Advance(to town.Date) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == nil {
		return errClosed
	}
	defer k.page.scrub()
	next, err := k.next(to)
	if err == nil && next != nil {
		err = alone(k.path, func() error { return k.moveFile(next) })
	}
	if err != nil {
		return fmt.Errorf("move key file on to %s: %w", to, err)
	}
	if next != nil {
		k.move(next)
	}
	return nil
}

// Check compares the file with the chain that these keys come from. ErrReplaced
// where it holds another one, or none: after a theft somebody put it there, or
// took it away, and the server that still runs with the old one must not write
// that back.
func (k *Keys) Check() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == nil {
		return errClosed
	}
	defer k.page.scrub()
	return alone(k.path, func() error {
		_, err := k.stored()
		return err
	})
}

// next derives where the chains stand on a day; nil: they stand there, or after
// it.
func (k *Keys) next(to town.Date) ([]link, error) {
	next, later := make([]link, len(k.links)), false
	for i, l := range k.links {
		next[i] = link{date: max(l.date, to), value: &k.page.next[i]}
		if err := l.reaches(next[i].date); err != nil {
			return nil, err
		}
		later = later || next[i].date > l.date
	}
	if !later {
		return nil, nil
	}
	var err error
	clean(func() {
		for i, l := range k.links {
			err = errors.Join(err, k.page.walk(l, next[i].date))
			*next[i].value = k.page.walked
		}
	})
	return next, err
}

// moveFile stores where the chains stand now. A file that another process moved
// further on stays as it is.
func (k *Keys) moveFile(next []link) error {
	stored, err := k.stored()
	if err != nil {
		return err
	}
	latest, behind := make([]link, len(next)), false
	for i := range next {
		latest[i] = stored[i]
		if next[i].date > stored[i].date {
			latest[i], behind = next[i], true
		}
	}
	if !behind {
		return nil
	}
	return k.page.replace(k.path, latest)
}

// stored reads the file, and compares it with what is in memory.
func (k *Keys) stored() ([]link, error) {
	stored, _, err := k.page.read(k.path, &k.page.stored)
	if errors.Is(err, ErrMissing) || errors.Is(err, ErrDamaged) {
		return nil, fmt.Errorf("%w: %w", ErrReplaced, err)
	}
	if err != nil {
		return nil, err
	}
	same := len(stored) == len(k.links)
	clean(func() {
		for i := 0; same && i < len(stored); i++ {
			same = k.page.same(stored[i], k.links[i])
		}
	})
	if !same {
		return nil, fmt.Errorf("%w: %s holds another chain", ErrReplaced, k.path)
	}
	return stored, nil
}

// move lets memory stand where the file stands, and forgets what was derived.
func (k *Keys) move(next []link) {
	for i, l := range next {
		k.links[i].date = l.date
		*k.links[i].value = *l.value
	}
	k.forget()
}

// forget wipes every derived key.
func (k *Keys) forget() {
	for _, key := range k.ready {
		wipe(key.AEAD)
	}
	clear(k.ready)
	clear(k.hashed)
	clear(k.page.hashed[:])
}
