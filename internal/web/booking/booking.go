// Package booking serves the citizens' pages: booking in four steps and the citizen's own
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
package booking

import (
	"context"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// FreeTimes tells what can be booked. See app.App for the errors.
type FreeTimes interface {
	page.TownClock
	Seq(town.BranchID) town.Seq
	Days(ctx context.Context, w app.Wanted, from, to town.Date) (app.Calendar, error)
	Slots(ctx context.Context, w app.Wanted, date town.Date) ([]booking.Slot, error)
	Nearest(ctx context.Context, w app.Wanted, start time.Time) ([]time.Time, error)
}

// Holds keeps a time while a person types. See app.App for the errors.
type Holds interface {
	Rehold(ctx context.Context, actor access.Actor, earlier string, w app.Wanted, start time.Time) (app.HeldSlot, error)
	HeldSlot(ctx context.Context, id string) (app.HeldSlot, error)
	ExtendHold(ctx context.Context, actor access.Actor, id string) (app.HeldSlot, error)
}

// Appointments books, and serves the holder of a token. See app.App for the
// errors.
type Appointments interface {
	Book(ctx context.Context, actor access.Actor, r app.BookRequest) (app.Appointment, error)
	NewProof(hold, since string) (*app.Proof, error)
	Appointment(ctx context.Context, token string) (app.Appointment, error)
	Cancel(ctx context.Context, actor access.Actor, token string) error
	Move(ctx context.Context, actor access.Actor, token string, branch town.BranchID, start time.Time) (app.Appointment, error)
	Standing(ctx context.Context, token string) (app.Standing, error)
}

// Wishes notes who would come if a time became free. See app.App for the
// errors.
type Wishes interface {
	LeaveWish(ctx context.Context, actor access.Actor, r app.WishRequest) error
	WishOf(ctx context.Context, token string) (app.WishView, error)
	AcceptWish(ctx context.Context, token string) (app.Appointment, error)
	DeclineOffer(ctx context.Context, token string) error
	WithdrawWish(ctx context.Context, token string) error
}

// TownHall is everything that the citizen's pages ask for.
type TownHall interface {
	Board
	FreeTimes
	Holds
	Appointments
	Wishes
}

// Pages is the citizen's pages, ready to serve.
type Pages struct {
	frame   *page.Frame
	app     TownHall
	surface page.Templates
	pages   *pageCache
}

// New parses the templates. An error is a mistake in what the program ships.
func New(frame *page.Frame, app TownHall) (*Pages, error) {
	parsed, err := page.ParseTemplates("booking")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	return &Pages{frame: frame, app: app, surface: parsed, pages: newPageCache()}, nil
}

// Register adds the routes of booking and of the citizen's own page.
func (p *Pages) Register(router gin.IRouter) {
	p.frame.Static.Register(router)
	pages := page.NewRoutes(router, p.fail).Group("", p.frame.CitizenHeaders)
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
	pages.GET("/farbe.css", p.frame.Accent)
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

	p.registerWaitingRoom(router)

	wish := pages.Group("/wunsch/:token", page.Private)
	wish.GET("", p.ownWish)
	wish.POST("/annehmen", p.acceptWish)
	wish.POST("/ablehnen", p.declineWish)
	wish.POST("/zurueckziehen", p.withdrawWish)
}

// NotFound answers an address that no page has.
func (p *Pages) NotFound(c *gin.Context) {
	p.frame.CitizenHeaders(c)
	p.fail(c, page.ErrUnknownAddress)
}

// Unreadable answers a request that holds what is no text.
func (p *Pages) Unreadable(c *gin.Context) {
	p.frame.CitizenHeaders(c)
	p.fail(c, problem.New(problem.Malformed, "request.malformed"))
}

// TooMany answers an address that changes too much in a minute.
func (p *Pages) TooMany(c *gin.Context) {
	p.frame.CitizenHeaders(c)
	p.fail(c, problem.New(problem.TooMany, "request.too_many"))
}
