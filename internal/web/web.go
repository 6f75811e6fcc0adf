// Package web serves the pages: booking in four steps and the citizen's own
// page. Each is rendered on the server, works without script, and changes
// nothing on GET. It holds no rule: it asks the use cases through the
// interfaces it declares here, and words their answers.
//
// Where a person stands in the four steps is in the address of the page, so
// that back, reload, a bookmark and a link from the town's site all work. The
// id of a hold is there too, in the path (/termin/daten/…), which no log holds:
// a cookie would not reach a page that is framed by another site. It opens
// nothing but a time that is kept for some minutes and, by Referrer-Policy, is
// never sent on. A session cookie below /termin only spares a person who goes
// back from meeting their own hold as taken.
package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
)

// FreeTimes tells what can be booked. See app.App for the errors.
type FreeTimes interface {
	Now() time.Time
	Catalogue() *catalogue.Catalogue
	Seq(town.BranchID) town.Seq
	Days(ctx context.Context, w app.Wanted, from, to town.Date) (app.Calendar, error)
	Slots(ctx context.Context, w app.Wanted, date town.Date) ([]booking.Slot, error)
	Nearest(ctx context.Context, w app.Wanted, start time.Time) ([]time.Time, error)
}

// Holds keeps a time while a person types. See app.App for the errors.
type Holds interface {
	Hold(ctx context.Context, actor app.Actor, w app.Wanted, start time.Time) (app.Held, error)
	HeldSlot(ctx context.Context, id string) (app.Held, error)
	ExtendHold(ctx context.Context, actor app.Actor, id string) (app.Held, error)
	ReleaseHold(ctx context.Context, id string) error
}

// Appointments books, and serves the holder of a token. See app.App for the
// errors.
type Appointments interface {
	Book(ctx context.Context, actor app.Actor, r app.BookRequest) (app.Appointment, error)
	NewProof(hold, since string) (*app.Proof, error)
	Appointment(ctx context.Context, token string) (app.Appointment, error)
	Cancel(ctx context.Context, actor app.Actor, token string) error
	Move(ctx context.Context, actor app.Actor, token string, branch town.BranchID, start time.Time) (app.Appointment, error)
	Standing(ctx context.Context, token string) (app.Standing, error)
}

// Wishes notes who would come if a time became free. See app.App for the
// errors.
type Wishes interface {
	LeaveWish(ctx context.Context, actor app.Actor, r app.WishRequest) error
	WishOf(ctx context.Context, token string) (app.WishView, error)
	AcceptWish(ctx context.Context, token string) (app.Appointment, error)
	DeclineOffer(ctx context.Context, token string) error
	WithdrawWish(ctx context.Context, token string) error
}

// TownHall is everything that the citizen's pages ask for.
type TownHall interface {
	FreeTimes
	Holds
	Appointments
	Wishes
}

// Deps is what the pages need.
type Deps struct {
	TownHall      TownHall
	Texts         *i18n.Bundle
	Log           *slog.Logger
	BaseURL       string // of this server, without a trailing slash
	Demonstration bool   // the clock is set: pages say so
	Limits        *visitor.Limits
}

// Pages is the citizen's pages, ready to serve.
type Pages struct {
	hall          TownHall
	texts         *i18n.Bundle
	log           *slog.Logger
	base          string
	demonstration bool
	limits        *visitor.Limits
	templates     templates
	static        *static
	pages         *pageCache
}

// New parses the templates and reads the static files. An error is a mistake
// in what the program ships.
func New(d Deps) (*Pages, error) {
	files, err := newStatic()
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	parsed, err := parseTemplates("booking")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	return &Pages{
		hall: d.TownHall, texts: d.Texts, log: d.Log, base: strings.TrimSuffix(d.BaseURL, "/"),
		demonstration: d.Demonstration, limits: d.Limits,
		templates: parsed, static: files, pages: newPageCache(),
	}, nil
}

// Register adds the routes of booking and of the citizen's own page.
func (p *Pages) Register(router gin.IRouter) {
	p.static.register(router)
	pages := router.Group("", p.citizenHeaders)
	pages.GET("/", p.concern)
	pages.GET("/termin", p.concern)
	pages.GET("/termin/tag", p.day)
	pages.GET("/termin/zeit", p.time)
	pages.POST("/termin/vormerken", p.keep)
	pages.GET("/termin/daten/:hold", p.details)
	pages.POST("/termin/daten", p.otherTime)
	pages.POST("/termin/verlaengern", p.extend)
	pages.POST("/termin/buchen", p.book)
	pages.GET("/termin/wunsch", p.wishForm)
	pages.POST("/termin/wunsch", p.leaveWish)
	pages.GET("/termin/wunsch/notiert", p.notedWish)
	pages.GET("/farbe.css", p.accent)
	pages.GET("/impressum", p.legal("imprint"))
	pages.GET("/datenschutz", p.legal("privacy"))
	pages.GET("/barrierefreiheit", p.legal("accessibility"))

	own := pages.Group("/t/:token", private)
	own.GET("", p.own)
	own.GET("/absagen", p.cancelForm)
	own.POST("/absagen", p.cancel)
	own.GET("/verschieben", p.moveDay)
	own.GET("/verschieben/zeit", p.moveTime)
	own.POST("/verschieben", p.move)

	wish := pages.Group("/wunsch/:token", private)
	wish.GET("", p.ownWish)
	wish.POST("/annehmen", p.acceptWish)
	wish.POST("/ablehnen", p.declineWish)
	wish.POST("/zurueckziehen", p.withdrawWish)
}

// NotFound answers an address that no page has.
func (p *Pages) NotFound(c *gin.Context) {
	p.citizenHeaders(c)
	p.fail(c, problem.New(problem.NotFound, "route.unknown"))
}

// NoMethod answers a page that is asked in a way it doesn't know.
func (p *Pages) NoMethod(c *gin.Context) { p.NotFound(c) }

// Unreadable answers a request that holds what is no text.
func (p *Pages) Unreadable(c *gin.Context) {
	p.citizenHeaders(c)
	p.fail(c, problem.New(problem.Malformed, "request.malformed"))
}

// TooMany answers an address that changes too much in a minute.
func (p *Pages) TooMany(c *gin.Context) {
	p.citizenHeaders(c)
	p.fail(c, problem.New(problem.TooMany, "request.too_many"))
}

func (p *Pages) citizen(c *gin.Context) app.Actor {
	return app.Actor{Kind: app.Citizen, Origin: p.limits.Origin(c)}
}

func (p *Pages) secure() bool {
	u, err := url.Parse(p.base)
	return err == nil && u.Scheme == "https"
}
