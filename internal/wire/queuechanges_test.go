package wire_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// TestChangesMakeTheNewStateOfTheOld: over random days, through the frames themselves.
func TestChangesMakeTheNewStateOfTheOld(t *testing.T) {
	random := rand.New(rand.NewPCG(20261130, 16))
	for range 500 {
		old := drawQueue(random, 0)
		kept := old
		for step := range 5 {
			next := drawQueue(random, step+1)
			raw, err := wire.Encode(next.Since(old))
			if err != nil {
				t.Fatal(err)
			}
			m, err := wire.DecodeStationMessage(raw)
			if err != nil {
				t.Fatal(err)
			}
			kept, old = kept.With(m.(wire.QueueChanges)), next
			if diff := cmp.Diff(asFrame(t, next), asFrame(t, kept)); diff != "" {
				t.Fatalf("after %s\n(-want +got):\n%s", raw, diff)
			}
		}
	}
}

// TestAChangedLineIsSmall: with five hundred waiting, whoever is called, comes in the
// middle or moves ahead costs a desk less than 4 kB.
func TestAChangedLineIsSmall(t *testing.T) {
	var old wire.Queue
	old.Screens = &wire.ScreenState{Connected: 3, Sounding: 3}
	for i := range 500 {
		old.Waiting = append(old.Waiting, waits(i))
	}
	called := old
	called.Waiting = old.Waiting[1:]
	called.Open = append(called.Open, wire.OpenEntry{Listed: old.Waiting[0].Listed, Room: wire.Room{ID: "platz-1", Label: "Platz 1"}})
	came := old
	came.Waiting = append(append(append(wire.List[wire.Entry]{}, old.Waiting[:250]...), waits(700)), old.Waiting[250:]...)
	ahead := old
	ahead.Waiting = append(append(append(wire.List[wire.Entry]{}, old.Waiting[400]), old.Waiting[:400]...), old.Waiting[401:]...)
	for name, next := range map[string]wire.Queue{"called": called, "came": came, "ahead": ahead, "nothing": old} {
		raw, err := wire.Encode(next.Since(old))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", name, len(raw))
		if len(raw) > 4000 {
			t.Errorf("%s: %d bytes, want less than 4 kB", name, len(raw))
		}
	}
}

func waits(i int) wire.Entry {
	at := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Second)
	return wire.Entry{Here: i%2 == 0, Listed: wire.Listed{
		Ticket: town.TicketID(fmt.Sprintf("Zk3vQmT1%04d", i)), Number: town.Number(100 + i%900), Service: "personalausweis-beantragen", Office: "buergerbuero",
		Kind: "walk_in", Due: at, Since: at, Version: int64(i),
	}}
}

// drawQueue draws a state: some of thirty tickets, each in one list at most.
func drawQueue(random *rand.Rand, step int) wire.Queue {
	q := wire.Queue{Seq: town.Seq(step), Now: time.Date(2026, 12, 1, 9, step, 0, 0, time.UTC)}
	if random.IntN(3) > 0 {
		q.Screens = &wire.ScreenState{Connected: random.IntN(3)}
	} else {
		q.Screens = &wire.ScreenState{}
	}
	for _, i := range random.Perm(30)[:random.IntN(30)] {
		e := waits(i)
		e.Version = int64(random.IntN(2))
		switch random.IntN(8) {
		case 0:
			e.Start = e.Due.Add(-time.Hour)
		case 1:
			e.OnlyRoom, e.Overbooked = "r", true
		case 2:
			e.SentFrom, e.Services = "r", []wire.Quantity{{ID: "eid-pin", Quantity: 2}}
		}
		if from := e.Due.Add(time.Minute); random.IntN(3) == 0 {
			e.CallableFrom = &from
		}
		switch random.IntN(6) {
		case 0:
			q.Parked = append(q.Parked, e)
		case 1:
			q.Open = append(q.Open, wire.OpenEntry{Listed: e.Listed, Room: wire.Room{ID: "r", Label: "R"}, Calls: random.IntN(2)})
		default:
			q.Waiting = append(q.Waiting, e)
		}
	}
	if random.IntN(2) == 0 {
		q.Paused = wire.List[town.RoomID]{"platz-2"}
	}
	if random.IntN(2) == 0 {
		q.Seats = wire.List[wire.Seat]{{Room: "platz-2", By: "Frau Krause", At: time.Unix(int64(random.IntN(2)), 0)}}
	}
	return q
}

func asFrame(t *testing.T, q wire.Queue) string {
	t.Helper()
	raw, err := wire.Encode(q)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
