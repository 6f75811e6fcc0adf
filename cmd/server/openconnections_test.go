package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

// doorstep is a server whose addresses may have four connections open at once, and
// two on which nobody has asked yet.
func doorstep(t *testing.T, trusts bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{trusts: func(netip.Addr) bool { return trusts }, unasked: 2, open: 4, by: map[netip.Prefix]*neighbours{}}
	server := &http.Server{ConnState: c.follow, Handler: http.HandlerFunc(alive200), ReadHeaderTimeout: headerWithin}
	go func() {
		if err := server.Serve(c.limited(listener)); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.by) > 0 {
			t.Errorf("%d addresses are still counted", len(c.by))
		}
	})
	return listener.Addr().String()
}

func alive200(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// knock opens a connection and says nothing.
func knock(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// asksOn sends a request and reads its answer.
func asksOn(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusNoContent {
		t.Fatalf("got %v %v", response, err)
	}
}

// ended waits until the other side has closed.
func ended(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if _, err := conn.Read(make([]byte, 1)); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("it is still open: %v", err)
	}
}

// Connections that say nothing push out one another, and nobody who asks.
func TestSilentConnectionsKeepNobodyOut(t *testing.T) {
	address := doorstep(t, false)
	first := knock(t, address)
	var last net.Conn
	for range 20 {
		last = knock(t, address)
	}
	ended(t, first)
	asksOn(t, last)
	asksOn(t, knock(t, address))
}

// Beyond all that an address may have open, what waits longest between two requests
// goes.
func TestTheOldestIdleConnectionMakesRoom(t *testing.T) {
	address := doorstep(t, false)
	var all []net.Conn
	for range 5 {
		all = append(all, knock(t, address))
		asksOn(t, all[len(all)-1])
	}
	ended(t, all[0])
	asksOn(t, all[4])
}

func TestATrustedProxyIsNotCounted(t *testing.T) {
	address := doorstep(t, true)
	var all []net.Conn
	for range 20 {
		all = append(all, knock(t, address))
	}
	for _, conn := range all {
		asksOn(t, conn)
	}
}
