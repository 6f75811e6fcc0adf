package display

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
)

func TestWhileOthersWaitOneLanguageIsSpoken(t *testing.T) {
	q := newRingQueue()
	both := []town.Language{town.German, town.English}
	for _, number := range []town.Number{417, 962, 203} {
		q.put(Call{Number: number, Sound: Sound{Speech: both}})
	}
	var got [][]town.Language
	for c, ok := q.take(); ok; c, ok = q.take() {
		got = append(got, c.Sound.Speech)
	}
	want := [][]town.Language{{town.German}, {town.German}, both}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spoken (-want +got):\n%s", diff)
	}
}
