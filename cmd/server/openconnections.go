package main

import (
	"container/list"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
)

// What one address may have open at once: far more than a town hall behind one
// address needs, whose desks, screens and kiosks keep some connections each, and
// far less than this machine has room for.
const (
	maxUnasked = 200  // connections on which no request has come yet
	maxOpen    = 2000 // connections in all
)

// crowd counts connections by the address that they come from, of IPv6 by the /64.
// Beyond its limits an address loses its own oldest connection that no request runs
// on, so that whoever comes to ask gets in, whatever a neighbour behind the same
// address holds open. Trusted proxies aren't counted: they speak for many.
type crowd struct {
	trusts  func(address netip.Addr) bool // that it is a proxy's
	unasked int                           // limits; 0: none
	open    int

	mu sync.Mutex
	by map[netip.Prefix]*neighbours // guarded by mu, with all in it
}

// neighbours are the connections of an address, the oldest first.
type neighbours struct {
	unasked, idle list.List // of *counted: no request yet; between requests
	open          int
}

// counted is one connection.
type counted struct {
	net.Conn
	crowd *crowd
	from  netip.Prefix
	in    *list.List    // where it waits; nil: a request runs; guarded by crowd.mu
	at    *list.Element // likewise
	gone  bool          // likewise
}

// newCrowd counts the connections of everybody but trusted proxies. Where limits are
// off it counts none: that is for tests and load.
func newCrowd(o *options) *crowd {
	c := &crowd{trusts: o.trusts, by: map[netip.Prefix]*neighbours{}}
	if o.ratePerMinute > 0 {
		c.unasked, c.open = maxUnasked, maxOpen
	}
	return c
}

// limited returns a listener that counts. Its server must tell follow what becomes of
// each connection.
func (c *crowd) limited(l net.Listener) net.Listener { return countingListener{l, c} }

type countingListener struct {
	net.Listener
	crowd *crowd
}

// Accept implements net.Listener.
func (l countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.crowd.enter(conn), nil
}

// enter counts a connection, and ends the oldest of its address that may go where
// there are too many.
func (c *crowd) enter(conn net.Conn) net.Conn {
	from, ok := c.origin(conn.RemoteAddr())
	if !ok || c.open == 0 {
		return conn
	}
	n := &counted{Conn: conn, crowd: c, from: from}
	c.mu.Lock()
	all := c.by[from]
	if all == nil {
		all = new(neighbours)
		c.by[from] = all
	}
	var end *counted
	switch {
	case all.unasked.Len() >= c.unasked:
		end = c.drop(all.unasked.Front())
	case all.open >= c.open && all.idle.Len() > 0:
		end = c.drop(all.idle.Front())
	case all.open >= c.open && all.unasked.Len() > 0:
		end = c.drop(all.unasked.Front())
	case all.open >= c.open: // all of them are asking: the new one goes
		end = n
	}
	if end != n {
		all.open++
		n.wait(&all.unasked)
	} else {
		n.gone = true
	}
	c.mu.Unlock()
	if end != nil {
		end.Conn.Close()
	}
	return n
}

// drop takes a connection out of its address's.
func (c *crowd) drop(at *list.Element) *counted {
	n := at.Value.(*counted)
	n.leave()
	return n
}

// wait puts a connection at the end of a list, out of the one that it was in.
func (n *counted) wait(in *list.List) {
	if n.in != nil {
		n.in.Remove(n.at)
	}
	n.in, n.at = in, nil
	if in != nil {
		n.at = in.PushBack(n)
	}
}

func (n *counted) leave() {
	if n.gone {
		return
	}
	n.wait(nil)
	n.gone = true
	all := n.crowd.by[n.from]
	if all.open--; all.open == 0 {
		delete(n.crowd.by, n.from)
	}
}

// SyscallConn implements syscall.Conn, for sockets that write without waiting.
func (n *counted) SyscallConn() (syscall.RawConn, error) {
	if conn, ok := n.Conn.(syscall.Conn); ok {
		return conn.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

// Close implements net.Conn.
func (n *counted) Close() error {
	n.crowd.mu.Lock()
	n.leave()
	n.crowd.mu.Unlock()
	return n.Conn.Close()
}

// follow is told by the server what a connection does.
func (c *crowd) follow(conn net.Conn, state http.ConnState) {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	n, ok := conn.(*counted)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.gone {
		return
	}
	switch state {
	case http.StateActive, http.StateHijacked: // a socket stays open as long as somebody listens
		n.wait(nil)
	case http.StateIdle:
		n.wait(&c.by[n.from].idle)
	}
}

// origin is the address as limits see it; false: it isn't counted.
func (c *crowd) origin(remote net.Addr) (netip.Prefix, bool) {
	at, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return netip.Prefix{}, false
	}
	address := at.Addr().Unmap().WithZone("")
	if c.trusts(address) {
		return netip.Prefix{}, false
	}
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, err := address.Prefix(bits)
	return prefix, err == nil
}
