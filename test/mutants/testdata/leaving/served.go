package leaving

// Served is looked at by a test that leaves a server behind.
func Served(number int) bool {
	return number > 99
}
