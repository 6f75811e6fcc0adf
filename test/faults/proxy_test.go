package faults

import (
	"errors"
	"net"
	"sync"
)

// proxy passes TCP connections on to a unix socket.
type proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	pairs []*pair
}

// pair is a connection on both sides.
type pair struct {
	client, server net.Conn // server is nil where it never came so far
}

func newProxy(target string) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: listener, target: target}
	go p.accept()
	return p, nil
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// cut closes all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, pair := range p.pairs {
		pair.close()
	}
	p.pairs = nil
}

func (p *proxy) close() error {
	err := p.listener.Close()
	p.cut()
	return err
}

func (p *proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.begin(&pair{client: conn})
	}
}

func (p *proxy) begin(c *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pairs = append(p.pairs, c)
	server, err := net.Dial("unix", p.target)
	if err != nil {
		c.close()
		return
	}
	c.server = server
	go c.pass(c.client, c.server)
	go c.pass(c.server, c.client)
}

// pass copies one direction.
func (c *pair) pass(from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if _, failed := to.Write(buffer[:n]); failed != nil {
				err = errors.Join(err, failed)
			}
		}
		if err != nil {
			c.close()
			return
		}
	}
}

func (c *pair) close() {
	c.client.Close()
	if c.server != nil {
		c.server.Close()
	}
}
