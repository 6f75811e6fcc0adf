package live_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/live"
)

func noticing(t *testing.T, node *app.App, notice string) {
	t.Helper()
	file, mistakes := catalogue.Parse("notice.yaml", []byte("format: aufruf/1\nbranches: [{id: grimma-markt, notice: {de: "+notice+"}}]\n"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if _, mistakes, err := node.Town.Import(t.Context(), file); err != nil || len(mistakes) > 0 {
		t.Fatal(err, mistakes)
	}
}

// A board whose position is behind a change of the catalogue has the look and
// the notice of that change, for its screen skips the message about it. They
// come from memory: a snapshot from before the change may be read to its end at
// the same moment, and must not win.
func TestALookIsNotOlderThanTheBoardItStandsOn(t *testing.T) {
	for name, olderFirst := range map[string]bool{"the older is read first": true, "the newer is read first": false} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, live.DefaultPace(), func(t *testing.T, h *liveBranch) {
				other := h.node(live.NewPresence())
				noticing(t, other, "eins")
				older, newer := h.store.Hold("Catalogue.All"), h.store.Hold("Catalogue.All")
				before, behind := make(chan error, 1), make(chan error, 1)
				go func() { before <- h.Refresh(t.Context()) }()
				older.Await()
				noticing(t, other, "zwei")
				go func() {
					_, err := h.Board(t.Context(), branch, nil, "", 0)
					behind <- err
				}()
				newer.Await()
				if olderFirst {
					older.Release()
					h.must(<-before)
					newer.Release()
					h.must(<-behind)
				} else {
					newer.Release()
					h.must(<-behind)
					older.Release()
					h.must(<-before)
				}
				if _, got := h.Look(branch, live.Screen{Language: "de"}); got != "zwei" {
					t.Errorf("got the notice %q, want that of the change which the board's position is behind", got)
				}
			})
		})
	}
}
