package postgres_test

import (
	"database/sql"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// TestNobodyIsPassedWhoWaitsForABranch stops the server's process of one who waits,
// as a busy machine does for a while, and lets another come after the branch was
// given free: it got the row, for whoever waited woke to one that was changed. A call
// stood behind the steps of a run for seconds so.
func TestNobodyIsPassedWhoWaitsForABranch(t *testing.T) {
	url := server.Database(t)
	s, err := openStore(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Update(t.Context(), []town.BranchID{"b"}, func(tx ledger.Tx) error {
		return tx.Catalogue().Put(t.Context(), catalogue.Document{Kind: "branch", ID: "b", Body: []byte("{}")})
	}); err != nil {
		t.Fatal(err)
	}
	order, done := make(chan string, 3), make(chan error, 3)
	change := func(name string, meanwhile func()) {
		done <- s.Update(t.Context(), []town.BranchID{"b"}, func(tx ledger.Tx) error {
			order <- name
			meanwhile()
			_, err := tx.Events().Append(t.Context(), "b", ledger.Event{At: moment, Kind: ledger.EventAlarm})
			return err
		})
	}
	waiting := func(n int) func() bool {
		return func() bool {
			now, err := server.Waiting(t.Context(), url)
			return err != nil || now == n
		}
	}
	free := make(chan struct{})
	go change("first", func() { <-free })
	until(t, func() bool { return len(order) == 1 })
	go change("second", func() {})
	until(t, waiting(1))
	stopped := waitsIn(t, url)
	signal(t, stopped, syscall.SIGSTOP)
	defer signal(t, stopped, syscall.SIGCONT)
	close(free)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	go change("third", func() {})
	until(t, func() bool { return len(order) == 2 || waiting(2)() })
	signal(t, stopped, syscall.SIGCONT)
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	close(order)
	var got []string
	for name := range order {
		got = append(got, name)
	}
	if diff := cmp.Diff([]string{"first", "second", "third"}, got); diff != "" {
		t.Errorf("order (-asked +got):\n%s", diff)
	}
}

// waitsIn returns the process of the one statement in a database that waits.
func waitsIn(t *testing.T, url string) (pid int) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRow(`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&pid)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func signal(t *testing.T, pid int, what syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, what); err != nil {
		t.Error(err)
	}
}

// until waits until something is so, for half a minute at most.
func until(t *testing.T, so func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for !so() {
		select {
		case <-deadline:
			t.Fatal("it never came so")
		case <-tick.C:
		}
	}
}
