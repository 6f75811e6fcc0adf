package staff

import (
	"encoding/json"
	"strings"
)

// deskScript is what the script of a room's page needs: where to ask, and its
// sentences, by key.
type deskScript struct {
	Socket string            `json:"socket"`
	Branch string            `json:"branch"`
	Room   string            `json:"room"`
	Texts  map[string]string `json:"texts"`
}

// spoken lists the texts that the script says by itself.
var spoken = []string{
	"date.clock",
	"staff.link.lost", "staff.link.back", "staff.link.ended", "staff.link.offline_step", "staff.link.sending",
	"staff.arrived.no_screen", "staff.arrived.late", "staff.arrived.under_way", "staff.arrived.queued", "staff.arrived.gong",
	"staff.arrived.silent", "staff.arrived.partly",
	"staff.done.call_next", "staff.done.call", "staff.done.recall", "staff.done.start", "staff.done.finish", "staff.done.no_show",
	"staff.done.park", "staff.done.transfer", "staff.done.send_on", "staff.done.undo", "staff.done.pause", "staff.done.resume", "staff.done.alarm",
	"staff.desk.fetch", "staff.desk.fetch_at", "staff.desk.nothing_open", "staff.desk.nothing_to_undo",
}

func (v *View) script(branch, room string) (string, error) {
	out := deskScript{Socket: socketPath(branch, ""), Branch: branch, Room: room, Texts: map[string]string{}}
	for _, key := range spoken {
		out.Texts[strings.TrimPrefix(key, "staff.")] = v.T(key)
	}
	out.Texts["arrived.shown.one"] = v.N("staff.arrived.shown", 1)
	out.Texts["arrived.shown.other"] = v.T("staff.arrived.shown")
	out.Texts["screens.tested.one"] = v.N("staff.screens.tested", 1)
	out.Texts["screens.tested.other"] = v.T("staff.screens.tested")
	content, err := json.Marshal(out)
	return string(content), err
}
