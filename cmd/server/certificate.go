package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"aufruf/internal/config"
)

// lookForRenewed is how often the files of the certificate are looked at.
const lookForRenewed = 30 * time.Second

// certificate is the one that the server shows. It is read anew where its files
// have changed; while they hold none that can be used, the last one stays.
type certificate struct {
	chainFile, keyFile, host string
	log                      *slog.Logger
	now                      func() time.Time
	every                    time.Duration

	shown atomic.Pointer[tls.Certificate]

	mu   sync.Mutex
	seen [sha256.Size]byte // the files as they were last read, usable or not
}

// openCertificate reads the certificate; nil where none was asked for.
func (o *options) openCertificate(log *slog.Logger) (*certificate, error) {
	if o.tlsCert == "" {
		return nil, nil
	}
	c := &certificate{chainFile: o.tlsCert, keyFile: o.tlsKey, log: log, now: time.Now, every: lookForRenewed}
	if base, err := url.Parse(o.baseURL); err == nil {
		c.host = base.Hostname()
	}
	if err := c.look(); err != nil {
		return nil, config.Because(err, "cli.server.tls_unreadable", "cause", err)
	}
	return c, nil
}

// get is what the handshake asks.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.shown.Load(), nil }

// look takes up what the files hold, where that is new.
func (c *certificate) look() error {
	chain, err := os.ReadFile(c.chainFile)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := sha256.Sum256(append(append(chain[:len(chain):len(chain)], 0), key...))
	if now == c.seen {
		return nil
	}
	c.seen = now
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", c.chainFile, c.keyFile, err)
	}
	c.shown.Store(&pair)
	c.tell(&pair)
	return nil
}

// tell says what browsers will think of the certificate.
func (c *certificate) tell(pair *tls.Certificate) {
	leaf := pair.Leaf
	c.log.Info("certificate", "file", c.chainFile, "until", leaf.NotAfter)
	if now := c.now(); now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		c.log.Error("the certificate isn't valid now: browsers refuse it", "file", c.chainFile, "from", leaf.NotBefore, "until", leaf.NotAfter)
	}
	if c.host == "" {
		return
	}
	if err := leaf.VerifyHostname(c.host); err != nil {
		c.log.Error("the certificate is for other names than --base-url: browsers refuse it", "file", c.chainFile, "host", c.host, "names", leaf.DNSNames)
	}
}

// run looks for a renewed certificate, by itself and where it is asked to
// (SIGHUP, systemctl reload), until ctx ends.
func (c *certificate) run(ctx context.Context, asked <-chan os.Signal) error {
	ticker := time.NewTicker(c.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-asked:
		case <-ticker.C:
		}
		// Chain and key are replaced one after the other: until both are there
		// they don't fit.
		if err := c.look(); err != nil {
			c.log.Warn("the certificate's files can't be used: the last one stays", "error", err.Error())
		}
	}
}

// gauge tells Prometheus when the certificate ends.
func (c *certificate) gauge() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "aufruf_certificate_end_timestamp_seconds", Help: "When the certificate that the server shows ends.",
	}, func() float64 { return float64(c.shown.Load().Leaf.NotAfter.Unix()) })
}
