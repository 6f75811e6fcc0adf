package figures

// What leaves the house is told by a cell-key method (Fraser and Wooton 2005; the
// German census of 2022): each stretch has a key that was drawn once, the keys of a
// cell are added up, and the sum says by how much the cell's count is off. So the same
// cell is off by the same whoever asks, however often and by whatever way, and asking
// again averages nothing out. All counts are perturbed, large ones too: the difference
// of two large cells may be one person.

// mostOff is by how much a count may be off.
const mostOff = 2

// Told returns rows as they leave the house. Counts of a row stay sums of each other,
// since what they are sums of is perturbed; rows that nothing is left of go, unless
// they tell of a stretch of time or of capacity.
func Told(by By, rows []Row) []Row {
	told := make([]Row, 0, len(rows))
	for _, r := range rows {
		if r = r.perturbed(); len(r.atoms) > 0 || r.Capacity > 0 || by.ofTime() {
			told = append(told, r)
		}
	}
	return told
}

func (r Row) perturbed() Row {
	atoms := map[atom]tally{}
	for a, t := range r.atoms {
		n := Off(t.n, t.key)
		if n > 0 {
			atoms[a] = tally{n: n, minutes: t.minutes * n / t.n}
		}
	}
	r.atoms, r.told = atoms, true
	return r
}

// Off returns a count as it is told. Nothing stays nothing, one and two are never
// told. On average a count is off by nothing, but for 3 and 4, which are told a little too
// high (by 0.4 and 0.2): they can't go down to what is never told.
func Off(n int, key uint16) int {
	if n == 0 {
		return 0
	}
	at := spread(key)
	if n <= mostOff {
		// 1 is told as 3 once in three times, 2 twice; else as nothing.
		if at%3 < uint32(n) {
			return mostOff + 1
		}
		return 0
	}
	// A tenth each of two less and two more, a fifth each of one less and one more.
	off := [10]int{-2, -1, -1, 0, 0, 0, 0, 1, 1, 2}[at%10]
	if n+off <= mostOff {
		off = 0
	}
	return n + off
}

// spread makes a number of a sum of keys in which neighbours have nothing in common.
func spread(key uint16) uint32 {
	x := uint32(key) * 0x9e3779b1
	x ^= x >> 15
	x *= 0x85ebca6b
	return x ^ x>>13
}
