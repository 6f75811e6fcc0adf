package main

import "time"

// newUptime returns a clock that nobody sets and, where the system tells, that
// counts on while the machine sleeps.
func newUptime() func() time.Duration {
	began := time.Now()
	return func() time.Duration {
		if up, ok := sinceBoot(); ok {
			return up
		}
		return time.Since(began)
	}
}
