package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/oidc"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
)

// Elsewhere is the town's own sign-in service. See oidc.RelyingParty for the
// errors.
type Elsewhere interface {
	Ready() bool
	Begin(ctx context.Context) (oidc.Pending, string, error)
	Finish(ctx context.Context, p oidc.Pending, answer url.Values) (oidc.Identity, error)
	EndSession(back string) (page string, ok bool)
}

// ElsewhereReturn is where the sign-in service sends people back to.
const ElsewhereReturn = staffRoot + "/anmelden/zurueck"

// SignedOut is where it sends people back to who signed out.
const SignedOut = staffRoot + "/anmelden"

// pendingElsewhere is a sign-in that was begun, as its browser keeps it.
type pendingElsewhere struct {
	oidc.Pending
	Next string `json:"w"`
}

// elsewhereCookie keeps a pending sign-in. The answer comes from another site,
// hence Lax. Where pages are encrypted the prefix keeps neighbouring hosts from
// setting it.
func (s *Staff) elsewhereCookie(value string, keep time.Duration) *http.Cookie {
	name := "aufruf_dienst"
	if s.secure() {
		name = "__Host-" + name
	}
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(keep / time.Second),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	}
}

// beginElsewhere leads to the sign-in service.
func (s *Staff) beginElsewhere(c *gin.Context) {
	next := ownPage(c.PostForm("weiter"))
	pending, page, err := s.elsewhere.Begin(c.Request.Context())
	if err != nil {
		s.refuseElsewhere(c, next, err)
		return
	}
	raw, err := json.Marshal(pendingElsewhere{pending, next})
	if err != nil {
		s.fail(c, err)
		return
	}
	http.SetCookie(c.Writer, s.elsewhereCookie(base64.RawURLEncoding.EncodeToString(raw), oidc.PendingTime))
	s.onward(c, "staff.signin.leaving", page)
}

// finishElsewhere opens a session of whoever the sign-in service sends back.
// What is pending ends here, whatever comes of it.
func (s *Staff) finishElsewhere(c *gin.Context) {
	private(c)
	pending := s.pendingElsewhere(c)
	http.SetCookie(c.Writer, s.elsewhereCookie("", -time.Second))
	ctx := c.Request.Context()
	who, err := s.elsewhere.Finish(ctx, pending.Pending, c.Request.URL.Query())
	if err != nil {
		s.refuseElsewhere(c, pending.Next, err)
		return
	}
	token, session, err := s.desk.SignInProven(ctx, s.grants, app.Proven{
		Subject: who.Issuer + " " + who.Subject, Name: who.Name, Groups: who.Groups, Once: pending.State,
	})
	if err != nil {
		s.refuseElsewhere(c, pending.Next, err)
		return
	}
	s.setCookie(c, visitor.StaffCookie, token, "/", session.Expires.Sub(session.Created))
	s.onward(c, "staff.signin.arriving", pending.Next)
}

func (s *Staff) pendingElsewhere(c *gin.Context) pendingElsewhere {
	var pending pendingElsewhere
	kept, _ := c.Cookie(s.elsewhereCookie("", 0).Name)
	if raw, err := base64.RawURLEncoding.DecodeString(kept); err != nil || json.Unmarshal(raw, &pending) != nil {
		pending = pendingElsewhere{}
	}
	pending.Next = ownPage(pending.Next)
	return pending
}

// refuseElsewhere says on the sign-in page why nobody is signed in, and the
// reason in the log: it holds neither person nor secret.
func (s *Staff) refuseElsewhere(c *gin.Context, next string, err error) {
	refused := problem.Of(err)
	for cause, known := range map[error]*problem.Error{
		oidc.ErrUnreachable: problem.New(problem.Unavailable, "session.elsewhere_away"),
		oidc.ErrState:       problem.New(problem.Malformed, "session.elsewhere_foreign"),
		oidc.ErrRefused:     problem.New(problem.Unauthenticated, "session.elsewhere_refused"),
		oidc.ErrToken:       problem.New(problem.Unauthenticated, "session.elsewhere_refused"),
	} {
		if errors.Is(err, cause) {
			refused = known
			s.log.WarnContext(c.Request.Context(), "sign-in by OpenID Connect failed", "reason", err)
		}
	}
	s.logInternal(c, refused)
	view := signInView{Next: next, Error: s.page(c).Problem(refused)}
	if refused.Kind == problem.Forbidden { // the wrong person, perhaps: the service would name the same again
		view.Switch, _ = s.elsewhere.EndSession(s.base + SignedOut)
	}
	s.showSignIn(c, refused.Kind.Status(), view)
}

// onwardView leads to another page by itself.
type onwardView struct {
	*staffPage
	Next string
}

// onward answers with a page that leads on. A redirect would not do: browsers
// hold one that leads from a form to another site against form-action, and
// leave a Strict cookie out of one that began at another site.
func (s *Staff) onward(c *gin.Context, title, next string) {
	v := s.staffPage(c, title)
	v.Nav, v.User, v.Languages = nil, "", nil
	s.show(c, http.StatusOK, "onward", onwardView{v, next})
}

// leave takes the session's cookie and leads to the sign-in, by way of the
// sign-in service for whoever came from there.
func (s *Staff) leave(c *gin.Context, linked bool) {
	s.setCookie(c, visitor.StaffCookie, "", "/", -time.Second)
	if linked && s.elsewhere != nil {
		if page, ok := s.elsewhere.EndSession(s.base + SignedOut); ok {
			s.onward(c, "staff.signin.signing_out", page)
			return
		}
	}
	c.Redirect(http.StatusSeeOther, SignedOut)
}
