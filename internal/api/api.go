// Package api serves the public interface of docs/protocol.md: JSON below
// /api/v1 and its two websockets. It proves who asks, reads strictly, calls
// one use case per route and words its answer; it holds no rule.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/i18n"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
)

// Root is where the interface begins.
const Root = "/api/v1"

// Deps is what the interface needs.
type Deps struct {
	App     *app.App
	Live    *live.Live
	Texts   *i18n.Bundle
	Log     *slog.Logger
	BaseURL string // without a trailing slash
	// Limits bound changes without sign-in per address.
	Limits *visitor.Limits
	// Calendar writes an appointment's calendar entry.
	Calendar func(app.Appointment) ([]byte, error)
	// Stopping ends when the server stops: open sockets then close with 1012.
	Stopping context.Context
}

// API is the public interface, ready to serve.
type API struct {
	Deps
	sockets sync.WaitGroup
	owners  owners // of the open sockets
}

// New returns the interface.
func New(d Deps) *API {
	a := &API{Deps: d}
	context.AfterFunc(d.Stopping, func() { d.Live.Screens.End(nil, errStopping) })
	return a
}

// Wait returns when all sockets are closed, or ctx ends.
func (a *API) Wait(ctx context.Context) {
	closed := make(chan struct{})
	go func() {
		a.sockets.Wait()
		close(closed)
	}()
	select {
	case <-closed:
	case <-ctx.Done():
	}
}

// Register adds the routes.
func (a *API) Register(router gin.IRouter) {
	v1 := router.Group(Root, a.identify, a.limitAnonymous, a.onlyKnownParameters)
	v1.GET("/openapi.yaml", a.openapi)
	v1.GET("/branches", a.branches)
	v1.GET("/services", a.services)
	v1.GET("/days", a.days)
	v1.GET("/slots", a.slots)
	v1.GET("/challenge", a.challenge)
	v1.POST("/holds", a.hold)
	v1.POST("/holds/:hold/extend", a.extendHold)
	v1.DELETE("/holds/:hold", a.releaseHold)
	v1.POST("/appointments", a.book)
	v1.GET("/appointments/:token", a.appointment)
	v1.PATCH("/appointments/:token", a.move)
	v1.DELETE("/appointments/:token", a.cancel)
	v1.GET("/appointments/:token/ics", a.ics)
	v1.POST("/wishes", a.leaveWish)
	v1.GET("/wishes/:token", a.wish)
	v1.DELETE("/wishes/:token", a.withdrawWish)
	v1.POST("/wishes/:token/accept", a.acceptWish)
	v1.POST("/wishes/:token/decline", a.declineOffer)
	v1.POST("/tickets", a.issueTicket)
	v1.GET("/tickets/:token", a.standing)
	v1.POST("/check-ins", a.checkIn)
	v1.POST("/afterwards", a.enterAfterwards)
	v1.POST("/session", a.signIn)
	v1.DELETE("/session", a.signOut)
	v1.GET("/queue", a.queue)
	v1.GET("/concerned", a.concerned)
	v1.GET("/figures", a.figures)
	v1.GET("/unreached", a.unreached)
	v1.DELETE("/unreached/:mail", a.reached)
	v1.POST("/pairings", a.startPairing)
	v1.POST("/pairings/poll", a.pollPairing)
	v1.GET("/ws/caller", a.callerSocket)
	v1.GET("/ws/display", a.displaySocket)
}

// NotFound answers unknown routes below /api.
func (a *API) NotFound(c *gin.Context) {
	a.fail(c, problem.New(problem.NotFound, "route.unknown"))
}

// NoMethod answers known routes below /api asked with another method.
func (a *API) NoMethod(c *gin.Context) {
	a.failStatus(c, http.StatusMethodNotAllowed, problem.New(problem.Malformed, "route.method"))
}

// Refuse answers a request that reached no route.
func (a *API) Refuse(c *gin.Context, err error) { a.fail(c, err) }

// CrossOrigin answers a change that a foreign page tried to make.
func (a *API) CrossOrigin(c *gin.Context) {
	a.fail(c, problem.New(problem.Forbidden, "request.foreign_origin"))
}

// Panicked answers a request whose handler panicked.
func (a *API) Panicked(c *gin.Context) {
	a.fail(c, problem.New(problem.Internal, "internal"))
}

// Below reports whether a path belongs to the interface.
func Below(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }
