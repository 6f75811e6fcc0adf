package deskwork

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"aufruf/internal/problem"
)

// Limits of a command's texts, in characters.
const (
	MaxID      = 64
	MaxName    = 100 // an id of a room, an office, a service or a ticket
	MaxNote    = 500
	MaxOffices = 50
)

// fields says what a type of command must have and what it may have, besides
// id and type; each by its name in JSON.
type fields struct{ must, may []string }

var byType = map[Type]fields{
	CallNext: {must: []string{"room"}, may: []string{"offices", "take_over", "open", "sure"}},
	Call:     {must: []string{"room", "number"}, may: []string{"take_over", "open", "sure"}},
	Recall:   {must: []string{"ticket"}, may: []string{"version", "sure"}},
	Start:    {must: []string{"ticket"}, may: []string{"version", "sure"}},
	Finish:   {must: []string{"ticket"}, may: []string{"version", "sure"}},
	NoShow:   {must: []string{"ticket"}, may: []string{"version", "sure"}},
	Undo:     {must: []string{"ticket"}, may: []string{"version"}},
	Park:     {must: []string{"ticket"}, may: []string{"note", "version", "sure"}},
	Transfer: {must: []string{"ticket"}, may: []string{"office", "room", "version", "sure"}},
	SendOn:   {must: []string{"ticket", "service"}, may: []string{"version", "sure"}},
	Pause:    {must: []string{"room"}},
	Resume:   {must: []string{"room"}},
	Alarm:    {must: []string{"room"}},

	AlarmSeen: {must: []string{"alarm"}, may: []string{"room"}},
	AlarmTake: {must: []string{"alarm"}, may: []string{"room"}},
	AlarmEnd:  {must: []string{"alarm"}, may: []string{"room"}},
}

// Check returns why a command is none: Malformed "request.unknown_type";
// Malformed "request.unknown_field" with a field that its type doesn't have in
// Fields; Invalid "request.invalid" with those that are missing, too long or no
// text.
func (c Command) Check() error { return c.CheckSent(maps.Keys(c.filled())) }

// CheckSent is Check of a command whose fields came by name: a name that the
// type doesn't have is refused, though its value be empty.
func (c Command) CheckSent(names iter.Seq[string]) error {
	of, known := byType[c.Type]
	if !known {
		return problem.New(problem.Malformed, "request.unknown_type")
	}
	for name := range names {
		if name != "id" && name != "type" && !slices.Contains(of.must, name) && !slices.Contains(of.may, name) {
			return problem.UnknownField(name)
		}
	}
	return problem.Fields(c.bad(of))
}

// bad returns the fields whose values are missing, too long or no text.
func (c Command) bad(of fields) map[string]string {
	bad := map[string]string{}
	filled := c.filled()
	for _, name := range append([]string{"id"}, of.must...) {
		if !filled[name] {
			bad[name] = "request.required"
		}
	}
	for _, t := range c.texts() {
		if key := t.mistake(); key != "" {
			bad[t.name] = key
		}
	}
	if len(c.Offices) > MaxOffices {
		bad["offices"] = "request.too_long"
	}
	if c.Type == Transfer && (c.Office == "") == (c.Room == "") {
		bad["office"] = "command.office_or_room"
	}
	return bad
}

// text is a text of a command with its limit.
type text struct {
	name, value string
	limit       int
}

func (t text) mistake() string {
	switch {
	case !utf8.ValidString(t.value) || strings.ContainsRune(t.value, 0):
		return "request.bad_value"
	case utf8.RuneCountInString(t.value) > t.limit:
		return "request.too_long"
	}
	return ""
}

func (c Command) texts() []text {
	all := []text{
		{"id", c.ID, MaxID}, {"room", string(c.Room), MaxName}, {"ticket", string(c.Ticket), MaxName},
		{"office", string(c.Office), MaxName}, {"service", string(c.Service), MaxName}, {"note", c.Note, MaxNote}, {"alarm", c.Alarm, MaxID},
	}
	for _, office := range c.Offices {
		all = append(all, text{"offices", string(office), MaxName})
	}
	if c.Open != nil {
		all = append(all, text{"open", string(*c.Open), MaxName})
	}
	return all
}

// filled returns the names of the fields that say something.
func (c Command) filled() map[string]bool {
	all := map[string]bool{
		"id": c.ID != "", "type": c.Type != "", "room": c.Room != "", "offices": len(c.Offices) > 0,
		"number": c.Number != 0, "ticket": c.Ticket != "", "note": c.Note != "", "office": c.Office != "",
		"take_over": c.TakeOver, "service": c.Service != "", "version": c.Version != 0, "open": c.Open != nil, "sure": c.Sure, "alarm": c.Alarm != "",
	}
	maps.DeleteFunc(all, func(_ string, says bool) bool { return !says })
	return all
}
