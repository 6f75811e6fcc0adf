package caller_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"aufruf/internal/caller"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// orders are what a terminal would obey: a cursor that moves, a title, a line that is
// written over, the same in one character (C1), letters in reverse, what nobody sees.
const orders = "\x1b[2J\x1b[1;1H\x1b]0;owned\a\r\n\b\t\u009b5A\u202e\u2066\u200b\ufeff\U000e0041\xff"

func TestALineIsShownAndNotObeyed(t *testing.T) {
	for given, want := range map[string]string{
		"Bürgerbüro 日本 👩‍💻": "Bürgerbüro 日本 👩‍💻",
		"a\x1b[2Jb\u009b1A": `a\u001b[2Jb\u009b1A`,
		"a\r\n\tb":          `a\u000d\u000a\u0009b`,
		"\u202eevil\u200b":  `\u202eevil\u200b`,
		"\U000e0041":        `\udb40\udc41`,
		"\xff\ufffd":        `\ufffd` + "\ufffd",
	} {
		if got := caller.Line(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

// JSON that went through the printer means what it meant, and a text keeps its lines.
func TestThePrinterLosesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := map[string]string{rapid.String().Draw(rt, "key"): rapid.String().Draw(rt, "value") + "\u009b\u202e"}
		var out bytes.Buffer
		if err := json.NewEncoder(caller.Printer(&out)).Encode(want); err != nil {
			rt.Fatal(err)
		}
		obeys(rt, strings.TrimSuffix(out.String(), "\n"))
		var got map[string]string
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || cmp.Diff(want, got) != "" {
			rt.Fatalf("got %q of %q, %v", got, want, err)
		}
	})
}

// obeys names what a terminal would obey in a text.
func obeys(t interface{ Errorf(string, ...any) }, text string) {
	for _, r := range text {
		if town.Unprintable(r) || strings.ContainsRune("\r\n\t", r) {
			t.Errorf("%U gets to the terminal in %q", r, text)
			return
		}
	}
}

// poison gives every text in a value something to obey.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + orders)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				poison(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			poison(value)
			v.SetMapIndex(key, value)
		}
	}
}

// poisoned is a copy of a message in which every text has something to obey.
func poisoned[M any](m M) M {
	poison(reflect.ValueOf(&m).Elem())
	return m
}

// Whatever a hostile server sends in whatever field, the desk's screen shows it and
// the terminal does nothing of it. Ids of services and rooms are hostile as well.
func TestAHostileServerMovesNoCursor(t *testing.T) {
	german := phrases(t, town.German)
	hostile := names()
	poison(reflect.ValueOf(&hostile).Elem())
	hostile.Services["pass"+orders] = "Pass" + orders
	queue := wire.Queue{
		Waiting: []wire.Entry{waiting(201)}, Parked: []wire.Entry{waiting(203)}, Open: []wire.OpenEntry{open(300)}, Now: clock,
	}
	ticket := &wire.Ticket{Ticket: "t-300", Number: 300, State: wire.Called, CallMode: town.CallPickup, MeetingPoint: "Foyer", Room: &wire.Room{Label: "Platz"}}
	refusal := problem.New(problem.Conflict, "room.taken").With("title", orders).With("detail", "x"+orders)
	for _, known := range []caller.Names{hostile, {}} {
		b := newBenchWith(t, german)
		b.desk.Handle(caller.NamesCame{Names: known})
		for _, event := range []caller.Event{
			caller.QueueCame{At: b.now, Queue: poisoned(queue)},
			caller.DeliveryCame{Delivery: poisoned(wire.Delivery{Seq: 7, Screens: 1})},
			caller.AlarmsCame{At: b.now, Alarms: poisoned(wire.Alarms{Dial: "1", Alarms: []wire.Alarm{{Alarm: "a", Room: wire.Room{ID: "platz-2", Label: "Platz 2"}, At: clock}}})},
			caller.Answered{Done: wire.Done{Seq: 9, Ticket: poisonedTicket(*ticket)}},
			caller.Answered{Err: refusal},
			caller.Answered{Err: problem.New(problem.Conflict, "moved_on"+orders).With("open", orders)},
			caller.Disconnected{At: b.now, Err: fmt.Errorf("dial %s: %w", orders, refusal)},
		} {
			b.desk.Handle(event)
			for _, key := range []string{"", "t", "esc", "o", "esc", "n", "?", "esc"} {
				if key != "" {
					b.press(key)
				}
				for _, line := range strings.Split(b.desk.View(400, 60), "\n") {
					obeys(t, line)
				}
			}
		}
	}
	w := caller.Watch{Phrases: german}
	lines := append(w.Queue(wire.Queue{}), w.Queue(poisoned(queue))...)
	lines = append(lines, w.Delivery(poisoned(wire.Delivery{}))...)
	lines = append(lines, w.Alarms(poisoned(wire.Alarms{Alarms: []wire.Alarm{{Alarm: "a", Room: wire.Room{Label: "x"}}}}))...)
	lines = append(lines, german.Refusal(refusal))
	lines = append(lines, strings.Split(strings.TrimSuffix(german.Table(poisoned(queue)), "\n"), "\n")...)
	if got, want := len(lines), 3; got < want {
		t.Fatalf("got %d lines", got)
	}
	for _, line := range lines {
		obeys(t, line)
	}
	if got, want := strings.Count(german.Table(poisoned(queue)), "\n"), 3; got != want {
		t.Errorf("got %d lines for %d entries: a name began one of its own", got, want)
	}
}

func poisonedTicket(ticket wire.Ticket) *wire.Ticket {
	ticket.Room = new(*ticket.Room)
	ticket = poisoned(ticket)
	return &ticket
}
