package page

import (
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// Sent is a form as a browser has sent it.
type Sent struct {
	Page   string     `json:"page"`   // where it stood, with its query; empty: unknown
	Action string     `json:"action"` // where it was sent
	Fields url.Values `json:"fields"` // without passwords
}

// originField says in the forms of a page that answers a form where that form
// stood: the page itself has no address that could be asked for again.
const originField = "seite"

// originKey is where a request keeps what its form says of where it stood.
const originKey = "origin"

// UnlockField is the field for the password by which a session goes on that locked.
const UnlockField = "sperre-kennwort"

// secret reports whether a field is one that no page ever gives back.
func secret(action, name string) bool {
	switch name {
	case "kennwort", "nochmal", "token", UnlockField:
		return true
	case "alt", "neu":
		return strings.HasSuffix(action, "/kennwort")
	}
	return false
}

// SentBy returns the form of a request; false: it is none, or can't be read.
func SentBy(c *gin.Context) (Sent, bool) {
	if c.Request.Method != http.MethodPost {
		return Sent{}, false
	}
	form, err := ReadForm(c)
	if err != nil {
		return Sent{}, false
	}
	sent := Sent{Page: origin(c), Action: c.Request.URL.Path, Fields: url.Values{}}
	for name, values := range form {
		if !secret(sent.Action, name) {
			sent.Fields[name] = values
		}
	}
	return sent, true
}

// origin is the page that a form stood on, as the form or the browser says; empty:
// neither does, or it is no page.
func origin(c *gin.Context) string {
	said, ok := c.Get(originKey)
	if !ok {
		said = c.GetHeader("Referer")
	}
	address, _ := said.(string)
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, "/") || path.Clean(u.Path) != u.Path || strings.HasPrefix(u.Path, "/api/") {
		return ""
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// Hidden returns the fields of a form that sends the same again.
func (s Sent) Hidden() []HiddenField {
	var fields []HiddenField
	for _, name := range slices.Sorted(maps.Keys(s.Fields)) {
		for _, value := range s.Fields[name] {
			fields = append(fields, HiddenField{name, value})
		}
	}
	return fields
}
