package device

import (
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/web/page"
)

// sorryView says that something didn't work. Nobody stands at a kiosk who could type
// an address, and nobody before a screen at all: the first page comes back by itself.
type sorryView struct {
	*kioskPage
	Text   string
	Resend *page.Resend // nil: nothing was sent
}

// roots are where the devices' pages begin.
var roots = []string{kioskRoot, screenRoot}

// Has reports whether a path is of a device's pages: whatever goes wrong there is
// answered here.
func Has(path string) bool { return rootOf(path) != "" }

func rootOf(path string) string {
	for _, root := range roots {
		if path == root || strings.HasPrefix(path, root+"/") {
			return root
		}
	}
	return ""
}

// Refuse answers a request below a device's root that reached no page.
func (d *Pages) Refuse(c *gin.Context, err error) {
	d.headers(c)
	d.fail(c, err)
}

func (d *Pages) fail(c *gin.Context, err error) {
	e := problem.Of(err)
	d.frame.LogInternal(c, e)
	v := d.kioskPage(c, "kiosk.sorry.title")
	v.Idle, v.Back = kioskSorry, ""
	v.Languages = nil // the page that was asked for is another one
	if root := rootOf(c.Request.URL.Path); root != "" {
		v.Home = d.homeOf(root)
	}
	text := v.FirstField(e)
	if e.Kind == problem.NotFound {
		text = v.T("kiosk.sorry.gone")
	}
	page.RetryAfter(c, e)
	view := sorryView{kioskPage: v, Text: v.Reference(c, e, text), Resend: page.ResendOf(c, e)}
	d.frame.Last(c, d.surface, e.Kind.Status(), "sorry", view)
}
