package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// clientHeader says to whoever asks /healthz from which address that arrived: a
// proxy that hides the citizens' addresses shows there.
const clientHeader = "X-Client-Address"

// upgradeHeader says below sockets whether a request arrived as one for a
// websocket.
const (
	upgradeHeader = "X-Client-Upgrade"
	sockets       = "/api/v1/ws/"
)

// lookAtCertificate reads the server's own, unless it was seen from outside. Where
// another one was, something in front encrypts, under names of its own.
func (d *selfCheck) lookAtCertificate(seen *x509.Certificate) {
	if d.tlsCert == "" {
		return
	}
	pair, err := tls.LoadX509KeyPair(d.tlsCert, d.tlsKey)
	if err != nil {
		d.Fault("certificate_unreadable", "cause", tell(d.texts, err))
		return
	}
	if seen != nil && seen.Equal(pair.Leaf) {
		return
	}
	d.CertificateTime(pair.Leaf, d.tlsCert, time.Now())
	if base, err := url.Parse(d.baseURL); err == nil && base.Host != "" && seen == nil {
		d.CertificateName(pair.Leaf, d.tlsCert, base.Hostname())
	}
}

// lookAtAddress asks the server as a citizen's browser does, through whatever
// stands in front, and returns the certificate that is shown there; nil: none.
func (d *selfCheck) lookAtAddress(ctx context.Context) (shown *x509.Certificate) {
	if d.baseURL == "" {
		d.Note("address_unset")
		return nil
	}
	answer, from, err := d.visit(ctx, "/healthz", nil)
	if err != nil {
		d.Fault("address_away", "address", d.baseURL, "cause", err)
		return nil
	}
	if answer.TLS != nil && len(answer.TLS.PeerCertificates) > 0 {
		shown = answer.TLS.PeerCertificates[0]
		d.lookAtChainOf(answer)
	}
	if answer.StatusCode != http.StatusOK || answer.Header.Get(clientHeader) == "" {
		d.Fault("address_other", "address", d.baseURL, "code", answer.StatusCode)
		return shown
	}
	d.Fine("address", "address", d.baseURL)
	if seen := answer.Header.Get(clientHeader); seen != from {
		d.Note("address_hidden", "seen", seen, "from", from)
	}
	d.lookAtUpgrade(ctx)
	return shown
}

// lookAtChainOf judges the certificate of an answer as a browser would.
func (d *selfCheck) lookAtChainOf(answer *http.Response) {
	chain, at := answer.TLS.PeerCertificates, answer.Request.URL
	d.CertificateTime(chain[0], at.Host, time.Now())
	d.CertificateName(chain[0], at.Host, at.Hostname())
	d.CertificateAuthority(chain, at.Host)
}

// lookAtUpgrade asks for a socket without a token, and hears whether that
// arrived.
func (d *selfCheck) lookAtUpgrade(ctx context.Context) {
	answer, _, err := d.visit(ctx, sockets+"display", http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"ZG9jdG9yZG9jdG9yZG9jdA=="},
	})
	switch {
	case err != nil:
		d.Fault("address_away", "address", d.baseURL, "cause", err)
	case answer.Header.Get(upgradeHeader) == "websocket":
		d.Fine("upgrade")
	default:
		d.Fault("upgrade_lost", "code", answer.StatusCode)
	}
}

// visit asks for a path and tells from which address of ours that went.
func (d *selfCheck) visit(ctx context.Context, path string, header http.Header) (_ *http.Response, from string, err error) {
	ctx, cancel := context.WithTimeout(ctx, doctorAsks)
	defer cancel()
	var local atomic.Pointer[string]
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		host, _, err := net.SplitHostPort(c.Conn.LocalAddr().String())
		if err == nil {
			local.Store(&host)
		}
	}})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(d.baseURL, "/")+path, nil)
	if err != nil {
		return nil, "", err
	}
	request.Header = header
	// Never through a proxy of the machine's own, and without a memory of others. A
	// certificate that browsers refuse is a finding of its own: whether the server
	// answers behind it is another.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxHeader)); err != nil {
		return nil, "", err
	}
	if host := local.Load(); host != nil {
		from = *host
	}
	return answer, from, nil
}

// here is the address at which a server with these flags answers on this
// machine.
func (o *options) here() string {
	scheme := "http"
	if o.tlsCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(o.listen)
	if err != nil {
		return (&url.URL{Scheme: scheme, Host: o.listen}).String()
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return (&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port)}).String()
}
