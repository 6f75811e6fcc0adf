package setup

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// maxUpload is far above a town's file, in bytes.
const maxUpload = 4 << 20

// maxDiscarded is how much of what is larger is taken before the answer, in bytes.
const maxDiscarded = 128 << 20

// shownMistakes is how many mistakes of a file the page lists.
const shownMistakes = 30

// The ways to begin.
const (
	beginEmpty   = "leer"
	beginFile    = "datei"
	beginExample = "beispiel"
)

// formView is the page, with what was typed.
type formView struct {
	*page.Page
	Town     page.Field
	State    page.Field
	Admin    page.Field
	Password page.Field
	Begin    string
	File     page.Field
	States   []page.Option
	Mistakes []string // of the file
	More     int      // that aren't listed
}

func (p *Pages) form(c *gin.Context) error {
	return p.show(c, http.StatusOK, &formView{Begin: beginEmpty})
}

func (p *Pages) show(c *gin.Context, status int, view *formView) error {
	view.Page = p.titled(c, view.Page)
	for _, state := range booking.States() {
		view.States = append(view.States, page.Option{Value: state, Label: view.T("setup.state." + state)})
	}
	slices.SortFunc(view.States, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	return p.frame.Write(c, p.templates, status, "setup", view)
}

func (p *Pages) titled(c *gin.Context, v *page.Page) *page.Page {
	if v == nil {
		v = p.frame.Page(c)
	}
	v.Title = v.T("setup.title")
	return v
}

// found makes the town that was asked for, and leads to the sign-in.
func (p *Pages) found(c *gin.Context) error {
	whole := c.Request.Body
	c.Request.Body = http.MaxBytesReader(c.Writer, whole, maxUpload)
	var tooMuch *http.MaxBytesError
	if err := c.Request.ParseMultipartForm(maxUpload); errors.As(err, &tooMuch) {
		return p.refuseSize(c, whole)
	} else if err != nil {
		return problem.New(problem.Malformed, "request.malformed").Because(err)
	}
	typed := c.Request.PostForm
	view := &formView{
		Page: p.frame.Page(c), Begin: typed.Get("beginn"),
		Town: page.Field{Value: strings.TrimSpace(typed.Get("ort"))}, State: page.Field{Value: typed.Get("land")},
		Admin: page.Field{Value: strings.TrimSpace(typed.Get("konto"))},
	}
	f, err := p.read(c.Request, typed, view)
	if err != nil {
		return p.refuse(c, view, err)
	}
	if len(view.Mistakes) > 0 {
		return p.refuseFile(c, view)
	}
	return p.make(c, f, view)
}

// refuseSize answers an upload that is larger than any town's file. A browser shows
// an answer only once all was taken that it sends, up to a bound.
func (p *Pages) refuseSize(c *gin.Context, rest io.Reader) error {
	if _, err := io.CopyN(io.Discard, rest, maxDiscarded); err != nil && !errors.Is(err, io.EOF) {
		return problem.New(problem.TooLarge, "request.too_large").Because(err)
	}
	tooLarge := problem.New(problem.TooLarge, "request.too_large")
	tooLarge.Fields = map[string]string{"datei": "setup.file_too_large"}
	return p.refuse(c, &formView{Page: p.frame.Page(c), Begin: beginFile}, tooLarge)
}

// make makes the town. Of several who post at the same moment one does.
func (p *Pages) make(c *gin.Context, f Founding, view *formView) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used {
		p.sorry(c, http.StatusNotFound, "setup.no_such_link")
		return nil
	}
	mistakes, err := p.Found(c.Request.Context(), f)
	if err != nil {
		return p.refuse(c, view, err)
	}
	if len(mistakes) > 0 {
		view.list(mistakes)
		return p.refuseFile(c, view)
	}
	p.used = true
	c.Header("Connection", "close") // the next request is the town's
	return page.SeeOther(c, "/staff/anmelden")
}

// read reads what was typed. Errors are problems with fields; mistakes of the
// file stand in the view.
func (p *Pages) read(r *http.Request, typed url.Values, view *formView) (f Founding, err error) {
	f = Founding{Admin: town.UserID(view.Admin.Value), Password: typed.Get("kennwort")}
	invalid := p.checkAccount(f, typed.Get("nochmal"))
	wrong := invalid.Fields
	var mistakes []catalogue.Mistake
	switch view.Begin {
	case beginEmpty:
		if view.Town.Value == "" {
			wrong["ort"] = "request.required"
		}
		if view.State.Value == "" {
			wrong["land"] = "request.required"
		}
		f.File, mistakes = catalogue.Parse("", nameOnly(view.Town.Value, view.State.Value))
	case beginExample:
		f.File, mistakes = catalogue.BuiltIn()
	case beginFile:
		f.File, mistakes, err = uploaded(r)
		if err != nil {
			wrong["datei"] = "request.required"
		}
	default:
		wrong["beginn"] = "request.bad_value"
	}
	// All in one go: merging names those of the file alone again, and what is
	// wrong with the fields stands beside them.
	if _, _, all := (catalogue.Catalogue{}).Merge(f.File); len(all) > 0 {
		mistakes = all
	}
	if view.Begin != beginEmpty && wrong["datei"] == "" && wrong["beginn"] == "" || len(wrong) == 0 {
		view.list(mistakes)
	}
	if len(wrong) > 0 {
		return f, invalid
	}
	return f, nil
}

// checkAccount returns what is wrong with the first account, by the form's names.
func (p *Pages) checkAccount(f Founding, again string) *problem.Error {
	invalid := problem.New(problem.Invalid, "request.invalid")
	if err := p.Check(f.Admin, f.Password); err != nil {
		invalid = asTyped(problem.Of(err))
	}
	if invalid.Fields == nil {
		invalid.Fields = map[string]string{}
	}
	if f.Admin == "" {
		invalid.Fields["konto"] = "request.required"
	}
	switch {
	case f.Password == "":
		invalid.Fields["kennwort"] = "request.required"
	case f.Password != again:
		invalid.Fields["kennwort"] = "password.not_the_same"
	}
	return invalid
}

// asTyped names the fields of an account as the form does.
func asTyped(e *problem.Error) *problem.Error {
	for own, name := range map[string]string{"user": "konto", "password": "kennwort"} {
		if key := e.Fields[own]; key != "" {
			e.Fields[name] = key
			delete(e.Fields, own)
		}
	}
	return e
}

// uploaded reads the town's own file.
func uploaded(r *http.Request) (catalogue.File, []catalogue.Mistake, error) {
	file, header, err := r.FormFile("datei")
	if err != nil {
		return catalogue.File{}, nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return catalogue.File{}, nil, err
	}
	if len(data) == 0 {
		return catalogue.File{}, nil, errors.New("empty")
	}
	f, mistakes := catalogue.Parse(header.Filename, data)
	return f, mistakes, nil
}

// nameOnly is the file of a town that has a name and nothing else yet.
func nameOnly(name, state string) []byte {
	return fmt.Appendf(nil, "format: %s\nauthority:\n  name: {de: %q}\n  state: %q\n", catalogue.Format, name, state)
}

func (v *formView) list(mistakes []catalogue.Mistake) {
	for i, m := range mistakes {
		if i == shownMistakes {
			v.More = len(mistakes) - i
			return
		}
		v.Mistakes = append(v.Mistakes, m.In(v))
	}
}

func (p *Pages) refuseFile(c *gin.Context, view *formView) error {
	view.Alert, view.Focus = &page.Alert{Title: view.T("setup.file_has_mistakes"), Fields: []page.Link{{Label: view.T("setup.see_mistakes"), URL: "#fehler"}}}, true
	return p.show(c, http.StatusUnprocessableEntity, view)
}

// refuse shows the form again with what is wrong.
func (p *Pages) refuse(c *gin.Context, view *formView, err error) error {
	e := asTyped(problem.Of(err))
	p.frame.LogInternal(c, e)
	view.Alert, view.Focus = view.Page.Mistakes(e, []page.FormField{
		{Name: "ort", At: &view.Town}, {Name: "land", At: &view.State}, {Name: "konto", At: &view.Admin},
		{Name: "kennwort", At: &view.Password}, {Name: "beginn"}, {Name: "datei", At: &view.File},
	}), true
	if len(view.Mistakes) > 0 {
		view.Alert.Fields = append(view.Alert.Fields, page.Link{Label: view.T("setup.see_mistakes"), URL: "#fehler"})
	}
	return p.show(c, e.Kind.Status(), view)
}
