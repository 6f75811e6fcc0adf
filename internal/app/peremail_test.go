package app_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// notedStore notes which branches the last update held.
type notedStore struct {
	ledger.Store
	branches []town.BranchID
}

func (s *notedStore) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	s.branches = branches
	return s.Store.Update(ctx, branches, fn)
}

// TestALimitPerAddressHoldsEveryBranch: two bookings at two branches would not
// see each other where the database has more than one writer.
func TestALimitPerAddressHoldsEveryBranch(t *testing.T) {
	var store *notedStore
	h := openTownHallWith(t, func(s ledger.Store) ledger.Store {
		store = &notedStore{Store: s}
		return store
	})
	h.book(at(t, tuesday, "13:00"))
	if diff := cmp.Diff([]town.BranchID{markt}, store.branches); diff != "" {
		t.Errorf("without a limit (-want +got):\n%s", diff)
	}
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        max_per_email: 2\n")
	h.book(at(t, tuesday, "14:00"))
	if diff := cmp.Diff([]town.BranchID{markt, nera}, store.branches); diff != "" {
		t.Errorf("with a limit (-want +got):\n%s", diff)
	}
}
