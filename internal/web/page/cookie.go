package page

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/visitor"
)

func HasCookie(c *gin.Context, name string) bool {
	value, err := c.Cookie(name)
	return err == nil && value != ""
}

// Cookie returns the value of a cookie of the whole site; empty: none.
func (f *Frame) Cookie(c *gin.Context, name string) string {
	return visitor.Cookie(c, name, f.Secure())
}

// SetCookie keeps a value out of reach of scripts and of foreign pages. One of
// the whole site is one that Cookie finds.
func (f *Frame) SetCookie(c *gin.Context, name, value, path string, keep time.Duration) {
	f.setCookie(c, name, value, path, keep, http.SameSiteStrictMode)
}

func (f *Frame) setCookie(c *gin.Context, name, value, path string, keep time.Duration, site http.SameSite) {
	if path == "/" {
		name = visitor.CookieName(name, f.Secure())
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: int(keep / time.Second),
		HttpOnly: true, Secure: f.Secure(), SameSite: site,
	})
}
