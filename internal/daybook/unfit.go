package daybook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"aufruf/internal/booking"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Unfit is an appointment that nobody has called yet and that no longer fits,
// in the branch's time.
type Unfit struct {
	queue.Ticket
	Why booking.Unfit
	// Reserved: the time is one that was reserved for the appointment, which stands
	// elsewhere.
	Reserved bool
}

// judgements keeps, per branch, what no longer fits. It is computed, never
// stored: exact for one committed position of the branch, whose events tell which
// dates to judge anew.
type judgements struct {
	branches sync.Map // town.BranchID -> *judgedSheet
}

type judgedSheet struct {
	mu      sync.Mutex // held while dates are judged
	current atomic.Pointer[judged]
}

// judged is what no longer fits at a position. A published one never changes.
type judged struct {
	at    ledger.Position
	from  town.Date // nothing before it is judged
	dates map[town.Date][]Unfit
}

func (j *judgements) sheet(branch town.BranchID) *judgedSheet {
	sheet, ok := j.branches.Load(branch)
	if !ok {
		sheet, _ = j.branches.LoadOrStore(branch, new(judgedSheet))
	}
	return sheet.(*judgedSheet)
}

// Unfit returns a branch's appointments, from today on, that no longer fit, the
// next first. The answer is shared: read only. It may be behind other nodes for a
// moment. Errors: NotFound for an unknown branch.
func (m *Memory) Unfit(ctx context.Context, branch town.BranchID) ([]Unfit, error) {
	b, err := m.plans.Now().Known(branch)
	if err != nil {
		return nil, err
	}
	today := b.Today(m.instant().Wall)
	sheet := m.judged.sheet(branch)
	upToDate := func() *judged {
		if j := sheet.current.Load(); j != nil && j.from == today && j.at.Seq >= m.Seq(branch) {
			return j
		}
		return nil
	}
	if j := upToDate(); j != nil {
		return j.all(), nil
	}
	sheet.mu.Lock()
	defer sheet.mu.Unlock()
	if j := upToDate(); j != nil {
		return j.all(), nil
	}
	next, err := m.judge(ctx, branch, sheet.current.Load())
	if err != nil {
		return nil, fmt.Errorf("judge what no longer fits: %w", err)
	}
	sheet.current.Store(next)
	m.Saw(branch, next.at.Seq)
	return next.all(), nil
}

func (j *judged) all() []Unfit {
	var all []Unfit
	for _, date := range slices.Sorted(maps.Keys(j.dates)) {
		if date >= j.from {
			all = append(all, j.dates[date]...)
		}
	}
	return all
}

// judge brings an older judgement up to date, or begins anew without one.
func (m *Memory) judge(ctx context.Context, branch town.BranchID, old *judged) (next *judged, err error) {
	err = m.store.View(ctx, func(tx ledger.Tx) error {
		rules, err := m.plans.Seen(ctx, tx)
		if err != nil {
			return err
		}
		b, err := rules.Known(branch)
		if err != nil {
			return err
		}
		at, err := tx.Events().Position(ctx, branch)
		if errors.Is(err, ledger.ErrNotFound) {
			return plan.ErrBranch
		}
		if err != nil {
			return err
		}
		next = &judged{at: at, from: b.Today(m.instant().Wall), dates: map[town.Date][]Unfit{}}
		dates, whole, err := old.changed(ctx, tx, branch, next.from)
		if err != nil {
			return err
		}
		if whole {
			return next.judgeAll(ctx, tx, rules, b)
		}
		maps.Copy(next.dates, old.dates)
		for _, date := range dates {
			if err := next.judgeDate(ctx, tx, rules, b, date); err != nil {
				return err
			}
		}
		return nil
	})
	return next, err
}

// changed returns the dates to judge anew, or that all must be. Today is always
// among them: calls change who is judged, and name no date.
func (j *judged) changed(ctx context.Context, tx ledger.Tx, branch town.BranchID, today town.Date) (dates []town.Date, whole bool, err error) {
	if j == nil || today < j.from || today >= j.from+7 { // events are kept for so long at least
		return nil, true, nil
	}
	dates, whole, err = datesSince(ctx, tx, branch, j.at.Seq)
	dates = append(dates, today)
	slices.Sort(dates)
	return slices.Compact(dates), whole, err
}

func (j *judged) judgeAll(ctx context.Context, tx ledger.Tx, rules *plan.Plan, b *plan.Branch) error {
	live, err := Standing(ctx, tx, b.ID, j.from, j.from.AddDays(FarAway))
	if err != nil {
		return err
	}
	for _, u := range UnfitAmong(rules, b, live) {
		j.dates[u.Date] = append(j.dates[u.Date], u)
	}
	return nil
}

func (j *judged) judgeDate(ctx context.Context, tx ledger.Tx, rules *plan.Plan, b *plan.Branch, date town.Date) error {
	delete(j.dates, date)
	if date < j.from {
		return nil
	}
	live, err := Standing(ctx, tx, b.ID, date, date)
	if err != nil {
		return err
	}
	if unfit := unfitOf(rules, b, date, live); len(unfit) > 0 {
		j.dates[date] = unfit
	}
	return nil
}

// Standing returns what takes a branch's time from one date to another, ordered by
// start: live appointments, and under ids of their own the times that are reserved
// for others (ledger.Reserves).
func Standing(ctx context.Context, tx ledger.Tx, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	live, err := tx.Tickets().Between(ctx, branch, from, to)
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	reserved, err := tx.Reservations().On(ctx, branch, from, to)
	if err != nil {
		return nil, fmt.Errorf("read reserved times: %w", err)
	}
	if len(reserved) == 0 {
		return live, nil
	}
	for _, r := range reserved {
		live = append(live, r.AsTicket())
	}
	slices.SortStableFunc(live, func(x, y queue.Ticket) int { return cmp.Or(cmp.Compare(x.Date, y.Date), x.Start.Compare(y.Start)) })
	return live, nil
}

// UnfitAmong judges all live appointments of a branch on some dates, ordered by
// start, by a plan, which need not be the one that holds.
func UnfitAmong(rules *plan.Plan, b *plan.Branch, live []queue.Ticket) []Unfit {
	var all []Unfit
	for len(live) > 0 {
		date := live[0].Date
		n := slices.IndexFunc(live, func(t queue.Ticket) bool { return t.Date != date })
		if n < 0 {
			n = len(live)
		}
		all = append(all, unfitOf(rules, b, date, live[:n])...)
		live = live[n:]
	}
	return all
}

func unfitOf(rules *plan.Plan, b *plan.Branch, date town.Date, live []queue.Ticket) []Unfit {
	var list []Unfit
	why := rules.Unfit(b, date, live)
	for _, t := range live {
		if reason, unfit := why[t.ID]; unfit {
			u := Unfit{Ticket: b.Local(t), Why: reason}
			if id, reserved := ledger.Reserves(t.ID); reserved {
				u.ID, u.Reserved = id, true
			}
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(x, y Unfit) int {
		return cmp.Or(x.Start.Compare(y.Start), queue.ByCreation(x.Ticket, y.Ticket))
	})
	return list
}
