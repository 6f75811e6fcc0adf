package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"aufruf/internal/config"
)

// newPair makes a certificate of 127.0.0.1 with a number, and its key.
func newPair(t *testing.T, number int64, until time.Time) (chain, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "termine.example.org"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"termine.example.org"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}

func (s site) keep(name string, content []byte) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), content, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// keepPair puts a certificate where the server looks.
func (s site) keepPair(number int64) {
	s.t.Helper()
	chain, key := newPair(s.t, number, time.Now().Add(24*time.Hour))
	s.keep("tls.key", key)
	s.keep("tls.pem", chain)
}

func (s site) tlsFlags() []string {
	return []string{"--tls-cert", s.path("tls.pem"), "--tls-key", s.path("tls.key")}
}

// shownBy returns the number of the certificate that a server shows.
func shownBy(t *testing.T, address string) int64 {
	t.Helper()
	connection, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	return connection.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

// A certificate lives for weeks, a server for months.
func TestARenewedCertificateIsShownAfterReload(t *testing.T) {
	s := newSite(t)
	s.keepPair(1)
	r := s.serve(s.tlsFlags()...)
	address := strings.TrimPrefix(r.url, "http://")
	if got := shownBy(t, address); got != 1 {
		t.Fatalf("got certificate %d, want the first", got)
	}
	s.keepPair(2)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	r.stderr.await(t, `(?s)msg=certificate.*msg=certificate`)
	if got := shownBy(t, address); got != 2 {
		t.Errorf("got certificate %d, want the renewed one", got)
	}
}

// Nobody has to ask for it, and a half that has come first harms nobody.
func TestARenewedCertificateIsTakenUpByItself(t *testing.T) {
	s := emptySite(t)
	s.keepPair(1)
	said := new(output)
	o := options{place: &place{}, tlsCert: s.path("tls.pem"), tlsKey: s.path("tls.key")}
	c, err := o.openCertificate(slog.New(slog.NewTextHandler(said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	c.every = time.Millisecond
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.run(ctx, nil) }()
	chain, key := newPair(t, 2, time.Now().Add(24*time.Hour))
	s.keep("tls.pem", chain)
	said.await(t, `msg="the certificate's files can't be used`)
	if got := c.shown.Load().Leaf.SerialNumber.Int64(); got != 1 {
		t.Errorf("got certificate %d, want the first until both halves are there", got)
	}
	s.keep("tls.key", key)
	said.await(t, `(?s)msg=certificate.*msg=certificate`)
	if got := c.shown.Load().Leaf.SerialNumber.Int64(); got != 2 {
		t.Errorf("got certificate %d, want the renewed one", got)
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestTheCertificateIsCheckedBeforeListening(t *testing.T) {
	for name, spoil := range map[string]func(site){
		"no file":            func(s site) { os.Remove(s.path("tls.pem")) },
		"no certificate":     func(s site) { s.keep("tls.pem", []byte("hello")) },
		"another one's key":  func(s site) { _, key := newPair(t, 2, time.Now().Add(time.Hour)); s.keep("tls.key", key) },
		"an unreadable file": func(s site) { os.Remove(s.path("tls.key")); os.Mkdir(s.path("tls.key"), 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			s := emptySite(t)
			s.keepPair(1)
			spoil(s)
			got := invoke(t, "", nil, append(append([]string{"serve"}, s.flags()...), s.tlsFlags()...)...)
			if got.code != config.ExitFailure || !strings.Contains(got.stderr, "Check --tls-cert") || strings.Contains(got.stderr, "listening") {
				t.Errorf("got %d, %s, want one sentence and no listener", got.code, got.stderr)
			}
			if _, err := os.Stat(s.path("aufruf.db")); err == nil {
				t.Error("a database was made")
			}
		})
	}
}

func TestWhatBrowsersWillRefuseIsSaidAtTheStart(t *testing.T) {
	s := newSite(t)
	chain, key := newPair(t, 1, time.Now().Add(-time.Hour))
	s.keep("tls.pem", chain)
	s.keep("tls.key", key)
	r := s.serve(append(s.tlsFlags(), "--base-url", "https://rathaus.example.org")...)
	r.stderr.await(t, `level=ERROR msg="the certificate isn't valid now`)
	r.stderr.await(t, `level=ERROR msg="the certificate is for other names.* host=rathaus.example.org`)
}

func TestTheEndOfTheCertificateIsAMetric(t *testing.T) {
	s := newSite(t)
	s.keepPair(1)
	r := s.serve(append(s.tlsFlags(), "--metrics-listen", "127.0.0.1:0")...)
	metrics := get(t, "http://"+r.stderr.await(t, `msg=metrics addr=(\S+)`)+"/metrics")
	if !strings.Contains(metrics, "\naufruf_certificate_end_timestamp_seconds 1.") {
		t.Errorf("the end isn't in\n%s", metrics)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAnAddressThatIsTakenIsSaidBeforeListening(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := newSite(t)
	for _, flag := range []string{"--metrics-listen", "--redirect-listen"} {
		args := append([]string{"serve", "--base-url", "https://termine.example.org"}, s.flags()...)
		got := invoke(t, "", nil, append(args, flag, taken.Addr().String())...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "taken") || strings.Contains(got.stderr, "listening") {
			t.Errorf("%s: got %d, %s", flag, got.code, got.stderr)
		}
	}
}

// Only to our own address, whatever the request says, and nothing that was sent
// along in the clear is sent on.
func TestWhoComesUnencryptedIsSentOn(t *testing.T) {
	s := newSite(t)
	r := s.serve("--base-url", "https://termine.example.org", "--redirect-listen", "127.0.0.1:0")
	address := "http://" + r.stderr.await(t, `msg=redirecting addr=(\S+)`)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		method, path, host string
		status             int
		to                 string
	}{
		{"GET", "/termin/?lang=en", "", 308, "https://termine.example.org/termin/?lang=en"},
		{"HEAD", "/", "", 308, "https://termine.example.org/"},
		{"GET", "/", "evil.example", 308, "https://termine.example.org/"},
		{"GET", "//evil.example/x", "", 308, "https://termine.example.org//evil.example/x"},
		{"POST", "/api/v1/session", "", 403, ""},
	} {
		request, err := http.NewRequest(c.method, address+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = c.host
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if got := answer.Header.Get("Location"); answer.StatusCode != c.status || got != c.to {
			t.Errorf("%s %s: got %d to %q, want %d to %q", c.method, c.path, answer.StatusCode, got, c.status, c.to)
		}
	}
}

// The key that seals is made by the server; a PEM file that lies there stays as
// it is.
func TestATLSKeyIsNoSealingKey(t *testing.T) {
	s := newSite(t)
	_, key := newPair(t, 1, time.Now())
	s.keep("aufruf.key", key)
	for _, args := range [][]string{append([]string{"serve"}, s.flags()...), {"key", "renew", "--database", s.database()}} {
		got := invoke(t, "", nil, args...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "a key of TLS") {
			t.Errorf("%v: got %d, %s, want it to be told apart", args[0], got.code, got.stderr)
		}
	}
	if after, err := os.ReadFile(s.path("aufruf.key")); err != nil || string(after) != string(key) {
		t.Errorf("the file was touched: %v", err)
	}
}
