package display

import (
	"testing"
	"time"
)

// A screen that is switched off before its server answered must not write over
// what it had kept: it would come back with an empty board and no place to
// resume from.
func TestBeforeTheFirstBoardNothingIsKept(t *testing.T) {
	if saved, ok := New(Defaults()).Save(time.Minute); ok {
		t.Errorf("got %+v to keep", saved)
	}
}
