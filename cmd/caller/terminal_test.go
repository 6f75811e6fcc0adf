package main

import (
	"io"
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/wire"
)

const patience = 10 * time.Second

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s came", what)
	}
	var none T
	return none
}

// startTerminal runs the program without a command, keys coming from the pipe.
func startTerminal(t *testing.T, anna clerk, args ...string) (keys io.Writer, code <-chan int) {
	t.Helper()
	stdin, keyboard := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- run(t.Context(), args, anna.environ, stdin, io.Discard, io.Discard) }()
	t.Cleanup(func() { keyboard.Close() })
	return keyboard, ended
}

func press(t *testing.T, keyboard io.Writer, keys string) {
	t.Helper()
	if _, err := io.WriteString(keyboard, keys); err != nil {
		t.Fatal(err)
	}
}

func TestTerminalCallsByKey(t *testing.T) {
	h := newFakeServer(t)
	queueSeen := make(chan struct{})
	h.onStation = func() { close(queueSeen) }
	commands := make(chan deskwork.Command, 1)
	answer := called(ticket417())
	h.answer = func(c deskwork.Command) []wire.Message {
		commands <- c
		return answer(c)
	}
	keyboard, code := startTerminal(t, newClerk(t, h))
	receive(t, queueSeen, "connection")
	command := pressUntil(t, keyboard, "n", commands) // refused until the queue has arrived
	if got, want := command.Type, deskwork.CallNext; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	press(t, keyboard, "q")
	if got, want := receive(t, code, "end"), 0; got != want {
		t.Errorf("got code %d, want %d", got, want)
	}
}

// pressUntil presses a key again and again until something comes.
func pressUntil[T any](t *testing.T, keyboard io.Writer, key string, from <-chan T) T {
	t.Helper()
	again := time.NewTicker(repeatEvery)
	defer again.Stop()
	for range patience / repeatEvery {
		press(t, keyboard, key)
		select {
		case v := <-from:
			return v
		case <-again.C:
		}
	}
	t.Fatalf("%s had no effect", key)
	var none T
	return none
}

// repeatEvery is longer than what passes for a key held down.
const repeatEvery = 800 * time.Millisecond

func TestTerminalEndsWhereTheServerSaysNo(t *testing.T) {
	h := newFakeServer(t)
	_, code := startTerminal(t, newClerk(t, h), "--password-file", "/nowhere")
	if got, want := receive(t, code, "end"), 1; got != want {
		t.Errorf("got code %d, want %d", got, want)
	}
}
