package booking

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/web/page"
)

// robots lets search engines find the first step of booking, and spares them
// what is for one person, for staff, or another state of the same calendar (RFC
// 9309).
const robots = `User-agent: *
Allow: /termin$
Disallow: /api/
Disallow: /bestaetigen/
Disallow: /da/
Disallow: /display
Disallow: /kiosk
Disallow: /staff
Disallow: /t/
Disallow: /termin/
Disallow: /termin?
Disallow: /warteraum/
Disallow: /wunsch/
`

func (p *Pages) robots(c *gin.Context) error {
	c.String(http.StatusOK, robots)
	return nil
}

// contactFor is how long a security.txt may be believed.
const contactFor = 30 * 24 * time.Hour

// securityContact says whom to tell of a hole in the town's service (RFC 9116):
// the town, which knows its data centre. A town without a contact has no such
// file.
func (p *Pages) securityContact(c *gin.Context) error {
	town := &p.app.Catalogue().Authority
	var contacts []string
	if town.Email != "" {
		contacts = append(contacts, "Contact: mailto:"+town.Email)
	}
	if v := p.frame.Page(c); town.Phone != "" {
		contacts = append(contacts, "Contact: tel:"+v.Tel(town.Phone))
	}
	if len(contacts) == 0 {
		return page.ErrUnknownAddress
	}
	languages := make([]string, 0, len(p.frame.Offered()))
	for _, lang := range p.frame.Offered() {
		if !strings.Contains(string(lang), "-") {
			languages = append(languages, string(lang))
		}
	}
	c.String(http.StatusOK, "%s\nExpires: %s\nPreferred-Languages: %s\nCanonical: %s/.well-known/security.txt\n",
		strings.Join(contacts, "\n"), p.app.Now().Add(contactFor).UTC().Format(time.RFC3339), strings.Join(languages, ", "), p.frame.Base)
	return nil
}
