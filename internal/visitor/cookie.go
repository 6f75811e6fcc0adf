// Package visitor tells visitors of this server apart: by the cookies that
// carry a token, by the address that limits count by, and by how much an
// address changes in a minute. The interface and the pages both stand on it; it
// proves nobody and holds no rule of booking.
package visitor

import "github.com/gin-gonic/gin"

// Cookies that carry a token on this server's own pages, as they are called
// where pages aren't encrypted: see CookieName.
const (
	StaffCookie   = "aufruf_staff"
	DeviceCookie  = "aufruf_device"
	BrowserCookie = "aufruf_bekannt" // the mark of an earlier sign-in
)

// LanguageCookie keeps the language that a person chose on the pages. Their
// requests to the interface follow it; programs say Accept-Language.
const LanguageCookie = "sprache"

// CookieName is what a cookie of the whole site is called. Where pages are
// encrypted a prefix keeps neighbouring hosts, and unencrypted pages, from
// setting it (RFC 6265bis, 4.1.3.2); it must be Secure then, with the path "/".
// Elsewhere, which is on a loopback address, browsers would refuse it.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// Cookie returns the value of a cookie of the whole site; empty: none.
func Cookie(c *gin.Context, name string, secure bool) string {
	value, err := c.Cookie(CookieName(name, secure))
	if err != nil {
		return ""
	}
	return value
}
