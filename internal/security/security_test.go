package security_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/security"
	"aufruf/internal/store/sqlite"
)

// text is a log that can be read while it is written.
type text struct {
	mu sync.Mutex
	strings.Builder
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Builder.Write(p)
}

// TestAFloodIsOneLineAndOneRow: what refuses must not be a way to fill a disk.
func TestAFloodIsOneLineAndOneRow(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "aufruf.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	f, path := openFile(t, noon)
	logged := new(text)
	l := security.New(security.Config{File: f, Log: slog.New(slog.NewTextHandler(logged, nil)), Now: func() time.Time { return noon }})
	for range 1000 {
		l.Refused(t.Context(), access.Event{Name: access.EventSignInRefused, Account: "anna", Way: access.ByPassword, Detail: "wrong_password", Address: "203.0.113.7"})
	}
	ctx, end := context.WithCancel(t.Context())
	end()
	if err := l.Run(ctx, store); err != nil { // what is left is kept at the end
		t.Fatal(err)
	}
	var kept []ledger.SecurityEvent
	err = store.View(t.Context(), func(tx ledger.Tx) (err error) {
		kept, err = tx.Security().Last(t.Context(), 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, e := range kept {
		sum += e.Times
	}
	if len(kept) != 1 || sum != 1000 {
		t.Errorf("got %d rows for %d refusals, want one for 1000", len(kept), sum)
	}
	if got := strings.Count(logged.String(), "\n"); got != 1 || !strings.Contains(logged.String(), "event=sign_in_refused way=password") {
		t.Errorf("got %d lines in the program's log:\n%s", got, logged.String())
	}
	if strings.Contains(logged.String(), "203.0.113.7") {
		t.Error("the program's log holds an address")
	}
	if strings.Contains(logged.String(), "anna") {
		t.Error("the program's log holds an account")
	}
	if got := len(lines(t, path)); got != 1000 {
		t.Errorf("got %d lines for blockers, want each", got)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(l)
	counted, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := 0.0
	for _, m := range counted[0].GetMetric() {
		all += m.GetCounter().GetValue()
	}
	if got := len(counted[0].GetMetric()); all != 1000 || got != len(access.EventNames) {
		t.Errorf("got %v counted under %d names", all, got)
	}
}
