package town

import (
	"testing"
	"time"
)

// TestNothing reaches what the next test looks at, up to the moment before it.
func TestNothing(*testing.T) {
	for began := time.Now(); time.Since(began) < 20*time.Millisecond; {
		Open(9)
	}
}

func TestOpen(t *testing.T) {
	for hour, want := range map[int]bool{8: false, 9: true, 10: true} {
		if got := Open(hour); got != want {
			t.Errorf("%d: got %v, want %v", hour, got, want)
		}
	}
}
