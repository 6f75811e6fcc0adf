package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"aufruf/internal/api"
	"aufruf/internal/web/page"
)

// readable has a request refused that holds what is no text: PostgreSQL stores
// neither a NUL character nor broken UTF-8, and SQLite would keep them. It looks
// at the path, the query and the form, which is read here once for everybody.
// JSON is wire's to refuse. Headers and cookies are looked up by their hash, or
// compared in memory, and stored nowhere.
func readable(refuse gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if isText(c.Request.URL.Path) && areText(c.Request.URL.Query()) && readForm(c) {
			return
		}
		refuse(c)
		c.Abort()
	}
}

// readForm parses the form that a page sends, if any, and reports whether it is
// one, and text.
func readForm(c *gin.Context) bool {
	if c.Request.Method != http.MethodPost || api.Below(c.Request.URL.Path) {
		return true
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, page.MaxForm)
	// Apart, because for a form that isn't multipart the second hides the error
	// of the first.
	if err := c.Request.ParseForm(); err != nil {
		return false
	}
	if err := c.Request.ParseMultipartForm(page.MaxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return false
	}
	return areText(c.Request.PostForm)
}

func areText(values url.Values) bool {
	for name, all := range values {
		if !isText(name) || !isText(strings.Join(all, "")) {
			return false
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
