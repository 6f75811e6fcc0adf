package staff

import (
	"encoding/json"
	"strings"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// deskScript is what the script of a room's page needs: where to ask, the names and
// figures that the queue's messages go by, and its sentences, by key.
type deskScript struct {
	Socket    string                    `json:"socket"`
	Own       string                    `json:"own"` // address of what the room has open
	Branch    string                    `json:"branch"`
	Room      string                    `json:"room"`
	Catalogue string                    `json:"catalogue"` // the content that the names are of
	Now       time.Time                 `json:"now"`       // by the server, in the branch's zone
	Offices   []town.OfficeID           `json:"offices"`   // that call people to the room
	Serves    []town.OfficeID           `json:"serves"`    // of these, the ones that the person may serve
	Grace     map[town.OfficeID]int     `json:"grace"`     // minutes
	Aims      map[town.OfficeID]int     `json:"aims"`      // minutes
	Services  map[town.ServiceID]string `json:"services"`
	Rooms     map[town.RoomID]string    `json:"rooms"`
	Texts     map[string]string         `json:"texts"`
}

// spoken lists the texts that the script says by itself.
var spoken = []string{
	"date.clock", "booking.times",
	"staff.link.lost", "staff.link.back", "staff.link.ended", "staff.link.offline_step", "staff.link.sending",
	"staff.arrived.no_screen", "staff.arrived.late", "staff.arrived.under_way", "staff.arrived.queued", "staff.arrived.gong",
	"staff.arrived.silent", "staff.arrived.partly",
	"staff.done.call_next", "staff.done.call", "staff.done.recall", "staff.done.start", "staff.done.finish", "staff.done.no_show",
	"staff.done.park", "staff.done.transfer", "staff.done.send_on", "staff.done.undo", "staff.done.pause", "staff.done.resume", "staff.done.alarm",
	"staff.desk.fetch", "staff.desk.fetch_at", "staff.desk.nothing_open", "staff.desk.nothing_to_undo", "staff.desk.paused", "staff.desk.not_paused",
	"staff.desk.next_is", "staff.desk.nobody", "staff.line.empty", "staff.line.nobody_yet", "staff.line.minutes", "staff.line.from", "staff.line.free", "staff.line.moved",
	"staff.why.appointment", "staff.why.walk_in", "staff.why.late", "staff.why.priority", "staff.why.room", "staff.why.sent_on", "staff.why.overbooked",
	"staff.state.called", "staff.state.serving", "staff.state.paused", "staff.screens.none", "staff.screens.silent",
}

// counted lists the texts of the script that have a singular.
var counted = []string{"staff.arrived.shown", "staff.screens.tested", "staff.screens.fine", "staff.line.others", "staff.desk.tab"}

func (f *floorPlan) script() (string, error) {
	v := f.view
	out := deskScript{
		Socket: socketPath(v.Branch, "changes"), Own: ownPath(f.branch.ID, f.room), Branch: v.Branch, Room: v.Room,
		Catalogue: f.app.CatalogueRevision(), Now: f.app.Now().In(page.Zone(f.branch)), Offices: f.branch.OfficesOf(f.room), Serves: f.app.Served(f.actor, f.branch.ID, f.room),
		Grace: map[town.OfficeID]int{}, Aims: map[town.OfficeID]int{},
		Services: map[town.ServiceID]string{}, Rooms: map[town.RoomID]string{}, Texts: v.spokenTexts(),
	}
	for i := range f.branch.Offices {
		o := &f.branch.Offices[i]
		out.Grace[o.ID], out.Aims[o.ID] = o.Grace, o.WaitAim
		for _, id := range o.Services {
			if service, ok := f.all.Service(id); ok {
				out.Services[id] = service.Name.In(v.Lang)
			}
		}
	}
	for _, room := range f.branch.Rooms {
		out.Rooms[room.ID] = page.RoomLabel(f.branch, room.ID)
	}
	content, err := json.Marshal(out)
	return string(content), err
}

func (v *View) spokenTexts() map[string]string {
	texts := map[string]string{}
	for _, key := range spoken {
		texts[strings.TrimPrefix(key, "staff.")] = v.T(key)
	}
	for _, key := range counted {
		short := strings.TrimPrefix(key, "staff.")
		texts[short+".one"], texts[short+".other"] = v.N(key, 1), v.T(key)
	}
	return texts
}
