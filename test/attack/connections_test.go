package attack

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"aufruf/test/townhall"
)

// What one address may have open: see docs/adr/0040.
const (
	mostSilent = 200
	mostOpen   = 2000
)

// knock opens a connection to the server, without a proxy between.
func (h *target) knock() net.Conn {
	h.Helper()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(h.server.URL, "http://"), 10*time.Second)
	h.must(err)
	h.Cleanup(func() { conn.Close() })
	return conn
}

// asksOn asks whether the server is alive, and leaves the connection open.
func (h *target) asksOn(conn net.Conn) {
	h.Helper()
	h.must(conn.SetDeadline(time.Now().Add(30 * time.Second)))
	_, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
	h.must(err)
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	h.must(err)
	_, err = io.Copy(io.Discard, got.Body)
	h.must(errors.Join(err, got.Body.Close()))
	if got.StatusCode != http.StatusOK {
		h.Fatalf("got %s", got.Status)
	}
}

// ended reports whether the other side closes a connection within a time.
func (h *target) ended(conn net.Conn, within time.Duration) bool {
	h.Helper()
	h.must(conn.SetReadDeadline(time.Now().Add(within)))
	_, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	return err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
}

func openUnproxied(t *testing.T) *target {
	t.Helper()
	return open(t, townhall.ServerOptions{Clock: tuesday(9, 0), RateLimit: townhall.Shipped})
}

// Two hundred connections of an address on which nothing is asked push out one
// another, the oldest first, and nobody who asks.
func TestTwoHundredSilentConnectionsOfAnAddress(t *testing.T) {
	h := openUnproxied(t)
	var all []net.Conn
	for range mostSilent + 40 {
		all = append(all, h.knock())
	}
	for i := range 40 {
		if !h.ended(all[i], 5*time.Second) { // before a header is too late, which takes ten
			h.Errorf("silent connection %d stays beside %d younger ones", i, len(all)-i-1)
			break
		}
	}
	if h.ended(all[len(all)-1], 50*time.Millisecond) {
		h.Error("the youngest silent connection is closed")
	}
	h.asksOn(all[len(all)-1])
	h.asksOn(h.knock())
}

// Of two thousand open connections that one waits longest on makes room for the
// next.
func TestTwoThousandOpenConnectionsOfAnAddress(t *testing.T) {
	h := openUnproxied(t)
	var all []net.Conn
	for range mostOpen + 20 {
		conn := h.knock()
		h.asksOn(conn)
		all = append(all, conn)
	}
	// Which of two that waited at the same moment goes first is the scheduler's.
	gone, oldest := 0, all[:60]
	for deadline := time.Now().Add(10 * time.Second); gone < 20 && len(oldest) > 0 && time.Now().Before(deadline); {
		oldest = slices.DeleteFunc(oldest, func(c net.Conn) bool {
			if h.ended(c, 10*time.Millisecond) {
				gone++
				return true
			}
			return false
		})
	}
	if gone < 20 {
		h.Errorf("%d of the oldest connections made room for %d too many", gone, 20)
	}
	h.asksOn(all[len(all)-1])
	h.asksOn(all[mostOpen/2])
	h.asksOn(h.knock())
}
