package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/store"
	"aufruf/internal/systemd"
	"aufruf/internal/web/setup"
	"aufruf/internal/wire"
)

// lookEvery is how soon a server finds that a town was made by another program.
const lookEvery = time.Second

// existing returns the part of a path that is there. What is missing is made with
// the database.
func existing(folder string) string {
	for {
		parent := filepath.Dir(folder)
		if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) || parent == folder {
			return folder
		}
		folder = parent
	}
}

// awaitTown answers with 503, and with the page that makes a town, until there
// is one or ctx ends. It leaves the listener to what comes next: who asks
// meanwhile is answered by that.
func (o *options) awaitTown(ctx context.Context, listener net.Listener, shown *certificate, log *slog.Logger) error {
	if err := o.mustHaveNoKey(); err != nil {
		return err
	}
	if err := o.mustBeWritable(); err != nil {
		return err
	}
	ctx, made := context.WithCancel(ctx)
	defer made()
	var founded atomic.Bool
	handler, address, err := o.setupHandler(listener, log, func() {
		founded.Store(true)
		made()
	})
	if err != nil {
		return err
	}
	lent := &lentListener{Listener: listener, closed: make(chan struct{})}
	server := &http.Server{
		Handler: sendingOn(handler, &founded, lent.closed), ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin,
		IdleTimeout: idleFor, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- answerOn(server, lent, shown) }()
	log.Warn("no town here yet: this link makes one, once, within an hour; or make one with: server init", "addr", listener.Addr().String(), "url", address)
	systemd.NewSupervisor(os.Getenv).Ready() // up, though not ready for citizens: /readyz says so
	select {
	case err := <-ended:
		return err
	case <-o.townAppears(ctx, log):
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return errors.Join(server.Shutdown(closing), <-ended, lent.back())
}

// sendingOn answers as next does until a town is founded. From then on it sends
// everybody to the same address once more, on a new connection: what accepts
// that, once this listener is closed, is the town's server.
func sendingOn(next http.Handler, founded *atomic.Bool, closed <-chan struct{}) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !founded.Load() || strings.HasPrefix(r.URL.Path, "//") { // that would lead to another host
			next.ServeHTTP(w, r)
			return
		}
		select {
		case <-closed:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Connection", "close")
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusTemporaryRedirect)
	})
}

// townAppears is closed when a town is there, or ctx ends.
func (o *options) townAppears(ctx context.Context, log *slog.Logger) <-chan struct{} {
	there := make(chan struct{})
	go func() {
		defer close(there)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			state, err := o.look(ctx)
			if err != nil && ctx.Err() == nil {
				log.Error("the place can't be looked at", "error", err)
			}
			if state == store.Filled {
				return
			}
		}
	}()
	return there
}

// setupHandler answers where no town is, and calls made once there is one. It
// returns the one-time address of the page that makes it.
func (o *options) setupHandler(listener net.Listener, log *slog.Logger, made func()) (http.Handler, string, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, "", fmt.Errorf("load texts: %w", err)
	}
	base, secret := o.base(listener.Addr()), rand.Text()
	pages, err := setup.New(setup.Deps{
		Texts: texts, Log: log, BaseURL: base, Secret: secret, Now: time.Now, Private: o.private,
		Check: access.CheckFirstAdministrator,
		Found: func(ctx context.Context, f setup.Founding) ([]catalogue.Mistake, error) {
			mistakes, err := o.foundFromPage(ctx, f, log)
			if err == nil && len(mistakes) == 0 {
				made()
			}
			return mistakes, err
		},
	})
	if err != nil {
		return nil, "", err
	}
	router, err := o.setupRouter(pages, texts, base)
	return plainPaths(answeringHead(router)), base + setup.Root + secret, err
}

func (o *options) setupRouter(pages *setup.Pages, texts *i18n.Bundle, base string) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.HandleMethodNotAllowed = false
	router.RedirectTrailingSlash = false // see plainPaths
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(base); err != nil {
		return nil, fmt.Errorf("base address: %w", err)
	}
	router.Use(hardened(base), func(c *gin.Context) {
		if protection.Check(c.Request) != nil {
			c.AbortWithStatus(http.StatusForbidden)
		}
	})
	router.GET("/healthz", alive)
	router.GET("/readyz", func(c *gin.Context) {
		c.String(http.StatusServiceUnavailable, "no town has been set up here yet: see the log for the link, or: server init\n")
	})
	pages.Register(router)
	router.NoRoute(split(noTownYet(texts), pages.NoTown))
	return router, nil
}

// noTownYet answers programs.
func noTownYet(texts *i18n.Bundle) gin.HandlerFunc {
	return func(c *gin.Context) {
		words := texts.For(i18n.Negotiate(c.GetHeader("Accept-Language"), texts.Languages()))
		c.Header("Retry-After", "30")
		c.Header("Cache-Control", "no-store")
		c.Header("Content-Type", wire.ProblemType)
		c.JSON(http.StatusServiceUnavailable, wire.Problem{
			Type: "about:blank", Title: words.T("setup.no_town"), Status: http.StatusServiceUnavailable, Key: "service.no_town",
		})
	}
}

// foundFromPage makes the town that the page asks for.
func (o *options) foundFromPage(ctx context.Context, f setup.Founding, log *slog.Logger) ([]catalogue.Mistake, error) {
	if err := o.mustBeEmpty(ctx); err != nil {
		return nil, err
	}
	opened, err := o.openAny(ctx, settings{clock: o.clock.now(), set: o.clock, keys: keysThere, log: log})
	if err != nil {
		return nil, err
	}
	admin, err := opened.Access.FirstAdministrator(ctx, f.Admin, f.Password)
	if err == nil {
		err = o.found(ctx, opened, f.File, &admin)
	}
	var mistakes mistakesError
	if errors.As(err, &mistakes) {
		err = nil
	}
	return mistakes, errors.Join(err, opened.close())
}

// private reports whether nobody on the way could read a request: it came over
// TLS, our own or that of a proxy that is trusted, or from this machine itself.
func (o *options) private(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap()
	if o.trusts(address) {
		return r.Header.Get("X-Forwarded-Proto") == "https"
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return address.IsLoopback() && loopback(strings.Trim(host, "[]")) && !forwarded(r)
}

// trusts reports whether an address is that of a trusted proxy.
func (o *options) trusts(address netip.Addr) bool {
	for _, network := range o.proxies {
		if prefix, err := netip.ParsePrefix(network); err == nil && prefix.Contains(address) {
			return true
		}
		if single, err := netip.ParseAddr(network); err == nil && single == address {
			return true
		}
	}
	return false
}

// forwarded reports whether a request came through a proxy.
func forwarded(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// lentListener is a listener that outlives the server that it is lent to: closed
// by that, it accepts nothing until it is given back.
type lentListener struct {
	net.Listener
	once   sync.Once
	closed chan struct{} // closed with the first Close
}

// deadlines is a listener that can be told to stop waiting.
type deadlines interface{ SetDeadline(time.Time) error }

// Close implements net.Listener.
func (l *lentListener) Close() error {
	err := l.until(time.Now())
	l.once.Do(func() { close(l.closed) })
	return err
}

func (l *lentListener) back() error { return l.until(time.Time{}) }

func (l *lentListener) until(at time.Time) error {
	waits, ok := l.Listener.(deadlines)
	if !ok {
		return errors.New("the listener can't be lent")
	}
	return waits.SetDeadline(at)
}
