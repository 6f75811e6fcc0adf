package town

import "testing"

func TestOpen(t *testing.T) {
	for hour, want := range map[int]bool{8: false, 9: true, 10: true} {
		if got := Open(hour); got != want {
			t.Errorf("%d: got %v, want %v", hour, got, want)
		}
	}
}
