package mail

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// post is a real SMTP server that a test can make misbehave.
type post struct {
	address string
	ca      string // PEM file of its certificate

	mu       sync.Mutex
	arrived  []letter
	sessions int
	onMail   func(from string) error
	onRcpt   func(to string) error
	onData   func(n int, text []byte) error // n counts from 1; before it is kept
	afterAll func(n int, c *smtp.Conn)      // after it is kept, before the answer
	news     chan struct{}
}

// letter is what arrived.
type letter struct {
	from, to string
	id       string
	text     []byte
	tls      bool
	user     string
}

func openPost(t testing.TB, change func(*smtp.Server, *post)) *post {
	t.Helper()
	p := &post{news: make(chan struct{}, 1)}
	server := smtp.NewServer(p)
	server.Domain = "post.example.org"
	server.AllowInsecureAuth = true
	server.ErrorLog = quiet{}
	if change != nil {
		change(server, p)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close below
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return p
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// withCertificate lets the server offer STARTTLS.
func withCertificate(t *testing.T) func(*smtp.Server, *post) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(s *smtp.Server, p *post) {
		p.ca = file
		s.AllowInsecureAuth = false
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	}
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions++
	return &session{post: p, conn: c}, nil
}

type session struct {
	post *post
	conn *smtp.Conn
	user string
	got  letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Reset()        { s.got = letter{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.got.from = from
	if s.post.onMail != nil {
		return s.post.onMail(from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.got.to = to
	s.post.mu.Lock()
	refuse := s.post.onRcpt
	s.post.mu.Unlock()
	if refuse != nil {
		return refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	p := s.post
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.arrived) + 1
	if p.onData != nil {
		if err := p.onData(n, text); err != nil {
			return err
		}
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return errors.New("not a message")
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.got.id, s.got.text, s.got.tls, s.got.user = parsed.Header.Get("Message-ID"), text, encrypted, s.user
	p.arrived = append(p.arrived, s.got)
	if p.afterAll != nil {
		p.afterAll(n, s.conn)
	}
	select {
	case p.news <- struct{}{}:
	default:
	}
	return nil
}

// count returns how many arrived so far.
func (p *post) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.arrived)
}

// letters returns what arrived so far.
func (p *post) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.arrived...)
}

// until waits for something to become true, looking whenever a letter arrives.
func (p *post) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-p.news:
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited too long for %s", what)
		}
	}
}
