package staff

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// deskView is a room's page: the one button that matters, whom the room has
// open, and who waits.
type deskView struct {
	*View
	floorView
	Again  *deliberate // what was refused, to be done all the same
	Keys   []shortcut
	Script string // what the page's script needs, as JSON
}

// shortcut is a key with what it does.
type shortcut struct{ Key, What string }

// deliberate is a refused command that a button of its own does all the same.
type deliberate struct {
	Label  string
	Hidden []page.HiddenField
}

// floorView is the part of a room's page that follows what happens: the script
// asks for the page again and takes over what has changed.
type floorView struct {
	*View
	Base    string // address of the room's page
	Branch  string
	Command string // begins the ids of this page's commands
	Room    string
	Label   string
	Paused  bool
	Foreign bool // another user has the room open
	// ForeignBy is what colleagues call that user; empty: nobody said.
	ForeignBy string
	Open      []openView
	Seen      string // ticket that the room has open, for what a call is meant to close
	lineView
	stepsView
	Seq     town.Seq // the position that all this shows
	Clock   string   // the time of the branch
	Today   []dayRow // appointments of the day
	Screens string
	Warning bool // Screens is something to act on
}

// showDesk shows a room's page and remembers the room for this browser.
func (s *Pages) showDesk(c *gin.Context) error {
	s.rememberPlace(c, town.BranchID(c.Param("branch")), roomOf(c.Param("room")))
	return s.renderDesk(c, http.StatusOK, nil)
}

// renderDesk shows the page, with what became of a command where one was tried.
func (s *Pages) renderDesk(c *gin.Context, status int, after func(*deskView)) error {
	f, err := s.planOf(c)
	if err == nil {
		err = f.fill(c.Request.Context())
	}
	if err != nil {
		return err
	}
	view := &deskView{View: f.view.View, floorView: *f.view}
	view.Title = view.T("staff.desk.title", "room", view.Label)
	happened := s.Frame.Happened(c)
	view.News = cmp.Or(view.done(happened.Get("getan"), happened.Get("nummer")), view.News)
	if test := happened.Get(testQuery); test != "" {
		if view.News, err = s.tested(c.Request.Context(), view.View, town.BranchID(c.Param("branch")), test); err != nil {
			return err
		}
	}
	if view.Script, err = f.script(); err != nil {
		return err
	}
	view.Keys = view.shortcuts()
	if after != nil {
		after(view)
	}
	return s.Show(c, status, "desk", view)
}

// keyboard lists the keys of a room's page, in the order of a day's work.
var keyboard = []string{"n", "s", "f", "r", "x", "p", "t", "w", "c", "z", "b", "o", "k", "h"}

func (v *View) shortcuts() []shortcut {
	all := make([]shortcut, 0, len(keyboard)+2)
	for _, key := range keyboard {
		all = append(all, shortcut{strings.ToUpper(key), v.T("staff.keys." + key)})
	}
	return append(all, shortcut{"!", v.T("staff.keys.alarm")}, shortcut{"?", v.T("staff.keys.help")})
}

// done words what was just done to a number.
func (v *View) done(what, number string) string {
	if key := "staff.done." + what; what != "" && v.Has(key) {
		return v.T(key, "number", number)
	}
	return ""
}

// planOf begins a room's page.
func (s *Pages) planOf(c *gin.Context) (*floorPlan, error) {
	branch, room := town.BranchID(c.Param("branch")), roomOf(c.Param("room"))
	all := s.app.Catalogue()
	b, _ := all.Branch(branch)
	r, ok := b.Room(room)
	if !ok || r.Retired {
		return nil, problem.New(problem.NotFound, "room.unknown")
	}
	actor := page.ActorOf(c)
	day, err := s.app.Workday(c.Request.Context(), actor, branch, 0)
	if err != nil {
		return nil, err
	}
	view := &floorView{
		View: s.NewView(c, "staff.desk.now"), Base: deskPath(branch, room), Branch: string(branch), Command: rand.Text(),
		Room: string(room), Label: r.Label, Seq: day.Seq,
	}
	view.Place = b.Name.In(view.Lang) + ", " + r.Label
	return &floorPlan{Pages: s, view: view, all: all, branch: b, room: room, actor: actor, day: day}, nil
}

// floorPlan is a room's page in the making.
type floorPlan struct {
	*Pages
	view   *floorView
	all    *catalogue.Catalogue
	branch *catalogue.Branch
	room   town.RoomID
	actor  access.Actor
	day    app.Workday
}

func (f *floorPlan) fill(ctx context.Context) error {
	if err := f.fillOwn(ctx); err != nil {
		return err
	}
	f.fillLine()
	f.view.Rooms = append(f.view.Rooms, f.pausedRooms()...)
	f.view.Rooms = append(f.view.Rooms, f.freeRooms()...)
	f.view.Targets, f.view.Seconds = f.view.targets(f.branch, f.room), f.view.seconds(f.all, f.branch, f.room)
	f.fillToday(ctx)
	f.view.Clock = f.clockNow()
	f.view.screens(f.Pages.screens, f.branch.ID)
	if f.view.unheard() && f.view.Warning {
		f.view.Screens, f.view.Warning = "", false // the call's own line says so
	}
	return nil
}

// fillOwn tells whom the room has open, and what can be done.
func (f *floorPlan) fillOwn(ctx context.Context) error {
	f.view.Paused = slices.Contains(f.day.Paused, f.room)
	if err := f.fillOpen(ctx); err != nil {
		return err
	}
	f.fillSteps()
	return nil
}

// fillOpen tells whom this room has open, and whom the others have.
func (f *floorPlan) fillOpen(ctx context.Context) error {
	for _, t := range f.day.Open {
		if t.Room != f.room {
			f.view.Rooms = append(f.view.Rooms, roomView{
				Room: string(t.Room), Label: page.RoomLabel(f.branch, t.Room), By: f.sits(t.Room), Number: t.Number.String(),
				State: f.view.T("staff.state." + string(t.State)),
			})
			continue
		}
		open, err := f.openView(ctx, t)
		if err != nil {
			return err
		}
		f.view.Open = append(f.view.Open, open)
		f.view.Seen = open.Ticket
		if t.User != f.actor.User.ID {
			f.view.Foreign = true
			if f.view.ForeignBy, err = f.app.Access.ShownName(ctx, t.User); err != nil {
				return err
			}
		}
	}
	return nil
}

// unheard reports whether a call is open here that has reached nobody.
func (v *floorView) unheard() bool {
	return slices.ContainsFunc(v.Open, func(o openView) bool { return o.Called && o.Arrived.Warn })
}

// screens says what is connected, and whether somebody has to look.
func (v *floorView) screens(all Screens, branch town.BranchID) {
	connected, sounding := all.Branch(branch)
	switch {
	case connected == 0:
		v.Screens, v.Warning = v.T("staff.screens.none"), true
	case sounding < connected:
		v.Screens, v.Warning = v.T("staff.screens.silent", "names", strings.Join(all.Silent(branch), ", ")), true
	default:
		v.Screens = v.N("staff.screens.fine", connected)
	}
}

// socketPath is where a page's script follows the branch, and how it is told of
// the queue.
func socketPath(branch, queue string) string {
	query := url.Values{"branch": {branch}}
	if queue != "" {
		query.Set("queue", queue)
	}
	return "/api/v1/ws/caller?" + query.Encode()
}
