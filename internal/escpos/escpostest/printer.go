// Package escpostest is a receipt printer for tests: it listens on TCP, answers
// questions about its state, and keeps what it was given to print.
package escpostest

import (
	"bufio"
	"net"
	"sync"
	"testing"
	"time"
)

// Behaviour is what a printer does when it is called.
type Behaviour int

// The behaviours.
const (
	Ready   Behaviour = iota
	NoPaper           // says so
	Open              // says that its cover is open
	Silent            // takes the connection, and never reads nor answers
	Broken            // hangs up at once
)

// Printer is a running printer.
type Printer struct {
	Address string
	Jobs    chan []byte // what was printed, one after another

	mu        sync.Mutex
	behaviour Behaviour
	open      map[net.Conn]bool
}

// Start runs a printer until the test is over.
func Start(t testing.TB, b Behaviour) *Printer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Printer{Address: listener.Addr().String(), Jobs: make(chan []byte, 64), behaviour: b, open: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.keep(conn)
			running.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.mu.Lock()
		for conn := range p.open {
			_ = conn.Close()
		}
		p.mu.Unlock()
		running.Wait()
	})
	return p
}

func (p *Printer) keep(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[conn] = true
}

// Behave changes what the printer does from the next call on.
func (p *Printer) Behave(b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behaviour = b
}

// Job waits for the next job.
func (p *Printer) Job(t testing.TB) []byte {
	t.Helper()
	select {
	case job := <-p.Jobs:
		return job
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was printed")
		return nil
	}
}

func (p *Printer) serve(conn net.Conn) {
	p.mu.Lock()
	behaviour := p.behaviour
	p.mu.Unlock()
	if behaviour == Silent {
		return // it stays open until the test is over
	}
	defer conn.Close()
	if behaviour == Broken {
		return
	}
	if job := p.listen(conn, behaviour); len(job) > 0 {
		p.Jobs <- job
	}
}

// listen answers DLE EOT and collects everything else until the caller hangs
// up.
func (p *Printer) listen(conn net.Conn, behaviour Behaviour) []byte {
	var job []byte
	from := bufio.NewReader(conn)
	for {
		b, err := from.ReadByte()
		if err != nil {
			return job
		}
		if b != 0x10 {
			job = append(job, b)
			continue
		}
		var request [2]byte
		if request[0], err = from.ReadByte(); err != nil {
			return job
		}
		if request[1], err = from.ReadByte(); err != nil {
			return job
		}
		_, _ = conn.Write([]byte{state(request[1], behaviour)})
	}
}

// state is the answer to DLE EOT n.
func state(n byte, behaviour Behaviour) byte {
	const always = 0x12
	switch {
	case n == 4 && behaviour == NoPaper:
		return always | 0x60
	case n == 2 && behaviour == NoPaper:
		return always | 0x20
	case n == 2 && behaviour == Open:
		return always | 0x04
	}
	return always
}
