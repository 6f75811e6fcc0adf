package queue

import (
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Given is a number that was given out on a date. Returned: its ticket was
// cancelled or moved away.
type Given struct {
	Number   town.Number
	Returned bool
}

// Draw draws a number uniformly among those that were never given out on the
// date and are not excluded. Only when none of these is left, and not on the
// day itself (somebody may still stand in the hall with it), it draws among
// the returned ones and says so. None left: Conflict `number.none_left`.
//
// intn returns a uniform number in [0,n) from a cryptographic source; excluded
// may be nil. Draw is for the rare full day; Guess does without the list.
func Draw(intn func(n int) int, given []Given, excluded func(town.Number) bool, sameDay bool) (n town.Number, reused bool, err error) {
	fresh, returned := pools(given, excluded)
	if len(fresh) > 0 {
		return fresh[intn(len(fresh))], false, nil
	}
	if len(returned) > 0 && !sameDay {
		return returned[intn(len(returned))], true, nil
	}
	return 0, false, problem.New(problem.Conflict, "number.none_left")
}

// pools parts the numbers that may be drawn into never used and returned.
func pools(given []Given, excluded func(town.Number) bool) (fresh, returned []town.Number) {
	const (
		used = 1 << iota
		back
	)
	var marks [town.LastNumber + 1]uint8
	for _, g := range given {
		if g.Number < town.FirstNumber || g.Number > town.LastNumber {
			continue
		}
		if g.Returned {
			marks[g.Number] |= back
		} else {
			marks[g.Number] |= used
		}
	}
	for _, n := range admitted(excluded) {
		switch marks[n] {
		case 0:
			fresh = append(fresh, n)
		case back:
			returned = append(returned, n)
		}
	}
	return fresh, returned
}

// Guess returns a number drawn uniformly among all that are not excluded,
// given out or not; 0 where all are excluded. A caller that tries to take it
// and guesses again when it is taken has drawn uniformly among the fresh ones:
// rejection keeps their probabilities equal. After a few failures use Draw.
func Guess(intn func(n int) int, excluded func(town.Number) bool) town.Number {
	numbers := admitted(excluded)
	if len(numbers) == 0 {
		return 0
	}
	return numbers[intn(len(numbers))]
}

func admitted(excluded func(town.Number) bool) []town.Number {
	numbers := make([]town.Number, 0, town.LastNumber-town.FirstNumber+1)
	for n := town.FirstNumber; n <= town.LastNumber; n++ {
		if excluded == nil || !excluded(n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
