// Package visitor tells visitors of this server apart: by the cookies that
// carry a token, by the address that limits count by, and by how much an
// address changes in a minute. The interface and the pages both stand on it; it
// proves nobody and holds no rule of booking.
package visitor

// Cookies that carry a token on this server's own pages.
const (
	StaffCookie  = "aufruf_staff"
	DeviceCookie = "aufruf_device"
)

// LanguageCookie keeps the language that a person chose on the pages. Their
// requests to the interface follow it; programs say Accept-Language.
const LanguageCookie = "sprache"
