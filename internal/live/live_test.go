package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/deskwork"
	"aufruf/internal/hub"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/notify"
	"aufruf/internal/plan"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

const (
	branch   = town.BranchID("grimma-markt")
	service  = town.ServiceID("eid-pin")
	password = "correct horse battery"
	patience = 10 * time.Second // for what another goroutine does
)

var (
	clerk   = access.Actor{Kind: access.Staff, User: ledger.User{ID: "clerk", Role: ledger.RoleClerk}}
	morning = time.Date(2026, time.December, 1, 8, 30, 0, 0, time.UTC) // half past nine on a Tuesday
)

// liveBranch is a branch with a live view. Other nodes may share its database.
type liveBranch struct {
	*app.App
	*live.Live
	t     *testing.T
	place place
	keys  string
	hints *notify.Local
	store *forced.Store // of the first node

	session []byte // of the clerk, once there is one
	screens int    // added so far
	time    *apptest.Clock
}

func openBranch(t *testing.T, pace live.Pace) *liveBranch {
	t.Helper()
	t.Parallel()
	return openBranchAt(t, pace, onSQLite(t))
}

// openBranchAt opens a hall whose store does on purpose what is rare in life. It
// isn't followed yet.
func openBranchAt(t *testing.T, pace live.Pace, place place) *liveBranch {
	t.Helper()
	hints, presence := notify.NewLocal(), live.NewPresence()
	h := &liveBranch{t: t, place: place, keys: t.TempDir(), hints: hints, time: apptest.NewClock(morning)}
	h.App = h.node(presence)
	h.must(h.Access.AddUser(t.Context(), clerk.User, password))
	h.Live = live.New(live.Config{App: h.App, Hints: hints, Presence: presence, Log: slog.New(slog.DiscardHandler), Pace: pace})
	return h
}

// node opens the database once more, as another server does.
func (h *liveBranch) node(presence *live.Presence) *app.App {
	h.t.Helper()
	inner, err := h.place(h.t.Context())
	h.must(err)
	return apptest.Open(h.t, apptest.Options{
		Store: inner, Dir: h.keys, Clock: h.time, Hints: h.hints, Presence: presence,
		Between: func(store ledger.Store) ledger.Store {
			s := forced.Wrap(h.t, store)
			if h.store == nil {
				h.store = s
			}
			return s
		},
	}).App
}

func (h *liveBranch) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *liveBranch) clock() time.Time { return h.time.Now() }

func (h *liveBranch) set(now time.Time) { h.time.Set(now) }

// run follows the branches until the test ends, from here on.
func (h *liveBranch) run() {
	h.t.Helper()
	h.must(h.Stand(h.t.Context()))
	h.runLate()
}

// runLate follows the branches from when it can. What it returns ends that.
func (h *liveBranch) runLate() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		h.must(<-ended)
	})
	h.t.Cleanup(end)
	return end
}

// screen connects a new device.
func (h *liveBranch) screen(offices ...town.OfficeID) *hub.Subscription[town.BranchID, live.Screen, *live.Frame] {
	h.t.Helper()
	h.screens++
	token, err := h.Access.AddDevice(h.t.Context(), ledger.Device{
		Name: fmt.Sprint("screen ", h.screens), Kind: ledger.DeviceDisplay, Branch: branch,
	})
	h.must(err)
	actor, err := h.Access.ActorOf(h.t.Context(), token)
	h.must(err)
	return h.Screens.Subscribe(branch, live.Screen{Device: actor.Device.ID, Offices: offices})
}

// station connects a desk of the clerk, who signs in for the first one.
func (h *liveBranch) station() *hub.Subscription[town.BranchID, live.Station, *live.Frame] {
	h.t.Helper()
	if h.session == nil {
		token, _, err := h.Access.SignIn(h.t.Context(), access.Actor{}, clerk.User.ID, password, access.From{})
		h.must(err)
		actor, err := h.Access.ActorOf(h.t.Context(), token)
		h.must(err)
		h.session = actor.Proof
	}
	return h.Stations.Subscribe(branch, live.Station{User: clerk.User.ID, Branch: branch, Session: string(h.session)})
}

func (h *liveBranch) frame(frames <-chan *live.Frame) *live.Frame {
	h.t.Helper()
	select {
	case f := <-frames:
		return f
	case <-time.After(patience):
		h.t.Fatal("no frame came")
		return nil
	}
}

// said is what a test wants to know of a message.
type said struct {
	Type   string
	Seq    town.Seq
	Number town.Number
	Late   bool
}

func (h *liveBranch) read(f *live.Frame) []said {
	h.t.Helper()
	var all []said
	for _, raw := range f.Messages {
		var s said
		h.must(json.Unmarshal(raw, &s))
		all = append(all, s)
	}
	return all
}

func (h *liveBranch) walkIn() {
	h.t.Helper()
	h.waits(h.App)
}

// waits has somebody come to a node.
func (h *liveBranch) waits(node *app.App) {
	h.t.Helper()
	_, err := node.IssueTicket(h.t.Context(), clerk, app.WalkInRequest{Wanted: plan.Wanted{Branch: branch, Items: []town.Item{{Service: service, Quantity: 1}}}})
	h.must(err)
}

func (h *liveBranch) next(node *app.App, id string) app.Done {
	h.t.Helper()
	done, err := node.Do(h.t.Context(), clerk, branch, deskwork.Command{ID: id, Type: deskwork.CallNext, Room: "platz-1"})
	h.must(err)
	return done
}

func TestOneUpdatesMessagesTravelInOneFrame(t *testing.T) {
	pace := live.DefaultPace()
	pace.LookAgain = time.Hour // what is read from the store comes one by one
	h := openBranch(t, pace)
	h.walkIn()
	h.walkIn()
	screen := h.screen()
	h.run()
	first := h.next(h.App, "1")
	want := []said{{Type: "call", Seq: first.Seq, Number: first.Ticket.Number}}
	if diff := cmp.Diff(want, h.read(h.frame(screen.Messages()))); diff != "" {
		t.Errorf("first call (-want +got):\n%s", diff)
	}
	second := h.next(h.App, "2")
	f := h.frame(screen.Messages())
	want = []said{{Type: "clear", Seq: second.Seq - 1, Number: first.Ticket.Number}, {Type: "call", Seq: second.Seq, Number: second.Ticket.Number}}
	if diff := cmp.Diff(want, h.read(f)); diff != "" {
		t.Errorf("second call (-want +got):\n%s", diff)
	}
	if f.Seq != second.Seq {
		t.Errorf("the frame stands at %d, want %d", f.Seq, second.Seq)
	}
}

func TestAScreenOfAnotherOfficeIsLeftInPeace(t *testing.T) {
	h := openBranch(t, live.Pace{})
	h.walkIn()
	all, own, other := h.screen(), h.screen("buergerbuero"), h.screen("standesamt")
	h.run()
	h.next(h.App, "1")
	if h.frame(all.Messages()) != h.frame(own.Messages()) {
		t.Error("one call was encoded twice")
	}
	select {
	case f := <-other.Messages():
		t.Errorf("the registry office's screen got %+v", h.read(f))
	default:
	}
}

// TestWhatAnotherNodeDidIsPublishedOnceAndInOrder: the events of another node
// come from the store, those of this node by hand; between them neither a gap
// nor a repetition may show.
func TestWhatAnotherNodeDidIsPublishedOnceAndInOrder(t *testing.T) {
	const calls = 12
	h := openBranch(t, live.Pace{})
	for range calls {
		h.walkIn()
	}
	screen := h.screen()
	h.run()
	nodes := []*app.App{h.App, h.node(live.NewPresence())}
	for i := range calls {
		h.next(nodes[i%len(nodes)], fmt.Sprint(i))
	}
	var seen []said
	for called := 0; called < calls; {
		for _, m := range h.read(h.frame(screen.Messages())) {
			seen = append(seen, m)
			if m.Type == "call" {
				called++
			}
		}
	}
	for i, m := range seen {
		if i > 0 && m.Seq <= seen[i-1].Seq {
			t.Errorf("%d comes after %d", m.Seq, seen[i-1].Seq)
		}
	}
	if got, want := len(seen), 2*calls-1; got != want {
		t.Errorf("got %d messages, want %d: %+v", got, want, seen)
	}
}

func TestACallThatNoScreenShowedIsLate(t *testing.T) {
	pace := live.DefaultPace()
	pace.LateAfter = time.Millisecond
	h := openBranch(t, pace)
	h.walkIn()
	station := h.station()
	h.run()
	called := h.next(h.App, "1")
	want := []said{{Type: "delivery", Seq: called.Seq, Late: true}}
	if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Nobody is warned of a call that was taken back: it is to be shown nowhere.
func TestAWithdrawnCallIsNotLate(t *testing.T) {
	pace := live.DefaultPace()
	pace.LateAfter = time.Second
	h := openBranch(t, pace)
	h.walkIn()
	station := h.station()
	h.run()
	withdrawn := h.next(h.App, "1")
	_, err := h.Do(t.Context(), clerk, branch, deskwork.Command{ID: "2", Type: deskwork.Undo, Ticket: withdrawn.Ticket.ID})
	h.must(err)
	called := h.next(h.App, "3")
	want := []said{{Type: "delivery", Seq: called.Seq, Late: true}}
	if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAReportIsToldOnceAndKept(t *testing.T) {
	h := openBranch(t, live.Pace{})
	h.walkIn()
	token, err := h.Access.AddDevice(t.Context(), ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: branch})
	h.must(err)
	actor, err := h.Access.ActorOf(t.Context(), token)
	h.must(err)
	station := h.station()
	h.run()
	called := h.next(h.App, "1")
	after := 120
	for range 3 {
		h.Live.Report(t.Context(), branch, live.Screen{Device: actor.Device.ID}, ledger.Delivery{Call: called.Seq, Shown: &after})
	}
	want := []said{{Type: "delivery", Seq: called.Seq}}
	if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	select {
	case f := <-station.Messages():
		t.Errorf("told again: %+v", h.read(f))
	default:
	}
	h.eventually(func() bool {
		stored, err := h.Deliveries(t.Context(), branch, called.Seq)
		h.must(err)
		return len(stored) == 1 && stored[0].Shown != nil && *stored[0].Shown == after
	})
}

func (h *liveBranch) eventually(is func() bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			h.t.Fatal("it did not come")
		case <-time.After(time.Millisecond):
		}
	}
}

func TestOnlyWhoseRightEndedIsEnded(t *testing.T) {
	pace := live.DefaultPace()
	pace.CheckAccess = time.Millisecond
	h := openBranch(t, pace)
	revoked, stays := h.screen(), h.screen()
	desk := h.station()
	h.run()
	h.must(h.Access.RevokeDevice(t.Context(), "screen 1"))
	h.ended(revoked.Done())
	if got := revoked.Reason(); got != live.ErrNotAllowed {
		t.Errorf("got %v, want %v", got, live.ErrNotAllowed)
	}
	h.must(h.Access.SignOutEverywhere(t.Context(), "clerk"))
	h.ended(desk.Done())
	select {
	case <-stays.Done():
		t.Errorf("the other screen: %v", stays.Reason())
	default:
	}
}

func (h *liveBranch) ended(done <-chan struct{}) {
	h.t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		h.t.Fatal("it did not end")
	}
}
