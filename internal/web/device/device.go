// Package device serves the pages of what stands in a hall: the waiting-room
// screen in a plain browser and the ticket kiosk.
package device

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
	"aufruf/internal/web/printing"
)

// Deps is what the pages of screens and kiosks need.
type Deps struct {
	Frame   *page.Frame // what all pages stand in
	App     *app.App
	Version string // of the program, for the list of screens
	// Printers of the kiosks; nil: none.
	Printers *printing.Printers
}

// Pages is the pages of a waiting-room screen in a plain browser (/display)
// and of the ticket kiosk (/kiosk). Each belongs to a browser that was given
// the rights of a device once: by a code that a manager types, or by a token.
type Pages struct {
	frame    *page.Frame
	app      *app.App
	version  string
	printers *printing.Printers
	screen   screenFiles
	surface  page.Templates
	drawn    *drawn
}

// New parses the templates. An error is a mistake in what the program
// ships.
func New(d Deps) (*Pages, error) {
	parsed, err := page.ParseTemplates("kiosk")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	screen, err := readScreen()
	if err != nil {
		return nil, fmt.Errorf("read the screen's page: %w", err)
	}
	return &Pages{frame: d.Frame, app: d.App, version: d.Version, printers: d.Printers, screen: screen, surface: parsed, drawn: newDrawn()}, nil
}

// Register adds the routes below /display and /kiosk.
func (d *Pages) Register(router gin.IRouter) {
	d.registerScreen(router)
	d.registerKiosk(router)
}

// station is one kind of device with its pages.
type station struct {
	*Pages
	root string // "/display", "/kiosk"
	kind ledger.DeviceKind
	home page.Handler
}

// register adds the ways to the rights of a device.
func (s station) register(router gin.IRouter) {
	pages := page.NewRoutes(router, s.fail).Group(s.root, s.headers)
	pages.GET("", s.start)
	pages.POST("/kopplung", s.pair)
	pages.POST("/geraet", s.enter)
}

func (d *Pages) headers(c *gin.Context) {
	d.frame.Headers(c)
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
}

// How long a browser stays a device without being opened again, and how long
// it waits for its code to be typed.
const (
	deviceKept    = 400 * 24 * time.Hour
	pendingCookie = "aufruf_kopplung_" // and the kind: "CODE.SECRET"
)

// pending is the cookie of a browser that waits to be a device of a kind. Its
// secret becomes the device's token, so no neighbouring host may set it.
func (s station) pending() string { return pendingCookie + string(s.kind) }

// pairView asks for the rights of a device.
type pairView struct {
	*page.Page
	Root string
	Code string // to be typed by a manager; empty: not asked for yet
}

// start shows the device's page, or the way to its rights.
func (s station) start(c *gin.Context) error {
	token := s.frame.Cookie(c, visitor.DeviceCookie)
	actor, err := s.actor(c, token)
	switch {
	case err == nil:
		s.frame.SetCookie(c, visitor.DeviceCookie, token, "/", deviceKept) // stays while it is used
		c.Set(page.ActorKey, actor)
		return s.home(c)
	case errors.Is(err, errOtherDevice) || problem.Of(err).Kind == problem.Unauthenticated:
		return s.await(c)
	default:
		return err
	}
}

// errOtherDevice: the token is a device's, but of the other kind.
var errOtherDevice = errors.New("a device of another kind")

func (s station) actor(c *gin.Context, token string) (access.Actor, error) {
	actor, err := s.app.Access.ActorOf(c.Request.Context(), token)
	if err == nil && (actor.Kind != access.Screen && actor.Kind != access.Kiosk || actor.Device.Kind != s.kind) {
		err = errOtherDevice
	}
	return actor, err
}

// await shows the code that waits to be typed; once it was, its secret is the
// device's token.
func (s station) await(c *gin.Context) error {
	kept := s.frame.Cookie(c, s.pending())
	code, secret, ok := strings.Cut(kept, ".")
	if !ok {
		return s.showPairing(c, http.StatusOK, "", "")
	}
	paired, err := s.app.Access.PollPairing(c.Request.Context(), secret)
	if err != nil && problem.Of(err).Kind != problem.NotFound {
		return err
	}
	if err == nil && !paired {
		return s.showPairing(c, http.StatusOK, code, "")
	}
	s.frame.SetCookie(c, s.pending(), "", "/", -time.Second)
	if err != nil {
		return s.showPairing(c, http.StatusOK, "", "")
	}
	s.frame.SetCookie(c, visitor.DeviceCookie, secret, "/", deviceKept)
	return page.SeeOther(c, s.root)
}

// pair asks for a code.
func (s station) pair(c *gin.Context) error {
	p, err := s.app.Access.StartPairing(c.Request.Context(), s.frame.Citizen(c), s.kind)
	if err != nil {
		return err
	}
	s.frame.SetCookie(c, s.pending(), p.Code+"."+p.Secret, "/", access.PairingTime)
	return page.SeeOther(c, s.root)
}

// enter takes a token that was printed by `server device add`.
func (s station) enter(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	token := strings.TrimSpace(form.Get("token"))
	if _, err := s.actor(c, token); err != nil {
		return s.refuseToken(c, err)
	}
	s.frame.SetCookie(c, visitor.DeviceCookie, token, "/", deviceKept)
	return page.SeeOther(c, s.root)
}

func (s station) refuseToken(c *gin.Context, err error) error {
	switch {
	case errors.Is(err, errOtherDevice):
		return s.showPairing(c, http.StatusUnprocessableEntity, "", s.frame.Page(c).T("kiosk.device.other_kind"))
	case problem.Of(err).Kind == problem.Unauthenticated:
		return s.showPairing(c, http.StatusUnprocessableEntity, "", s.frame.Page(c).T("kiosk.device.wrong"))
	default:
		return err
	}
}

// showPairing shows the way to the rights: the code, or how to get one.
func (s station) showPairing(c *gin.Context, status int, code, refused string) error {
	v := s.frame.Page(c)
	v.Title = v.T("kiosk.device.title_" + string(s.kind))
	if refused != "" {
		v.Alert, v.Focus = &page.Alert{Title: refused}, true
	}
	return s.frame.Write(c, s.surface, status, "pair", pairView{Page: v, Root: s.root, Code: code})
}

// device is the device that start or onKiosk has proved.
func device(c *gin.Context) ledger.Device { return page.ActorOf(c).Device }
