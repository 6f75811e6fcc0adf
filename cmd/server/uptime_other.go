//go:build !linux

package main

import "time"

// sinceBoot isn't told here: sleep isn't counted.
func sinceBoot() (time.Duration, bool) { return 0, false }

// synchronised isn't told here.
func synchronised() bool { return false }
