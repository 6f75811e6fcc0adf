package caller

import (
	"slices"

	"aufruf/internal/deskwork"
	"aufruf/internal/wire"
)

// sees returns what is to be told of alarms that are now before somebody's eyes.
// A terminal that nobody types into may lie behind another window.
func (d *Desk) sees() []deskwork.Command {
	var seen []deskwork.Command
	for _, a := range d.alarms.Alarms {
		if !d.looks || a.Room.ID == d.room || d.seen[a.Alarm] {
			continue
		}
		d.seen[a.Alarm] = true
		seen = append(seen, deskwork.Command{Type: deskwork.AlarmSeen, Alarm: a.Alarm, Room: d.room})
	}
	return seen
}

// cry asks for help. It waits for no step that is under way.
func (d *Desk) cry() Effect {
	if !d.connected {
		d.message, d.warning = d.phrases.T("caller.offline_step"), true
		return Effect{}
	}
	return Effect{Send: &deskwork.Command{Type: deskwork.Alarm, Room: d.room}}
}

// come says that help is on the way to whoever asked first and was promised none.
func (d *Desk) come() Effect {
	i := slices.IndexFunc(d.alarms.Alarms, func(a wire.Alarm) bool { return a.Room.ID != d.room && a.Coming == nil })
	if i < 0 {
		d.message, d.warning = d.phrases.T("caller.alarms.none"), true
		return Effect{}
	}
	return Effect{Send: &deskwork.Command{Type: deskwork.AlarmTake, Alarm: d.alarms.Alarms[i].Alarm, Room: d.room}}
}

// calm ends this room's own alarm.
func (d *Desk) calm() Effect {
	i := slices.IndexFunc(d.alarms.Alarms, func(a wire.Alarm) bool { return a.Room.ID == d.room })
	if i < 0 {
		d.message, d.warning = d.phrases.T("caller.alarms.none"), true
		return Effect{}
	}
	return Effect{Send: &deskwork.Command{Type: deskwork.AlarmEnd, Alarm: d.alarms.Alarms[i].Alarm, Room: d.room}}
}

// answeredAlarm shows a refusal; all else is seen in the alarms themselves.
func (d *Desk) answeredAlarm(a Answered) {
	if a.Err != nil && a.Command.Type != deskwork.AlarmSeen {
		d.message, d.warning = d.phrases.Refusal(a.Err), true
	}
}

// helpWanted says who asks for help and what is known of it, a line each.
func (d *Desk) helpWanted() []string {
	var lines []string
	for _, a := range d.alarms.Alarms {
		if a.Room.ID == d.room {
			lines = append(lines, d.ownAlarm(a))
			continue
		}
		lines = append(lines, d.phrases.T("caller.alarm", "room", Line(a.Room.Label), "time", d.phrases.Time(a.At))+" "+d.whoComes(a))
	}
	return lines
}

func (d *Desk) whoComes(a wire.Alarm) string {
	switch {
	case a.Coming == nil:
		return d.phrases.T("caller.alarms.take")
	case a.Coming.Room == nil:
		return d.phrases.T("caller.alarms.comes_other")
	case a.Coming.Room.ID == d.room:
		return d.phrases.T("caller.alarms.i_come")
	}
	return d.phrases.T("caller.alarms.comes", "room", Line(a.Coming.Room.Label))
}

func (d *Desk) ownAlarm(a wire.Alarm) string {
	var says string
	switch {
	case a.Coming != nil:
		says = d.whoComes(a)
	case a.Unseen && d.alarms.Dial != "":
		says = d.phrases.T("caller.alarms.unseen", "dial", Line(d.alarms.Dial))
	case a.Unseen:
		says = d.phrases.T("caller.alarms.unseen_no_dial")
	case a.Seen == 0:
		says = d.phrases.T("caller.alarms.sent")
	default:
		says = d.phrases.N("caller.alarms.seen", a.Seen)
	}
	return says + " " + d.phrases.T("caller.alarms.end")
}
