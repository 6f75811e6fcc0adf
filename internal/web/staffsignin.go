package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
)

// signInView asks who is there.
type signInView struct {
	*staffPage
	Name  string
	Next  string // where to go afterwards
	Error string
	// Elsewhere offers the town's sign-in service; Away says that it doesn't
	// answer.
	Elsewhere, Away bool
	// Switch is where the person who is signed in there signs out; empty: not
	// offered.
	Switch string
}

func (s *Staff) signInForm(c *gin.Context) {
	s.showSignIn(c, http.StatusOK, signInView{Next: ownPage(c.Query("weiter"))})
}

func (s *Staff) showSignIn(c *gin.Context, status int, view signInView) {
	view.staffPage = s.staffPage(c, "staff.signin.title")
	if c.Request.URL.Path != SignedOut {
		view.Languages = nil // its address would come along
	}
	if view.Elsewhere = s.elsewhere != nil; view.Elsewhere {
		view.Away = !s.elsewhere.Ready()
	}
	if view.Error != "" {
		view.Alert, view.Focus = &Alert{Title: view.Error}, true
	}
	s.show(c, status, "signin", view)
}

// signIn opens a session and sets its cookie.
func (s *Staff) signIn(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	view := signInView{Name: strings.TrimSpace(form.Get("name")), Next: ownPage(form.Get("weiter"))}
	token, session, err := s.desk.SignIn(c.Request.Context(), s.citizen(c), town.UserID(view.Name), form.Get("kennwort"), visitor.Address(c))
	if err != nil {
		s.refuseSignIn(c, view, err)
		return
	}
	s.setCookie(c, visitor.StaffCookie, token, "/", session.Expires.Sub(session.Created))
	c.Redirect(http.StatusSeeOther, view.Next)
}

func (s *Staff) refuseSignIn(c *gin.Context, view signInView, err error) {
	e := problem.Of(err)
	s.logInternal(c, e)
	view.Error = s.page(c).Problem(e)
	if seconds, ok := e.Extra["retry_seconds"].(int); ok {
		view.Error = s.page(c).N("staff.signin.wait", seconds)
	}
	s.showSignIn(c, e.Kind.Status(), view)
}

// signOut ends the session.
func (s *Staff) signOut(c *gin.Context) {
	token, _ := c.Cookie(visitor.StaffCookie)
	actor, known := s.desk.ActorOf(c.Request.Context(), token)
	if err := s.desk.SignOut(c.Request.Context(), token); err != nil {
		s.fail(c, err)
		return
	}
	s.leave(c, known == nil && actor.User.Subject != "")
}

// setCookie keeps a value out of reach of scripts and of foreign pages.
func (p *Pages) setCookie(c *gin.Context, name, value, path string, keep time.Duration) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: int(keep / time.Second),
		HttpOnly: true, Secure: p.secure(), SameSite: http.SameSiteStrictMode,
	})
}

// ownPage lets through only addresses of the staff's own pages, so that a
// sign-in never leads elsewhere.
func ownPage(address string) string {
	if address != staffRoot && !strings.HasPrefix(address, staffRoot+"/") && !strings.HasPrefix(address, staffRoot+"?") ||
		strings.ContainsAny(address, "\\\r\n") {
		return staffRoot
	}
	return address
}
