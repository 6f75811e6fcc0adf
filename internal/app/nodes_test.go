package app_test

import (
	"log/slog"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/notify"
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
			start := func(i int) func() error {
				return func() (err error) { nodes[i], err = app.Open(t.Context(), config(t, s)); return err }
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

func config(t *testing.T, s ledger.Store) app.Config {
	return app.Config{
		Costs: cheap,
		Store: s, Hints: notify.NewLocal(), Clock: func() time.Time { return at(t, tuesday, "08:00") }, Log: slog.New(slog.DiscardHandler),
	}
}
