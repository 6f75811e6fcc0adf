package catalogue

import "fmt"

// suggestion returns `, did you mean "…"?` for a word near one of those known,
// else nothing.
func suggestion(word string, known []string) near {
	best, distance := "", 3
	for _, candidate := range known {
		if d := editDistance([]rune(word), []rune(candidate), distance); d < distance && d*2 < len(candidate) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return near(best)
}

// editDistance counts the letters to insert, drop, replace or swap with their
// neighbour that turn one word into another; limit or more reads as limit.
func editDistance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}

// near is the name that was probably meant, as the end of a sentence; empty: none.
type near string

// String returns the end of an English sentence.
func (n near) String() string {
	if n == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", string(n))
}
