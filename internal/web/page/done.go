package page

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
)

// doneCookie marks what the last change of a browser led to. Anybody can make a
// link to a page with a query that says what was done; only the answer to the
// change itself leaves this mark.
const doneCookie = "aufruf_getan"

// doneShown is how long a page says what was done.
const doneShown = time.Minute

// Done leads on to a page that says by its query what was done; see Happened.
func (f *Frame) Done(c *gin.Context, address string) error {
	f.SetCookie(c, doneCookie, markOf(address), "/", doneShown)
	return SeeOther(c, address)
}

// Happened returns the query of a page that this browser's last change led to,
// and nothing of any other: whatever a page says to have been done, it takes from
// here.
func (f *Frame) Happened(c *gin.Context) url.Values {
	mark := f.Cookie(c, doneCookie)
	if returned(c) != nil || mark == "" || mark != markOf(c.Request.URL.RequestURI()) {
		return url.Values{}
	}
	return c.Request.URL.Query()
}

func markOf(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:16])
}
