package visitor

import (
	"crypto/rand"
	"net/http"

	"github.com/gin-gonic/gin"
)

// MarkCookie keeps the mark of a browser until it is closed, so that its holds
// are told apart from those of others behind the same address. The mark is drawn,
// says nothing and is stored nowhere but as a hash with the day's key.
const MarkCookie = "aufruf_browser"

// MarkField is the mark in forms and links: a cookie doesn't reach a page that
// another site frames.
const MarkField = "kennung"

// maxMark bounds what is taken for a mark, in bytes.
const maxMark = 64

// Mark returns the mark that a request shows, in a form that was read already,
// its query or its cookie; empty: none.
func Mark(c *gin.Context) string {
	for _, mark := range []string{c.Request.PostForm.Get(MarkField), c.Query(MarkField), markCookie(c)} {
		if mark != "" && len(mark) <= maxMark {
			return mark
		}
	}
	return ""
}

func markCookie(c *gin.Context) string {
	mark, err := c.Cookie(MarkCookie)
	if err != nil {
		return ""
	}
	return mark
}

// HasMark reports whether the mark came as a cookie, and so will again.
func HasMark(c *gin.Context) bool { return markCookie(c) != "" }

// NewMark draws a mark.
func NewMark() string { return rand.Text() }

// KeepMark has the browser show its mark again.
func KeepMark(c *gin.Context, mark string, secure bool) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: MarkCookie, Value: mark, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}
