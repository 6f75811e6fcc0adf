package display

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/problem"
	"aufruf/internal/wire"
)

// office is a server whose manager types a code after a while.
type office struct {
	codes    []string      // given out, in order
	lifetime time.Duration // of a code
	typed    time.Time     // when the manager types the newest one
	down     time.Time     // until when the server doesn't answer
	started  time.Time
}

var errDown = problem.New(problem.Unavailable, "server.unreachable")

func (o *office) StartPairing(context.Context, string) (wire.Pairing, error) {
	if time.Now().Before(o.down) {
		return wire.Pairing{}, errDown
	}
	code := []string{"ACDEFG", "HJKMNP", "RTWXY3"}[len(o.codes)]
	o.codes, o.started = append(o.codes, code), time.Now()
	return wire.Pairing{Code: code, Secret: "secret of " + code}, nil
}

func (o *office) PollPairing(_ context.Context, secret string) (wire.PollReply, error) {
	now := time.Now()
	switch {
	case now.Before(o.down):
		return wire.PollReply{}, errDown
	case now.Sub(o.started) >= o.lifetime:
		return wire.PollReply{}, problem.New(problem.NotFound, "pairing.over")
	case now.Before(o.typed):
		return wire.PollReply{State: wire.PairingPending}, nil
	}
	return wire.PollReply{State: wire.PairingDone, Token: secret}, nil
}

// pairing waits for a token for a while, and returns it with the codes shown.
func pairing(t *testing.T, o *office, patience time.Duration) (token string, shown []string, err error) {
	t.Helper()
	p := &Pairing{Server: o, Log: slog.New(slog.DiscardHandler), Show: func(code string) {
		if len(shown) == 0 || shown[len(shown)-1] != code {
			shown = append(shown, code)
		}
	}}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	token, err = p.Token(ctx)
	return token, shown, err
}

func TestANewScreenGetsItsToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		o := &office{lifetime: 10 * time.Minute, typed: begun.Add(time.Minute)}
		token, shown, err := pairing(t, o, time.Hour)
		if got, want := token, "secret of ACDEFG"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if diff := cmp.Diff(shown, []string{"ACDEFG", ""}); diff != "" {
			t.Errorf("shown (-got +want):\n%s", diff)
		}
		if took := time.Since(begun); took > 63*time.Second {
			t.Errorf("it took %v after a minute's wait", took-time.Minute)
		}
	})
}

func TestACodeThatIsOverIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &office{lifetime: 10 * time.Minute, typed: time.Now().Add(15 * time.Minute)}
		token, shown, err := pairing(t, o, time.Hour)
		if got, want := token, "secret of HJKMNP"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if diff := cmp.Diff(shown, []string{"ACDEFG", "HJKMNP", ""}); diff != "" {
			t.Errorf("shown (-got +want):\n%s", diff)
		}
	})
}

func TestPairingOutlivesAServerThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &office{lifetime: 10 * time.Minute, down: time.Now().Add(time.Hour)}
		token, _, err := pairing(t, o, 2*time.Hour)
		if err != nil || token == "" {
			t.Errorf("got %q, %v, want a token", token, err)
		}
	})
}

func TestPairingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &office{lifetime: time.Hour, typed: time.Now().Add(time.Hour)}
		if _, _, err := pairing(t, o, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}
