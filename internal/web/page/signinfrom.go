package page

import (
	"net/http"
	"regexp"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/visitor"
)

// mark is what a browser's mark looks like.
var mark = regexp.MustCompile(`^[A-Za-z0-9_-]{32}$`)

// From is where a request to sign in comes from. A browser without a mark gets a
// new one, which counts once somebody has signed in with it: see KnowBrowser.
func (f *Frame) From(c *gin.Context, marks interface{ NewBrowser() (string, error) }) (access.From, error) {
	from := access.From{
		Origin: visitor.Address(c), Address: c.ClientIP(), Browser: f.Cookie(c, visitor.BrowserCookie), Replaces: f.Cookie(c, visitor.StaffCookie),
	}
	if mark.MatchString(from.Browser) {
		return from, nil
	}
	var err error
	from.Browser, err = marks.NewBrowser()
	return from, err
}

// KnowBrowser lets a browser keep the mark with which somebody has signed in. It
// is Lax: who comes back from the town's sign-in service comes from another site.
func (f *Frame) KnowBrowser(c *gin.Context, from access.From) {
	f.setCookie(c, visitor.BrowserCookie, from.Browser, "/", access.BrowserTime, http.SameSiteLaxMode)
}
