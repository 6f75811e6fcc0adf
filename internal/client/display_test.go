package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
)

func newDisplay(t *testing.T, url string, tokens Tokens) (*Display, *recorder) {
	t.Helper()
	told := newRecorder()
	d := NewDisplay(newClient(t, url, tokens), "grimma-markt", told)
	d.link.timing = quick
	return d, told
}

func board(seq town.Seq, resumed bool, calls ...wire.BoardCall) wire.Board {
	return wire.Board{V: wire.Version, Resumed: resumed, Epoch: "e1", Seq: seq, Calls: calls}
}

func TestDisplayResumesBehindTheLastCall(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)

	first := s.next(t)
	if got, want := first.token, "Bearer device"; got != want {
		t.Errorf("got token %q, want %q", got, want)
	}
	if got, want := first.query.Encode(), "branch=grimma-markt&language=de"; got != want {
		t.Errorf("got query %q, want %q", got, want)
	}
	first.send(board(10, false))
	first.send(wire.ScreenCall{Seq: 10, Number: 110}) // the board held it already
	first.send(wire.ScreenCall{Seq: 11, Number: 111})
	expect[connected](t, told)
	expect[wire.Board](t, told)
	if got, want := expect[wire.ScreenCall](t, told).Number, town.Number(111); got != want {
		t.Errorf("got number %v, want %v", got, want)
	}
	first.closeWith(wire.CloseRestarting)
	if err := expect[error](t, told); !problem.Is(err, "server.restarting") {
		t.Errorf("got %v, want server.restarting", err)
	}

	second := s.next(t)
	if got, want := second.query.Encode(), "after=11&branch=grimma-markt&epoch=e1&language=de"; got != want {
		t.Errorf("got query %q, want %q", got, want)
	}
	second.send(board(13, true, wire.BoardCall{Seq: 12, Number: 112}))
	second.send(wire.Clear{Seq: 12, Number: 112})
	second.send(wire.Clear{Seq: 14, Number: 112})
	expect[connected](t, told)
	if got, want := len(expect[wire.Board](t, told).Calls), 1; got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
	if got, want := expect[wire.Clear](t, told).Seq, town.Seq(14); got != want {
		t.Errorf("got clear %d, want %d", got, want)
	}
}

func TestDisplayStartsFromAKeptBoard(t *testing.T) {
	s := newServer(t, nil)
	d, _ := newDisplay(t, s.URL, Fixed("device"))
	d.epoch, d.after = "e0", 7
	start(t, d.Run)
	if got, want := s.next(t).query.Encode(), "after=7&branch=grimma-markt&epoch=e0&language=de"; got != want {
		t.Errorf("got query %q, want %q", got, want)
	}
}

func TestDisplayTakesAFullBoardAfterARestore(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	d.epoch, d.after = "e0", 900
	start(t, d.Run)
	p := s.next(t)
	p.send(board(3, false))
	p.send(wire.ScreenCall{Seq: 4, Number: 417})
	expect[connected](t, told)
	expect[wire.Board](t, told)
	if got, want := expect[wire.ScreenCall](t, told).Seq, town.Seq(4); got != want {
		t.Errorf("got call %d, want %d", got, want)
	}
}

func TestDisplayReportsOverALostConnection(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)
	first := s.next(t)
	first.send(board(1, false))
	expect[connected](t, told)
	expect[wire.Board](t, told)
	if err := d.Send(wire.Status{Sound: wire.SoundReady, Version: "1"}); err != nil {
		t.Fatal(err)
	}
	first.read()
	first.closeWith(wire.CloseTooSlow)
	expect[error](t, told)
	if err := d.Send(wire.Shown{Seq: 1, AfterMS: 5}); err != nil {
		t.Fatal(err)
	}

	second := s.next(t)
	var got []wire.Report
	for range 2 {
		report, err := wire.DecodeDisplayReport(second.read())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, report)
	}
	want := []wire.Report{wire.Status{Sound: wire.SoundReady, Version: "1"}, wire.Shown{Seq: 1, AfterMS: 5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A server that is killed may have read a report without keeping it.
func TestDisplayRepeatsWhatItReportedBeforeALoss(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)
	first := s.next(t)
	first.send(board(2, false))
	expect[connected](t, told)
	expect[wire.Board](t, told)
	want := []wire.Report{wire.Shown{Seq: 1, AfterMS: 5}, wire.Sounded{Seq: 1, Sound: wire.SoundPlayed}, wire.Shown{Seq: 2, AfterMS: 7}}
	for _, report := range want[:2] {
		if err := d.Send(report); err != nil {
			t.Fatal(err)
		}
		first.read()
	}
	first.closeWith(wire.CloseTooSlow)
	expect[error](t, told)
	if err := d.Send(want[2]); err != nil {
		t.Fatal(err)
	}
	second := s.next(t)
	var got []wire.Report
	for range want {
		report, err := wire.DecodeDisplayReport(second.read())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, report)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDisplayStopsWhenRevoked(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	result, _ := start(t, d.Run)
	p := s.next(t)
	p.send(board(1, false))
	p.closeWith(wire.CloseNotAllowed)
	if err := receive(t, result, "end"); !problem.Is(err, "connection.not_allowed") {
		t.Errorf("got %v, want connection.not_allowed", err)
	}
	expect[connected](t, told)
	expect[wire.Board](t, told)
	expect[error](t, told)
}

func TestDisplayStopsWhereTheServerSaysNo(t *testing.T) {
	for status, key := range map[int]string{401: "session.missing", 403: "right.missing", 404: "branch.unknown"} {
		t.Run(key, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request) bool {
				writeProblem(w, status, key)
				return true
			})
			d, _ := newDisplay(t, s.URL, Fixed("device"))
			result, _ := start(t, d.Run)
			if err := receive(t, result, "end"); !problem.Is(err, key) {
				t.Errorf("got %v, want %s", err, key)
			}
		})
	}
}

func TestDisplayComesBackBehindAProxyInTrouble(t *testing.T) {
	tries := make(chan int, 1)
	tries <- 0
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) bool {
		n := <-tries
		tries <- n + 1
		if n < 3 {
			http.Error(w, "<h1>not here</h1>", []int{502, 404, 503}[n])
			return true
		}
		return false
	})
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)
	s.next(t).send(board(1, false))
	expect[error](t, told) // told once, not for each try
	expect[connected](t, told)
}

// A cable that is pulled leaves both sides with an open connection and no word.
func TestHalfOpenConnectionIsNoticed(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)
	s.next(t).send(board(1, false)) // nobody reads there, so no pong comes
	expect[connected](t, told)
	expect[wire.Board](t, told)
	if err := expect[error](t, told); !problem.Is(err, "connection.lost") {
		t.Errorf("got %v, want connection.lost", err)
	}
	s.next(t)
}

func TestSilentButLivingConnectionStays(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)
	p := s.next(t)
	p.send(board(1, false))
	expect[connected](t, told)
	expect[wire.Board](t, told)
	pings := make(chan struct{}, 1000)
	answer := p.socket.PingHandler()
	p.socket.SetPingHandler(func(data string) error {
		pings <- struct{}{}
		return answer(data)
	})
	go p.socket.ReadMessage() // ends with the connection
	for range 3 * int(quick.silence/quick.ping) {
		receive(t, pings, "ping")
	}
	select {
	case got := <-told.told:
		t.Errorf("got %v, want no event", got)
	default:
	}
}

func TestDisplayFindsAServerThatStartsLater(t *testing.T) {
	s := &server{peers: make(chan *peer, 1)}
	s.Server = httptest.NewUnstartedServer(s.handler(t))
	address := s.Listener.Addr().String()
	s.Listener.Close()
	d, told := newDisplay(t, "http://"+address, Fixed("device"))
	start(t, d.Run)
	if err := expect[error](t, told); !problem.Is(err, "server.unreachable") {
		t.Errorf("got %v, want server.unreachable", err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s.Listener = listener
	s.Start()
	t.Cleanup(s.Close)
	s.next(t).send(board(1, false))
	expect[connected](t, told)
}

func TestDisplayEndsWithItsContext(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	result, stop := start(t, d.Run)
	s.next(t).send(board(1, false))
	expect[connected](t, told)
	expect[wire.Board](t, told)
	stop()
	if err := receive(t, result, "end"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// A thousand screens that lost their server at one moment must be back within
// two seconds of its return, and must not knock together.
func TestDelaysAreShortAndSpread(t *testing.T) {
	const screens, slices = 1000, 10
	for try := 1; try <= 50; try += 7 {
		limit := standard.retry
		if try == 1 {
			limit = standard.first
		}
		var counts [slices]int
		for range screens {
			d := standard.delay(try)
			if d < 0 || d >= limit {
				t.Fatalf("try %d: got delay %v, want below %v", try, d, limit)
			}
			counts[int(d)*slices/int(limit)]++
		}
		for slice, n := range counts {
			if n > screens*3/slices {
				t.Errorf("try %d: %d of %d in slice %d", try, n, screens, slice)
			}
		}
	}
	if got, want := standard.retry+standard.connect, 2e9; float64(got) > want {
		t.Errorf("worst way back takes %v", got)
	}
}

func TestServerAddress(t *testing.T) {
	for _, bad := range []string{"", "aufruf.example", "ftp://aufruf.example", "http://", "http://[::1"} {
		if _, err := New(bad, nil, ""); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
	c := newClient(t, "https://aufruf.example/town/", nil)
	if got, want := fmt.Sprint(c.address("queue", nil)), "https://aufruf.example/town/api/v1/queue"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A line that breaks again and again, for years, leaves neither a goroutine nor
// a report behind.
func TestBrokenLinesLeaveNothingBehind(t *testing.T) {
	s := newServer(t, nil)
	d, told := newDisplay(t, s.URL, Fixed("device"))
	start(t, d.Run)
	running := 0
	for n := range 300 {
		p := s.next(t)
		p.send(board(town.Seq(n), n > 0))
		expect[connected](t, told)
		expect[wire.Board](t, told)
		if n == 10 {
			running = runtime.NumGoroutine()
		}
		if err := d.Send(wire.Sounded{Seq: town.Seq(n), Sound: wire.SoundPlayed}); err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 {
			p.closeWith(wire.CloseRestarting)
		} else {
			p.socket.Close()
		}
		expect[error](t, told)
	}
	s.next(t).send(board(300, true))
	expect[connected](t, told)
	if got := runtime.NumGoroutine(); got > running+3 {
		t.Errorf("got %d goroutines, want about the %d of the tenth connection", got, running)
	}
	if got := len(d.recent); got > maxRepeated {
		t.Errorf("keeps %d reports, want at most %d", got, maxRepeated)
	}
}
