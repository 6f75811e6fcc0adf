package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/visitor"
)

// DeviceHall is what the pages of screens and kiosks ask for. See app.App for
// the errors.
type DeviceHall interface {
	ActorOf(ctx context.Context, token string) (app.Actor, error)
	StartPairing(ctx context.Context, actor app.Actor, kind app.DeviceKind) (app.Pairing, error)
	PollPairing(ctx context.Context, secret string) (paired bool, err error)
	IssueTicket(ctx context.Context, actor app.Actor, r app.WalkInRequest) (app.Issued, error)
	CheckIn(ctx context.Context, actor app.Actor, r app.CheckInRequest) (queue.Ticket, error)
	Standing(ctx context.Context, token string) (app.Standing, error)
}

// DeviceDeps is what the pages of screens and kiosks need.
type DeviceDeps struct {
	Pages   *Pages // the town hall's other pages: files, texts, frame
	Hall    DeviceHall
	Version string // of the program, for the list of screens
	// Printers of the kiosks; nil: none.
	Printers *Printers
}

// Devices is the pages of a waiting-room screen in a plain browser (/display)
// and of the ticket kiosk (/kiosk). Each belongs to a browser that was given
// the rights of a device once: by a code that a manager types, or by a token.
type Devices struct {
	*Pages
	devices  DeviceHall
	version  string
	printers *Printers
	screen   screenFiles
	surface  templates
}

// NewDevices parses the templates. An error is a mistake in what the program
// ships.
func NewDevices(d DeviceDeps) (*Devices, error) {
	parsed, err := parseTemplates("kiosk")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	screen, err := readScreen()
	if err != nil {
		return nil, fmt.Errorf("read the screen's page: %w", err)
	}
	return &Devices{Pages: d.Pages, devices: d.Hall, version: d.Version, printers: d.Printers, screen: screen, surface: parsed}, nil
}

// Register adds the routes below /display and /kiosk.
func (d *Devices) Register(router gin.IRouter) {
	d.registerScreen(router)
	d.registerKiosk(router)
}

// station is one kind of device with its pages.
type station struct {
	*Devices
	root string // "/display", "/kiosk"
	kind app.DeviceKind
	home gin.HandlerFunc
}

// register adds the ways to the rights of a device.
func (s station) register(router gin.IRouter) {
	pages := router.Group(s.root, s.headers)
	pages.GET("", s.start)
	pages.POST("/kopplung", s.pair)
	pages.POST("/geraet", s.enter)
}

func (d *Devices) headers(c *gin.Context) {
	d.Pages.headers(c)
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
}

// How long a browser stays a device without being opened again, and how long
// it waits for its code to be typed.
const (
	deviceKept    = 400 * 24 * time.Hour
	pendingCookie = "aufruf_kopplung" // "CODE.SECRET"
)

// pairView asks for the rights of a device.
type pairView struct {
	*Page
	Root string
	Code string // to be typed by a manager; empty: not asked for yet
}

// start shows the device's page, or the way to its rights.
func (s station) start(c *gin.Context) {
	token, _ := c.Cookie(visitor.DeviceCookie)
	actor, err := s.actor(c, token)
	switch {
	case err == nil:
		s.setCookie(c, visitor.DeviceCookie, token, "/", deviceKept) // stays while it is used
		c.Set(actorKey, actor)
		s.home(c)
	case errors.Is(err, errOtherDevice) || problem.Of(err).Kind == problem.Unauthenticated:
		s.await(c)
	default:
		s.failDevice(c, err)
	}
}

// errOtherDevice: the token is a device's, but of the other kind.
var errOtherDevice = errors.New("a device of another kind")

func (s station) actor(c *gin.Context, token string) (app.Actor, error) {
	actor, err := s.devices.ActorOf(c.Request.Context(), token)
	if err == nil && (actor.Kind != app.Screen && actor.Kind != app.Kiosk || actor.Device.Kind != s.kind) {
		err = errOtherDevice
	}
	return actor, err
}

// await shows the code that waits to be typed; once it was, its secret is the
// device's token.
func (s station) await(c *gin.Context) {
	kept, _ := c.Cookie(pendingCookie)
	code, secret, ok := strings.Cut(kept, ".")
	if !ok {
		s.showPairing(c, http.StatusOK, "", "")
		return
	}
	paired, err := s.devices.PollPairing(c.Request.Context(), secret)
	if err != nil && problem.Of(err).Kind != problem.NotFound {
		s.failDevice(c, err)
		return
	}
	if err == nil && !paired {
		s.showPairing(c, http.StatusOK, code, "")
		return
	}
	s.setCookie(c, pendingCookie, "", s.root, -time.Second)
	if err != nil {
		s.showPairing(c, http.StatusOK, "", "")
		return
	}
	s.setCookie(c, visitor.DeviceCookie, secret, "/", deviceKept)
	c.Redirect(http.StatusSeeOther, s.root)
}

// pair asks for a code.
func (s station) pair(c *gin.Context) {
	p, err := s.devices.StartPairing(c.Request.Context(), s.citizen(c), s.kind)
	if err != nil {
		s.failDevice(c, err)
		return
	}
	s.setCookie(c, pendingCookie, p.Code+"."+p.Secret, s.root, app.PairingTime)
	c.Redirect(http.StatusSeeOther, s.root)
}

// enter takes a token that was printed by `server device add`.
func (s station) enter(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.failDevice(c, err)
		return
	}
	token := strings.TrimSpace(form.Get("token"))
	if _, err := s.actor(c, token); err != nil {
		s.refuseToken(c, err)
		return
	}
	s.setCookie(c, visitor.DeviceCookie, token, "/", deviceKept)
	c.Redirect(http.StatusSeeOther, s.root)
}

func (s station) refuseToken(c *gin.Context, err error) {
	switch {
	case errors.Is(err, errOtherDevice):
		s.showPairing(c, http.StatusUnprocessableEntity, "", s.page(c).T("kiosk.device.other_kind"))
	case problem.Of(err).Kind == problem.Unauthenticated:
		s.showPairing(c, http.StatusUnprocessableEntity, "", s.page(c).T("kiosk.device.wrong"))
	default:
		s.failDevice(c, err)
	}
}

// showPairing shows the way to the rights: the code, or how to get one.
func (s station) showPairing(c *gin.Context, status int, code, refused string) {
	v := s.page(c)
	v.Title = v.T("kiosk.device.title_" + string(s.kind))
	if refused != "" {
		v.Alert, v.Focus = &Alert{Title: refused}, true
	}
	s.write(c, s.surface, status, "pair", pairView{Page: v, Root: s.root, Code: code})
}

func (d *Devices) failDevice(c *gin.Context, err error) {
	e := problem.Of(err)
	d.logInternal(c, e)
	v := d.page(c)
	v.Title = v.T("kiosk.sorry.title")
	d.write(c, d.surface, e.Kind.Status(), "sorry", sorryView{Page: v, Text: v.firstField(e), Next: []Link{{v.T("kiosk.sorry.start"), c.Request.URL.Path}}})
}

// device is the device that start or onKiosk has proved.
func device(c *gin.Context) app.Device { return actorOf(c).Device }
