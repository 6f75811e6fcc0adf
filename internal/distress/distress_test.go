package distress

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	zone = time.FixedZone("", 3600)
	nine = time.Date(2026, 12, 1, 9, 0, 0, 0, zone)
)

func at(seconds int) time.Time { return nine.Add(time.Duration(seconds) * time.Second) }

// TestWhatIsSaidInAnyOrderAndTwiceIsOneState: nodes hear of it by events and at once.
func TestWhatIsSaidInAnyOrderAndTwiceIsOneState(t *testing.T) {
	said := []Said{
		{Alarm: "a", Step: Raised, At: at(0), Who: "lena", Room: "platz-1", Label: "Platz 1"},
		{Alarm: "a", Step: Seen, At: at(1), Who: "lena"},
		{Alarm: "a", Step: Seen, At: at(1), Who: "rosa"},
		{Alarm: "a", Step: Comes, At: at(2), Who: "rosa"},
		{Alarm: "a", Step: Comes, At: at(3), Who: "maria"}, // too late: somebody comes
	}
	want := []Alarm{{ID: "a", Room: "platz-1", Label: "Platz 1", At: at(0), Seen: 1, Comes: &Helper{Who: "rosa", At: at(2)}}}
	random := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		var b Board
		for _, i := range append(random.Perm(len(said)), random.Perm(len(said))...) {
			b.Take(said[i])
		}
		if diff := cmp.Diff(want, b.Standing(at(10), zone)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func TestAnAlarmStandsUntilItIsOver(t *testing.T) {
	raised := Said{Alarm: "a", Step: Raised, At: at(0), Who: "lena", Room: "platz-1"}
	stands := func(now time.Time, said ...Said) bool {
		var b Board
		for _, s := range append([]Said{raised}, said...) {
			b.Take(s)
		}
		return len(b.Standing(now, zone)) == 1
	}
	comes := Said{Alarm: "a", Step: Comes, At: at(60), Who: "rosa"}
	for name, c := range map[string]struct {
		got, want bool
	}{
		"nobody came for hours":          {stands(nine.Add(14 * time.Hour)), true},
		"the next day":                   {stands(nine.Add(16 * time.Hour)), false},
		"somebody is on the way":         {stands(at(60).Add(ComingFor-1), comes), true},
		"somebody has long been there":   {stands(at(60).Add(ComingFor), comes), false},
		"nobody is needed":               {stands(at(61), Said{Alarm: "a", Step: Over, At: at(61)}), false},
		"over, and somebody comes after": {stands(at(62), Said{Alarm: "a", Step: Over, At: at(61)}, comes), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: stands is %v, want %v", name, c.got, c.want)
		}
	}
}

func TestWhoRaisedItHasNotSeenIt(t *testing.T) {
	var b Board
	b.Take(Said{Alarm: "a", Step: Raised, At: at(0), Who: "lena", Room: "platz-1"})
	b.Take(Said{Alarm: "a", Step: Seen, At: at(1), Who: "lena"})
	if a := b.Standing(at(5), zone)[0]; a.Seen != 0 || a.Unseen(at(4)) || !a.Unseen(at(5)) {
		t.Errorf("got %+v, want it unseen after five seconds", a)
	}
}

// TestAYearOfAlarmsLeavesNothingBehind: a server runs that long.
func TestAYearOfAlarmsLeavesNothingBehind(t *testing.T) {
	var b Board
	for day := range 365 {
		b.Take(Said{Alarm: ID(fmt.Sprint(day)), Step: Raised, At: nine.AddDate(0, 0, day), Who: "lena", Room: "platz-1"})
	}
	if len(b.alarms) > 3 {
		t.Errorf("%d alarms are kept, want those of the last days", len(b.alarms))
	}
}
