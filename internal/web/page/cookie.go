package page

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

func HasCookie(c *gin.Context, name string) bool {
	value, err := c.Cookie(name)
	return err == nil && value != ""
}

// SetCookie keeps a value out of reach of scripts and of foreign pages.
func (f *Frame) SetCookie(c *gin.Context, name, value, path string, keep time.Duration) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: int(keep / time.Second),
		HttpOnly: true, Secure: f.Secure(), SameSite: http.SameSiteStrictMode,
	})
}
