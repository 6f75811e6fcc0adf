package staff

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// signInView asks who is there.
type signInView struct {
	*View
	Name  string
	Next  string // where to go afterwards
	Error string
	// Elsewhere offers the town's sign-in service; Away says that it doesn't
	// answer.
	Elsewhere, Away bool
	// Switch is where the person who is signed in there signs out; empty: not
	// offered.
	Switch string
	// Kept is the form that was typed when the session was over, for whoever signs in;
	// Lead says so.
	Kept, Lead string
}

func (s *Pages) signInForm(c *gin.Context) error {
	return s.showSignIn(c, http.StatusOK, signInView{Next: ownPage(c.Query("weiter"))})
}

func (s *Pages) showSignIn(c *gin.Context, status int, view signInView) error {
	view.View = s.NewView(c, "staff.signin.title")
	if view.Kept != "" {
		view.Lead = view.T("staff.again.signin")
	}
	if c.Request.URL.Path != SignedOut {
		view.Languages = nil // its address would come along
	}
	if view.Elsewhere = s.elsewhere != nil; view.Elsewhere {
		view.Away = !s.elsewhere.Ready()
	}
	if view.Error != "" {
		view.Alert, view.Focus = &page.Alert{Title: view.Error}, true
	}
	return s.Show(c, status, "signin", view)
}

// signIn opens a session and sets its cookie.
func (s *Pages) signIn(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	view := signInView{Name: strings.TrimSpace(form.Get("name")), Next: ownPage(form.Get("weiter")), Kept: form.Get(page.SentField)}
	from, err := s.Frame.From(c, s.app.Access)
	if err != nil {
		return err
	}
	token, session, err := s.app.Access.SignIn(c.Request.Context(), s.Frame.Citizen(c), town.UserID(view.Name), form.Get("kennwort"), from)
	if err != nil {
		return s.refuseSignIn(c, view, err)
	}
	s.Frame.SetCookie(c, visitor.StaffCookie, token, "/", session.Expires.Sub(session.Created))
	s.Frame.KnowBrowser(c, from)
	if kept, ok := s.keptFor(session.User, view.Kept); ok {
		return s.giveBack(c, kept, token)
	}
	return page.SeeOther(c, view.Next)
}

func (s *Pages) refuseSignIn(c *gin.Context, view signInView, err error) error {
	e := problem.Of(err)
	s.Frame.LogInternal(c, e)
	view.Error = s.Frame.Page(c).Problem(e)
	page.RetryAfter(c, e)
	if seconds := int(e.RetryAfter.Seconds()); seconds > 0 && e.Kind == problem.TooMany {
		view.Error = s.Frame.Page(c).N("staff.signin.wait", seconds)
	}
	return s.showSignIn(c, e.Kind.Status(), view)
}

// signOut ends the session.
func (s *Pages) signOut(c *gin.Context) error {
	token := s.Frame.Cookie(c, visitor.StaffCookie)
	actor, known := s.app.Access.ActorOf(c.Request.Context(), token)
	if err := s.app.Access.SignOut(c.Request.Context(), token, c.ClientIP()); err != nil {
		return err
	}
	return s.leave(c, known == nil && actor.User.Subject != "")
}

// ownPage lets through only addresses of the staff's own pages, so that a
// sign-in never leads elsewhere. It judges the path as a browser will follow it:
// decoded, and with what goes up a folder done.
func ownPage(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(address, "/") ||
		strings.ContainsFunc(u.Path, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
		return Root
	}
	whole := path.Clean(u.Path)
	if whole != Root && !strings.HasPrefix(whole, Root+"/") {
		return Root
	}
	return (&url.URL{Path: whole, RawQuery: u.RawQuery}).String()
}
