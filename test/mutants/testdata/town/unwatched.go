package town

// Closed is looked at by nobody.
func Closed(hour int) bool {
	return hour < 9
}

// Polite is what nobody need look at: see excused.txt.
func Polite(waiting int) int {
	return 1 * waiting
}
