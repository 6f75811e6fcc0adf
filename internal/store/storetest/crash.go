package storetest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// crashPlace tells a child process of the test binary where to write.
const crashPlace = "AUFRUF_STORETEST_PLACE"

// enough reports of the child before it is killed.
const enough = 300

// Main runs the tests; in the child process that testCrash starts and kills it
// writes instead, until it is killed.
func Main(m *testing.M, open func(context.Context, string) (ledger.Store, error)) int {
	if !IsChild() {
		return m.Run()
	}
	if err := writeForever(os.Getenv(crashPlace), open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// IsChild reports whether this process is the one that writes until killed.
func IsChild() bool { return os.Getenv(crashPlace) != "" }

// testCrash kills a process that writes with all its might. What it had
// reported as committed is there afterwards, each ticket with its event, and
// the position counts on without a gap.
func testCrash(t *testing.T, engine Engine) {
	place := engine.New(t)
	s := reopen(t, engine, place)
	for _, id := range branches {
		addBranch(t, s, id)
	}
	reported := killWriter(t, place)

	again := reopen(t, engine, place)
	last := consistent(t, again)
	if last < reported {
		t.Fatalf("last position %d, but %d was reported as durable", last, reported)
	}
	update(t, again, []town.BranchID{markt}, func(ctx context.Context, tx ledger.Tx) error {
		before, err := tx.Events().Last(ctx, markt)
		if err != nil {
			return err
		}
		events, err := tx.Events().Append(ctx, markt, ledger.Event{At: at, Kind: ledger.EventQueue})
		if err == nil && events[0].Seq != before+1 {
			t.Errorf("next position %d after %d", events[0].Seq, before)
		}
		return err
	})
}

// killWriter starts the child, kills it in the middle of its work and returns
// the highest position that it had reported.
func killWriter(t *testing.T, place string) town.Seq {
	t.Helper()
	program, err := os.Executable()
	is(t, "executable", err, nil)
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), crashPlace+"="+place)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	is(t, "pipe", err, nil)
	is(t, "start", child.Start(), nil)

	highest, lines := town.Seq(0), 0
	for scanner := bufio.NewScanner(out); scanner.Scan(); lines++ {
		var seq town.Seq
		if _, err := fmt.Sscan(scanner.Text(), &seq); err == nil { // the last line may be cut off
			highest = max(highest, seq)
		}
		if lines == enough {
			is(t, "kill", child.Process.Kill(), nil)
		}
	}
	if err := child.Wait(); err == nil || lines < enough {
		t.Fatalf("the writing process ended by itself after %d reports: %v", lines, err)
	}
	return highest
}

func writeForever(place string, open func(context.Context, string) (ledger.Store, error)) error {
	ctx := context.Background()
	s, err := open(ctx, place)
	if err != nil {
		return err
	}
	failures := make(chan error)
	for writer := range 8 {
		go func() {
			for n := 0; ; n++ {
				seq, err := writeOne(ctx, s, fmt.Sprintf("w%d-%d", writer, n))
				if err != nil {
					failures <- err
					return
				}
				fmt.Println(seq)
			}
		}()
	}
	return <-failures
}

func writeOne(ctx context.Context, s ledger.Store, id string) (seq town.Seq, err error) {
	err = s.Update(ctx, []town.BranchID{markt}, func(tx ledger.Tx) error {
		ticket := walkIn(markt, 0)
		ticket.ID, ticket.TokenHash, ticket.State = town.TicketID(id), nil, queue.Cancelled // so that numbers don't run out
		if err := tx.Tickets().Insert(ctx, ticket); err != nil {
			return err
		}
		events, err := tx.Events().Append(ctx, markt, ledger.Event{At: at, Kind: ledger.EventQueue, Ticket: ticket.ID})
		if err != nil {
			return err
		}
		seq = events[0].Seq
		return nil
	})
	return seq, err
}
