package client

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func newStation(t *testing.T, url string, tokens Tokens) (*Station, *recorder) {
	t.Helper()
	told := newRecorder()
	s := NewStation(newClient(t, url, tokens), "grimma-markt", told)
	s.link.timing = quick
	return s, told
}

type outcome struct {
	done wire.Done
	err  error
}

func do(ctx context.Context, s *Station, command deskwork.Command) <-chan outcome {
	result := make(chan outcome, 1)
	go func() {
		done, err := s.Do(ctx, command)
		result <- outcome{done, err}
	}()
	return result
}

func callNext() deskwork.Command { return deskwork.Command{Type: deskwork.CallNext, Room: "platz-1"} }

func TestStationGetsAnswersAndState(t *testing.T) {
	s := newServer(t, nil)
	station, told := newStation(t, s.URL, Fixed("session"))
	start(t, station.Run)
	p := s.next(t)
	p.send(wire.Queue{Seq: 5})
	p.send(wire.Delivery{Seq: 4, Screens: 1, Shown: 1})
	expect[connected](t, told)
	if got, want := expect[wire.Queue](t, told).Seq, town.Seq(5); got != want {
		t.Errorf("got queue %d, want %d", got, want)
	}
	if got, want := expect[wire.Delivery](t, told).Shown, 1; got != want {
		t.Errorf("got %d shown, want %d", got, want)
	}

	result := do(t.Context(), station, callNext())
	command := p.command()
	p.send(wire.Done{ID: "somebody else's", Seq: 1})
	p.send(wire.Done{ID: command.ID, Seq: 6, Ticket: &wire.Ticket{Number: 417}})
	got := receive(t, result, "answer")
	if got.err != nil {
		t.Fatal(got.err)
	}
	if got, want := got.done.Ticket.Number, town.Number(417); got != want {
		t.Errorf("got number %v, want %v", got, want)
	}
}

func TestRefusalIsAProblem(t *testing.T) {
	s := newServer(t, nil)
	station, _ := newStation(t, s.URL, Fixed("session"))
	start(t, station.Run)
	result := do(t.Context(), station, callNext())
	p := s.next(t)
	p.send(wire.Failed{ID: p.command().ID, Problem: wire.Problem{Status: 409, Key: "queue.empty", Title: "Niemand wartet."}})
	got := receive(t, result, "answer")
	if !problem.Is(got.err, "queue.empty") {
		t.Fatalf("got %v, want queue.empty", got.err)
	}
	if got, want := problem.Of(got.err).Args["title"], "Niemand wartet."; got != want {
		t.Errorf("got title %v, want %v", got, want)
	}
}

func TestUnansweredCommandsAreSentAgainInOrder(t *testing.T) {
	s := newServer(t, nil)
	station, _ := newStation(t, s.URL, Fixed("session"))
	start(t, station.Run)
	first := s.next(t)
	results := []<-chan outcome{}
	ids := []string{}
	for range 3 {
		results = append(results, do(t.Context(), station, callNext()))
		ids = append(ids, first.command().ID)
	}
	first.send(wire.Done{ID: ids[1], Seq: 2})
	receive(t, results[1], "answer")
	first.closeWith(wire.CloseRestarting)

	second := s.next(t)
	for _, i := range []int{0, 2} {
		if got, want := second.command().ID, ids[i]; got != want {
			t.Errorf("got id %s, want %s", got, want)
		}
		second.send(wire.Done{ID: ids[i], Seq: 3})
		if got := receive(t, results[i], "answer"); got.err != nil {
			t.Error(got.err)
		}
	}
}

func TestCommandOutlivesItsCaller(t *testing.T) {
	s := newServer(t, nil)
	station, told := newStation(t, s.URL, Fixed("session"))
	start(t, station.Run)
	ctx, cancel := context.WithCancel(t.Context())
	result := do(ctx, station, callNext())
	p := s.next(t)
	command := p.command()
	cancel()
	if got := receive(t, result, "answer"); !problem.Is(got.err, "command.unanswered") {
		t.Errorf("got %v, want command.unanswered", got.err)
	}
	p.send(wire.Done{ID: command.ID})
	p.send(wire.Queue{Seq: 1})
	expect[connected](t, told)
	expect[wire.Queue](t, told)
}

func TestEndedStationRefusesCommands(t *testing.T) {
	s := newServer(t, nil)
	station, _ := newStation(t, s.URL, Fixed("session"))
	ended, _ := start(t, station.Run)
	result := do(t.Context(), station, callNext())
	p := s.next(t)
	p.command()
	p.closeWith(wire.CloseNotAllowed)
	receive(t, ended, "end")
	if got := receive(t, result, "answer"); !problem.Is(got.err, "connection.not_allowed") {
		t.Errorf("got %v, want connection.not_allowed", got.err)
	}
	if _, err := station.Do(t.Context(), callNext()); !problem.Is(err, "connection.not_allowed") {
		t.Errorf("afterwards got %v, want connection.not_allowed", err)
	}
}

// login gives tokens "1", "2", … and counts.
type login struct{ current, asked chan string }

func newLogin() *login {
	l := &login{current: make(chan string, 1), asked: make(chan string, 16)}
	l.current <- "1"
	return l
}

func (l *login) Token(context.Context) (string, error) {
	token := <-l.current
	l.current <- token
	return token, nil
}

func (l *login) Renew(_ context.Context, refused string) (string, error) {
	l.asked <- refused
	next := string(rune(refused[0] + 1))
	<-l.current
	l.current <- next
	return next, nil
}

func onlyToken(token string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "Bearer "+token {
			return false
		}
		writeProblem(w, http.StatusUnauthorized, "session.over")
		return true
	}
}

func TestStationSignsInAgainWhenItsSessionIsOver(t *testing.T) {
	var valid atomic.Value
	valid.Store("2")
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) bool {
		return onlyToken(valid.Load().(string))(w, r)
	})
	station, told := newStation(t, s.URL, newLogin())
	start(t, station.Run)
	p := s.next(t)
	p.send(wire.Queue{Seq: 1})
	expect[connected](t, told)
	expect[wire.Queue](t, told)

	valid.Store("3")
	p.closeWith(wire.CloseNotAllowed)
	if got, want := s.next(t).token, "Bearer 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStationWithoutRightsSignsInOnce(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) bool {
		writeProblem(w, http.StatusUnauthorized, "session.over")
		return true
	})
	tokens := newLogin()
	station, _ := newStation(t, s.URL, tokens)
	ended, _ := start(t, station.Run)
	if err := receive(t, ended, "end"); !problem.Is(err, "session.over") {
		t.Errorf("got %v, want session.over", err)
	}
	if got, want := len(tokens.asked), 1; got != want {
		t.Errorf("signed in %d times, want %d", got, want)
	}
}
