// Package setup holds the one page of a place where no town is yet: whoever
// knows the link in the log makes one there. It runs instead of all other pages,
// which answer 503 meanwhile, and ends with the town that it made. It knows no
// database: founding is handed to it.
package setup

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// Root is where the page lies; the secret follows.
const Root = "/einrichten/"

// validFor is how long the link is good for, from the start of the program.
const validFor = time.Hour

// Founding is a town to be made.
type Founding struct {
	File     catalogue.File
	Admin    town.UserID
	Password string
}

// Deps is what the page needs. Every field is required.
type Deps struct {
	Texts   *i18n.Bundle
	Log     *slog.Logger
	BaseURL string
	Secret  string // of the link: 128 bits and more
	Now     func() time.Time
	// Private reports whether nobody on the way could read a request.
	Private func(*http.Request) bool
	// Check tells what Found would refuse of the account and its password, as
	// fields "user" and "password", and opens nothing.
	Check func(town.UserID, string) error
	// Found makes the town, all of it or nothing.
	Found func(context.Context, Founding) ([]catalogue.Mistake, error)
}

// Pages answers while no town is there. It is safe for concurrent use.
type Pages struct {
	Deps
	frame     *page.Frame
	templates page.Templates
	until     time.Time

	mu   sync.Mutex // held while a town is being made: the link is good for one
	used bool
}

// New reads templates and static files. An error is a mistake in what the
// program ships.
func New(d Deps) (*Pages, error) {
	templates, err := page.ParseTemplates("setup")
	if err != nil {
		return nil, err
	}
	frame, err := page.New(page.Deps{Town: nowhere{d.Now}, Texts: d.Texts, Log: d.Log, BaseURL: d.BaseURL})
	if err != nil {
		return nil, err
	}
	return &Pages{Deps: d, frame: frame, templates: templates, until: d.Now().Add(validFor)}, nil
}

// nowhere is the town that isn't there.
type nowhere struct{ now func() time.Time }

// Now implements page.TownClock.
func (n nowhere) Now() time.Time { return n.now() }

// Catalogue implements page.TownClock.
func (nowhere) Catalogue() *catalogue.Catalogue {
	return &catalogue.Catalogue{Authority: catalogue.Authority{Languages: []town.Language{town.German, town.English}}}
}

// Register registers the page and its files.
func (p *Pages) Register(router gin.IRouter) {
	p.frame.Static.Register(router)
	routes := page.NewRoutes(router.Group(Root, p.guarded), p.fail)
	routes.GET(":secret", p.form)
	routes.POST(":secret", p.found)
}

// guarded lets in who has the link, as long as it is good, on a way that nobody
// else reads.
func (p *Pages) guarded(c *gin.Context) {
	p.frame.Headers(c)
	page.Private(c)
	if !p.Private(c.Request) {
		p.sorry(c, http.StatusForbidden, "setup.not_private")
		c.Abort()
		return
	}
	if !p.good(c.Param("secret")) {
		p.sorry(c, http.StatusNotFound, "setup.no_such_link")
		c.Abort()
	}
}

func (p *Pages) good(secret string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	fits := subtle.ConstantTimeCompare([]byte(secret), []byte(p.Secret)) == 1
	return fits && !p.used && p.Now().Before(p.until)
}

// NoTown answers every other address: there is no town yet.
func (p *Pages) NoTown(c *gin.Context) {
	p.frame.Headers(c)
	c.Header("Retry-After", "30")
	c.Header("Cache-Control", "no-store")
	p.sorry(c, http.StatusServiceUnavailable, "setup.no_town")
}

// sorryView says why there is nothing to see.
type sorryView struct {
	*page.Page
	Text string
}

func (p *Pages) sorry(c *gin.Context, status int, key string) {
	view := sorryView{Page: p.frame.Page(c)}
	view.Title, view.Text = view.T("setup.title"), view.T(key)
	p.frame.Last(c, p.templates, status, "sorry", view)
}

func (p *Pages) fail(c *gin.Context, err error) {
	e := problem.Of(err)
	p.frame.LogInternal(c, e)
	view := sorryView{Page: p.frame.Page(c)}
	view.Title, view.Text = view.T("setup.title"), view.Problem(e)
	p.frame.Last(c, p.templates, e.Kind.Status(), "sorry", view)
}
