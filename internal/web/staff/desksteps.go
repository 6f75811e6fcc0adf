package staff

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// stepsView is what the buttons of a room's page mean now. They all stand there
// always, each in its place.
type stepsView struct {
	able    []deskwork.Type
	Usual   deskwork.Type // the one that comes next as a rule; it is marked
	Undo    undoView
	Targets []page.Option
	Seconds []secondGroup
}

// undoView is the step that can be taken back; without a ticket there is none.
type undoView struct {
	Ticket, Number string
	Version        int64
	Label          string
}

// May reports whether a button can do its step now.
func (v stepsView) May(step string) bool { return slices.Contains(v.able, deskwork.Type(step)) }

// Able are the steps that can be done now, for the script.
func (v stepsView) Able() string {
	words := make([]string, len(v.able))
	for i, step := range v.able {
		words[i] = string(step)
	}
	return strings.Join(words, " ")
}

// First is whom the room has open; without a ticket nobody.
func (v *floorView) First() openView {
	if len(v.Open) == 0 {
		return openView{}
	}
	return v.Open[0]
}

// OpenKey names what the room has open, and each step of it, as the script tells
// them by what the socket says.
func (v *floorView) OpenKey() string {
	var keys []string
	for _, open := range v.Open {
		keys = append(keys, fmt.Sprintf("%s:%d", open.Ticket, open.Version))
	}
	if v.Paused {
		keys = append(keys, "paused")
	}
	return strings.Join(keys, " ")
}

// fillSteps tells what can be done now.
func (f *floorPlan) fillSteps() {
	v := &f.view.stepsView
	v.Usual = deskwork.CallNext
	if open := f.view.First(); open.Ticket != "" && !f.view.Foreign {
		v.able = []deskwork.Type{deskwork.Finish, deskwork.Park, deskwork.Transfer, deskwork.SendOn}
		v.Usual = deskwork.Finish
		if open.Called {
			v.able, v.Usual = append(v.able, deskwork.Start, deskwork.Recall, deskwork.NoShow), deskwork.Start
		}
	}
	v.Undo.Label = f.view.T("staff.step.undo_none")
	if last := f.lastStep(); last != nil {
		v.Undo = undoView{string(last.ID), last.Number.String(), last.Version, f.view.T("staff.step.undo", "number", last.Number)}
		v.able = append(v.able, deskwork.Undo)
	}
	if f.view.Paused {
		v.able = append(v.able, deskwork.Resume)
	} else {
		v.able = append(v.able, deskwork.Pause)
	}
}

// lastStep finds the last step of this room that can be taken back: of the ticket
// it has open, else of the one that it called last; nil: none.
func (f *floorPlan) lastStep() *queue.Ticket {
	var last *queue.Ticket
	for i := range f.day.Tickets {
		t := &f.day.Tickets[i]
		if t.Before == nil {
			continue
		}
		if t.State.Open() && t.Room == f.room {
			return t
		}
		left := !t.State.Open() && t.Before.State.Open() && t.Before.Room == f.room
		if left && (last == nil || t.Before.CallSeq > last.Before.CallSeq) {
			last = t
		}
	}
	return last
}

// targets lists whom a room can hand somebody to: offices, its own too where others
// serve it, and the other rooms.
func (v *View) targets(b *catalogue.Branch, here town.RoomID) []page.Option {
	own := b.OfficesOf(here)
	var all []page.Option
	for i := range b.Offices {
		if o := &b.Offices[i]; !o.Retired && !(len(own) == 1 && own[0] == o.ID) {
			all = append(all, page.Option{Value: officePrefix + string(o.ID), Label: o.Name.In(v.Lang)})
		}
	}
	for _, room := range workRooms(b) {
		if room.ID != here {
			all = append(all, page.Option{Value: roomPrefix + string(room.ID), Label: room.Label})
		}
	}
	return all
}

// seconds lists what a person can be sent on for, other offices first: a desk
// renders most services of its own itself.
func (v *View) seconds(all *catalogue.Catalogue, b *catalogue.Branch, here town.RoomID) []secondGroup {
	var others, own []secondGroup
	for i := range b.Offices {
		o := &b.Offices[i]
		group := v.secondGroup(all, o)
		switch {
		case o.Retired || len(group.Services) == 0:
		case slices.Contains(o.Rooms, here):
			own = append(own, group)
		default:
			others = append(others, group)
		}
	}
	return append(others, own...)
}

// showOwn answers what a room's script asks for when the room's own number has
// changed: that part of the page alone, with the navigation.
func (s *Pages) showOwn(c *gin.Context) error {
	f, err := s.planOf(c)
	if err != nil {
		return err
	}
	if err := f.fillOwn(c.Request.Context()); err != nil {
		return err
	}
	content, err := s.surface.RenderedPart("desk", "own", f.view)
	if err != nil {
		return fmt.Errorf("render a room's own part: %w", err)
	}
	c.Data(http.StatusOK, page.HTMLType, content)
	return nil
}

// ownPath is where a page's script asks for what its room has open.
func ownPath(branch town.BranchID, room town.RoomID) string { return deskPath(branch, room) + "/offen" }

// Clock is the time of the branch.
func (f *floorPlan) clockNow() string {
	return f.view.Time(f.app.Now().In(page.Zone(f.branch)))
}

// BlankRow and BlankRoom are what the script makes new rows of.
func (v *deskView) BlankRow() lineRow { return lineRow{Call: v.T("staff.line.call")} }

// BlankRoom is BlankRow for another room.
func (v *deskView) BlankRoom() roomView { return roomView{} }

// pausedRooms are the other rooms that pause and have nobody open.
func (f *floorPlan) pausedRooms() []roomView {
	var rooms []roomView
	for _, id := range f.day.Paused {
		busy := slices.ContainsFunc(f.view.Rooms, func(r roomView) bool { return r.Room == string(id) })
		if id != f.room && !busy {
			label := cmp.Or(page.RoomLabel(f.branch, id), string(id))
			rooms = append(rooms, roomView{Room: string(id), Label: label, By: f.sits(id), State: f.view.T("staff.state.paused")})
		}
	}
	return rooms
}

// freeRooms are the other rooms where somebody works and has nobody open.
func (f *floorPlan) freeRooms() []roomView {
	var rooms []roomView
	for _, seat := range f.day.Seats {
		busy := slices.ContainsFunc(f.view.Rooms, func(r roomView) bool { return r.Room == string(seat.Room) })
		if seat.Room != f.room && !busy {
			label := cmp.Or(page.RoomLabel(f.branch, seat.Room), string(seat.Room))
			free := f.view.T("staff.line.free", "time", f.view.Time(seat.At.In(page.Zone(f.branch))))
			rooms = append(rooms, roomView{Room: string(seat.Room), Label: label, By: seat.By, State: free})
		}
	}
	return rooms
}

// sits is what colleagues call whoever works in a room; empty: unknown.
func (f *floorPlan) sits(room town.RoomID) string {
	for _, seat := range f.day.Seats {
		if seat.Room == room {
			return seat.By
		}
	}
	return ""
}
