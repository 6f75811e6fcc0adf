// Package systemd tells the machine's service manager how a program is. It
// starts nothing and asks for nothing.
package systemd

import (
	"net"
	"strconv"
	"time"
)

// Supervisor tells systemd how the program is, where it was started by systemd
// with Type=notify; elsewhere it does nothing.
type Supervisor struct {
	socket   string
	interval time.Duration // of the watchdog; zero: none
	last     time.Time
}

// NewSupervisor reads what systemd put into the environment.
func NewSupervisor(getenv func(string) string) *Supervisor {
	s := &Supervisor{socket: getenv("NOTIFY_SOCKET")}
	if usec, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil {
		s.interval = time.Duration(usec) * time.Microsecond
	}
	return s
}

// Ready says that the program is up.
func (s *Supervisor) Ready() { s.notify("READY=1") }

// Stopping says that the program was told to end.
func (s *Supervisor) Stopping() { s.notify("STOPPING=1") }

// Alive feeds the watchdog, at most three times an interval.
func (s *Supervisor) Alive() {
	if s.interval == 0 || time.Since(s.last) < s.interval/3 {
		return
	}
	s.last = time.Now()
	s.notify("WATCHDOG=1")
}

// notify is best effort: nobody could be told of a failure.
func (s *Supervisor) notify(state string) {
	if s.socket == "" {
		return
	}
	connection, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: s.socket, Net: "unixgram"})
	if err != nil {
		return
	}
	defer connection.Close()
	_, _ = connection.Write([]byte(state))
}
