package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/api"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
	"aufruf/internal/watch"
	"aufruf/internal/web"
)

// router joins the interface and the pages behind the checks that hold for
// both.
func (h *runningServer) router(interfaces *api.API) (http.Handler, error) {
	router, err := h.routes(interfaces)
	if err != nil {
		return nil, err
	}
	return plainPaths(answeringHead(router)), nil
}

func (h *runningServer) routes(interfaces *api.API) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.HandleMethodNotAllowed = true
	router.RedirectTrailingSlash = false // see plainPaths
	router.ContextWithFallback = false
	// A proxy that sets the one may pass on the other as the browser has sent it.
	router.RemoteIPHeaders = []string{"X-Forwarded-For"}
	if err := router.SetTrustedProxies(h.proxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	deps := web.Deps{
		App: h.App, Texts: h.texts, Log: h.log, BaseURL: h.base, Version: version, Demonstration: h.clock != nil, Limits: h.limits,
		Screens: h.present, Printers: h.printers, Grants: h.grants,
	}
	if h.oidc != nil {
		deps.Elsewhere = h.oidc
	}
	pages, err := web.New(deps)
	if err != nil {
		return nil, err
	}
	router.Use(watch.Identify(h.log), h.meters.Requests("/api/v1/appointments", "/termin/buchen"), h.security.Requests, tellsUpgrade, hardened(h.base), h.recovered(interfaces, pages), h.sameOrigin(interfaces), h.limitPages(pages),
		readable(func(c *gin.Context, err error) {
			split(func(c *gin.Context) { interfaces.Refuse(c, err) }, func(c *gin.Context) { pages.Refuse(c, err) })(c)
		}))
	router.GET("/healthz", alive)
	router.GET("/readyz", h.ready)
	interfaces.Register(router)
	pages.Register(router)
	router.NoRoute(split(interfaces.NotFound, pages.NotFound))
	router.NoMethod(split(interfaces.NoMethod, pages.NoMethod))
	return router, nil
}

// tellsUpgrade says of each request for a socket whether it arrived as one: a
// proxy that drops that is seen before anybody has a token.
func tellsUpgrade(c *gin.Context) {
	if !strings.HasPrefix(c.Request.URL.Path, sockets) {
		return
	}
	arrived := "none"
	if strings.EqualFold(c.GetHeader("Upgrade"), "websocket") && strings.Contains(strings.ToLower(c.GetHeader("Connection")), "upgrade") {
		arrived = "websocket"
	}
	c.Header(upgradeHeader, arrived)
}

// alive says that the process answers, and to whom.
func alive(c *gin.Context) {
	c.Header(clientHeader, c.ClientIP())
	c.String(http.StatusOK, "ok\n")
}

// answeringHead answers HEAD as GET; the server leaves the body out.
func answeringHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(r.Context())
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// split answers below /api as the interface does, elsewhere with a page.
func split(below, elsewhere gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if api.Below(c.Request.URL.Path) {
			below(c)
			return
		}
		elsewhere(c)
	}
}

func (h *runningServer) ready(c *gin.Context) {
	if err := h.Ready(c.Request.Context()); err != nil {
		h.log.ErrorContext(c.Request.Context(), "database can't be read or written", "error", err)
		c.String(http.StatusServiceUnavailable, "the database can't be read or written: is its disk full, or its server away?\n")
		return
	}
	if err := h.live.Ready(); err != nil {
		h.log.ErrorContext(c.Request.Context(), "not ready", "error", err)
		c.String(http.StatusServiceUnavailable, err.Error()+"\n")
		return
	}
	if wrong := cmp.Or(h.keysWrong(), h.keysAhead()); wrong != "" {
		c.String(http.StatusServiceUnavailable, "%s\n", wrong)
		return
	}
	c.String(http.StatusOK, "%s\n", readiness(h.ClockState()))
}

// recovered keeps a panic in one request from stopping the server.
func (h *runningServer) recovered(interfaces *api.API, pages *web.Pages) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if err, ok := reason.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(reason) // the server's own way to drop a connection
			}
			h.log.ErrorContext(c.Request.Context(), "request panicked", "route", c.FullPath(), "reason", fmt.Sprint(reason), "stack", string(debug.Stack()))
			if c.Writer.Written() {
				c.Abort()
				return
			}
			split(interfaces.Panicked, func(c *gin.Context) { pages.Refuse(c, problem.New(problem.Internal, "internal")) })(c)
			c.Abort()
		}()
		c.Next()
	}
}

// sameOrigin refuses changes that a foreign page makes in a visitor's browser.
func (h *runningServer) sameOrigin(interfaces *api.API) gin.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	if err := protection.AddTrustedOrigin(h.base); err != nil {
		h.log.Warn("base address is no origin", "error", err)
	}
	return func(c *gin.Context) {
		if protection.Check(c.Request) != nil {
			interfaces.CrossOrigin(c)
		}
	}
}

// limitPages limits the changes that pages make, as the interface limits its
// own. Below /staff the sign-in has a limit of its own, and nobody else gets in;
// a paired device isn't anonymous, whatever comes from its address besides, and a
// browser that is known has room of its own.
func (h *runningServer) limitPages(pages *web.Pages) gin.HandlerFunc {
	return func(c *gin.Context) {
		path := c.Request.URL.Path
		if c.Request.Method != http.MethodPost || api.Below(path) || strings.HasPrefix(path, "/staff/") || h.ofDevice(c) {
			return
		}
		if h.limits.Admit(c, visitor.Cookie(c, visitor.BrowserCookie, encrypted(h.base)), h.Access) {
			return
		}
		pages.TooMany(c)
		c.Abort()
	}
}

// ofDevice reports whether a paired screen or kiosk sends a page's form.
func (h *runningServer) ofDevice(c *gin.Context) bool {
	path := c.Request.URL.Path
	if !strings.HasPrefix(path, "/kiosk/") && !strings.HasPrefix(path, "/display/") {
		return false
	}
	actor, err := h.Access.ActorOf(c.Request.Context(), visitor.Cookie(c, visitor.DeviceCookie, encrypted(h.base)))
	return err == nil && (actor.Kind == access.Kiosk || actor.Kind == access.Screen)
}

// encrypted reports whether everybody comes encrypted to a base address, be it
// by a proxy.
func encrypted(base string) bool { return strings.HasPrefix(base, "https:") }

// hardened sets the headers that every answer has; pages add their own.
func hardened(base string) gin.HandlerFunc {
	return func(c *gin.Context) {
		header := c.Writer.Header()
		if encrypted(base) {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
}
