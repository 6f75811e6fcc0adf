package page

import (
	"strings"

	"github.com/gin-gonic/gin"
)

// Headers sets the security headers of a page. Nothing inline, nothing from
// elsewhere: a logo may be a data URL. Nobody frames it.
func (f *Frame) Headers(c *gin.Context) {
	f.headersFor(c, "'none'")
	c.Header("X-Frame-Options", "DENY")
}

// CitizenHeaders are the same, but the origins that the catalogue names may
// frame the page.
func (f *Frame) CitizenHeaders(c *gin.Context) {
	origins := f.Town.Catalogue().Authority.FrameAncestors
	if len(origins) == 0 {
		f.Headers(c)
		return
	}
	f.headersFor(c, "'self' "+strings.Join(origins, " "))
	c.Writer.Header().Del("X-Frame-Options") // knows no list of origins
}

func (f *Frame) headersFor(c *gin.Context, ancestors string) {
	header := c.Writer.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; "+
		"img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "+ancestors)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache")
	header.Set("Vary", "Accept-Language, Cookie")
}

// Private marks pages whose address is a secret.
func Private(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Robots-Tag", "noindex")
}
