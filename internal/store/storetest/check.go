package storetest

import (
	"context"
	"errors"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/store"
)

// testCheck: what the store lets somebody write and no use case would is found,
// and nothing else.
func testCheck(t *testing.T, engine Engine) {
	s := open(t, engine)
	check := s.(interface {
		Check(context.Context) (map[store.Complaint]int, error)
	}).Check
	found, err := check(t.Context())
	if err != nil || len(found) > 0 {
		t.Fatalf("of a new place: got %v, %v; want nothing", found, err)
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		var errs []error
		for n := range 2 {
			ticket := walkIn(markt, n)
			ticket.State, ticket.Room, ticket.User = queue.Called, "platz-1", "meier"
			errs = append(errs, tx.Tickets().Insert(ctx, ticket))
		}
		return errors.Join(errs...)
	})
	found, err = check(t.Context())
	if err != nil || len(found) != 1 || found[store.RoomTwice] != 1 {
		t.Errorf("two in one room: got %v, %v", found, err)
	}
}
