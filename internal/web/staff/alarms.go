package staff

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/distress"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// alarmsView is what every page of the staff shows of the cries for help at the
// branches that the person may work at.
type alarmsView struct {
	Standing []alarmView
	Tab      string // begins the page's title; empty: nobody waits for help
	Script   string // what the page's script needs, as JSON
}

// alarmView is a cry for help, with what can be answered.
type alarmView struct {
	ID, Command, Action, Room string
	Says                      string
	Take, End                 bool
}

// alarmScript is what the script needs to follow the alarms of branches, and its
// sentences, by key.
type alarmScript struct {
	Locked  bool                     `json:"locked,omitempty"` // nothing is answered before the password was given
	Branch  town.BranchID            `json:"branch,omitempty"` // that the page's own connection follows, unless it is locked
	Room    town.RoomID              `json:"room,omitempty"`   // that the page is the desk of
	Sockets map[town.BranchID]string `json:"sockets"`          // of the other branches
	Texts   map[string]string        `json:"texts"`
}

// alarmTexts lists what the script says of alarms.
var alarmTexts = []string{
	"date.clock", "staff.alarm", "staff.alarms.tab", "staff.alarms.take", "staff.alarms.end", "staff.alarms.i_come", "staff.alarms.comes",
	"staff.alarms.comes_other", "staff.alarms.sent", "staff.alarms.unseen", "staff.alarms.unseen_no_dial",
}

// alarms gathers the cries for help for a page.
func (s *Pages) alarms(c *gin.Context, v *View) *alarmsView {
	all := s.app.Catalogue()
	room, locked := roomOf(c.Param("room")), page.ActorOf(c).Locked
	script := alarmScript{Locked: locked, Room: room, Sockets: map[town.BranchID]string{}, Texts: map[string]string{}}
	out := &alarmsView{}
	for i := range all.Branches {
		b := &all.Branches[i]
		if b.Retired || page.ActorOf(c).MayDesk(b.ID) != nil {
			continue
		}
		here := town.RoomID("")
		if b.ID == town.BranchID(c.Param("branch")) && room != "" {
			script.Branch, here = b.ID, room
		}
		if here == "" || locked {
			script.Sockets[b.ID] = socketPath(string(b.ID), "none")
		}
		for _, a := range s.app.Alarms.Standing(b.ID) {
			out.add(v, b, here, a, alarmMoment{s.app, all.HelpPhone(b.ID)})
		}
	}
	for _, key := range alarmTexts {
		script.Texts[strings.TrimPrefix(key, "staff.")] = v.T(key)
	}
	script.Texts["alarms.seen.one"] = v.N("staff.alarms.seen", 1)
	script.Texts["alarms.seen.other"] = v.T("staff.alarms.seen")
	if raw, err := json.Marshal(script); err == nil {
		out.Script = string(raw)
	}
	if locked {
		out.unanswerable()
	}
	return out
}

// unanswerable leaves of what stands only what it says.
func (o *alarmsView) unanswerable() {
	for i := range o.Standing {
		o.Standing[i].Take, o.Standing[i].End = false, false
	}
}

// alarmMoment is what an alarm's words depend on besides itself.
type alarmMoment struct {
	app  *app.App
	dial string
}

func (o *alarmsView) add(v *View, b *catalogue.Branch, here town.RoomID, a distress.Alarm, at alarmMoment) {
	line := alarmView{ID: string(a.ID), Command: rand.Text(), Action: Root + "/" + url.PathEscape(string(b.ID)) + "/hilfe", Room: string(here)}
	if here != "" && a.Room == here {
		line.Says, line.End = v.ownAlarm(a, at), true
		o.Standing = append(o.Standing, line)
		return
	}
	line.Says = v.T("staff.alarm", "room", a.Label, "time", v.Time(a.At.In(page.Zone(b))))
	if a.Comes == nil {
		line.Take = true
		o.Tab = v.T("staff.alarms.tab", "room", a.Label)
	} else {
		line.Says += " " + v.whoComes(a, here)
	}
	o.Standing = append(o.Standing, line)
}

func (v *View) whoComes(a distress.Alarm, here town.RoomID) string {
	switch {
	case a.Comes.Room == "":
		return v.T("staff.alarms.comes_other")
	case a.Comes.Room == here:
		return v.T("staff.alarms.i_come")
	}
	return v.T("staff.alarms.comes", "room", a.Comes.Label)
}

// ownAlarm tells whoever cries for help what is known of it.
func (v *View) ownAlarm(a distress.Alarm, at alarmMoment) string {
	switch {
	case a.Comes != nil:
		return v.whoComes(a, "")
	case a.Unseen(at.app.Now()) && at.dial != "":
		return v.T("staff.alarms.unseen", "dial", at.dial)
	case a.Unseen(at.app.Now()):
		return v.T("staff.alarms.unseen_no_dial")
	case a.Seen == 0:
		return v.T("staff.alarms.sent")
	}
	return v.N("staff.alarms.seen", a.Seen)
}

// alarmFields are the fields of the form of an alarm.
var alarmFields = []string{"id", "type", "alarm", "room", "weiter"}

// answerAlarm carries out what somebody without script says of an alarm, and
// leads back to the page that it was said on.
func (s *Pages) answerAlarm(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	for name := range form {
		if !slices.Contains(alarmFields, name) {
			return problem.UnknownField(name)
		}
	}
	form.Set("ticket", form.Get("alarm")) // is part of the id
	cmd := deskwork.Command{
		ID: formID(form), Type: deskwork.Type(form.Get("type")), Alarm: form.Get("alarm"), Room: town.RoomID(form.Get("room")),
	}
	if !cmd.Type.OfAlarm() || cmd.Type == deskwork.Alarm {
		return problem.New(problem.Malformed, "request.unknown_type")
	}
	_, err = s.app.Do(c.Request.Context(), page.ActorOf(c), town.BranchID(c.Param("branch")), cmd)
	if err != nil && problem.Of(err).Kind != problem.Conflict {
		return err
	}
	c.Redirect(http.StatusSeeOther, ownPage(form.Get("weiter")))
	return nil
}

// backTo is the page that a form leads back to; of an answer to a form the start.
func backTo(c *gin.Context) string {
	if c.Request.Method == http.MethodGet {
		return c.Request.URL.RequestURI()
	}
	return Root
}
