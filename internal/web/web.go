// Package web joins the rooms of pages: booking for citizens, staff, office,
// and the devices that stand in a hall. What they share is in page; this
// package only puts them behind one router.
package web

import (
	"log/slog"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/escpos"
	"aufruf/internal/i18n"
	"aufruf/internal/live"
	"aufruf/internal/visitor"
	"aufruf/internal/web/booking"
	"aufruf/internal/web/device"
	"aufruf/internal/web/office"
	"aufruf/internal/web/page"
	"aufruf/internal/web/printing"
	"aufruf/internal/web/staff"
)

// Deps is what the pages need.
type Deps struct {
	App           *app.App
	Texts         *i18n.Bundle
	Log           *slog.Logger
	BaseURL       string // of this server, without a trailing slash
	Version       string // of the program, for the list of screens
	Demonstration bool   // the clock is set: pages say so
	Limits        *visitor.Limits
	Screens       *live.Presence
	// Printers of the kiosks, by the name of a kiosk or the id of a branch.
	Printers map[string]*escpos.Printer
	// Elsewhere is the town's sign-in service and Grants what its groups may
	// do; nil: name and password alone.
	Elsewhere staff.Elsewhere
	Grants    access.Grants
}

// Pages is all pages, ready to serve.
type Pages struct {
	booking *booking.Pages
	staff   *staff.Pages
	office  *office.Pages
	device  *device.Pages
}

// New reads templates and static files. An error is a mistake in what the
// program ships.
func New(d Deps) (*Pages, error) {
	frame, err := page.New(page.Deps{
		Town: d.App, Texts: d.Texts, Log: d.Log, BaseURL: d.BaseURL, Demonstration: d.Demonstration, Limits: d.Limits,
	})
	if err != nil {
		return nil, err
	}
	printers := printing.NewPrinters(d.Printers)
	var p Pages
	if p.booking, err = booking.New(frame, d.App); err != nil {
		return nil, err
	}
	p.staff, err = staff.New(staff.Deps{
		Frame: frame, App: d.App, Screens: d.Screens, Printers: printers, Elsewhere: d.Elsewhere, Grants: d.Grants,
	})
	if err != nil {
		return nil, err
	}
	p.office = office.New(office.Deps{Staff: p.staff, App: d.App, Screens: d.Screens, Printers: printers})
	p.device, err = device.New(device.Deps{Frame: frame, App: d.App, Version: d.Version, Printers: printers})
	return &p, err
}

// Register adds all routes.
func (p *Pages) Register(router *gin.Engine) {
	p.booking.Register(router)
	p.staff.Register(router)
	p.office.Register(router)
	p.device.Register(router)
}

// NotFound answers an address that no page has.
func (p *Pages) NotFound(c *gin.Context) {
	if device.Has(c.Request.URL.Path) {
		p.device.Refuse(c, page.ErrUnknownAddress)
		return
	}
	p.booking.NotFound(c)
}

// NoMethod answers a page that is asked in a way it doesn't know.
func (p *Pages) NoMethod(c *gin.Context) { p.NotFound(c) }

// Refuse answers a request that reached no page.
func (p *Pages) Refuse(c *gin.Context, err error) {
	if device.Has(c.Request.URL.Path) {
		p.device.Refuse(c, err)
		return
	}
	p.booking.Refuse(c, err)
}

// TooMany answers an address that changes too much in a minute.
func (p *Pages) TooMany(c *gin.Context) { p.Refuse(c, page.ErrTooMany) }
