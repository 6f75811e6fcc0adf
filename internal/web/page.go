package web

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/web"
)

// templates maps a page's file name without extension to its template within
// the layout.
type templates map[string]*template.Template

// parseTemplates reads the pages of a surface: each within its layout, with the
// parts that every page of the surface may use.
func parseTemplates(surface string) (templates, error) {
	names, err := fs.Glob(web.Files, surface+"/*.html")
	if err != nil {
		return nil, err
	}
	layout, parts := surface+"/layout.html", surface+"/parts.html"
	parsed := templates{}
	for _, name := range names {
		if name == layout || name == parts {
			continue
		}
		page, err := template.New("layout.html").ParseFS(web.Files, layout, parts, name)
		if err != nil {
			return nil, err
		}
		parsed[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return parsed, nil
}

// Page is what each page's view has: words, addresses, and the frame around
// the content.
type Page struct {
	i18n.Texts
	Title         string
	Step          int // of four; 0: not a step
	Chosen        []Chosen
	Town          Town
	Languages     []Switch
	Legal         []Link
	Privacy       string // where the town says what becomes of what one types
	Demonstration string // when the clock is set: the time it shows
	Framed        bool   // inside the town's own site: without head and foot
	Alert         *Alert
	Focus         bool   // the page answers a mistake: the alert takes the focus
	News          string // what the person has just done; the window's title begins with it

	static *static
	carry  url.Values // what links keep: see link
}

// Town is the head of the page.
type Town struct {
	Name, Website, Logo, Phone, Email string
	Accent                            string // address of the accent colour's style; empty: ours
}

// Link is an address with its words.
type Link struct{ Label, URL string }

// Switch is a link to the same page in another language.
type Switch struct {
	Label, Lang, URL string
	Current          bool
}

// Chosen is something decided in an earlier step.
type Chosen struct {
	Label, Value, ChangeURL, ChangeLabel string
}

// Alert says at the top of the page what is wrong, with links to the fields.
type Alert struct {
	Title  string
	Fields []Link
}

// Static returns the address of an embedded file.
func (v *Page) Static(name string) string { return v.static.url(name) }

// Link returns an address on this site that keeps what this page was asked to
// keep: a language without a cookie, and being framed.
func (v *Page) Link(path string) string { return v.link(path, nil) }

func (v *Page) link(path string, query url.Values) string {
	all := url.Values{}
	for _, from := range []url.Values{query, v.carry} {
		for name, values := range from {
			all[name] = values
		}
	}
	if len(all) == 0 {
		return path
	}
	return path + "?" + all.Encode()
}

// framedQuery asks for a page without head and foot, for a frame.
const framedQuery = "rahmen"

func (p *Pages) page(c *gin.Context) *Page { return p.pageIn(c, "") }

// pageIn starts a page, in the suggested language unless the person chose
// another.
func (p *Pages) pageIn(c *gin.Context, suggested town.Language) *Page {
	lang, carry := p.language(c, suggested)
	authority := &p.hall.Catalogue().Authority
	v := &Page{
		Texts:  p.texts.For(lang).WithSaturday(authority.Saturday),
		Framed: c.Query(framedQuery) == "1",
		static: p.static,
		carry:  url.Values{},
	}
	if carry {
		v.carry.Set(languageQuery, string(lang))
	}
	if v.Framed {
		v.carry.Set(framedQuery, "1")
	}
	v.Town = p.townView(authority, lang)
	v.Languages = p.switches(c, lang)
	v.Legal = legalLinks(v, authority)
	if p.demonstration {
		v.Demonstration = v.Moment(p.localNow())
	}
	return v
}

func (p *Pages) townView(a *catalogue.Authority, lang town.Language) Town {
	t := Town{Name: a.Name.In(lang), Website: a.Website, Phone: a.Phone, Email: a.Email, Logo: a.Logo}
	if t.Logo != "" && !strings.Contains(t.Logo, ":") {
		t.Logo = p.static.url(t.Logo)
	}
	if a.Accent != "" {
		t.Accent = "/farbe.css?v=" + url.QueryEscape(strings.TrimPrefix(a.Accent, "#"))
	}
	return t
}

// switches offers the page that was asked for in each language. The answer to
// a POST has no address of its own: its form is where the person came from.
func (p *Pages) switches(c *gin.Context, current town.Language) []Switch {
	offered := p.offered()
	if len(offered) < 2 || c.Request.Method != http.MethodGet {
		return nil
	}
	all := make([]Switch, len(offered))
	for i, lang := range offered {
		query := c.Request.URL.Query()
		query.Set(languageQuery, string(lang))
		texts := p.texts.For(lang)
		all[i] = Switch{
			Label: texts.T("language." + string(lang)), Lang: texts.HTMLLang(),
			URL: c.Request.URL.Path + "?" + query.Encode(), Current: lang == current,
		}
	}
	return all
}

// render writes a page of the booking surface.
func (p *Pages) render(c *gin.Context, status int, name string, view any) {
	p.write(c, p.templates, status, name, view)
}

// write writes a page. It is rendered before the first byte is sent, so that
// a mistake in a template never leaves half a page.
func (p *Pages) write(c *gin.Context, from templates, status int, name string, view any) {
	content, err := from.rendered(name, view)
	if err != nil {
		p.log.ErrorContext(c.Request.Context(), "render page", "page", name, "error", err)
		c.String(http.StatusInternalServerError, "500")
		return
	}
	c.Data(status, htmlType, content)
}

const htmlType = "text/html; charset=utf-8"

func (p *Pages) rendered(name string, view any) ([]byte, error) {
	return p.templates.rendered(name, view)
}

func (t templates) rendered(name string, view any) ([]byte, error) {
	var content bytes.Buffer
	if err := t[name].Execute(&content, view); err != nil {
		return nil, err
	}
	return content.Bytes(), nil
}

// sorryView says that something isn't there or didn't work.
type sorryView struct {
	*Page
	Text string
	Next []Link
}

// fail answers with a page that says what is wrong. An internal cause is
// logged here, once, and never shown.
func (p *Pages) fail(c *gin.Context, err error) {
	e := problem.Of(err)
	p.logInternal(c, e)
	v := p.page(c)
	v.Title = v.T("booking.sorry.title")
	view := sorryView{Page: v, Text: v.Problem(e)}
	for _, key := range e.Fields {
		view.Text = v.Field(key)
	}
	view.Next = []Link{{v.T("booking.sorry.start"), v.Link("/termin")}}
	p.render(c, e.Kind.Status(), "sorry", view)
}

func (p *Pages) logInternal(c *gin.Context, e *problem.Error) {
	if e.Kind == problem.Internal {
		p.log.ErrorContext(c.Request.Context(), "page failed", "route", c.FullPath(), "error", e)
	}
}

// Tel returns a phone number as a tel: link wants it. Numbers that begin with
// one 0 are German ones.
func (v *Page) Tel(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, number)
	if strings.HasPrefix(digits, "0") && !strings.HasPrefix(digits, "00") {
		return "+49" + digits[1:]
	}
	return digits
}
