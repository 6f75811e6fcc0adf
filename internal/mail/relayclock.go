package mail

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"regexp"
	"time"
)

// RelayTime returns what time it is by the greeting of the server that mails are
// handed to, as Exim and Exchange give it; false where there is no such server,
// where its greeting tells no time (Postfix), and where it may run on this
// machine: a server in one of this machine's own networks could be a container
// beside us, with the same clock.
func (t Target) RelayTime(ctx context.Context) (time.Time, bool, error) {
	server, ok := t.Transport.(*smtpServer)
	if !ok {
		return time.Time{}, false, nil
	}
	greeting, far, err := server.greeting(ctx)
	if err != nil || !far {
		return time.Time{}, false, err
	}
	at, ok := greetingTime(greeting)
	return at, ok, nil
}

// greetingWithin bounds the look at a greeting.
const greetingWithin = 5 * time.Second

// greeting connects and returns what the server says first, and whether it is
// surely another machine.
func (s *smtpServer) greeting(ctx context.Context) (text string, far bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, greetingWithin)
	defer cancel()
	conn, err := s.connect(ctx)
	if err != nil {
		return "", false, fmt.Errorf("ask the mail server: %w", err)
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", false, fmt.Errorf("ask the mail server: %w", err)
		}
	}
	far, err = beyondOurNetworks(conn.RemoteAddr())
	if err != nil {
		return "", false, err
	}
	if conn, err = s.encrypted(conn); err != nil {
		return "", false, fmt.Errorf("ask the mail server: %w", err)
	}
	lines := textproto.NewReader(bufio.NewReader(conn))
	if _, text, err = lines.ReadResponse(220); err != nil {
		return "", false, fmt.Errorf("read the mail server's greeting: %w", err)
	}
	_, err = conn.Write([]byte("QUIT\r\n"))
	return text, far, err
}

// beyondOurNetworks reports whether an address is reached through a router.
func beyondOurNetworks(address net.Addr) (bool, error) {
	remote, ok := address.(*net.TCPAddr)
	if !ok {
		return false, nil
	}
	ours, err := net.InterfaceAddrs()
	if err != nil {
		return false, fmt.Errorf("read this machine's addresses: %w", err)
	}
	for _, of := range ours {
		if network, ok := of.(*net.IPNet); ok && network.Contains(remote.IP) {
			return false, nil
		}
	}
	return !remote.IP.IsLoopback(), nil
}

// dated finds a date and time as RFC 5322, 3.3, writes it.
var dated = regexp.MustCompile(`(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UTC)`)

func greetingTime(greeting string) (time.Time, bool) {
	at, err := mail.ParseDate(dated.FindString(greeting))
	return at, err == nil
}
