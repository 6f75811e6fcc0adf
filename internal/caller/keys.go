package caller

import (
	"slices"
	"unicode/utf8"

	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// shortcut is a key of the list and the action it stands for. The order is
// that of the help.
type shortcut struct {
	key    string
	action Action
}

var shortcuts = []shortcut{
	{"n", Next}, {"c", Call}, {"r", Recall}, {"s", Start}, {"f", Finish}, {"x", NoShow},
	{"p", Park}, {"t", Transfer}, {"w", SendOn}, {"z", Undo}, {"b", Pause}, {"!", Alarm}, {"k", Come}, {"h", Calm},
}

func (d *Desk) press(key string) Effect {
	if key == "ctrl+c" {
		return Effect{Quit: true}
	}
	switch d.mode {
	case modeNumber:
		return d.pressNumber(key)
	case modeNote:
		return d.pressNote(key)
	case modeTarget:
		return d.pressTarget(key)
	case modeService:
		return d.pressService(key)
	case modeHelp:
		d.mode = modeList
		return Effect{}
	}
	return d.pressList(key)
}

func (d *Desk) pressList(key string) Effect {
	switch key {
	case "q":
		return Effect{Quit: true}
	case "?":
		d.mode = modeHelp
		return Effect{}
	case "o":
		return d.doAgain()
	case "up", "down":
		d.moveCursor(key)
		return Effect{}
	case "esc":
		d.selected, d.message, d.again = "", "", nil
		return Effect{}
	case "enter":
		return d.callSelected()
	case "space":
		key = "n"
	}
	i := slices.IndexFunc(shortcuts, func(s shortcut) bool { return s.key == key })
	if i < 0 {
		return Effect{}
	}
	return d.begin(shortcuts[i].action)
}

// begin carries out an action, or asks for what it needs first.
func (d *Desk) begin(action Action) Effect {
	switch action {
	case Next:
		return d.next()
	case Call:
		d.mode, d.typed = modeNumber, ""
		return Effect{}
	case Alarm:
		return d.cry()
	case Come:
		return d.come()
	case Calm:
		return d.calm()
	case Park, Transfer, SendOn:
		return d.beginSendingAway(action)
	case Pause:
		if d.paused() {
			action = Resume
		}
	}
	return d.give(Order{Action: action})
}

// next calls the next person, but not for a key that is held down.
func (d *Desk) next() Effect {
	held := d.now.Sub(d.nextAt) < repeatGuard
	d.nextAt = d.now
	if held {
		return Effect{}
	}
	return d.give(Order{Action: Next})
}

// beginSendingAway asks for a note or a target, where there is somebody.
func (d *Desk) beginSendingAway(action Action) Effect {
	if _, ok := Open(d.queue, d.room); !ok || !d.connected {
		return d.give(Order{Action: action}) // which says why not
	}
	d.typed, d.target = "", noChoice
	d.mode = map[Action]mode{Park: modeNote, Transfer: modeTarget, SendOn: modeService}[action]
	return Effect{}
}

// doAgain gives the refused order deliberately. No repetition of its own key does.
func (d *Desk) doAgain() Effect {
	if d.again == nil {
		return Effect{}
	}
	return d.give(*d.again)
}

func (d *Desk) moveCursor(key string) {
	entries := d.listed()
	if len(entries) == 0 {
		return
	}
	i := slices.IndexFunc(entries, func(e wire.Entry) bool { return e.Ticket == d.selected })
	switch {
	case key == "down":
		i = min(i+1, len(entries)-1)
	case i > 0:
		i--
	default:
		d.selected = ""
		return
	}
	d.selected = entries[i].Ticket
}

func (d *Desk) callSelected() Effect {
	for _, e := range d.listed() {
		if e.Ticket == d.selected {
			d.selected = ""
			return d.give(Order{Action: Call, Number: e.Number})
		}
	}
	return Effect{}
}

func (d *Desk) pressNumber(key string) Effect {
	switch {
	case key == "esc":
		d.mode = modeList
	case key == "backspace":
		d.typed = withoutLast(d.typed)
	case len(key) == 1 && key[0] >= '0' && key[0] <= '9' && len(d.typed) < 3:
		d.typed += key
	case key == "enter":
		number, err := town.ParseNumber(d.typed)
		if err != nil {
			return Effect{} // what is missing is seen
		}
		d.mode = modeList
		return d.give(Order{Action: Call, Number: number})
	}
	return Effect{}
}

func (d *Desk) pressNote(key string) Effect {
	switch {
	case key == "esc":
		d.mode = modeList
	case key == "backspace":
		d.typed = withoutLast(d.typed)
	case key == "space":
		d.typed += " "
	case key == "enter":
		d.mode = modeList
		return d.give(Order{Action: Park, Note: d.typed})
	case utf8.RuneCountInString(key) == 1 && utf8.RuneCountInString(d.typed) < deskwork.MaxNote:
		d.typed += key
	}
	return Effect{}
}

func (d *Desk) pressTarget(key string) Effect {
	destinations := d.destinations()
	switch key {
	case "esc":
		d.mode = modeList
	case "up", "down":
		d.choose(key, len(destinations))
	case "enter":
		if d.target == noChoice || d.target >= len(destinations) {
			return Effect{} // what is missing is seen
		}
		d.mode = modeList
		to := destinations[d.target]
		return d.give(Order{Action: Transfer, Office: to.office, ToRoom: to.room})
	}
	return Effect{}
}

// choose moves on in a list of so many choices.
func (d *Desk) choose(key string, choices int) {
	step := 1
	if key == "up" {
		step = -1
	}
	d.target = max(min(d.target+step, choices-1), min(choices-1, 0))
}

// pressService chooses a second service: letters narrow the list down.
func (d *Desk) pressService(key string) Effect {
	services := d.services()
	switch {
	case key == "esc":
		d.mode = modeList
	case key == "up" || key == "down":
		d.choose(key, len(services))
	case key == "enter":
		i := d.chosenService()
		if i == noChoice {
			return Effect{} // what is missing is seen
		}
		d.mode = modeList
		return d.give(Order{Action: SendOn, Service: services[i].id})
	case key == "backspace":
		d.typed, d.target = withoutLast(d.typed), noChoice
	case key == "space":
		d.typed, d.target = d.typed+" ", noChoice
	case utf8.RuneCountInString(key) == 1:
		d.typed, d.target = d.typed+key, noChoice
	}
	return Effect{}
}

// chosenService returns which of the services is chosen: by the arrows, or as the
// only one that holds what was typed.
func (d *Desk) chosenService() int {
	services := d.services()
	switch {
	case d.target != noChoice && d.target < len(services):
		return d.target
	case d.typed != "" && len(services) == 1:
		return 0
	}
	return noChoice
}

func withoutLast(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[:len(s)-size]
}
