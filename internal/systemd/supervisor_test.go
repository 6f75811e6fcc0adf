package systemd

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

func TestSupervisorTellsSystemd(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	if err := systemd.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil { // what isn't sent is no reason to wait for ever
		t.Fatal(err)
	}
	environ := map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "30000000"}
	s := NewSupervisor(func(name string) string { return environ[name] })
	s.Ready()
	s.Alive()
	s.Alive() // too soon to be sent
	s.last = s.last.Add(-9 * time.Second)
	early := s.last
	if s.Alive(); s.last != early {
		t.Error("fed again before a third of the interval, which is ten seconds")
	}
	s.last = s.last.Add(-time.Second)
	s.Alive()
	s.Stopping()
	for _, want := range []string{"READY=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"} {
		buffer := make([]byte, 64)
		n, err := systemd.Read(buffer)
		if got := string(buffer[:n]); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

func TestSupervisorWithoutSystemd(t *testing.T) {
	s := NewSupervisor(func(string) string { return "" })
	s.Ready()
	s.Alive()
	s.Stopping()
}
