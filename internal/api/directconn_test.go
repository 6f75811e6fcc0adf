package api

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// connected returns both ends of a connection whose buffers hold little.
func connected(t *testing.T) (near *directConn, far net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	far, err = net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = far.Close(), accepted.Close() })
	return newDirectConn(accepted), far
}

// fill offers until one went only in part, and returns what is on its way and
// what was kept.
func fill(t *testing.T, near *directConn) (sent []byte) {
	t.Helper()
	for letter := byte('a'); ; letter++ {
		frame := bytes.Repeat([]byte{letter}, 1<<20)
		switch n := near.Offer(frame); {
		case n == len(frame):
			sent = append(sent, frame...)
		case n > 0:
			return append(sent, frame...)
		default:
			t.Fatal("an offer was refused before one went in part")
		}
	}
}

func TestNothingGoesBeforeTheRestOfAnOffer(t *testing.T) {
	near, far := connected(t)
	want := append(fill(t, near), "control"...)
	if n := near.Offer([]byte("another call")); n != 0 {
		t.Errorf("%d bytes were taken into the middle of a frame", n)
	}
	var writers sync.WaitGroup
	writers.Go(func() {
		if _, err := near.Write([]byte("control")); err != nil {
			t.Error(err)
		}
		_ = near.Close()
	})
	got, err := io.ReadAll(far)
	writers.Wait()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, want %d; %v", len(got), len(want), err)
	}
}

// TestAnOfferIsTakenAfterAWrite: a deadline that a writer leaves behind would
// refuse it.
func TestAnOfferIsTakenAfterAWrite(t *testing.T) {
	near, far := connected(t)
	if err := near.SetWriteDeadline(time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := near.Write([]byte("board ")); err != nil {
		t.Fatal(err)
	}
	if n := near.Offer([]byte("call")); n != 4 {
		t.Fatalf("%d bytes were taken", n)
	}
	_ = near.Close()
	if got, err := io.ReadAll(far); err != nil || string(got) != "board call" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAConnectionUnderTLSTakesNoOffer(t *testing.T) {
	near, far := net.Pipe() // no bare socket either
	go func() { _, _ = io.Copy(io.Discard, far) }()
	d := newDirectConn(near)
	if n := d.Offer([]byte("call")); n != 0 {
		t.Errorf("%d bytes were taken", n)
	}
	if _, err := d.Write([]byte("call")); err != nil {
		t.Error(err)
	}
}
