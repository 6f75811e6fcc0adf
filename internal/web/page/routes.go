package page

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
)

// Handler answers a request, or returns why it can't; it has written nothing
// then.
type Handler func(c *gin.Context) error

// Routes registers the handlers of a surface. What a handler returns as an error
// becomes a page in one place.
type Routes struct {
	router gin.IRouter
	fail   func(c *gin.Context, err error)
}

// NewRoutes returns routes; fail answers the errors of their handlers.
func NewRoutes(router gin.IRouter, fail func(c *gin.Context, err error)) Routes {
	return Routes{router, fail}
}

// Group returns the routes below a path, behind checks.
func (r Routes) Group(path string, checks ...gin.HandlerFunc) Routes {
	return Routes{r.router.Group(path, checks...), r.fail}
}

// GET registers a handler for a page.
func (r Routes) GET(path string, answer Handler) { r.router.GET(path, r.handled(answer)) }

// POST registers a handler for a form.
func (r Routes) POST(path string, answer Handler) { r.router.POST(path, r.handled(answer)) }

func (r Routes) handled(answer Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := answer(c); err != nil {
			r.fail(c, err)
		}
	}
}

// SeeOther leads on to another page (RFC 9110, section 15.4.4).
func SeeOther(c *gin.Context, address string) error {
	c.Redirect(http.StatusSeeOther, address)
	return nil
}

// ErrUnknownAddress is for an address that no page has.
var ErrUnknownAddress = problem.New(problem.NotFound, "route.unknown")

// ErrTooMany is for an address that changes too much in a minute.
var ErrTooMany = problem.New(problem.TooMany, "request.too_many")
