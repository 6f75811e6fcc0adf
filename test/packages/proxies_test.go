//go:build proxies

package packages

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"aufruf/test/townhall"
)

const (
	name     = "termine.example.org"
	login    = "lena"
	password = "drei-worte-genuegen"
)

// proxies are those that docs/proxies has a configuration for, put in place as
// each says it.
var proxies = map[string]struct{ unit, place string }{
	"nginx": {"nginx", "cp $docs/nginx.conf /etc/nginx/sites-enabled/aufruf && rm /etc/nginx/sites-enabled/default && nginx -t"},
	"haproxy": {"haproxy", "cat /etc/ssl/aufruf/fullchain.pem /etc/ssl/aufruf/privkey.pem >/etc/ssl/aufruf/aufruf.pem && " +
		"cp $docs/haproxy.cfg /etc/haproxy/haproxy.cfg && haproxy -c -f /etc/haproxy/haproxy.cfg"},
	"apache": {"apache2", "a2enmod ssl http2 headers proxy proxy_http && a2dissite 000-default && " +
		"cp $docs/apache.conf /etc/apache2/sites-enabled/aufruf.conf && apachectl configtest"},
	"caddy": {"caddy", "cp $docs/Caddyfile /etc/caddy/Caddyfile && chgrp -R caddy /etc/ssl/aufruf && chmod -R g+rX /etc/ssl/aufruf"},
}

// TestProxies puts each proxy whose package was fetched in front of the server,
// with TLS, as the documents say: pages, both sockets, the citizen's address, no
// secret in a log, and a restart of the proxy.
func TestProxies(t *testing.T) {
	root, err := townhall.Root()
	must(t, err)
	fetched, err := os.ReadFile(filepath.Join(root, "dist/proxies/fetched"))
	must(t, err)
	m := boot(t)
	h := openHall(m)
	for _, wanted := range strings.Fields(string(fetched)) {
		proxy := strings.TrimSuffix(wanted, "2") // apache2
		t.Run(proxy, func(t *testing.T) {
			m.t = t
			h.inFront(proxy)
		})
	}
}

// hall is a server behind a proxy.
type hall struct {
	*machine
	station, screen string // tokens
}

// openHall installs everything, and starts the server for a proxy.
func openHall(m *machine) *hall {
	// The proxies would all start at once, on one port.
	m.sh("printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d")
	m.sh("dpkg --force-unsafe-io --install /mnt/aufruf-server*.deb /mnt/proxies/*.deb")
	m.certificate()
	m.sh(fmt.Sprintf(`sed -i '/^AUFRUF_LISTEN=/d' /etc/aufruf/server.env && cat >>/etc/aufruf/server.env <<'END'
AUFRUF_LISTEN=127.0.0.1:8080
AUFRUF_BASE_URL=https://%s
AUFRUF_TRUSTED_PROXIES=127.0.0.1/32
AUFRUF_RATE_LIMIT=1/m
END`, name))
	m.do("aufruf-admin", "init", "--example", "grimma")
	m.do("systemctl", "start", "aufruf-server")
	m.sh("echo " + password + " | aufruf-admin user add " + login + " --role clerk")
	screen := m.sh("aufruf-admin device add hall --kind display --branch grimma-markt")
	// A second citizen.
	out, err := exec.Command("ip", "addr", "add", m.neighbour()+"/24", "dev", "p"+m.pid).CombinedOutput()
	if err != nil {
		m.t.Fatalf("%v: %s", err, out)
	}
	return &hall{machine: m, screen: screen}
}

// neighbour is a second address from which the machine is reached.
func (m *machine) neighbour() string { return strings.TrimSuffix(m.address, "2") + "3" }

// certificate makes one where the configurations look for it.
func (m *machine) certificate() {
	m.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(m.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	chain, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(m.t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(m.t, err)
	m.sh("install --directory --mode 0750 /etc/ssl/aufruf")
	for file, block := range map[string]*pem.Block{
		"fullchain.pem": {Type: "CERTIFICATE", Bytes: chain}, "privkey.pem": {Type: "PRIVATE KEY", Bytes: private},
	} {
		m.sh(fmt.Sprintf("cat >/etc/ssl/aufruf/%s <<'END'\n%sEND", file, pem.EncodeToMemory(block)))
	}
}

func (h *hall) inFront(proxy string) {
	p, known := proxies[proxy]
	if !known {
		h.t.Fatalf("there is no configuration of %s", proxy)
	}
	h.sh(strings.ReplaceAll(p.place, "$docs", "/usr/share/doc/aufruf-server/proxies"))
	h.do("systemctl", "restart", "aufruf-server") // with no limit used up
	if _, err := h.try("systemctl", "start", p.unit); err != nil {
		h.t.Fatalf("%v\n%s", err, h.journal(p.unit))
	}
	defer h.do("systemctl", "stop", p.unit)
	for _, step := range []struct {
		name string
		do   func(unit string)
	}{
		{"pages", h.pages}, {"sockets", h.sockets}, {"address", h.addresses}, {"restart", h.restart}, {"secrets", h.secrets},
	} {
		t := h.t
		t.Run(step.name, func(t *testing.T) {
			h.t = t
			step.do(p.unit)
		})
		h.t = t
	}
}

// dialer reaches the machine whatever name is asked for, from an address of
// this side (empty: any).
func (h *hall) dialer(from string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		d := &net.Dialer{}
		if from != "" {
			d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
		}
		return d.DialContext(ctx, network, net.JoinHostPort(h.address, port))
	}
}

func (h *hall) browser(from string) *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{DialContext: h.dialer(from), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends a request and returns the answer, with what it says.
func (h *hall) ask(from, method, url, body string, header ...string) (*http.Response, string) {
	h.t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	must(h.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := h.browser(from).Do(request)
	must(h.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(h.t, err)
	return answer, string(text)
}

const base = "https://" + name

func (h *hall) pages(string) {
	answer, text := h.ask("", "GET", base+"/", "")
	if answer.StatusCode != 200 || !strings.Contains(text, "<html") || answer.Header.Get("Strict-Transport-Security") == "" {
		h.t.Errorf("got %d, %v, %.200s", answer.StatusCode, answer.Header, text)
	}
	answer, _ = h.ask("", "GET", "http://"+name+"/termin/?lang=en", "")
	if got, want := answer.Header.Get("Location"), base+"/termin/?lang=en"; answer.StatusCode != 308 || got != want {
		h.t.Errorf("unencrypted: got %d to %q, want 308 to %q", answer.StatusCode, got, want)
	}
	// A page's own form: the origin is ours also behind the proxy.
	answer, text = h.ask("", "POST", base+"/api/v1/session", fmt.Sprintf(`{"user":%q,"password":%q}`, login, password),
		"Content-Type", "application/json", "Origin", base, "Sec-Fetch-Site", "same-origin")
	var session struct{ Token string }
	if err := json.Unmarshal([]byte(text), &session); err != nil || answer.StatusCode != 200 {
		h.t.Fatalf("sign in: got %d, %s", answer.StatusCode, text)
	}
	h.station = session.Token
}

// greeting is the first message of a socket.
type greeting struct {
	Type    string
	Resumed bool
	Epoch   string
	Seq     int
}

// open opens a socket, as a program does or, with the origin, as a page.
func (h *hall) open(path, token string) (*websocket.Conn, greeting) {
	h.t.Helper()
	d := websocket.Dialer{NetDialContext: h.dialer(""), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, HandshakeTimeout: patience}
	socket, answer, err := d.Dial("wss://"+name+path, http.Header{"Authorization": {"Bearer " + token}, "Origin": {base}})
	if err != nil {
		h.t.Fatalf("open %s: %v (%v)", path, err, answer)
	}
	h.t.Cleanup(func() { socket.Close() })
	must(h.t, socket.SetReadDeadline(time.Now().Add(patience)))
	var first greeting
	must(h.t, socket.ReadJSON(&first))
	return socket, first
}

const (
	screens  = "/api/v1/ws/display?branch=grimma-markt"
	stations = "/api/v1/ws/caller?branch=grimma-markt"
)

func (h *hall) sockets(string) {
	if _, first := h.open(screens, h.screen); first.Type != "board" {
		h.t.Errorf("screen: got %+v", first)
	}
	station, first := h.open(stations, h.station)
	if first.Type != "queue" {
		h.t.Errorf("station: got %+v", first)
	}
	must(h.t, station.WriteJSON(map[string]string{"id": fmt.Sprint(time.Now().UnixNano()), "type": "call_next", "room": "platz-1"}))
	for answer := ""; answer != "failed" && answer != "done"; { // nobody may be waiting
		var message greeting
		must(h.t, station.ReadJSON(&message))
		answer = message.Type
	}
}

// addresses: two citizens have a limit each, and naming another address gives
// nobody a new one.
func (h *hall) addresses(string) {
	hold := func(from, claimed string) int {
		header := []string{"Content-Type", "application/json"}
		for _, name := range []string{"X-Forwarded-For", "X-Real-IP"} {
			if claimed != "" {
				header = append(header, name, claimed)
			}
		}
		answer, _ := h.ask(from, "POST", base+"/api/v1/holds", "{}", header...)
		return answer.StatusCode
	}
	one, other := strings.TrimSuffix(h.address, "2")+"1", h.neighbour()
	used := false
	for range 5 {
		used = used || hold(one, "") == http.StatusTooManyRequests
	}
	if !used {
		h.t.Fatal("the first citizen has no limit")
	}
	if got := hold(one, "192.0.2.7"); got != http.StatusTooManyRequests {
		h.t.Errorf("who claims another address: got %d, want 429", got)
	}
	if got := hold(other, ""); got == http.StatusTooManyRequests {
		h.t.Error("another citizen shares the first one's limit")
	}
}

func (h *hall) restart(unit string) {
	socket, first := h.open(screens, h.screen)
	h.do("systemctl", "restart", unit)
	for {
		if _, _, err := socket.ReadMessage(); err != nil {
			break
		}
	}
	var again greeting
	_, again = h.open(fmt.Sprintf("%s&epoch=%s&after=%d", screens, first.Epoch, first.Seq), h.screen)
	if !again.Resumed {
		h.t.Errorf("after the restart: got %+v, want the board resumed", again)
	}
}

// secrets: a citizen's link stands in no log, also where the server is away.
func (h *hall) secrets(unit string) {
	const secret = "wind mond regen 0123456789"
	h.ask("", "GET", base+"/t/"+secret, "")
	h.do("systemctl", "stop", "aufruf-server")
	if answer, _ := h.ask("", "GET", base+"/t/"+secret, ""); answer.StatusCode < 502 {
		h.t.Errorf("without the server: got %d, want a gateway's answer", answer.StatusCode)
	}
	h.do("systemctl", "start", "aufruf-server")
	h.do("systemctl", "stop", unit) // writes what it has kept
	if found, err := h.try("grep", "--recursive", "--files-with-matches", secret, "/var/log", "/run/log"); err == nil {
		h.t.Errorf("the citizen's secret stands in %s", found)
	}
	if said := h.do("journalctl", "--no-pager"); strings.Contains(said, secret) {
		h.t.Error("the citizen's secret stands in the journal")
	}
}
