package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// RunPause is how long the mails of a run wait after its end: so long it can be
// undone without anybody having read of it.
const RunPause = 2 * time.Minute

// undoMargin before the mails leave nothing is undone any more: another node's
// clock may go before.
const undoMargin = 5 * time.Second

// Errors about runs.
var (
	errRun       = problem.New(problem.NotFound, "run.unknown")
	errRunOver   = problem.New(problem.Conflict, "run.over")
	errRunSent   = problem.New(problem.Conflict, "run.sent")
	errNothing   = problem.Field("termin", "concerned.none_chosen")
	errRunHalted = errors.New("the run was halted")
)

// NewRun draws the id under which a dealing can be begun once.
func (ds *Dealings) NewRun() (string, error) { return ds.secrets.ID() }

// Begin begins to carry a dealing out, under an id of NewRun; again under the same
// id is fine and begins nothing. It goes on by itself from here, over a restart too.
// Errors: as of Dealings.Preview; NotFound "run.unknown" for what is no id; Invalid
// where nothing is chosen.
func (ds *Dealings) Begin(ctx context.Context, actor access.Actor, id string, d Dealing) error {
	proposals, err := ds.Preview(ctx, actor, d)
	if err != nil {
		return err
	}
	if !secrets.IsID(id) {
		return errRun
	}
	if len(proposals) == 0 {
		return ds.begun(ctx, id)
	}
	err = ds.write(ctx, nil, func(v *view) error {
		run, err := v.newRun(ctx, actor, id, d, proposals)
		if err != nil {
			return err
		}
		items := make([]ledger.RunItem, len(proposals))
		for i, p := range proposals {
			items[i] = ledger.RunItem{Run: id, Place: i, Ticket: p.ID, Branch: p.Branch, State: ledger.ItemWaiting, Target: p.Target, Before: stood(p.Ticket)}
			if p.Left != "" {
				items[i].State, items[i].Note = ledger.ItemLeft, p.Left
			}
		}
		if err := v.Runs().Begin(ctx, run, items); err != nil {
			return err
		}
		return v.auditRun(ctx, actor, "run_"+string(d.Kind), run, len(items))
	})
	if errors.Is(err, ledger.ErrTaken) {
		return nil // a second press
	}
	if err == nil {
		ds.dealing.signal()
	}
	return err
}

// begun answers a second press, after which nothing is left to choose.
func (ds *Dealings) begun(ctx context.Context, id string) error {
	return ds.view(ctx, func(v *view) error {
		_, err := v.Runs().ByID(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) {
			return errNothing
		}
		return err
	})
}

func (v *view) newRun(ctx context.Context, actor access.Actor, id string, d Dealing, proposals []Proposal) (ledger.Run, error) {
	run := ledger.Run{
		ID: id, Branch: d.Branch, User: actor.User.ID, Kind: d.Kind, State: ledger.RunRunning, Created: v.now,
		Terms: ledger.RunTerms{Earliest: d.Earliest, Branches: targetBranches(v.rules, actor, d), Moves: d.Moves},
	}
	if d.Kind == ledger.RunOffer {
		run.Terms.Until = v.at.Stored(d.Until)
	}
	for _, p := range proposals {
		run.Date = max(run.Date, p.Date)
	}
	run.KeyDay = run.Date
	if d.Reason == "" {
		return run, nil
	}
	reason, keyDay, err := v.seal(ctx, placeOfRun(run), []byte(d.Reason))
	if err != nil {
		return run, v.unsealed(ctx, run.Branch, run.Date, err)
	}
	run.Reason, run.KeyDay = reason, keyDay
	return run, nil
}

// auditRun notes what somebody did with many at once.
func (v *view) auditRun(ctx context.Context, actor access.Actor, action string, run ledger.Run, n int) error {
	entry := ledger.AuditEntry{At: v.now, Branch: run.Branch, Actor: auditName(actor), Action: action, Detail: fmt.Sprint(n)}
	if err := v.Audit().Put(ctx, entry); err != nil {
		return fmt.Errorf("write audit trail: %w", err)
	}
	return nil
}

// RunItem is an appointment of a run as it is shown.
type RunItem struct {
	ledger.RunItem
	Appointment queue.Ticket // as it stands now, in its branch's time
	Since       string       // what somebody else did with it since; empty: it is as the run left it
}

// RunReport is how a run stands.
type RunReport struct {
	ledger.Run
	Items                       []RunItem
	Waiting, Done, Left, Undone int
	Undoable                    bool
	Mailed                      bool      // a mail of it waits to leave; read while it is undoable
	MailsLeave                  time.Time // by the clock that people see; zero: not known yet
}

// ReportRun tells how a run of a branch stands. Errors: Forbidden for whoever is
// neither reception nor manager of the branch; NotFound "run.unknown".
func (ds *Dealings) ReportRun(ctx context.Context, actor access.Actor, branch town.BranchID, id string) (RunReport, error) {
	if err := actor.MayReceive(branch); err != nil {
		return RunReport{}, err
	}
	var report RunReport
	err := ds.view(ctx, func(v *view) error {
		run, items, err := v.runOf(ctx, branch, id)
		if err != nil {
			return err
		}
		report = RunReport{Run: run, Items: make([]RunItem, len(items)), Undoable: undoable(run, v.at.Trusted)}
		if !run.MailsAt.IsZero() {
			report.MailsLeave = v.at.Shown(run.MailsAt).In(ds.zone(branch))
		}
		for i, item := range items {
			report.count(item.State)
			report.Items[i].RunItem = item
			t, err := v.Tickets().ByID(ctx, item.Ticket)
			if err != nil && !ledgerNotFound(err) {
				return fmt.Errorf("read ticket: %w", err)
			}
			if report.Undoable && !report.Mailed {
				if report.Mailed, err = v.mailWaitsOf(ctx, run, item); err != nil {
					return err
				}
			}
			report.Items[i].Since = changedSince(run.Kind, item, t)
			if b, err := v.rules.Known(t.Branch); err == nil {
				t = b.Local(t)
			}
			report.Items[i].Appointment = t
			if target := item.Target; target != nil {
				local := *target
				local.Start, local.End = local.Start.In(ds.zone(local.Branch)), local.End.In(ds.zone(local.Branch))
				report.Items[i].Target = &local
			}
		}
		return nil
	})
	return report, err
}

// mailWaitsOf reports whether a mail of a run about an appointment waits to leave.
func (v *view) mailWaitsOf(ctx context.Context, run ledger.Run, item ledger.RunItem) (bool, error) {
	if item.State != ledger.ItemDone {
		return false, nil
	}
	mails, err := v.Mails().OfTicket(ctx, item.Ticket)
	if err != nil {
		return false, fmt.Errorf("read mails: %w", err)
	}
	return slices.ContainsFunc(mails, func(m ledger.Mail) bool { return m.Run == run.ID && m.State == MailQueued }), nil
}

func (r *RunReport) count(state ledger.RunItemState) {
	switch state {
	case ledger.ItemWaiting:
		r.Waiting++
	case ledger.ItemDone:
		r.Done++
	case ledger.ItemLeft:
		r.Left++
	case ledger.ItemUndone:
		r.Undone++
	}
}

// runOf returns a run that was begun at a branch.
func (v *view) runOf(ctx context.Context, branch town.BranchID, id string) (ledger.Run, []ledger.RunItem, error) {
	run, err := v.Runs().ByID(ctx, id)
	if ledgerNotFound(err) || err == nil && run.Branch != branch {
		return run, nil, errRun
	}
	if err != nil {
		return run, nil, fmt.Errorf("read run: %w", err)
	}
	items, err := v.Runs().Items(ctx, id)
	if err != nil {
		return run, nil, fmt.Errorf("read run: %w", err)
	}
	return run, items, nil
}

// runsShown is how long a branch's runs are listed.
const runsShown = 14 * 24 * time.Hour

// RecentRuns returns a branch's runs of the last two weeks, the newest first.
// Errors: Forbidden as of ReportRun.
func (ds *Dealings) RecentRuns(ctx context.Context, actor access.Actor, branch town.BranchID) ([]ledger.Run, error) {
	if err := actor.MayReceive(branch); err != nil {
		return nil, err
	}
	var runs []ledger.Run
	err := ds.view(ctx, func(v *view) (err error) {
		runs, err = v.Runs().Of(ctx, branch, v.now.Add(-runsShown))
		return err
	})
	return runs, err
}

// undoable reports whether a run can be undone: none of its mails has left.
func undoable(run ledger.Run, trusted time.Time) bool {
	switch run.State {
	case ledger.RunRunning:
		return true
	case ledger.RunDone, ledger.RunStopped:
		return trusted.Before(run.MailsAt.Add(-undoMargin))
	}
	return false
}

// Halt stops a run: what is done stays done, the rest stays as it is. Errors:
// Forbidden for whoever doesn't manage every branch concerned; NotFound; Conflict
// "run.over" where nothing is left to stop.
func (ds *Dealings) Halt(ctx context.Context, actor access.Actor, branch town.BranchID, id string) error {
	return ds.turn(ctx, actor, branch, id, "run_stopped", func(v *view, run *ledger.Run) error {
		if run.State != ledger.RunRunning {
			return errRunOver
		}
		run.State, run.Reason, run.MailsAt = ledger.RunStopped, nil, v.at.Trusted.Add(RunPause)
		return nil
	})
}

// Undo takes back what a run has done, as long as none of its mails has left: each
// appointment that nobody has changed since stands again as it stood, and its mail
// is withdrawn. Errors: as of Halt; Conflict "run.sent" once the mails leave.
func (ds *Dealings) Undo(ctx context.Context, actor access.Actor, branch town.BranchID, id string) error {
	return ds.turn(ctx, actor, branch, id, "run_undone", func(v *view, run *ledger.Run) error {
		if run.State == ledger.RunUndoing || run.State == ledger.RunUndone {
			return errRunOver
		}
		if !undoable(*run, v.at.Trusted) {
			return errRunSent
		}
		run.State, run.Reason, run.MailsAt = ledger.RunUndoing, nil, time.Time{}
		return nil
	})
}

func (ds *Dealings) turn(ctx context.Context, actor access.Actor, branch town.BranchID, id, action string, to func(*view, *ledger.Run) error) error {
	err := ds.write(ctx, nil, func(v *view) error {
		run, items, err := v.runOf(ctx, branch, id)
		if err != nil {
			return err
		}
		for _, b := range concernedBranches(run, items) {
			if err := actor.MayManage(b); err != nil {
				return err
			}
		}
		from := run.State
		if err := to(v, &run); err != nil {
			return err
		}
		if err := v.Runs().Turn(ctx, run, from); err != nil {
			return err
		}
		return v.auditRun(ctx, actor, action, run, len(items))
	})
	if errors.Is(err, ledger.ErrStale) {
		return errRunOver
	}
	if err == nil {
		ds.dealing.signal()
	}
	return err
}

// concernedBranches are those where a run changes something.
func concernedBranches(run ledger.Run, items []ledger.RunItem) []town.BranchID {
	branches := []town.BranchID{run.Branch}
	for _, i := range items {
		branches = append(branches, i.Branch)
		if i.Target != nil {
			branches = append(branches, i.Target.Branch)
		}
	}
	slices.Sort(branches)
	return slices.Compact(branches)
}

// dealLook is how often Dealings.Run looks without a signal: for what another node
// has begun or left.
const dealLook = time.Second

// Run carries runs out until ctx ends, and settles what ends meanwhile.
func (ds *Dealings) Run(ctx context.Context) error {
	tick := time.NewTicker(dealLook)
	defer tick.Stop()
	for {
		if err := ds.CarryOut(ctx); err != nil && ctx.Err() == nil {
			ds.log.ErrorContext(ctx, "a run has stopped and goes on", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-ds.dealing:
		}
	}
}

// CarryOut carries out all runs that are open, to their end. Each step is a
// transaction of its own that judges anew, so that nobody waits for more than one.
// Several nodes may do so at once: a step is done once.
func (ds *Dealings) CarryOut(ctx context.Context) error {
	ds.settleDue(ctx)
	var open []ledger.Run
	err := ds.look(ctx, func(v *view) (err error) {
		open, err = v.Runs().Open(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("read runs: %w", err)
	}
	for _, run := range open {
		if err := ds.carryOut(ctx, run); err != nil {
			return err
		}
	}
	return nil
}

func (ds *Dealings) carryOut(ctx context.Context, run ledger.Run) error {
	var items []ledger.RunItem
	err := ds.look(ctx, func(v *view) (err error) {
		items, err = v.Runs().Items(ctx, run.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("read run: %w", err)
	}
	step, state := ds.dealStep, ledger.ItemWaiting
	if run.State == ledger.RunUndoing {
		step, state = ds.undoStep, ledger.ItemDone
		slices.Reverse(items)
	}
	for _, together := range parties(items, state) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := step(ctx, run, together)
		if errors.Is(err, errRunHalted) {
			return nil // its new state is carried out at the next look
		}
		if err != nil {
			return fmt.Errorf("run %s: %w", run.ID, err)
		}
	}
	return ds.endRun(ctx, run)
}

// parties parts the items of a state into those that are done together.
func parties(items []ledger.RunItem, state ledger.RunItemState) [][]ledger.RunItem {
	var parted [][]ledger.RunItem
	of := map[int]int{}
	for _, i := range items {
		if i.State != state {
			continue
		}
		household := 0
		if i.Target != nil {
			household = i.Target.Household
		}
		if n, known := of[household]; known && household > 0 {
			parted[n] = append(parted[n], i)
			continue
		}
		of[household] = len(parted)
		parted = append(parted, []ledger.RunItem{i})
	}
	return parted
}

// endRun ends a run that has nothing left to do. Its mails leave from now on after
// a pause.
func (ds *Dealings) endRun(ctx context.Context, run ledger.Run) error {
	from := run.State
	err := ds.write(ctx, nil, func(v *view) error {
		items, err := v.Runs().Items(ctx, run.ID)
		if err != nil {
			return fmt.Errorf("read run: %w", err)
		}
		ended := run
		ended.State, ended.Reason, ended.MailsAt = ledger.RunDone, nil, v.at.Trusted.Add(RunPause)
		left := ledger.ItemWaiting
		if from == ledger.RunUndoing {
			ended.State, left = ledger.RunUndone, ledger.ItemDone
		}
		if slices.ContainsFunc(items, func(i ledger.RunItem) bool { return i.State == left }) {
			return nil
		}
		if err := v.Runs().Turn(ctx, ended, from); !errors.Is(err, ledger.ErrStale) {
			return err
		}
		return nil // halted, or ended by another node
	})
	if err != nil {
		return fmt.Errorf("end run: %w", err)
	}
	ds.outbox.signal()
	return nil
}
