package figures_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/figures"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// play is a ticket that is taken through a day of known times.
type play struct {
	t      *testing.T
	zone   *time.Location
	ticket queue.Ticket
}

// at returns an instant of the day: "09:05", or with seconds.
func (p *play) at(clock string) time.Time {
	p.t.Helper()
	if len(clock) == len("15:04") {
		clock += ":00"
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", p.ticket.Date.String()+" "+clock, p.zone)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

func (p *play) do(clock string, action queue.Action, more ...func(*queue.Step)) *play {
	p.t.Helper()
	return p.doAt(p.at(clock), action, more...)
}

func (p *play) doAt(at time.Time, action queue.Action, more ...func(*queue.Step)) *play {
	p.t.Helper()
	step := queue.Step{
		Now: at, Today: town.DateOf(at, p.zone), Policy: queue.DefaultPolicy(), Room: "platz-1", User: "meier",
		Office: "standesamt", Service: "urkunde", Seq: 1,
	}
	for _, change := range more {
		change(&step)
	}
	next, err := p.ticket.Apply(action, step)
	if err != nil {
		p.t.Fatalf("%s at %s: %v", action, at, err)
	}
	p.ticket = next
	return p
}

func on(t *testing.T, date string) *play {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	d, err := town.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	return &play{t: t, zone: zone, ticket: queue.Ticket{
		ID: "t1", Version: 1, Branch: "markt", Date: d, Number: 417, Items: []town.Item{{Service: "reisepass", Quantity: 2}},
		Progress: queue.Progress{Office: "buergerbuero"},
	}}
}

func appointment(t *testing.T, date, start string) *play {
	p := on(t, date)
	p.ticket.Kind, p.ticket.State, p.ticket.Channel = queue.Appointment, queue.Booked, queue.ByWeb
	p.ticket.Start = p.at(start)
	p.ticket.End = p.ticket.Start.Add(20 * time.Minute)
	p.ticket.Created = p.ticket.Start.AddDate(0, 0, -9)
	return p
}

func walkIn(t *testing.T, date, came string) *play {
	p := on(t, date)
	p.ticket.Kind, p.ticket.State, p.ticket.Channel = queue.WalkIn, queue.Waiting, queue.ByKiosk
	p.ticket.Created = p.at(came)
	p.ticket.CheckedIn = p.ticket.Created
	return p
}

func (p *play) wants(daysLater int, want ...figures.Stretch) {
	p.t.Helper()
	got := figures.Of(p.ticket, figures.Day{Zone: p.zone, Today: p.ticket.Date.AddDays(daysLater)})
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Errorf("stretches (-want +got):\n%s", diff)
	}
}

const unknown, minute = figures.Unknown, 60

// came is what all stretches of these walk-ins have in common.
func came(hour int, change func(*figures.Stretch)) figures.Stretch {
	s := figures.Stretch{
		Hour: hour, Office: "buergerbuero", Room: "platz-1", Service: "reisepass", Quantity: 2, Kind: queue.WalkIn, Channel: queue.ByKiosk,
		Outcome: figures.Served, Waiting: unknown, Way: unknown, Serving: unknown, Aside: unknown, LateOffice: unknown, LatePerson: unknown,
	}
	change(&s)
	return s
}

func due(hour int, change func(*figures.Stretch)) figures.Stretch {
	s := came(hour, change)
	s.Kind, s.Channel, s.Lead, s.Minutes = queue.Appointment, queue.ByWeb, 9, 20
	return s
}

func TestParkedTwiceInMidService(t *testing.T) {
	p := walkIn(t, "2026-03-10", "08:00").
		do("08:05", queue.DoCall).do("08:06", queue.DoStart).do("08:16", queue.DoPark).
		do("08:30", queue.DoCall).do("08:31", queue.DoStart).do("08:35", queue.DoPark).
		do("08:50", queue.DoCall).do("08:52", queue.DoStart).do("09:01", queue.DoFinish)
	p.wants(0, came(8, func(s *figures.Stretch) {
		s.Waiting, s.Way, s.Serving, s.Aside = 5*minute, 4*minute, 23*minute, 29*minute
	}))
}

func TestARecallMovesNoWait(t *testing.T) {
	appointment(t, "2026-03-10", "09:00").do("08:55", queue.DoCheckIn).
		do("09:05", queue.DoCall).do("09:06", queue.DoRecall).do("09:07", queue.DoRecall).do("09:08", queue.DoStart).do("09:20", queue.DoFinish).
		wants(0, due(9, func(s *figures.Stretch) {
			s.Waiting, s.Way, s.Serving, s.LateOffice, s.LatePerson, s.Recalls = 10*minute, 3*minute, 12*minute, 5*minute, 0, 2
		}))
}

func TestSentOnIsAStretchAtEachPlace(t *testing.T) {
	walkIn(t, "2026-03-10", "10:50").do("11:00", queue.DoCall).do("11:01", queue.DoStart).do("11:11", queue.DoSendOn).
		do("11:20", queue.DoCall, func(s *queue.Step) { s.Room = "zimmer-2" }).do("11:22", queue.DoStart).do("11:30", queue.DoFinish).
		wants(0,
			came(10, func(s *figures.Stretch) { s.Waiting, s.Way, s.Serving = 10*minute, minute, 10*minute }),
			came(11, func(s *figures.Stretch) {
				s.Office, s.Room, s.Service, s.Quantity, s.Further = "standesamt", "zimmer-2", "urkunde", 1, true
				s.Waiting, s.Way, s.Serving = 9*minute, 2*minute, 8*minute
			}))
}

func TestWhatIsUndoneLeavesNothing(t *testing.T) {
	p := walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoCall).do("08:06", queue.DoUndo).
		do("08:20", queue.DoCall).do("08:21", queue.DoStart).do("08:25", queue.DoFinish).do("08:26", queue.DoUndo).do("08:30", queue.DoFinish)
	p.wants(0, came(8, func(s *figures.Stretch) { s.Waiting, s.Way, s.Serving = 20*minute, minute, 9*minute }))
	p.do("08:31", queue.DoUndo).wants(0, came(8, func(s *figures.Stretch) { s.Outcome, s.Waiting, s.Way = figures.Open, 20*minute, minute }))
}

func TestASendingOnThatIsUndoneIsOneStretch(t *testing.T) {
	walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoCall).do("08:06", queue.DoStart).do("08:10", queue.DoSendOn).
		do("08:11", queue.DoUndo).do("08:16", queue.DoFinish).
		wants(0, came(8, func(s *figures.Stretch) { s.Waiting, s.Way, s.Serving = 5*minute, minute, 10*minute }))
}

func TestWhatWasEnteredByHandTellsNoLength(t *testing.T) {
	p := appointment(t, "2026-03-10", "09:00").do("09:02", queue.DoCheckIn)
	p.doAt(p.at("09:20").AddDate(0, 0, 1), queue.EnterServed)
	p.wants(2, due(9, func(s *figures.Stretch) { s.Room, s.LatePerson, s.ByHand = "", 2*minute, true }))
	p = walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoCall).do("08:06", queue.DoStart)
	p.doAt(p.at("12:00").AddDate(0, 0, 1), queue.EnterServed)
	p.wants(2, came(8, func(s *figures.Stretch) { s.Waiting, s.Way, s.ByHand = 5*minute, minute, true }))
}

func TestWhatGoesOnAtMidnightTellsNoLength(t *testing.T) {
	p := walkIn(t, "2026-03-10", "23:40").do("23:50", queue.DoCall).do("23:51", queue.DoStart)
	p.wants(0, came(23, func(s *figures.Stretch) { s.Outcome, s.Waiting, s.Way = figures.Open, 10*minute, minute }))
	p.wants(1, came(23, func(s *figures.Stretch) { s.Waiting, s.Way = 10*minute, minute }))
}

func TestAnHourIsAnHourWhenTheClocksChange(t *testing.T) {
	// On 25 October 2026 the hour from two to three comes twice: an hour more.
	p := walkIn(t, "2026-10-25", "01:30").do("03:30", queue.DoCall).do("03:31", queue.DoStart).do("04:00", queue.DoFinish)
	p.wants(0, came(1, func(s *figures.Stretch) { s.Waiting, s.Way, s.Serving = 180*minute, minute, 29*minute }))
	p = walkIn(t, "2026-03-29", "01:30").do("03:30", queue.DoCall).do("03:31", queue.DoStart).do("04:00", queue.DoFinish)
	p.wants(0, came(1, func(s *figures.Stretch) { s.Waiting, s.Way, s.Serving = 60*minute, minute, 29*minute }))
}

func TestATransferWaitsAgain(t *testing.T) {
	walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoCall).do("08:06", queue.DoStart).
		do("08:10", queue.DoTransfer, func(s *queue.Step) { s.Office, s.OnlyRoom = "", "platz-2" }).
		do("08:14", queue.DoCall, func(s *queue.Step) { s.Room = "platz-2" }).do("08:15", queue.DoStart).do("08:20", queue.DoFinish).
		wants(0, came(8, func(s *figures.Stretch) {
			s.Room, s.Waiting, s.Way, s.Serving = "platz-2", 9*minute, 2*minute, 9*minute
		}))
}

func TestPutAsideBeforeTheFirstCall(t *testing.T) {
	walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoPark).do("08:15", queue.DoUnpark).do("08:20", queue.DoCall).do("08:20", queue.DoFinish).
		wants(0, came(8, func(s *figures.Stretch) { s.Waiting, s.Aside = 5*minute, 15*minute }))
}

func TestWhoDidNotComeAndWhoLeft(t *testing.T) {
	appointment(t, "2026-03-10", "09:00").wants(1, due(9, func(s *figures.Stretch) { s.Room, s.Outcome = "", figures.NoShow }))
	appointment(t, "2026-03-10", "09:00").wants(0, due(9, func(s *figures.Stretch) { s.Room, s.Outcome = "", figures.Open }))
	walkIn(t, "2026-03-10", "09:00").wants(1, came(9, func(s *figures.Stretch) { s.Room, s.Outcome = "", figures.Abandoned }))
	walkIn(t, "2026-03-10", "09:00").do("09:10", queue.DoCall).do("09:12", queue.DoNoShow).
		wants(0, came(9, func(s *figures.Stretch) { s.Outcome, s.Waiting = figures.NoShow, 10*minute }))
	walkIn(t, "2026-03-10", "09:00").do("09:10", queue.DoCall).do("09:11", queue.DoStart).do("09:12", queue.DoPark).
		wants(1, came(9, func(s *figures.Stretch) {
			s.Outcome, s.Waiting, s.Way, s.Serving = figures.Abandoned, 10*minute, minute, minute
		}))
	appointment(t, "2026-03-10", "09:00").do("09:05", queue.DoCall).do("09:12", queue.DoNoShow).do("09:30", queue.DoCheckIn).
		do("09:40", queue.DoCall).do("09:41", queue.DoStart).do("09:50", queue.DoAssume).
		wants(1, due(9, func(s *figures.Stretch) {
			s.Waiting, s.Way, s.Serving, s.LateOffice, s.LatePerson = 10*minute, minute, 9*minute, 10*minute, 30*minute
		}))
	walkIn(t, "2026-03-10", "09:00").do("09:10", queue.DoCall).do("09:12", queue.DoAssume).
		wants(1, came(9, func(s *figures.Stretch) { s.Outcome, s.Waiting = figures.Assumed, 10*minute }))
	appointment(t, "2026-03-10", "09:00").do("08:00", queue.DoCancel).
		wants(1, due(9, func(s *figures.Stretch) { s.Room, s.Outcome = "", figures.Cancelled }))
}

func TestOldRecordsSayWhatTheyCanTell(t *testing.T) {
	p := walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoCall).do("08:06", queue.DoStart).do("08:16", queue.DoFinish)
	p.ticket.Path, p.ticket.Channel = nil, ""
	p.wants(1, came(8, func(s *figures.Stretch) {
		s.Channel, s.Waiting, s.Way, s.Serving, s.Old = "", 5*minute, minute, 10*minute, true
	}))
	p = walkIn(t, "2026-03-10", "08:00").do("08:05", queue.DoCall).do("08:06", queue.DoStart).do("08:16", queue.DoPark).
		do("08:50", queue.DoCall).do("08:51", queue.DoStart).do("09:00", queue.DoFinish)
	p.ticket.Path, p.ticket.Channel = nil, ""
	p.wants(1, came(8, func(s *figures.Stretch) { s.Channel, s.Old = "", true }))
}

func TestASheetIsReadAsItWasPacked(t *testing.T) {
	p := walkIn(t, "2026-03-10", "10:50").do("11:00", queue.DoCall).do("11:01", queue.DoStart).do("11:11", queue.DoSendOn)
	sheet := figures.Sheet{
		Stretches: figures.Of(p.ticket, figures.Day{Zone: p.zone, Today: p.ticket.Date.AddDays(1)}),
		Capacity:  []figures.Capacity{{Office: "standesamt", Hour: 9, Minutes: 120}},
	}
	sheet.Stretches[1].Key, sheet.Stretches[1].Old, sheet.Stretches[0].ByHand = 65535, true, true
	packed := sheet.Pack()
	got, err := figures.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sheet, got); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
	for n := range packed {
		if _, err := figures.Unpack(packed[:n]); err == nil {
			t.Errorf("the first %d bytes of %d are taken for a sheet", n, len(packed))
		}
	}
}
