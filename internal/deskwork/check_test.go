package deskwork_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func TestCheckTakesWhatItsTypeMayHave(t *testing.T) {
	open := town.TicketID(strings.Repeat("t", deskwork.MaxName))
	for _, c := range []deskwork.Command{
		{Type: deskwork.CallNext, Room: "r"},
		{Type: deskwork.CallNext, Room: "r", Offices: make([]town.OfficeID, deskwork.MaxOffices), TakeOver: true, Open: &open},
		{Type: deskwork.Call, Room: "r", Number: 417, TakeOver: true, Open: new(town.TicketID)},
		{Type: deskwork.Recall, Ticket: "t", Version: 4},
		{Type: deskwork.Park, Ticket: "t", Note: strings.Repeat("ü", deskwork.MaxNote)},
		{Type: deskwork.Transfer, Ticket: "t", Office: "o"},
		{Type: deskwork.Transfer, Ticket: "t", Room: "r"},
		{Type: deskwork.SendOn, Ticket: "t", Service: "s", Version: 1},
		{Type: deskwork.Alarm, Room: "r"},
	} {
		c.ID = strings.Repeat("ü", deskwork.MaxID)
		if err := c.Check(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	long := strings.Repeat("x", 101)
	longTicket := town.TicketID(long)
	for name, c := range map[string]struct {
		command deskwork.Command
		key     string
		fields  map[string]string
	}{
		"no type":                {deskwork.Command{}, "request.unknown_type", nil},
		"a type of nobody":       {deskwork.Command{Type: "dance"}, "request.unknown_type", nil},
		"a foreign ticket":       {deskwork.Command{Type: deskwork.CallNext, Room: "r", Ticket: "t"}, "request.unknown_field", map[string]string{"ticket": "request.unknown_field"}},
		"a foreign room":         {deskwork.Command{Type: deskwork.Recall, Ticket: "t", Room: "r"}, "request.unknown_field", map[string]string{"room": "request.unknown_field"}},
		"a foreign number":       {deskwork.Command{Type: deskwork.Recall, Ticket: "t", Number: 417}, "request.unknown_field", map[string]string{"number": "request.unknown_field"}},
		"a foreign note":         {deskwork.Command{Type: deskwork.Recall, Ticket: "t", Note: "n"}, "request.unknown_field", map[string]string{"note": "request.unknown_field"}},
		"a foreign office":       {deskwork.Command{Type: deskwork.Recall, Ticket: "t", Office: "o"}, "request.unknown_field", map[string]string{"office": "request.unknown_field"}},
		"foreign offices":        {deskwork.Command{Type: deskwork.Call, Room: "r", Number: 417, Offices: []town.OfficeID{"o"}}, "request.unknown_field", map[string]string{"offices": "request.unknown_field"}},
		"a foreign service":      {deskwork.Command{Type: deskwork.Recall, Ticket: "t", Service: "s"}, "request.unknown_field", map[string]string{"service": "request.unknown_field"}},
		"a foreign take-over":    {deskwork.Command{Type: deskwork.Pause, Room: "r", TakeOver: true}, "request.unknown_field", map[string]string{"take_over": "request.unknown_field"}},
		"a foreign version":      {deskwork.Command{Type: deskwork.Pause, Room: "r", Version: 1}, "request.unknown_field", map[string]string{"version": "request.unknown_field"}},
		"a foreign open ticket":  {deskwork.Command{Type: deskwork.Pause, Room: "r", Open: new(town.TicketID)}, "request.unknown_field", map[string]string{"open": "request.unknown_field"}},
		"no room":                {deskwork.Command{Type: deskwork.CallNext}, "request.invalid", map[string]string{"room": "request.required"}},
		"no number":              {deskwork.Command{Type: deskwork.Call, Room: "r"}, "request.invalid", map[string]string{"number": "request.required"}},
		"no ticket":              {deskwork.Command{Type: deskwork.Finish}, "request.invalid", map[string]string{"ticket": "request.required"}},
		"no service":             {deskwork.Command{Type: deskwork.SendOn, Ticket: "t"}, "request.invalid", map[string]string{"service": "request.required"}},
		"a transfer to nowhere":  {deskwork.Command{Type: deskwork.Transfer, Ticket: "t"}, "request.invalid", map[string]string{"office": "command.office_or_room"}},
		"a transfer to both":     {deskwork.Command{Type: deskwork.Transfer, Ticket: "t", Office: "o", Room: "r"}, "request.invalid", map[string]string{"office": "command.office_or_room"}},
		"overlong, a room":       {deskwork.Command{Type: deskwork.Pause, Room: town.RoomID(long)}, "request.invalid", map[string]string{"room": "request.too_long"}},
		"overlong, a ticket":     {deskwork.Command{Type: deskwork.Start, Ticket: longTicket}, "request.invalid", map[string]string{"ticket": "request.too_long"}},
		"overlong, an office":    {deskwork.Command{Type: deskwork.Transfer, Ticket: "t", Office: town.OfficeID(long)}, "request.invalid", map[string]string{"office": "request.too_long"}},
		"overlong, a service":    {deskwork.Command{Type: deskwork.SendOn, Ticket: "t", Service: town.ServiceID(long)}, "request.invalid", map[string]string{"service": "request.too_long"}},
		"overlong, what is open": {deskwork.Command{Type: deskwork.CallNext, Room: "r", Open: &longTicket}, "request.invalid", map[string]string{"open": "request.too_long"}},
		"overlong, one office":   {deskwork.Command{Type: deskwork.CallNext, Room: "r", Offices: []town.OfficeID{town.OfficeID(long)}}, "request.invalid", map[string]string{"offices": "request.too_long"}},
		"overlong, a note":       {deskwork.Command{Type: deskwork.Park, Ticket: "t", Note: strings.Repeat("x", 501)}, "request.invalid", map[string]string{"note": "request.too_long"}},
		"too many offices":       {deskwork.Command{Type: deskwork.CallNext, Room: "r", Offices: make([]town.OfficeID, 51)}, "request.invalid", map[string]string{"offices": "request.too_long"}},
		"a NUL":                  {deskwork.Command{Type: deskwork.Start, Ticket: "t\x00"}, "request.invalid", map[string]string{"ticket": "request.bad_value"}},
		"bytes that are no text": {deskwork.Command{Type: deskwork.Park, Ticket: "t", Note: "\xff"}, "request.invalid", map[string]string{"note": "request.bad_value"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.command.ID = "1"
			got := problem.Of(c.command.Check())
			if diff := cmp.Diff(c.fields, got.Fields); got.Key != c.key || diff != "" {
				t.Errorf("got %v, want %s (-want +got):\n%s", got, c.key, diff)
			}
		})
	}
}

func TestAnIDIsOneToSixtyFourCharacters(t *testing.T) {
	for id, want := range map[string]map[string]string{
		"":                      {"id": "request.required"},
		strings.Repeat("x", 65): {"id": "request.too_long"},
	} {
		err := deskwork.Command{ID: id, Type: deskwork.Pause, Room: "r"}.Check()
		if diff := cmp.Diff(want, problem.Of(err).Fields); diff != "" {
			t.Errorf("%q (-want +got):\n%s", id, diff)
		}
	}
}
