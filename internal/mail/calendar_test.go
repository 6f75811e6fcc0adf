package mail

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"aufruf/internal/town"
)

// read parses an entry with another library than the one that wrote it.
func read(t *testing.T, entry []byte) (*ical.Calendar, ical.Event) {
	t.Helper()
	c, err := ical.NewDecoder(bytes.NewReader(entry)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, entry)
	}
	events := c.Events()
	if len(events) != 1 {
		t.Fatalf("got %d events, want 1", len(events))
	}
	return c, events[0]
}

func text(t *testing.T, props ical.Props, name string) string {
	t.Helper()
	s, err := props.Text(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func TestACalendarTakesMovesAndCancellationsOver(t *testing.T) {
	c := composer(t)
	booked := sample(t, Confirmation, town.German)
	booked.Revision = 0
	moved := sample(t, Change, town.German)
	moved.Revision, moved.Start, moved.End = 1, moved.Start.AddDate(0, 0, 1), moved.End.AddDate(0, 0, 1)
	cancelled := sample(t, Cancellation, town.German)
	cancelled.Revision = 2
	tests := []struct {
		data                             Data
		method, download, status, number string
	}{
		{booked, "REQUEST", "PUBLISH", "CONFIRMED", "0"},
		{moved, "REQUEST", "PUBLISH", "CONFIRMED", "1"},
		{cancelled, "CANCEL", "CANCEL", "CANCELLED", "2"},
	}
	for _, test := range tests {
		for reader, method := range map[string]string{"": test.download, "leserin@example.net": test.method} {
			entry := Calendar(c.bundle, test.data)
			if reader != "" {
				entry = invitation(c.bundle, test.data, reader)
			}
			calendar, event := read(t, entry)
			if got, want := text(t, calendar.Props, ical.PropMethod), method; got != want {
				t.Errorf("%s: method: got %s, want %s", test.data.Kind, got, want)
			}
			if got, want := text(t, event.Props, ical.PropUID), "ticket-1@termine.example.org"; got != want {
				t.Errorf("%s: uid: got %s, want %s", test.data.Kind, got, want)
			}
			if got, want := event.Props.Get(ical.PropSequence).Value, test.number; got != want {
				t.Errorf("%s: sequence: got %s, want %s", test.data.Kind, got, want)
			}
			if got, want := text(t, event.Props, ical.PropStatus), test.status; got != want {
				t.Errorf("%s: status: got %s, want %s", test.data.Kind, got, want)
			}
			start, err := event.DateTimeStart(nil)
			if err != nil || !start.Equal(test.data.Start) {
				t.Errorf("%s: start: got %s, %v, want %s", test.data.Kind, start, err, test.data.Start)
			}
			end, err := event.DateTimeEnd(nil)
			if err != nil || !end.Equal(test.data.End) {
				t.Errorf("%s: end: got %s, %v, want %s", test.data.Kind, end, err, test.data.End)
			}
			if event.Props.Get(ical.PropOrganizer) == nil {
				t.Errorf("%s: organizer is missing", test.data.Kind)
			}
			if got, want := event.Props.Get(ical.PropAttendee) != nil, reader != ""; got != want {
				t.Errorf("%s to %q: attendee: got %t, want %t", test.data.Kind, reader, got, want)
			}
		}
	}
}

func TestTheEntrySaysWhereAndWithWhichNumber(t *testing.T) {
	_, event := read(t, Calendar(composer(t).bundle, sample(t, Confirmation, town.German)))
	if got, want := text(t, event.Props, ical.PropLocation), "Bürgerbüro, Am Markt, Stadthaus, Markt 1, 01234 Beispiel, Ortsteil Altstadt, Erdgeschoss"; got != want {
		t.Errorf("location: got %q, want %q", got, want)
	}
	if got, want := text(t, event.Props, ical.PropSummary), "Bürgerbüro: Nummer 417"; got != want {
		t.Errorf("summary: got %q, want %q", got, want)
	}
	if got, want := text(t, event.Props, ical.PropDescription), "bisheriger Ausweis, auch abgelaufen"; !strings.Contains(got, want) {
		t.Errorf("description: got %q, want %q in it", got, want)
	}
}

func TestLinesEndAndFoldAsCalendarsExpect(t *testing.T) {
	entry := string(Calendar(composer(t).bundle, sample(t, Confirmation, town.German)))
	if strings.Count(entry, "\n") != strings.Count(entry, "\r\n") {
		t.Error("a line ends without carriage return")
	}
	for line := range strings.SplitSeq(entry, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d octets: %s", len(line), line)
		}
	}
}

func TestTheZoneIsDescribedAsItIsCounted(t *testing.T) {
	d := sample(t, Confirmation, town.German)
	for _, day := range []time.Time{
		time.Date(2026, time.December, 8, 9, 0, 0, 0, berlin(t)),
		time.Date(2027, time.July, 8, 9, 0, 0, 0, berlin(t)),
		time.Date(2027, time.March, 29, 9, 0, 0, 0, berlin(t)),
		time.Date(2026, time.October, 24, 9, 0, 0, 0, berlin(t)),
	} {
		d.Start, d.End = day, day.Add(20*time.Minute)
		c, _ := read(t, Calendar(composer(t).bundle, d))
		observances := map[string]*ical.Component{}
		for _, zone := range c.Children {
			if zone.Name != ical.CompTimezone {
				continue
			}
			if got, want := text(t, zone.Props, ical.PropTimezoneID), "Europe/Berlin"; got != want {
				t.Errorf("zone: got %s, want %s", got, want)
			}
			for _, o := range zone.Children {
				observances[o.Name] = o
			}
		}
		want := []struct{ name, from, to, rule, clock string }{
			{"STANDARD", "+0200", "+0100", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "T030000"},
			{"DAYLIGHT", "+0100", "+0200", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "T020000"},
		}
		for _, w := range want {
			o := observances[w.name]
			if o == nil {
				t.Errorf("%s: %s is missing", day, w.name)
				continue
			}
			start := o.Props.Get(ical.PropDateTimeStart).Value
			if o.Props.Get("TZOFFSETFROM").Value != w.from || o.Props.Get("TZOFFSETTO").Value != w.to ||
				o.Props.Get(ical.PropRecurrenceRule).Value != w.rule || !strings.HasSuffix(start, w.clock) {
				t.Errorf("%s: %s: got %v from %s, want %v", day, w.name, o.Props, start, w)
			}
		}
	}
}

func TestAZoneWithoutChangesIsDescribedToo(t *testing.T) {
	d := sample(t, Confirmation, town.German)
	d.Start, d.End = d.Start.UTC(), d.End.UTC()
	_, event := read(t, Calendar(composer(t).bundle, d))
	if start, err := event.DateTimeStart(nil); err != nil || !start.Equal(d.Start) {
		t.Errorf("start: got %s, %v, want %s", start, err, d.Start)
	}
}
