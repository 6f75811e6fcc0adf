package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// listeners are the addresses that the server answers on. All are open before it
// says that it listens: one that is taken is no surprise of later.
type listeners struct {
	main, metrics, redirect net.Listener // nil: not asked for, except main
}

func openListeners(o options) (*listeners, error) {
	l := new(listeners)
	for _, door := range []struct {
		address string
		into    *net.Listener
	}{{o.listen, &l.main}, {o.metrics, &l.metrics}, {o.redirect, &l.redirect}} {
		if door.address == "" && door.into != &l.main {
			continue
		}
		listener, err := net.Listen("tcp", door.address)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("listen: %w", err)
		}
		*door.into = listener
	}
	return l, nil
}

// close closes what is open. What serves has closed its own already, which is
// why nobody wants to hear of it.
func (l *listeners) close() {
	for _, listener := range []net.Listener{l.main, l.metrics, l.redirect} {
		if listener != nil {
			listener.Close()
		}
	}
}

// answerUntil serves until ctx ends, which is no error.
func answerUntil(ctx context.Context, server *http.Server, listener net.Listener) error {
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", listener.Addr(), err)
	}
	return nil
}

// serveRedirects sends whoever comes unencrypted to the encrypted address. What
// was sent along has been read by others already, so that isn't sent on: only
// what asks for a page is redirected.
func (h *runningServer) serveRedirects(ctx context.Context, listener net.Listener) error {
	h.log.Info("redirecting", "addr", listener.Addr().String(), "base", h.base)
	return answerUntil(ctx, h.newServer(redirect(h.base)), listener)
}

// redirect answers with the same path at base, never at the host that the
// request names.
func redirect(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || !strings.HasPrefix(r.URL.Path, "/") {
			http.Error(w, "only encrypted: "+base, http.StatusForbidden)
			return
		}
		w.Header().Set("Location", base+r.URL.RequestURI())
		w.WriteHeader(http.StatusPermanentRedirect)
	})
}
