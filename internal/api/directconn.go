package api

import (
	"bufio"
	"encoding/binary"
	"math"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/live"
)

// takesWithin is how long a screen may take nothing at all.
const takesWithin = 2 * pingEvery

// directConn is a connection that also takes, from whoever has something for
// it, as much as can go at this moment. To wake a goroutine for each of
// thousands of screens costs half as much again as writing to them. See
// docs/adr/0017-direct-writes.md.
type directConn struct {
	net.Conn
	raw syscall.RawConn // nil where it can offer nothing, as under TLS

	writing sync.Mutex // held while anybody writes; guards rest
	rest    []byte     // of what went in part: nothing may go before it
}

func newDirectConn(conn net.Conn) *directConn {
	d := &directConn{Conn: conn}
	if bare, ok := conn.(syscall.Conn); ok {
		if raw, err := bare.SyscallConn(); err == nil {
			d.raw = raw
		}
	}
	return d
}

// Offer writes what can go without waiting and returns how much that was. If
// not all of it went, the rest is kept and goes with the next Write; nothing
// else is taken until then.
func (d *directConn) Offer(p []byte) int {
	if d.raw == nil || !d.writing.TryLock() {
		return 0
	}
	defer d.writing.Unlock()
	if len(d.rest) > 0 {
		return 0
	}
	n := writeNow(d.raw, p)
	if n > 0 {
		d.rest = p[n:]
	}
	return n
}

// Write writes what was kept, and then p. It waits for at most takesWithin.
func (d *directConn) Write(p []byte) (int, error) {
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.Conn.SetWriteDeadline(time.Now().Add(takesWithin)); err != nil {
		return 0, err
	}
	if len(d.rest) > 0 {
		n, err := d.Conn.Write(d.rest)
		d.rest = d.rest[n:]
		if err != nil {
			return 0, err
		}
	}
	n, err := d.Conn.Write(p)
	if err != nil {
		return n, err
	}
	return n, d.Conn.SetWriteDeadline(time.Time{}) // one that has passed would refuse every offer
}

// SetWriteDeadline does nothing: each Write has its own.
func (d *directConn) SetWriteDeadline(time.Time) error { return nil }

// directly makes the connection that a response gives up a directConn.
type directly struct{ gin.ResponseWriter }

func (w directly) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := w.ResponseWriter.Hijack()
	if err != nil {
		return nil, nil, err
	}
	return newDirectConn(conn), buffered, nil
}

// framed returns a frame's messages as they travel from a server, each a text
// frame of RFC 6455, section 5.2.
func framed(f *live.Frame) []byte {
	bytes, _ := f.Prepared(func(messages [][]byte) any {
		var bytes []byte
		for _, raw := range messages {
			bytes = appendFrame(bytes, raw)
		}
		return bytes
	}).([]byte)
	return bytes
}

func appendFrame(to, raw []byte) []byte {
	const (
		final, text       = 0x80, 1
		short, long, huge = 125, 126, 127
	)
	to = append(to, final|text)
	switch n := len(raw); {
	case n <= short:
		to = append(to, byte(n))
	case n <= math.MaxUint16:
		to = binary.BigEndian.AppendUint16(append(to, long), uint16(n))
	default:
		to = binary.BigEndian.AppendUint64(append(to, huge), uint64(n))
	}
	return append(to, raw...)
}
