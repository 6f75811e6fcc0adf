package main

import (
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"aufruf/internal/api"
	"aufruf/internal/problem"
	"aufruf/internal/web/page"
)

// readable has a request refused that holds what is no text: PostgreSQL stores
// neither a NUL character nor broken UTF-8, and SQLite would keep them. It looks
// at the path, the query and the form, which is read here once for everybody.
// JSON is wire's to refuse. Headers and cookies are looked up by their hash, or
// compared in memory, and stored nowhere.
func readable(refuse func(*gin.Context, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		err := readForm(c)
		if !isText(c.Request.URL.Path) || !areText(c.Request.URL.Query()) {
			err = errNoText
		}
		if err != nil {
			refuse(c, err)
			c.Abort()
		}
	}
}

var (
	errNoText  = problem.New(problem.Malformed, "request.malformed")
	errTooMuch = problem.New(problem.TooLarge, "request.too_large")
)

// readForm parses the form that a page sends, if any. Errors: TooLarge;
// Malformed for what is none, or no text.
func readForm(c *gin.Context) error {
	if c.Request.Method != http.MethodPost || api.Below(c.Request.URL.Path) {
		return nil
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, page.MaxBody)
	// Apart, because for a form that isn't multipart the second hides the error
	// of the first.
	err := c.Request.ParseForm()
	if err == nil {
		err = c.Request.ParseMultipartForm(page.MaxForm)
	}
	var tooMuch *http.MaxBytesError
	switch {
	case errors.As(err, &tooMuch), errors.Is(err, multipart.ErrMessageTooLarge), page.TooMuch(c.Request.PostForm):
		return errTooMuch
	case err != nil && !errors.Is(err, http.ErrNotMultipart), !areText(c.Request.PostForm):
		return errNoText
	}
	return nil
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
