package wire_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// instant is read back from its own text, so that it compares equal to what a
// decoder makes of it.
func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// sameInstant compares times by what they write.
var sameInstant = cmp.Comparer(func(a, b time.Time) bool {
	return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano)
})

func golden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	if *update {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, got, "", "  "); err != nil {
			t.Fatal(err)
		}
		pretty.WriteByte('\n')
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(compact.String(), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
	return compact.Bytes()
}

func room() wire.Room { return wire.Room{ID: "platz-2", Label: "Platz 2"} }

func ticket(t *testing.T) *wire.Ticket {
	place := room()
	return &wire.Ticket{
		Ticket: "t-9f2c", Number: 417, State: wire.Called, Room: &place,
		Service:  "personalausweis-beantragen",
		Services: []wire.Item{{ID: "personalausweis-beantragen", Quantity: 2}},
		Office:   "buergerbuero", Kind: wire.Appointment, CallMode: town.CallScreen,
		Due: instant(t, "2026-12-01T09:20:00+01:00"), Calls: 1, Screens: 1,
	}
}

func entry(t *testing.T) wire.Entry {
	from := instant(t, "2026-12-01T09:15:00+01:00")
	return wire.Entry{Here: true, CallableFrom: &from, Listed: wire.Listed{
		Ticket: "t-9f2c", Number: 417, Service: "personalausweis-beantragen", Office: "buergerbuero",
		Kind: wire.Appointment, Due: instant(t, "2026-12-01T09:20:00+01:00"),
		Since: instant(t, "2026-12-01T09:05:12.482+01:00"), CheckedIn: true,
	}}
}

func stationMessages(t *testing.T) map[string]wire.Message {
	at := instant(t, "2026-12-01T09:21:03.118+01:00")
	walkIn := entry(t)
	walkIn.Kind, walkIn.CallableFrom, walkIn.CheckedIn, walkIn.Priority = wire.WalkIn, nil, true, 1
	late := entry(t)
	late.Start, late.OnlyRoom, late.Overbooked = instant(t, "2026-12-01T08:20:00+01:00"), "platz-2", true
	late.Services = []wire.Quantity{{ID: "personalausweis-beantragen", Quantity: 2}, {ID: "eid-pin", Quantity: 1}}
	sentOn := entry(t)
	sentOn.Service, sentOn.Office, sentOn.CallableFrom, sentOn.SentOn, sentOn.Version = "personenstandsurkunde", "standesamt", nil, true, 5
	sentOn.SentFrom = "platz-1"
	fetched := ticket(t)
	fetched.Room, fetched.CallMode, fetched.MeetingPoint = nil, town.CallPickup, "Foyer"
	return map[string]wire.Message{
		"station_done":        wire.Done{ID: "c-1", Seq: 812, Ticket: ticket(t)},
		"station_done_pickup": wire.Done{ID: "c-2", Seq: 813, Ticket: fetched},
		"station_done_pause":  wire.Done{ID: "c-3", Seq: 814},
		"station_failed": wire.Failed{ID: "c-4", Problem: wire.Problem{
			Type: "urn:aufruf:problem:queue.empty", Title: "Es wartet niemand.", Status: 409, Key: "queue.empty",
		}},
		"station_queue": wire.Queue{
			Seq: 815, Now: at, Waiting: []wire.Entry{entry(t), walkIn, late}, Catalogue: "7-Zk3v",
			Open:    []wire.OpenEntry{{Listed: entry(t).Listed, Room: room(), State: wire.Serving, Calls: 2, CallSeq: 812}},
			Parked:  []wire.Entry{walkIn},
			Paused:  []town.RoomID{"platz-3"},
			Seats:   []wire.Seat{{Room: "platz-1", By: "Frau Krause", At: at}, {Room: "platz-3", At: at}},
			Screens: &wire.ScreenState{Connected: 2, Sounding: 1, Silent: []string{"Foyer"}},
		},
		"station_queue_sent_on": wire.Queue{Seq: 817, Now: at, Waiting: []wire.Entry{sentOn}, Open: []wire.OpenEntry{}, Parked: []wire.Entry{}, Paused: []town.RoomID{}, Seats: []wire.Seat{}},
		"station_queue_empty":   wire.Queue{Seq: 1, Now: at, Waiting: []wire.Entry{}, Open: []wire.OpenEntry{}, Parked: []wire.Entry{}, Paused: []town.RoomID{}, Seats: []wire.Seat{}},
		"station_queue_changes": wire.QueueChanges{
			Seq: 816, Now: at, Waiting: []wire.PlacedEntry{{Entry: sentOn, After: "b8Xw2LqPz0aT"}},
			Open:    []wire.PlacedOpen{{OpenEntry: wire.OpenEntry{Listed: entry(t).Listed, Room: room(), State: wire.Called, Calls: 1, CallSeq: 816}}},
			Parked:  []wire.PlacedEntry{{Entry: walkIn}},
			Gone:    []town.TicketID{"Zk3vQmT1aB9x"},
			Paused:  &wire.List[town.RoomID]{"platz-3"},
			Seats:   &wire.List[wire.Seat]{{Room: "platz-1", By: "Frau Krause", At: at}},
			Screens: &wire.ScreenState{Connected: 2, Sounding: 2}, Catalogue: "8-b8Xw",
		},
		"station_alarms": wire.Alarms{Dial: "03437 9858-0", Alarms: []wire.Alarm{
			{Alarm: "a1", Room: room(), At: at, Seen: 2, Coming: &wire.Coming{Room: new(room()), At: at}},
			{Alarm: "a2", Room: room(), At: at, Unseen: true},
		}},
		"station_alarms_none":   wire.Alarms{Alarms: []wire.Alarm{}},
		"station_delivery":      wire.Delivery{Seq: 812, Screens: 3, Queued: 1, InMS: 6200, Shown: 2, Sounded: 1, Silent: 1, Late: false},
		"station_delivery_test": wire.Delivery{Seq: 813, Screens: 2, Sounded: 2, Test: true},
	}
}

func hints() wire.Hints {
	return wire.Hints{Direction: town.Text{"de": "links, den Gang entlang"}, Spoken: town.Text{"de": "Platz 2", "en": "desk 2"}}
}

func look() *wire.ScreenLook {
	return &wire.ScreenLook{
		Town: "Grimma", Accent: "#1f5f8b", Logo: "https://termin.example.org/static/logo.svg", Language: "de",
		QueueURL: "https://termin.example.org/warteraum/grimma-markt",
	}
}

func styled() *wire.ScreenLook {
	volume, styled := 60, look()
	styled.Saturday, styled.Demonstration, styled.Branch = "Sonnabend", true, "Grimma am Markt"
	styled.Second = &wire.SecondLanguage{Language: "en", Notice: "Open until 6 p.m. today"}
	styled.Columns = []wire.OfficeColumn{{ID: "buergerbuero", Name: "Bürgerbüro"}, {ID: "standesamt", Name: "Standesamt"}}
	styled.Slides = []wire.Slide{
		{Text: "Ausweis fertig? Abholen ohne Termin.", Second: "Card ready? Collect it without an appointment."},
		{Text: "Der Markt im Winter", Picture: "https://termin.example.org/display/bild/grimma-markt/0f3c91d2a4b5c6d7.jpeg"},
	}
	styled.ScreenStyle = wire.ScreenStyle{
		Theme: "light", Large: 8, Listed: 4, Ground: "#0b1622", Signal: "#0b4f7a", Night: []string{"20:00-06:00"},
		Sound: &wire.ScreenSound{Volume: &volume, Gong: "gong-low", Speech: []town.Language{"de", "en"}, Quiet: []string{"19:00-07:00"}},
	}
	return styled
}

func displayMessages(t *testing.T) map[string]wire.Message {
	at := instant(t, "2026-12-01T09:21:03.118+01:00")
	return map[string]wire.Message{
		"display_board": wire.Board{
			V: wire.Version, Resumed: true, Epoch: "e7b1", Seq: 815, Now: at, Notice: "Heute bis 18 Uhr geöffnet",
			Calls: []wire.BoardCall{
				{Seq: 811, Number: 230, Room: room(), At: at, Cleared: true},
				{Seq: 812, Number: 417, Room: room(), At: at, Again: true},
			},
		},
		"display_board_withdrawn": wire.Board{
			V: wire.Version, Resumed: true, Epoch: "e7b1", Seq: 818, Now: at,
			Calls: []wire.BoardCall{{Seq: 816, Number: 555, Room: room(), At: at, Cleared: true, Withdrawn: true}},
		},
		"display_board_look": wire.Board{
			V: wire.Version, Epoch: "e7b1", Seq: 816, Now: at, Look: look(),
			Calls: []wire.BoardCall{{Seq: 816, Number: 555, Room: room(), At: at, Hints: hints()}},
		},
		"display_call_hints":  wire.ScreenCall{Seq: 816, Number: 555, Room: room(), At: at, Now: at, Hints: hints()},
		"display_look":        wire.Look{Seq: 818, Notice: "Heute bis 18 Uhr geöffnet", Look: *look()},
		"display_look_styled": wire.Look{Seq: 820, Look: *styled()},
		"display_call_said": wire.ScreenCall{
			Seq: 816, Number: 555, Room: room(), At: at, Now: at,
			Said: wire.Said{"de": {"de/number", "de/5", "de/5", "de/5", "de/please", "de/desk", "de/2"}},
		},
		"display_test":  wire.Test{Seq: 819},
		"display_clock": wire.Clock{Now: at},
		"display_today": wire.Today{
			Offices: []wire.OfficeToday{
				{ID: "buergerbuero", Name: "Bürgerbüro", Hours: []string{"09:00-12:00", "13:00-18:00"}, Waiting: 4, Wait: &wire.Minutes{Low: 10, High: 20}},
				{ID: "standesamt", Name: "Standesamt", Hours: []string{}},
			},
			Next: []town.Number{315, 902},
		},
		"display_call_office": wire.ScreenCall{Seq: 816, Number: 555, Room: room(), At: at, Now: at, Office: "buergerbuero"},
		"display_board_empty": wire.Board{V: wire.Version, Epoch: "e7b1", Now: at, Calls: []wire.BoardCall{}},
		"display_call":        wire.ScreenCall{Seq: 816, Number: 555, Room: room(), At: at, Now: at},
		"display_clear":       wire.Clear{Seq: 817, Number: 555},
		"display_clear_undo":  wire.Clear{Seq: 818, Number: 555, Withdrawn: true},
	}
}

func displayReports() map[string]wire.Report {
	return map[string]wire.Report{
		"display_shown":   wire.Shown{Seq: 816, AfterMS: 21},
		"display_queued":  wire.Queued{Seq: 812, InMS: 6200},
		"display_sounded": wire.Sounded{Seq: 816, Sound: wire.SoundPlayed},
		"display_status":  wire.Status{Sound: wire.SoundNoDevice, Version: "0.1.0"},
	}
}

func commands() map[string]deskwork.Command {
	return map[string]deskwork.Command{
		"command_call_next":     {ID: "c-1", Type: deskwork.CallNext, Room: "platz-2"},
		"command_call_next_for": {ID: "c-2", Type: deskwork.CallNext, Room: "platz-2", Offices: []town.OfficeID{"buergerbuero"}, TakeOver: true},
		"command_call":          {ID: "c-3", Type: deskwork.Call, Room: "platz-2", Number: 417},
		"command_recall":        {ID: "c-4", Type: deskwork.Recall, Ticket: "t-9f2c"},
		"command_start":         {ID: "c-5", Type: deskwork.Start, Ticket: "t-9f2c"},
		"command_finish":        {ID: "c-6", Type: deskwork.Finish, Ticket: "t-9f2c"},
		"command_no_show":       {ID: "c-7", Type: deskwork.NoShow, Ticket: "t-9f2c"},
		"command_undo":          {ID: "c-8", Type: deskwork.Undo, Ticket: "t-9f2c"},
		"command_park":          {ID: "c-9", Type: deskwork.Park, Ticket: "t-9f2c", Note: "holt ein Foto"},
		"command_transfer":      {ID: "c-10", Type: deskwork.Transfer, Ticket: "t-9f2c", Office: "standesamt"},
		"command_transfer_room": {ID: "c-11", Type: deskwork.Transfer, Ticket: "t-9f2c", Room: "platz-3"},
		"command_send_on":       {ID: "c-15", Type: deskwork.SendOn, Ticket: "t-9f2c", Service: "personenstandsurkunde", Version: 4},
		"command_start_seen":    {ID: "c-16", Type: deskwork.Start, Ticket: "t-9f2c", Version: 4},
		"command_next_seen":     {ID: "c-17", Type: deskwork.CallNext, Room: "platz-2", Open: new(town.TicketID("t-9f2c"))},
		"command_next_free":     {ID: "c-18", Type: deskwork.CallNext, Room: "platz-2", Open: new(town.TicketID(""))},
		"command_pause":         {ID: "c-12", Type: deskwork.Pause, Room: "platz-2"},
		"command_resume":        {ID: "c-13", Type: deskwork.Resume, Room: "platz-2"},
		"command_alarm":         {ID: "c-14", Type: deskwork.Alarm, Room: "platz-2"},
		"command_alarm_seen":    {ID: "c-15", Type: deskwork.AlarmSeen, Alarm: "a1", Room: "platz-2"},
		"command_alarm_take":    {ID: "c-16", Type: deskwork.AlarmTake, Alarm: "a1", Room: "platz-2"},
		"command_alarm_end":     {ID: "c-17", Type: deskwork.AlarmEnd, Alarm: "a1"},
	}
}

func TestStationMessages(t *testing.T) { roundTrip(t, stationMessages(t), wire.DecodeStationMessage) }
func TestDisplayMessages(t *testing.T) { roundTrip(t, displayMessages(t), wire.DecodeDisplayMessage) }
func TestDisplayReports(t *testing.T)  { roundTrip(t, displayReports(), wire.DecodeDisplayReport) }

func roundTrip[M wire.Message](t *testing.T, messages map[string]M, decode func([]byte) (M, error)) {
	t.Helper()
	for name, message := range messages {
		t.Run(name, func(t *testing.T) {
			raw, err := wire.Encode(message)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decode(golden(t, name, raw))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wire.Message(message), wire.Message(got), sameInstant); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCommands(t *testing.T) {
	for name, command := range commands() {
		t.Run(name, func(t *testing.T) {
			raw, err := json.Marshal(command)
			if err != nil {
				t.Fatal(err)
			}
			got, err := wire.DecodeCommand(golden(t, name, raw))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(command, got); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimesCarryTheBranchsOffset(t *testing.T) {
	at := time.Date(2026, 7, 1, 7, 0, 0, 123456789, time.UTC)
	got, err := json.Marshal([]time.Time{wire.Seconds(at, berlin(t)), wire.Millis(at, berlin(t))})
	if err != nil {
		t.Fatal(err)
	}
	want := `["2026-07-01T09:00:00+02:00","2026-07-01T09:00:00.123+02:00"]`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
