package app_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/store/forced"
)

// TestNodesThatStartAtOnceAreOneTownHall: both found neither epoch nor secret,
// and drew their own.
func TestNodesThatStartAtOnceAreOneTownHall(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			s := forced.Wrap(t, engine.open(t))
			defer s.Close()
			var nodes [2]*app.App
			clock := apptest.NewClock(at(t, tuesday, "08:00"))
			start := func(i int) func() error {
				return func() (err error) {
					nodes[i], err = apptest.Node(t, apptest.Options{Clock: clock, Store: s})
					return err
				}
			}
			if first, second := s.Meanwhile("Meta.Add", start(0), start(1)); first != nil || second != nil {
				t.Fatal(first, second)
			}
			if one, two := nodes[0].Identity(), nodes[1].Identity(); one != two {
				t.Errorf("got %s and %s, want one identity", one, two)
			}
		})
	}
}
