package escpos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Why a printer prints nothing.
var (
	// ErrAway: it can't be reached, or doesn't answer in time.
	ErrAway = errors.New("the printer does not answer")
	// ErrPaper: it says that its paper is at an end.
	ErrPaper = errors.New("the printer has no paper")
	// ErrNotReady: it says that its cover is open or that something is wrong.
	ErrNotReady = errors.New("the printer is not ready")
)

// patience is how long one job may take unless told otherwise: a person stands
// before the kiosk and waits.
const patience = 2 * time.Second

// drainWithin is how long what a printer still says is read after a job: to
// close on unread bytes would reset the connection, and drop the job with it.
const drainWithin = 300 * time.Millisecond

// Printer is a printer in the network, at an address that the operator chose.
// It is safe for concurrent use: one job follows another, as most printers
// take one connection at a time.
type Printer struct {
	// Patience is how long one job may take, from dialling to the last byte;
	// the job of somebody else is waited for within it.
	Patience time.Duration
	// Tried is told of each job how it went; nil: nobody is. It is set before the
	// first one.
	Tried func(err error)

	address string
	mute    bool
	free    chan struct{}
}

// ParsePrinter reads "HOST:PORT", or "HOST:PORT/mute" for a printer that never
// answers when it is asked for its state: then only a connection that fails
// tells that something is wrong.
func ParsePrinter(s string) (*Printer, error) {
	address, mute := strings.CutSuffix(s, "/mute")
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return nil, fmt.Errorf("want HOST:PORT, got %q", s)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, fmt.Errorf("%q: no such port", s)
	}
	return &Printer{Patience: patience, address: address, mute: mute, free: make(chan struct{}, 1)}, nil
}

// String returns the address.
func (p *Printer) String() string { return p.address }

// Print sends a job, unless the printer says that it can't print. nil means
// that the printer took it. Errors: ErrAway, ErrPaper, ErrNotReady.
func (p *Printer) Print(ctx context.Context, job []byte) error {
	err := p.print(ctx, job)
	if p.Tried != nil {
		p.Tried(err)
	}
	return err
}

func (p *Printer) print(ctx context.Context, job []byte) error {
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	select {
	case p.free <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("%w: busy", ErrAway)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.address)
	if err != nil {
		<-p.free
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	err = p.send(ctx, conn, job)
	go func() {
		hangUp(conn)
		<-p.free
	}()
	return err
}

func (p *Printer) send(ctx context.Context, conn net.Conn, job []byte) error {
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if !p.mute {
		if err := state(conn); err != nil {
			return err
		}
	}
	if _, err := conn.Write(job); err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return nil
}

// hangUp ends a connection in a way that leaves the printer its job.
func hangUp(conn net.Conn) {
	defer conn.Close()
	if half, ok := conn.(*net.TCPConn); !ok || half.CloseWrite() != nil {
		return
	}
	if conn.SetReadDeadline(time.Now().Add(drainWithin)) == nil {
		_, _ = io.Copy(io.Discard, conn)
	}
}

// DLE EOT n: real-time requests for one byte of state each.
const (
	dle, eot    = 0x10, 0x04
	whyOffline  = 2
	paperSensor = 4
)

// Bits of the answers.
const (
	fixedMask, fixedBits = 0x93, 0x12 // of every answer
	coverOpen            = 0x04       // of whyOffline
	paperStopped         = 0x20
	wentWrong            = 0x40
	paperOut             = 0x60 // of paperSensor
)

// state asks a printer whether it can print.
func state(conn net.Conn) error {
	cause, err := ask(conn, whyOffline)
	if err != nil {
		return err
	}
	paper, err := ask(conn, paperSensor)
	switch {
	case err != nil:
		return err
	case paper&paperOut != 0 || cause&paperStopped != 0:
		return ErrPaper
	case cause&(coverOpen|wentWrong) != 0:
		return ErrNotReady
	}
	return nil
}

// maxChatter bounds what a printer may say unasked before it answers.
const maxChatter = 64

func ask(conn net.Conn, what byte) (byte, error) {
	if _, err := conn.Write([]byte{dle, eot, what}); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrAway, err)
	}
	var answer [1]byte
	for range maxChatter {
		if _, err := io.ReadFull(conn, answer[:]); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrAway, err)
		}
		if answer[0]&fixedMask == fixedBits {
			return answer[0], nil
		}
	}
	return 0, fmt.Errorf("%w: it says something else", ErrAway)
}
