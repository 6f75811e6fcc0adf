package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// errUnavailable is what everybody is told while the database is away. Whether
// anything was done may be unknown, where it went away during the commit: tried
// again under the same key, it is done once.
var errUnavailable = problem.New(problem.Unavailable, problem.Away).After(5 * time.Second)

const (
	// probeEvery is how often asking for readiness writes at most.
	probeEvery = time.Second
	// probeWithin is how long the database may take to answer that.
	probeWithin = 3 * time.Second
	// awayAgain is how often the log says that the database is still away.
	awayAgain = time.Minute
	// probeSize is how many bytes are written, as twice as many characters, before a
	// database counts as writable again.
	probeSize = 64 << 10
	// metaProbe is what is written to see whether anything can be.
	metaProbe = "probe"
)

// attended is the store as use cases have it: whoever meets a database that is
// away is told so, whatever they asked for, and it remembers how the last commit
// ended.
type attended struct {
	ledger.Store
	log    *slog.Logger
	passed func() time.Duration // since some fixed moment

	probing sync.Mutex // held while somebody probes: the others wait for what comes of it

	mu     sync.Mutex
	probed time.Duration // when last
	asked  bool          // probed says when
	away   error         // how the last commit failed; nil: it didn't
	told   alarm
}

// View implements ledger.Store. Errors: Unavailable "service.unavailable".
func (s *attended) View(ctx context.Context, fn func(ledger.Tx) error) error {
	return s.answered(ctx, s.Store.View(ctx, fn))
}

// Update implements ledger.Store. Errors: Unavailable "service.unavailable".
func (s *attended) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	err := s.Store.Update(ctx, branches, fn)
	if errors.Is(err, ledger.ErrAway) {
		s.mu.Lock()
		s.away = err
		s.mu.Unlock()
	}
	return s.answered(ctx, err)
}

// answered tells the log that the database is away, now and then, and the caller
// in words of ours.
func (s *attended) answered(ctx context.Context, err error) error {
	if !errors.Is(err, ledger.ErrAway) {
		return err
	}
	s.mu.Lock()
	due := s.told.dueEvery(s.passed(), awayAgain)
	s.mu.Unlock()
	if due {
		s.log.ErrorContext(ctx, "the database can't be read or written, and requests are answered with 503", "error", err.Error())
	}
	return errUnavailable.Because(err)
}

// ready reports how the last commit ended. It makes one where the last time that
// it did is some time ago: nobody else may be writing, and an update that had
// nothing to change says nothing. What failed stays so until that succeeds.
func (s *attended) ready(ctx context.Context) error {
	s.probing.Lock()
	defer s.probing.Unlock()
	if known, err := s.known(); known {
		return err
	}
	// Who asked may be gone before it is known.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeWithin)
	defer cancel()
	err := s.probe(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away, s.probed, s.asked = err, s.passed(), true
	if err == nil && s.told.raised {
		s.told = alarm{}
		s.log.InfoContext(ctx, "the database can be read and written again")
	}
	return err
}

func (s *attended) known() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked && s.passed()-s.probed < probeEvery, s.away
}

// probeValue is little, but more than what a use case writes once a commit failed:
// a disk that is full has often room for a page.
func (s *attended) probeValue() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away == nil {
		return "written", nil
	}
	much := make([]byte, probeSize)
	_, err := rand.Read(much) // nothing that is packed
	return hex.EncodeToString(much), err
}

func (s *attended) probe(ctx context.Context) error {
	value, err := s.probeValue()
	if err != nil {
		return err
	}
	err = s.Store.Update(ctx, nil, func(tx ledger.Tx) error { return tx.Meta().Set(ctx, metaProbe, value) })
	if err != nil {
		return err
	}
	return s.Store.View(ctx, func(tx ledger.Tx) error {
		_, err := tx.Meta().Get(ctx, metaProbe)
		return err
	})
}
