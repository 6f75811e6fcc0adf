package staff

import (
	"slices"
	"strings"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// lineView is who still is to be called, in groups, and whom the other rooms have.
// The page's script makes the same of what the socket tells (web/staff/line.js); a
// test compares the two.
type lineView struct {
	Next   *lineRow // whom "call next" calls
	Groups []lineGroup
	Others string     // how many are here and wait for other rooms
	Rooms  []roomView // that have somebody open, or pause
}

// lineGroup is a group with its rows, in call order. Its title stands there although
// nobody is in it only where Empty says so.
type lineGroup struct {
	Key   string
	Title string
	Empty string
	Rows  []lineRow
}

// Count is how many are in the group.
func (g lineGroup) Count() int { return len(g.Rows) }

// Hidden reports whether there is nothing to show.
func (g lineGroup) Hidden() bool { return len(g.Rows) == 0 && g.Empty == "" }

// lineRow is a ticket that can be called.
type lineRow struct {
	Ticket, Number string
	What           string // the services
	Why            string
	Wait           string // minutes waited; of an appointment whose person isn't here its time
	Class          string // how it stands out
	Call           string // the button's word
	About          string // of the next one: what for, and why
}

// roomView is another room with what it has open; without a number it pauses.
type roomView struct{ Room, Label, By, Number, State string }

// lineGroups are the groups in the order in which a desk shows them.
var lineGroups = []struct {
	key   string
	group queue.Group
}{{"here", queue.Present}, {"aside", queue.Aside}, {"overdue", queue.Overdue}, {"expected", queue.Expected}}

// present returns how many are here and wait.
func (v lineView) present() int {
	if len(v.Groups) == 0 {
		return 0
	}
	return len(v.Groups[0].Rows)
}

// Waiting are those who are here and wait, in call order.
func (v lineView) Waiting() []lineRow {
	if len(v.Groups) == 0 {
		return nil
	}
	return v.Groups[0].Rows
}

// fillLine lists who still is to be called to this room, and counts the rest.
func (f *floorPlan) fillLine() {
	now, v := f.app.Now(), &f.view.lineView
	for _, g := range lineGroups {
		v.Groups = append(v.Groups, lineGroup{Key: g.key, Title: f.view.T("staff.line." + g.key)})
	}
	v.Groups[0].Empty = f.view.T("staff.line.empty")
	candidates := f.app.Candidates(f.actor, f.branch.ID, f.room, f.day.Waiting)
	offices, others := f.branch.OfficesOf(f.room), 0
	for _, t := range slices.Concat(f.day.Waiting, f.day.Parked) {
		group := t.Group(now, policyOf(f.branch, t.Office))
		if !reaches(t, f.room, offices) {
			if group == queue.Present {
				others++
			}
			continue
		}
		row := f.row(t, group, now)
		if len(candidates) > 0 && candidates[0].ID == t.ID {
			row.Class = strings.TrimSpace("coming " + row.Class)
			next := row
			next.About = page.Joined([]string{row.What, f.view.why(f.branch, t)})
			v.Next = &next
		}
		for i, g := range lineGroups {
			if g.group == group {
				v.Groups[i].Rows = append(v.Groups[i].Rows, row)
			}
		}
	}
	if v.Next != nil && v.present() == 0 {
		v.Groups[0].Empty = f.view.T("staff.line.nobody_yet")
	}
	if others > 0 {
		v.Others = f.view.N("staff.line.others", others)
	}
}

func policyOf(b *catalogue.Branch, office town.OfficeID) queue.Policy {
	if o := page.OfficeOf(b, office); o != nil {
		return o.Policy()
	}
	return queue.DefaultPolicy()
}

// reaches reports whether a ticket is called to a room at all.
func reaches(t queue.Ticket, room town.RoomID, offices []town.OfficeID) bool {
	if t.OnlyRoom != "" {
		return t.OnlyRoom == room
	}
	return slices.Contains(offices, t.Office)
}

func (f *floorPlan) row(t queue.Ticket, group queue.Group, now time.Time) lineRow {
	row := lineRow{
		Ticket: string(t.ID), Number: t.Number.String(), What: f.view.What(f.all, t), Call: f.view.T("staff.line.call"),
	}
	if group == queue.Expected || group == queue.Overdue {
		row.Why, row.Wait = f.view.whyBeside(f.branch, t, "why.appointment"), f.view.Time(t.Start.In(page.Zone(f.branch)))
		return row
	}
	row.Why = f.view.why(f.branch, t)
	row.Wait = f.view.T("staff.line.minutes", "count", queue.Minutes(t.InLineSince(), now))
	if from := f.app.CallableFrom(t); group == queue.Present && from.After(now) {
		row.Why += ", " + f.view.T("staff.line.from", "time", f.view.Time(from.In(page.Zone(f.branch))))
		row.Class = "later"
	}
	if queue.Minutes(t.WaitsSince(), now) > f.aimOf(t.Office) {
		row.Class = strings.TrimSpace(row.Class + " long")
	}
	return row
}

// aimOf is how many minutes nobody should wait longer than.
func (f *floorPlan) aimOf(office town.OfficeID) int {
	if o := page.OfficeOf(f.branch, office); o != nil {
		return o.WaitAim
	}
	return 0
}

// why words what a ticket's place in line rests on.
func (v *View) why(b *catalogue.Branch, t queue.Ticket) string { return v.whyBeside(b, t, "") }

// whyBeside is why without a reason that the reader sees beside it.
func (v *View) whyBeside(b *catalogue.Branch, t queue.Ticket, seen string) string {
	var words []string
	for _, reason := range queue.Reasons(t) {
		if reason.Key == seen {
			continue
		}
		args := []any{}
		for name, value := range reason.Args {
			switch value := value.(type) {
			case time.Time:
				args = append(args, name, v.Time(value.In(page.Zone(b))))
			case town.RoomID:
				args = append(args, name, page.RoomLabel(b, value))
			}
		}
		words = append(words, v.T("staff."+reason.Key, args...))
	}
	return page.Joined(words)
}
