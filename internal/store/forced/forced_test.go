package forced_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/sqlite"
)

var errForced = errors.New("forced")

func open(t *testing.T) *forced.Store {
	t.Helper()
	inner, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "aufruf.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := forced.Wrap(t, inner)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func set(t *testing.T, s *forced.Store, value string) func() error {
	return func() error {
		return s.Update(t.Context(), nil, func(tx ledger.Tx) error { return tx.Meta().Set(t.Context(), "key", value) })
	}
}

func stored(t *testing.T, s *forced.Store) (value string) {
	t.Helper()
	err := s.View(t.Context(), func(tx ledger.Tx) (err error) {
		value, err = tx.Meta().Get(t.Context(), "key")
		return err
	})
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		t.Fatal(err)
	}
	return value
}

func TestATransactionStandsStillWhereItIsHeld(t *testing.T) {
	for _, point := range []string{"Update.Begin", "Meta.Set", "Meta.Set.Done", "Update.Commit"} {
		t.Run(point, func(t *testing.T) {
			s := open(t)
			before := stored(t, s)
			gate, ended := s.Hold(point), make(chan error, 1)
			go func() { ended <- set(t, s, point)() }()
			gate.Await()
			if got := stored(t, s); got != before {
				t.Errorf("while it stands: %q, want %q", got, before)
			}
			gate.Release()
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			if got := stored(t, s); got != point {
				t.Errorf("afterwards: %q, want %q", got, point)
			}
		})
	}
}

func TestOneUseCaseRunsWhileAnotherStands(t *testing.T) {
	for point, want := range map[string]string{
		"Update.Begin": "first", "Meta.Set": "second", "Meta.Set.Done": "second", "Update.Commit": "second", "Update.Done": "second",
	} {
		t.Run(point, func(t *testing.T) {
			s := open(t)
			first, second := s.Meanwhile(point, set(t, s, "first"), set(t, s, "second"))
			if err := errors.Join(first, second); err != nil {
				t.Fatal(err)
			}
			if got := stored(t, s); got != want {
				t.Errorf("got %q last, want %q", got, want)
			}
		})
	}
}

func TestAFailureIsReturnedAsOftenAsSaid(t *testing.T) {
	s := open(t)
	s.Fail("Meta.Set", errForced, 2)
	for range 2 {
		if err := set(t, s, "failed")(); !errors.Is(err, errForced) {
			t.Errorf("got %v, want it to fail", err)
		}
	}
	if err := set(t, s, "third")(); err != nil {
		t.Error(err)
	}
	if got := stored(t, s); got != "third" {
		t.Errorf("got %q stored, want the third", got)
	}
}

func TestAFailureThatIsPassedOverDoesNotCommit(t *testing.T) {
	s := open(t)
	s.Fail("Meta.Get", errForced, 1)
	err := s.Update(t.Context(), nil, func(tx ledger.Tx) error {
		if _, err := tx.Meta().Get(t.Context(), "key"); err == nil {
			t.Error("read succeeded")
		}
		return tx.Meta().Set(t.Context(), "key", "half")
	})
	if !errors.Is(err, errForced) {
		t.Errorf("got %v, want the failure", err)
	}
	if got := stored(t, s); got != "" {
		t.Errorf("got %q stored", got)
	}
}

func TestAFailureAfterTheCommitLeavesTheChange(t *testing.T) {
	s := open(t)
	s.Fail("Update.Done", errForced, 1)
	if err := set(t, s, "durable")(); !errors.Is(err, errForced) {
		t.Errorf("got %v, want it to fail", err)
	}
	if got := stored(t, s); got != "durable" {
		t.Errorf("got %q stored, want the change", got)
	}
}

// Each operation of each row set is a point of its own name.
func TestEveryRowOperationPassesItsPoint(t *testing.T) {
	s := open(t)
	for _, point := range forced.Points() {
		set, operation, _ := strings.Cut(point, ".")
		if operation == "" || set == "Update" || set == "View" || strings.HasSuffix(operation, ".Done") {
			continue
		}
		s.Fail(point, errForced, 1)
		err := s.View(t.Context(), func(tx ledger.Tx) error {
			rows := reflect.ValueOf(&tx).Elem().MethodByName(set).Call(nil)[0]
			return call(t.Context(), rows.MethodByName(operation))
		})
		if !errors.Is(err, errForced) || !strings.HasPrefix(err.Error(), point) {
			t.Errorf("%s: got %v, want it to fail", point, err)
		}
	}
}

// call calls an operation with nothing in its arguments, and returns its error.
func call(ctx context.Context, operation reflect.Value) error {
	args := []reflect.Value{reflect.ValueOf(ctx)}
	fixed := operation.Type().NumIn()
	if operation.Type().IsVariadic() {
		fixed--
	}
	for i := 1; i < fixed; i++ {
		args = append(args, reflect.Zero(operation.Type().In(i)))
	}
	results := operation.Call(args)
	err, _ := results[len(results)-1].Interface().(error)
	return err
}

// TestOneOperationAfterAnotherFails: of a transaction, of its operations, and of its
// end; what was reached is told, and a failure that nobody came to isn't due later.
func TestOneOperationAfterAnotherFails(t *testing.T) {
	s := open(t)
	var all []string
	for n := 1; ; n++ {
		s.FailNth(n, errForced)
		err := s.Update(t.Context(), nil, func(tx ledger.Tx) error {
			_, err := tx.Devices().All(t.Context())
			return err
		})
		failed := s.Heal()
		if len(failed) == 0 {
			break
		}
		if len(failed) != 1 || !errors.Is(err, errForced) {
			t.Fatalf("got %v at %v, want one failure", err, failed)
		}
		all = append(all, failed...)
	}
	if want := []string{"Update.Begin", "Devices.All", "Update.Commit"}; !slices.Equal(all, want) {
		t.Errorf("got %v, want %v", all, want)
	}
}
