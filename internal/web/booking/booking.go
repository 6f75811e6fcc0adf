// Package booking serves the citizens' pages: booking in four steps and the citizen's own
// page. Each is rendered on the server, works without script, and changes
// nothing on GET. It holds no rule: it asks the use cases and words
// their answers.
//
// Where a person stands in the four steps is in the address of the page, so
// that back, reload, a bookmark and a link from the town's site all work. The
// id of a hold is there too, in the path (/termin/daten/…), which no log holds:
// a cookie would not reach a page that is framed by another site. It opens
// nothing but a time that is kept for some minutes and, by Referrer-Policy, is
// never sent on. A session cookie below /termin only spares a person who goes
// back from meeting their own hold as taken.
package booking

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/web/page"
)

// Pages is the citizen's pages, ready to serve.
type Pages struct {
	frame   *page.Frame
	app     *app.App
	surface page.Templates
	pages   *pageCache
}

// New parses the templates. An error is a mistake in what the program ships.
func New(frame *page.Frame, app *app.App) (*Pages, error) {
	parsed, err := page.ParseTemplates("booking")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	return &Pages{frame: frame, app: app, surface: parsed, pages: newPageCache()}, nil
}

// Register adds the routes of booking and of the citizen's own page.
func (p *Pages) Register(router *gin.Engine) {
	p.frame.ServedBy(router)
	p.frame.Static.Register(router)
	pages := page.NewRoutes(router, p.fail).Group("", p.frame.CitizenHeaders)
	kept := pages.Group("", onlyKnown)
	kept.GET("/", p.concern)
	kept.GET("/termin", p.concern)
	kept.GET("/termin/tag", p.day)
	pages.GET("/termin/zeit", p.time)
	pages.POST("/termin/vormerken", p.keep)
	pages.GET("/termin/daten", p.detailsUnheld)
	pages.GET("/termin/daten/:hold", p.details)
	pages.POST("/termin/daten", p.otherTime)
	pages.POST("/termin/verlaengern", p.extend)
	pages.POST("/termin/buchen", p.book)
	pages.GET("/termin/wunsch", p.wishForm)
	pages.POST("/termin/wunsch", p.leaveWish)
	pages.GET("/termin/wunsch/notiert", p.notedWish)
	pages.GET("/farbe.css", p.frame.Accent)
	pages.GET("/robots.txt", p.robots)
	pages.GET("/.well-known/security.txt", p.securityContact)
	pages.GET("/impressum", p.legal("imprint"))
	pages.GET("/datenschutz", p.legal("privacy"))
	pages.GET("/barrierefreiheit", p.legal("accessibility"))

	own := pages.Group("/t/:token", page.Private)
	own.GET("", p.own)
	own.GET("/absagen", p.cancelForm)
	own.POST("/absagen", p.cancel)
	own.GET("/verschieben", p.moveDay)
	own.GET("/verschieben/zeit", p.moveTime)
	own.POST("/verschieben", p.move)
	own.POST("/da", p.sayHere)
	own.GET("/neue-zeit", p.newTime)
	own.POST("/neue-zeit", p.acceptNewTime)

	p.registerWaitingRoom(router)
	p.registerDoor(router)

	proof := pages.Group("/bestaetigen/:token", page.Private)
	proof.GET("", p.confirmForm)
	proof.POST("", p.confirm)

	wish := pages.Group("/wunsch/:token", page.Private)
	wish.GET("", p.ownWish)
	wish.POST("/annehmen", p.acceptWish)
	wish.POST("/ablehnen", p.declineWish)
	wish.POST("/zurueckziehen", p.withdrawWish)
}

// NotFound answers an address that no page has. It may be one for one person,
// mistyped.
func (p *Pages) NotFound(c *gin.Context) {
	p.frame.CitizenHeaders(c)
	page.Private(c)
	p.fail(c, page.ErrUnknownAddress)
}

// Refuse answers a request that reached no page.
func (p *Pages) Refuse(c *gin.Context, err error) {
	p.frame.CitizenHeaders(c)
	p.fail(c, err)
}
