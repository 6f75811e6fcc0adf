package clock

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
	year = 365 * day
)

// seen is the latest instant that was trusted.
var seen = time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC)

// look reads the clocks so long after seen, by the wall clock and in truth.
func look(wall, passed time.Duration) Reading { return Reading{Wall: seen.Add(wall), Passed: passed} }

// step is one look, and what must be thought of it.
type step struct {
	wall, passed time.Duration // since seen
	want         time.Duration // what time it surely is, since seen
	doubted      bool
}

func TestWhatTimeItSurelyIs(t *testing.T) {
	for name, test := range map[string]struct {
		kept  Kept
		steps []step
	}{
		"a new place takes any clock's word": {Kept{}, []step{{year, 0, year, false}, {year + hour, hour, year + hour, false}}},
		"off over a night":                   {Kept{Seen: seen}, []step{{15 * hour, 0, 15 * hour, false}, {16 * hour, hour, 16 * hour, false}}},
		"off for 36 hours, to the instant":   {Kept{Seen: seen}, []step{{36 * hour, 0, 36 * hour, false}}},
		"off for longer":                     {Kept{Seen: seen}, []step{{36*hour + 1, 0, 0, true}, {37*hour + 1, hour, hour, true}}},
		"a year ahead at the start":          {Kept{Seen: seen}, []step{{year, 0, 0, true}, {year + hour, hour, hour, true}}},
		"a year ahead, then set right":       {Kept{Seen: seen}, []step{{year, 0, 0, true}, {30 * hour, hour, 30 * hour, false}, {31 * hour, 2 * hour, 31 * hour, false}}},
		"a year ahead, then off by less":     {Kept{Seen: seen}, []step{{year, 0, 0, true}, {40 * hour, hour, hour, true}}},
		"behind at the start":                {Kept{Seen: seen}, []step{{-year, 0, 0, true}, {hour - year, hour, hour, true}}},
		"a little behind at the start":       {Kept{Seen: seen}, []step{{-hour, 0, -hour, false}}},
		"the clock of a new machine, 1970":   {Kept{Seen: seen}, []step{{-56 * year, 0, 0, true}, {2 * hour, hour, 2 * hour, false}}},

		"sixty days ahead and back":         {Kept{Seen: seen}, []step{{0, 0, 0, false}, {60 * day, hour, hour, true}, {2 * hour, 2 * hour, 2 * hour, false}}},
		"eight days ahead, and it stays":    {Kept{Seen: seen}, []step{{0, 0, 0, false}, {8 * day, hour, hour, true}, {8*day + 22*hour, 23 * hour, 23 * hour, true}}},
		"an hour ahead is a clock's right":  {Kept{Seen: seen}, []step{{0, 0, 0, false}, {2 * hour, hour, 2 * hour, false}, {3*hour + 1, 2 * hour, 2 * hour, true}}},
		"set back while it runs":            {Kept{Seen: seen}, []step{{0, 0, 0, false}, {-2 * day, hour, hour, true}, {2 * hour, 2 * hour, 2 * hour, false}}},
		"the machine slept over a week":     {Kept{Seen: seen}, []step{{0, 0, 0, false}, {7 * day, 7 * day, 7 * day, false}}},
		"a machine stood still for a night": {Kept{Seen: seen}, []step{{hour, hour, hour, false}, {day, 2 * hour, 2 * hour, true}}},

		"steady for a day of service": {Kept{Seen: seen}, []step{{year, 0, 0, true}, {year + 12*hour, 12 * hour, 12 * hour, true}, {year + day, day, year + day, false}, {year + day + hour, day + hour, year + day + hour, false}}},
		"a day of service in two runs": {
			Kept{Seen: seen, Claim: &Claim{At: seen.Add(year), Steady: 20 * hour}},
			[]step{{year + 10*hour, 0, 0, true}, {year + 13*hour, 3 * hour, 3 * hour, true}, {year + 14*hour, 4 * hour, year + 14*hour, false}},
		},
		"another claim than before counts anew": {
			Kept{Seen: seen, Claim: &Claim{At: seen.Add(year), Steady: 23 * hour}},
			[]step{{2 * year, 0, 0, true}, {2*year + 2*hour, 2 * hour, 2 * hour, true}},
		},
		"unsteady: the day begins again": {
			Kept{Seen: seen}, []step{{year, 0, 0, true}, {year + 20*hour + 6*time.Minute, 20 * hour, 20 * hour, true}, {year + day, day, day, true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			trust := Start(test.kept, look(test.steps[0].wall, test.steps[0].passed))
			for _, s := range test.steps {
				r := look(s.wall, s.passed)
				if trust.Note(r) {
					trust.Believe(r)
				}
				if since := trust.Since(); !s.doubted && since != trust.line(r) {
					t.Errorf("wall %s: last believed at %s", s.wall, since.Sub(seen))
				}
				if got := trust.Now(r).Sub(seen); got != s.want || trust.Doubts(r) != s.doubted {
					t.Errorf("wall %s, passed %s: got %s, doubted %v; want %s, %v", s.wall, s.passed, got, trust.Doubts(r), s.want, s.doubted)
				}
			}
		})
	}
}

func TestWhoSettlesADoubt(t *testing.T) {
	for name, test := range map[string]struct {
		words            []Word
		settled, doubted bool
	}{
		"nobody":                     {nil, false, true},
		"silence":                    {[]Word{Silent, Silent}, false, true},
		"one agrees":                 {[]Word{Silent, Agrees}, true, false},
		"one differs":                {[]Word{Differs}, false, true},
		"one agrees and one differs": {[]Word{Agrees, Differs}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := look(year, 0)
			trust := Start(Kept{Seen: seen}, r)
			settled := trust.Hear(r, test.words...)
			if settled {
				trust.Believe(r)
			}
			if settled != test.settled || trust.Doubts(r) != test.doubted {
				t.Errorf("settled %v, doubted %v; want %v, %v", settled, trust.Doubts(r), test.settled, test.doubted)
			}
		})
	}
}

func TestAnotherClockDeniesUntilSomebodyKnowsBetter(t *testing.T) {
	trust := Start(Kept{Seen: seen}, look(20*hour, 0))
	trust.Hear(look(20*hour, 0), Differs)
	if r := look(21*hour, hour); !trust.Doubts(r) || !trust.Denied() || trust.Now(r) != seen.Add(hour) {
		t.Errorf("denied: got %s, doubted %v", trust.Now(r), trust.Doubts(r))
	}
	trust = Start(Kept{Seen: seen}, look(hour, 0))
	trust.Note(look(hour, 0))
	trust.Hear(look(hour, 0), Differs)
	if r := look(2*hour, hour); !trust.Doubts(r) || trust.Now(r) != seen.Add(2*hour) {
		t.Errorf("denied while it runs: got %s, doubted %v", trust.Now(r), trust.Doubts(r))
	}
	trust.Hear(look(2*hour, hour), Silent)
	if !trust.Denied() {
		t.Error("silence took back what was said")
	}
	trust.Believe(look(3*hour, 2*hour))
	trust.Hear(look(3*hour, 2*hour), Differs)
	if trust.Doubts(look(3*hour, 2*hour)) {
		t.Error("doubted again although somebody knew better")
	}
	trust.Hear(look(4*hour, 3*hour), Agrees)
	trust.Hear(look(5*hour, 4*hour), Differs)
	if !trust.Doubts(look(5*hour, 4*hour)) {
		t.Error("not heard any more after it agreed")
	}
}

// A few minutes a day are nobody's fault, whatever they add up to; more is.
func TestSmallDriftIsForgivenEachDay(t *testing.T) {
	after := func(drift time.Duration) bool {
		trust := Start(Kept{Seen: seen}, look(0, 0))
		for passed := time.Duration(0); passed < 70*day; passed += hour {
			trust.Note(look(passed+time.Duration(float64(drift)*passed.Hours()/24), passed))
		}
		return trust.Doubts(look(70*day+70*drift, 70*day))
	}
	if after(time.Minute) || after(-time.Minute) {
		t.Error("a minute a day: doubted")
	}
	if !after(6*time.Minute) || !after(-6*time.Minute) {
		t.Error("seven hours in seventy days: not doubted")
	}
}

func TestWhatWasBelievedIsKept(t *testing.T) {
	trust := Start(Kept{Seen: seen}, look(year, 0))
	kept := trust.Keep(look(year+hour, hour))
	if !kept.Seen.Equal(seen.Add(hour)) || kept.Claim == nil || !kept.Claim.At.Equal(seen.Add(year+hour)) || kept.Claim.Steady != hour {
		t.Errorf("doubted: got %+v, %+v", kept, kept.Claim)
	}
	trust.Believe(look(year+hour, hour))
	if kept = trust.Keep(look(year+2*hour, 2*hour)); !kept.Seen.Equal(seen.Add(year+2*hour)) || kept.Claim != nil {
		t.Errorf("believed: got %+v", kept)
	}
}

// However far a clock jumps and whenever the program is started again: what is
// taken for surely come isn't later than the truth. Jumps of less than a
// Downtime are left out, because a start can't tell them from being off.
func TestNoClockAloneEndsWhatHasNotCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := time.Duration(0) // since seen
		offset := time.Duration(0)
		started := time.Duration(0)
		read := func() Reading { return Reading{Wall: seen.Add(truth + offset), Passed: truth - started} }
		trust := Start(Kept{}, read())
		steady := time.Duration(0)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				offset = time.Duration(rapid.IntRange(2, 500).Draw(t, "days")) * day
				if rapid.Bool().Draw(t, "back") {
					offset = -offset
				}
				steady = 0
			case 1:
				started = truth
				trust = Start(trust.Keep(read()), read())
			default:
				passed := time.Duration(rapid.IntRange(1, 180).Draw(t, "minutes")) * time.Minute
				truth, steady = truth+passed, steady+passed
			}
			if trust.Note(read()) {
				if steady < Probation-slack {
					t.Fatalf("believed after %s", steady)
				}
				offset, steady = 0, 0 // believed by right: the test goes on with a clock that is right
				trust = Start(Kept{}, read())
			}
			if early := trust.Now(read()).Sub(seen.Add(truth)); early > Drift {
				t.Fatalf("%s too early", early)
			}
		}
	})
}
