package rush

import (
	"math/rand/v2"
	"testing"
)

// taken are the minutes before now, the running one first, and what they took.
func taken(minutes map[int]int) (f Figures) {
	for ago, n := range minutes {
		f.Taken[ago] = n
	}
	return f
}

func TestWhenStrangersWork(t *testing.T) {
	for _, c := range []struct {
		name    string
		minutes map[int]int
		busiest int
		want    int
	}{
		{"a quiet morning", map[int]int{0: 2, 3: 4}, 8, 0},
		{"nineteen where nobody ever came", map[int]int{0: 9, 9: 10}, 0, 0},
		{"twenty where nobody ever came", map[int]int{0: 10, 9: 10}, 0, 10_526},
		{"twenty, but not of ten minutes", map[int]int{0: 10, 10: 10}, 0, 0},
		{"thrice the busiest hour", map[int]int{1: 60}, 20, 0},
		{"one more", map[int]int{1: 61}, 20, 10_166},
		{"twice as much is twice as hard", map[int]int{1: 120}, 20, 20_000},
		{"never harder than that", map[int]int{1: 10_000}, 20, Hardest},
		{"nine quiet minutes", map[int]int{9: 61}, 20, 10_166},
		{"the ten minutes that were too many ended nine ago", map[int]int{18: 61}, 20, 10_166},
		{"ten quiet minutes", map[int]int{19: 61}, 20, 0},
	} {
		f := taken(c.minutes)
		f.Busiest = c.busiest
		if got := f.Hashes(); got != c.want {
			t.Errorf("%s: got %d hashes, want %d", c.name, got, c.want)
		}
	}
}

// More takers never make it easier, a busier past never harder, and nothing is
// ever harder than Hardest.
func TestTheRuleIsMonotone(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var f Figures
		for i := range f.Taken {
			f.Taken[i] = source.IntN(40)
		}
		f.Busiest = source.IntN(60)
		got := f.Hashes()
		more, busier := f, f
		more.Taken[source.IntN(len(f.Taken))] += 1 + source.IntN(50)
		busier.Busiest += 1 + source.IntN(20)
		if more.Hashes() < got || busier.Hashes() > got || got < 0 || got > Hardest || got > 0 && got < easy {
			t.Fatalf("%+v: got %d, of more takers %d, after busier weeks %d", f, got, more.Hashes(), busier.Hashes())
		}
	}
}
