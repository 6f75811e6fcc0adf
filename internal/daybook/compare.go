package daybook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Compare returns what memory knows to be given away at a branch, and what the
// rows say, in one order. Followed is false where memory is behind.
func (m *Memory) Compare(ctx context.Context, branch town.BranchID) (memory, rows []ledger.OfficeSpan, followed bool, err error) {
	err = m.store.View(ctx, func(tx ledger.Tx) error {
		at, err := tx.Events().Position(ctx, branch)
		if err != nil {
			return err
		}
		known := m.free.known(branch)
		if followed = known.is(at); !followed {
			return nil
		}
		read := &GivenAway{offices: map[town.OfficeID]map[town.Date][]booking.Span{}}
		if err := read.fill(ctx, tx, branch, known.from, known.from.AddDays(400), m.instant().Trusted); err != nil {
			return err
		}
		memory, rows = known.listed(m.instant().Trusted), read.listed(m.instant().Trusted)
		return nil
	})
	return memory, rows, followed, err
}

func (g *GivenAway) listed(now time.Time) []ledger.OfficeSpan {
	listed := []ledger.OfficeSpan{}
	for office, days := range g.offices {
		for date, spans := range days {
			for _, span := range spans {
				if span.Expires == 0 || now.Unix() < span.Expires {
					listed = append(listed, ledger.OfficeSpan{Office: office, Date: date, Span: span})
				}
			}
		}
	}
	slices.SortFunc(listed, func(a, b ledger.OfficeSpan) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return listed
}
