package page

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"path"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/visitor"
)

// ServedBy tells the frame what answers this site's addresses, so that a form
// that was refused comes back on the page that it stood on.
func (f *Frame) ServedBy(router http.Handler) { f.router = router }

// Return is why a page is shown once more, with a form on it as it was sent.
type Return struct {
	Sent    Sent
	Refused *problem.Error // nil: it wasn't refused, and wasn't carried out either
	News    string
	Session string // of whoever signed in meanwhile; empty: as the request shows
}

type returnKey struct{}

// returned is why a page is shown once more; nil: it was asked for.
func returned(c *gin.Context) *Return {
	back, _ := c.Request.Context().Value(returnKey{}).(*Return)
	return back
}

// ComesBack reports whether a page is shown once more to whoever sent its form: it
// says then what only they should read.
func ComesBack(c *gin.Context) bool { return returned(c) != nil }

// Again shows the page that a form stood on, with everything that was typed. It
// writes nothing where that page isn't to be had now, or has the form no more.
func (f *Frame) Again(c *gin.Context, back Return) bool {
	if f.router == nil {
		return false
	}
	for _, address := range back.Sent.pages() {
		back.Sent.Page = address
		if f.again(c, back) {
			return true
		}
	}
	return false
}

// pages are where a form can have stood: where the browser says, or else at its own
// address or above it.
func (s Sent) pages() []string {
	if s.Page != "" {
		return []string{s.Page}
	}
	return []string{s.Action, path.Dir(s.Action)}
}

func (f *Frame) again(c *gin.Context, back Return) bool {
	r, ok := f.asked(c, &back)
	if !ok {
		return false
	}
	shown := &captured{header: http.Header{}, status: http.StatusOK}
	f.router.ServeHTTP(shown, r)
	content, ok := refill(shown.body.Bytes(), back.Sent)
	if shown.status != http.StatusOK || !ok {
		return false
	}
	status := http.StatusOK
	if back.Refused != nil {
		status = back.Refused.Kind.Status()
	}
	for _, name := range framing {
		if value := shown.header.Get(name); value != "" {
			c.Header(name, value)
		}
	}
	c.Header("Cache-Control", "no-store") // says what somebody typed
	c.Data(status, HTMLType, withOrigin(content, back.Sent.Page))
	return true
}

// framing are the headers that a page has for its own reasons.
var framing = []string{"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "X-Robots-Tag"}

// asked is the request for the page that a form stood on, by the same browser.
func (f *Frame) asked(c *gin.Context, back *Return) (*http.Request, bool) {
	address, err := url.Parse(back.Sent.Page)
	if err != nil {
		return nil, false
	}
	r := c.Request.Clone(context.WithValue(c.Request.Context(), returnKey{}, back))
	r.Method, r.URL, r.RequestURI = http.MethodGet, address, back.Sent.Page
	r.Body, r.ContentLength, r.Form, r.PostForm = http.NoBody, 0, nil, nil
	for _, name := range []string{"Content-Type", "Content-Length", "Origin", "If-None-Match"} {
		r.Header.Del(name)
	}
	if back.Session == "" {
		return r, true
	}
	name := visitor.CookieName(visitor.StaffCookie, f.Secure())
	cookies := r.Cookies()
	r.Header.Del("Cookie")
	for _, cookie := range cookies {
		if cookie.Name != name {
			r.AddCookie(cookie)
		}
	}
	r.AddCookie(&http.Cookie{Name: name, Value: back.Session})
	return r, true
}

// captured is an answer that isn't sent yet.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *captured) Header() http.Header { return w.header }

func (w *captured) WriteHeader(status int) { w.status = status }

func (w *captured) Write(part []byte) (int, error) { return w.body.Write(part) }
