package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/web"
)

// Templates maps a page's file name without extension to its template within
// the layout.
type Templates map[string]*template.Template

// ParseTemplates reads the pages of a surface: each within its layout, with the
// parts that every page of the surface may use.
func ParseTemplates(surface string) (Templates, error) {
	names, err := fs.Glob(web.Files, surface+"/*.html")
	if err != nil {
		return nil, err
	}
	layout, parts := surface+"/layout.html", surface+"/parts.html"
	shared, err := template.ParseFS(web.Files, layout, parts, "questions.html")
	if err != nil {
		return nil, err
	}
	parsed := Templates{}
	for _, name := range names {
		if name == layout || name == parts {
			continue
		}
		page, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if page, err = page.ParseFS(web.Files, name); err != nil {
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
	Code             town.Language
	Current          bool
}

// Chosen is something decided in an earlier step.
type Chosen struct {
	Label, Value, ChangeURL, ChangeLabel string
}

// Refuse puts on top of the page what stands in the way; nil: nothing does.
func (v *Page) Refuse(e *problem.Error) {
	if e != nil {
		v.Alert, v.Focus = &Alert{Title: v.FirstField(e)}, true
	}
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
func (v *Page) Link(path string) string { return v.LinkWith(path, nil) }

func (v *Page) LinkWith(path string, query url.Values) string {
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

// FramedQuery asks for a page without head and foot, for a frame.
const FramedQuery = "rahmen"

func (f *Frame) Page(c *gin.Context) *Page { return f.PageIn(c, "") }

// PageIn starts a page, in the suggested language unless the person chose
// another.
func (f *Frame) PageIn(c *gin.Context, suggested town.Language) *Page {
	lang, carry := f.Language(c, suggested)
	authority := &f.Town.Catalogue().Authority
	v := &Page{
		Texts:  f.Texts.For(lang).WithSaturday(authority.Saturday),
		Framed: c.Query(FramedQuery) == "1",
		static: f.Static,
		carry:  url.Values{},
	}
	if carry {
		v.carry.Set(LanguageQuery, string(lang))
	}
	if v.Framed {
		v.carry.Set(FramedQuery, "1")
	}
	v.Town = f.townView(authority, lang)
	v.Languages = f.switches(c, lang)
	v.Legal = legalLinks(v, authority)
	if f.demonstration {
		v.Demonstration = v.Moment(f.LocalNow())
	}
	if back := returned(c); back != nil {
		v.News, v.Languages = back.News, nil
		v.Refuse(back.Refused)
	}
	return v
}

func (f *Frame) townView(a *catalogue.Authority, lang town.Language) Town {
	t := Town{Name: a.Name.In(lang), Website: a.Website, Phone: a.Phone, Email: a.Email, Logo: a.Logo}
	if t.Logo != "" && !strings.Contains(t.Logo, ":") {
		t.Logo = f.Static.url(t.Logo)
	}
	if a.Accent != "" {
		t.Accent = "/farbe.css?v=" + url.QueryEscape(strings.TrimPrefix(a.Accent, "#"))
	}
	return t
}

// switches offers the page that was asked for in each language. The answer to
// a POST has no address of its own: its form is where the person came from.
func (f *Frame) switches(c *gin.Context, current town.Language) []Switch {
	offered := f.Offered()
	if len(offered) < 2 || c.Request.Method != http.MethodGet {
		return nil
	}
	all := make([]Switch, len(offered))
	for i, lang := range offered {
		query := c.Request.URL.Query()
		query.Set(LanguageQuery, string(lang))
		texts := f.Texts.For(lang)
		all[i] = Switch{
			Label: texts.T("language." + string(lang)), Lang: texts.HTMLLang(),
			URL: c.Request.URL.Path + "?" + query.Encode(), Code: lang, Current: lang == current,
		}
	}
	return all
}

// Write writes a page. It is rendered before the first byte is sent, so that
// a mistake in a template never leaves half a page.
func (f *Frame) Write(c *gin.Context, from Templates, status int, name string, view any) error {
	content, err := from.Rendered(name, view)
	if err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	if status == http.StatusServiceUnavailable && c.Writer.Header().Get("Retry-After") == "" {
		c.Header("Retry-After", retryAfter)
	}
	if sent, ok := SentBy(c); ok {
		c.Header("Cache-Control", "no-store") // says what somebody typed
		content = withOrigin(content, sent.Page)
		if c.GetBool(keepKey) {
			content, _ = refill(content, sent)
		}
	}
	c.Data(status, HTMLType, content)
	return nil
}

// keepKey is where a request notes that its form comes back as it was sent.
const keepKey = "keep"

// KeepTyped has the page that answers a form give it back as it was sent. It is for
// pages that say more than why it was refused; see Answer.
func KeepTyped(c *gin.Context) { c.Set(keepKey, true) }

// RetryAfter says when to try again, where a refusal says so.
func RetryAfter(c *gin.Context, e *problem.Error) {
	if e.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
}

// retryAfter is when a page that can't be shown now may be tried again, in
// seconds.
const retryAfter = "10"

const HTMLType = "text/html; charset=utf-8"

func (t Templates) Rendered(name string, view any) ([]byte, error) {
	var content bytes.Buffer
	if err := t[name].Execute(&content, view); err != nil {
		return nil, err
	}
	return content.Bytes(), nil
}

// RenderedPart renders one part of a page alone.
func (t Templates) RenderedPart(name, part string, view any) ([]byte, error) {
	var content bytes.Buffer
	if err := t[name].ExecuteTemplate(&content, part, view); err != nil {
		return nil, err
	}
	return content.Bytes(), nil
}

// Sorry says that something isn't there or didn't work.
type Sorry struct {
	*Page
	Text   string
	Next   []Link
	Resend *Resend // nil: nothing was sent
}

// Resend sends a form once more, as it was.
type Resend struct {
	Action string
	Fields []HiddenField
}

// ResendOf offers to send the form of a request once more, where that can help.
func ResendOf(c *gin.Context, e *problem.Error) *Resend {
	sent, ok := SentBy(c)
	if !ok || len(sent.Fields) == 0 || e.Kind == problem.Forbidden || e.Kind == problem.Malformed {
		return nil
	}
	return sent.Resend()
}

// Answer shows the form of a request again where it was refused; false: only a page
// of its own can say so. What may have been done all the same is sent again as it was,
// under its key, and so never comes back as a new form.
func (f *Frame) Answer(c *gin.Context, e *problem.Error) bool {
	sent, ok := SentBy(c)
	return ok && !e.Unsettled() && f.Again(c, Return{Sent: sent, Refused: e})
}

// Resend returns the form that sends the same again.
func (s Sent) Resend() *Resend {
	fields := s.Hidden()
	if s.Page != "" {
		fields = append(fields, HiddenField{originField, s.Page})
	}
	return &Resend{s.Action, fields}
}

// Last writes a page about a failure. A mistake in that page itself is logged
// and answered with the bare status.
func (f *Frame) Last(c *gin.Context, from Templates, status int, name string, view any) {
	if err := f.Write(c, from, status, name, view); err != nil {
		f.Log.ErrorContext(c.Request.Context(), "page failed", "route", c.FullPath(), "error", err)
		c.String(http.StatusInternalServerError, "500")
	}
}

// Reference adds to what a page says of our own fault the name under which the
// log has it, so that whoever calls the town can be helped.
func (v *Page) Reference(c *gin.Context, e *problem.Error, words string) string {
	id := c.Writer.Header().Get("X-Request-Id")
	if e.Kind != problem.Internal || id == "" {
		return words
	}
	return words + " " + v.T("problem.reference", "id", id)
}

func (f *Frame) LogInternal(c *gin.Context, e *problem.Error) {
	if e.Kind == problem.Internal {
		f.Log.ErrorContext(c.Request.Context(), "page failed", "route", c.FullPath(), "error", e)
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
