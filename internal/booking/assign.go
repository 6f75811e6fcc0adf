package booking

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/town"
)

// Together is how far apart the new times of one household may lie.
const Together = 30 * time.Minute

// leastSearch is how many days after an appointment another time is looked for at
// least, however short the horizon is.
const leastSearch = 28

// Displaced is an appointment that needs another time.
type Displaced struct {
	Start time.Time
	// Household, above 0, is of those who came together: they get times at one
	// branch, on one date, within Together of each other, or none of them does.
	Household int
	Choices   []Choice // where it can go, the best first; empty: nowhere
}

// Choice is a place that can take an appointment, and what it then asks for there.
type Choice struct {
	Place   int // which of the places
	Request Request
}

// Place is an office to which appointments can go.
type Place struct {
	Branch town.BranchID
	Plan   *Plan
	Taken  Taken
}

// Given is the time that an appointment gets.
type Given struct {
	Found      bool
	Choice     int // of its own
	Start, End time.Time
}

// Assign finds a free time for each of many appointments, none before an instant,
// and returns one answer for each, in their order. No two get the same place: each
// takes what is left, those that stood earlier first, of one start in the order in
// which they are given; a household at the turn of its first.
//
// The best time is the one nearest in date, then of the same half of the day, then
// at the choice named first, then later rather than earlier, then nearest by the
// clock. A household takes the best time of its first after which each further one
// finds one beside it.
func Assign(displaced []Displaced, places []Place, earliest time.Time) []Given {
	a := &assigning{
		displaced: displaced, places: places, earliest: ceilUnix(earliest),
		added: map[placeDay][]Span{}, sheets: map[string]*sheet{}, known: map[sheetDay]knownStarts{},
		given: make([]Given, len(displaced)),
	}
	turns := make([]int, len(displaced))
	for i := range turns {
		turns[i] = i
	}
	slices.SortStableFunc(turns, func(x, y int) int { return displaced[x].Start.Compare(displaced[y].Start) })
	done := map[int]bool{}
	for n, i := range turns {
		household := displaced[i].Household
		if household == 0 {
			a.house([]int{i})
			continue
		}
		if done[household] {
			continue
		}
		done[household] = true
		members := slices.DeleteFunc(slices.Clone(turns[n:]), func(other int) bool { return displaced[other].Household != household })
		a.house(members)
	}
	return a.given
}

type assigning struct {
	displaced []Displaced
	places    []Place
	earliest  int64
	added     map[placeDay][]Span // what was given so far
	sheets    map[string]*sheet
	known     map[sheetDay]knownStarts
	given     []Given
}

type placeDay struct {
	place int
	date  town.Date
}

type sheetDay struct {
	sheet string
	date  town.Date
}

// knownStarts are the bookable starts of a date after so many were added to it.
type knownStarts struct {
	after  int
	starts []int64
}

// option is a start that an appointment could get, with what makes it better than
// another.
type option struct {
	choice   int
	date     town.Date
	at       int64
	far      int // in days
	halfDay  int // 1: the other one
	sooner   int // 1: on an earlier date
	minutes  int64
	duration int64
}

func (o option) compare(other option) int {
	return cmp.Or(
		cmp.Compare(o.far, other.far), cmp.Compare(o.halfDay, other.halfDay), cmp.Compare(o.choice, other.choice),
		cmp.Compare(o.sooner, other.sooner), cmp.Compare(o.minutes, other.minutes), cmp.Compare(o.at, other.at),
	)
}

// house gives times to all members of a household, or to none.
func (a *assigning) house(members []int) {
	first := a.displaced[members[0]]
	if len(first.Choices) == 0 {
		return
	}
	for far := 0; far <= a.farthest(first); far++ {
		for _, best := range a.optionsAt(first, far) {
			if a.settle(members, best) {
				return
			}
		}
	}
}

// farthest is how many days from an appointment times are looked for.
func (a *assigning) farthest(d Displaced) int {
	most := leastSearch
	for _, c := range d.Choices {
		p := a.places[c.Place].Plan
		date := town.DateOf(d.Start, p.zone())
		most = max(most, int(p.staffHorizon(c.Request.Now)-date), int(date-town.DateOf(c.Request.Now, p.zone())))
	}
	return most
}

// optionsAt returns what is so many days away, the best first.
func (a *assigning) optionsAt(d Displaced, far int) []option {
	var options []option
	for i, c := range d.Choices {
		date := town.DateOf(d.Start, a.places[c.Place].Plan.zone())
		options = a.optionsOn(options, d, i, date.AddDays(far))
		if far > 0 {
			options = a.optionsOn(options, d, i, date.AddDays(-far))
		}
	}
	slices.SortFunc(options, option.compare)
	return options
}

// optionsOn appends the free starts of a choice on a date.
func (a *assigning) optionsOn(options []option, d Displaced, choice int, date town.Date) []option {
	c := d.Choices[choice]
	starts, duration := a.starts(c, date)
	if len(starts) == 0 {
		return options
	}
	zone := a.places[c.Place].Plan.zone()
	stood := d.Start.In(zone)
	from := town.DateOf(d.Start, zone)
	for _, at := range starts {
		local := time.Unix(at, 0).In(zone)
		o := option{choice: choice, date: date, at: at, duration: duration, far: int(max(date-from, from-date))}
		if local.Hour() < 12 != (stood.Hour() < 12) {
			o.halfDay = 1
		}
		if date < from {
			o.sooner = 1
		}
		o.minutes = distance(int64(timeOfDay(local)), int64(timeOfDay(stood)))
		options = append(options, o)
	}
	return options
}

// starts returns the free starts of a date, beside what was given so far.
func (a *assigning) starts(c Choice, date town.Date) (starts []int64, duration int64) {
	key := fmt.Sprint(c.Place, c.Request.Services, c.Request.Duration, c.Request.First, c.Request.Last)
	s, ok := a.sheets[key]
	if !ok {
		s = a.places[c.Place].Plan.sheet(c.Request)
		a.sheets[key] = s
	}
	added := a.added[placeDay{c.Place, date}]
	known, ok := a.known[sheetDay{key, date}]
	if ok && (known.after == len(added) || len(known.starts) == 0) {
		return known.starts, s.duration
	}
	known = knownStarts{after: len(added)}
	taken := func(date town.Date) []Span { return slices.Concat(spansOf(a.places[c.Place].Taken, date), added) }
	for _, st := range s.bookable(date, taken) {
		if st.at >= a.earliest {
			known.starts = append(known.starts, st.at)
		}
	}
	a.known[sheetDay{key, date}] = known
	return known.starts, s.duration
}

// settle gives the first member an option and the others what is beside it. Where
// one finds nothing, nobody gets anything.
func (a *assigning) settle(members []int, best option) bool {
	taken := []option{best}
	a.take(members[0], best)
	for _, i := range members[1:] {
		beside, ok := a.beside(members[0], taken, i)
		if !ok {
			for n := range taken {
				a.giveBack(members[n], taken[n])
			}
			return false
		}
		a.take(i, beside)
		taken = append(taken, beside)
	}
	return true
}

// beside returns the best start of a further member within Together of all that
// the household has.
func (a *assigning) beside(first int, taken []option, i int) (option, bool) {
	branch := a.places[a.displaced[first].Choices[taken[0].choice].Place].Branch
	d := a.displaced[i]
	var options []option
	for n, c := range d.Choices {
		if a.places[c.Place].Branch == branch {
			options = a.optionsOn(options, d, n, taken[0].date)
		}
	}
	options = slices.DeleteFunc(options, func(o option) bool {
		return slices.ContainsFunc(taken, func(t option) bool { return distance(o.at, t.at) > int64(Together/time.Second) })
	})
	if len(options) == 0 {
		return option{}, false
	}
	return slices.MinFunc(options, option.compare), true
}

func (a *assigning) take(i int, o option) {
	place := a.displaced[i].Choices[o.choice].Place
	day := placeDay{place, o.date}
	a.added[day] = append(a.added[day], Span{From: o.at, To: o.at + o.duration})
	p := a.places[place].Plan
	a.given[i] = Given{Found: true, Choice: o.choice, Start: p.local(o.at), End: p.local(o.at + o.duration)}
}

// giveBack takes back what was taken last but for others of the same household.
func (a *assigning) giveBack(i int, o option) {
	day := placeDay{a.displaced[i].Choices[o.choice].Place, o.date}
	spans := slices.Clone(a.added[day])
	at := slices.Index(spans, Span{From: o.at, To: o.at + o.duration})
	a.added[day] = slices.Delete(spans, at, at+1)
	a.given[i] = Given{}
	for key := range a.known {
		if key.date == o.date {
			delete(a.known, key) // fewer were added than they were worked out with
		}
	}
}
