package forced

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/sqlite/sqlitetest"
)

// Whoever stands behind another one's transaction is seen to; whoever is at work,
// however long, is not.
func TestWhoStandsBehindALockIsSeen(t *testing.T) {
	s := Wrap(t, sqlitetest.Open(t, filepath.Join(t.TempDir(), "aufruf.db")))
	set := func() error {
		return s.Update(t.Context(), nil, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "key", "value") })
	}
	gate := s.Hold("Meta.Set.Done")
	first := start(set)
	gate.Await()
	second := start(set)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !s.standsStill() {
		if ctx.Err() != nil {
			t.Fatal("the second stands behind the first, and is said to be at work")
		}
	}
	working := make(chan struct{})
	var ended atomic.Bool
	busy := start(func() error {
		close(working)
		for !ended.Load() {
		}
		return nil
	})
	<-working
	if s.standsStill() {
		t.Error("somebody is at work, and nobody is said to be")
	}
	ended.Store(true)
	gate.Release()
	for _, r := range []*running{busy, first, second} {
		if err := r.wait(t); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// An engine in another process is asked: a statement that runs long stands
// behind nobody.
func TestAnEngineElsewhereIsAsked(t *testing.T) {
	asking := goroutine{state: "IO wait", frames: "github.com/jackc/pgx/v5/pgconn.(*PgConn).peekMessage(...)"}
	if !asking.asksServer() || asking.atWork() {
		t.Error("a goroutine that waits for an answer isn't seen as that")
	}
	for state, want := range map[string]bool{"chan receive": false, "select": false, "sync.Mutex.Lock": false, "runnable": true, "sleep": true} {
		if got := (goroutine{state: state}).atWork(); got != want {
			t.Errorf("%s: got %v, want %v", state, got, want)
		}
	}
}
