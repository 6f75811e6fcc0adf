package staff

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/oidc"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// Elsewhere is the town's own sign-in service. See oidc.RelyingParty for the
// errors.
type Elsewhere interface {
	Ready() bool
	Begin(ctx context.Context, how oidc.Asking) (oidc.Pending, string, error)
	Finish(ctx context.Context, p oidc.Pending, answer url.Values) (oidc.Identity, error)
	EndSession(back string) (page string, ok bool)
}

// ElsewhereReturn is where the sign-in service sends people back to.
const ElsewhereReturn = Root + "/anmelden/zurueck"

// SignedOut is where it sends people back to who signed out.
const SignedOut = Root + "/anmelden"

// pendingElsewhere is a sign-in that was begun, as its browser keeps it: signed,
// so that no answer to one that nobody began is taken to the service.
type pendingElsewhere struct {
	oidc.Pending
	Next  string    `json:"w"`
	Begun time.Time `json:"t"`
	// Replaces is the session that the new one takes the place of: its own cookie
	// doesn't come along from another site.
	Replaces string `json:"r,omitempty"`
}

const (
	elsewhereCookie = "aufruf_dienst"
	pendingPurpose  = "pending sign-in" // what its signature is made for
)

// elsewhereCookie keeps a pending sign-in. The answer comes from another site,
// hence Lax.
func (s *Pages) elsewhereCookie(value string, keep time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: visitor.CookieName(elsewhereCookie, s.Frame.Secure()), Value: value, Path: "/", MaxAge: int(keep / time.Second),
		HttpOnly: true, Secure: s.Frame.Secure(), SameSite: http.SameSiteLaxMode,
	}
}

// beginElsewhere leads to the sign-in service.
func (s *Pages) beginElsewhere(c *gin.Context) error {
	next := ownPage(c.PostForm("weiter"))
	how := oidc.AsUsual
	if s.app.Access.LocksAnywhere() { // whoever sits down at a desk that was left is signed in there as the one who left
		how = oidc.Anew
	}
	pending, page, err := s.elsewhere.Begin(c.Request.Context(), how)
	if err != nil {
		return s.refuseElsewhere(c, next, err)
	}
	kept, err := s.sealed(pendingElsewhere{pending, next, s.app.Access.Now(), s.Frame.Cookie(c, visitor.StaffCookie)})
	if err != nil {
		return err
	}
	http.SetCookie(c.Writer, s.elsewhereCookie(kept, oidc.PendingTime))
	return s.onward(c, "staff.signin.leaving", page)
}

// finishElsewhere opens a session of whoever the sign-in service sends back.
// What is pending ends here, whatever comes of it.
func (s *Pages) finishElsewhere(c *gin.Context) error {
	page.Private(c)
	pending := s.pendingElsewhere(c)
	http.SetCookie(c.Writer, s.elsewhereCookie("", -time.Second))
	from, err := s.Frame.From(c, s.app.Access)
	if err != nil {
		return err
	}
	from.Replaces = pending.Replaces
	token, session, err := s.askElsewhere(c, pending, from)
	if err != nil {
		return s.refuseElsewhere(c, pending.Next, err)
	}
	s.Frame.SetCookie(c, visitor.StaffCookie, token, "/", session.Expires.Sub(session.Created))
	s.Frame.KnowBrowser(c, from)
	return s.onward(c, "staff.signin.arriving", pending.Next)
}

// askElsewhere asks the sign-in service who the browser's answer names, once for
// each sign-in that was begun here, and opens their session.
func (s *Pages) askElsewhere(c *gin.Context, pending pendingElsewhere, from access.From) (string, ledger.Session, error) {
	ctx := c.Request.Context()
	if !oidc.Fits(pending.Pending, c.Request.URL.Query()) {
		return "", ledger.Session{}, oidc.ErrState
	}
	if err := s.app.Access.MayAskElsewhere(ctx, pending.State, from); err != nil {
		return "", ledger.Session{}, err
	}
	who, err := s.elsewhere.Finish(ctx, pending.Pending, c.Request.URL.Query())
	if err != nil {
		return "", ledger.Session{}, err
	}
	token, session, err := s.app.Access.SignInProven(ctx, s.grants, access.Proven{
		Subject: who.Issuer + " " + who.Subject, Name: who.Name, Groups: who.Groups, Once: pending.State, From: from,
	})
	if problem.Is(err, "session.no_role") && !who.Claimed {
		err = problem.Of(err).Because(errNoClaim)
	}
	return token, session, err
}

// pendingElsewhere is what a browser keeps of a sign-in; one that wasn't begun
// here, or too long ago, is none.
func (s *Pages) pendingElsewhere(c *gin.Context) pendingElsewhere {
	var pending pendingElsewhere
	kept := s.Frame.Cookie(c, elsewhereCookie)
	raw, ok := s.app.Access.Unsigned(pendingPurpose, kept)
	if !ok || json.Unmarshal(raw, &pending) != nil || s.app.Access.Now().Sub(pending.Begun) > oidc.PendingTime {
		pending = pendingElsewhere{}
	}
	pending.Next = ownPage(pending.Next)
	return pending
}

func (s *Pages) sealed(pending pendingElsewhere) (string, error) {
	raw, err := json.Marshal(pending)
	return s.app.Access.Signed(pendingPurpose, raw), err
}

// errNoClaim: the provider doesn't say which groups somebody is in.
var errNoClaim = errors.New("no claim of groups")

// refusals are why a sign-in at the service fails: what the page says, and what
// the logs call it.
var refusals = []struct {
	cause  error
	says   *problem.Error
	reason string
}{
	{oidc.ErrUnreachable, problem.New(problem.Unavailable, "session.elsewhere_away"), "provider_away"},
	{oidc.ErrState, problem.New(problem.Malformed, "session.elsewhere_foreign"), "foreign_answer"},
	{oidc.ErrRefused, problem.New(problem.Unauthenticated, "session.elsewhere_refused"), "provider_refused"},
	{oidc.ErrToken, problem.New(problem.Unauthenticated, "session.elsewhere_refused"), "token_invalid"},
	{errNoClaim, problem.New(problem.Forbidden, "session.no_role"), "no_claim"},
}

// reasons are those that are told apart by what the page says.
var reasons = map[string]string{"session.no_role": "no_group", "session.disabled": "disabled", "session.used": "used"}

// whyNot returns what a page says of a sign-in that failed, and what the logs
// call it.
func whyNot(err error) (*problem.Error, string) {
	for _, r := range refusals {
		if errors.Is(err, r.cause) {
			return r.says, r.reason
		}
	}
	e := problem.Of(err)
	return e, reasons[e.Key]
}

// refuseElsewhere says on the sign-in page why nobody is signed in, and the
// reason in the logs: it holds neither person nor secret.
func (s *Pages) refuseElsewhere(c *gin.Context, next string, err error) error {
	refused, reason := whyNot(err)
	ctx, e := c.Request.Context(), access.Event{Name: access.EventSignInRefused, Way: access.ByProvider, Detail: reason, Address: c.ClientIP()}
	switch {
	case reason != "":
		s.app.Access.Refuse(ctx, e)
		s.Frame.Log.WarnContext(ctx, "sign-in by OpenID Connect failed", "why", reason, "reason", err)
	case refused.Kind == problem.TooMany:
		e.Name = access.EventSignInSlowed
		s.app.Access.Refuse(ctx, e)
	}
	s.Frame.LogInternal(c, refused)
	page.RetryAfter(c, refused)
	view := signInView{Next: next, Error: s.Frame.Page(c).Problem(refused)}
	if refused.Kind == problem.Forbidden { // the wrong person, perhaps: the service would name the same again
		view.Switch, _ = s.elsewhere.EndSession(s.Frame.Base + SignedOut)
	}
	return s.showSignIn(c, refused.Kind.Status(), view)
}

// onwardView leads to another page by itself.
type onwardView struct {
	*View
	Next string
}

// onward answers with a page that leads on. A redirect would not do: browsers
// hold one that leads from a form to another site against form-action, and
// leave a Strict cookie out of one that began at another site.
func (s *Pages) onward(c *gin.Context, title, next string) error {
	v := s.NewView(c, title)
	v.Nav, v.User, v.Languages = nil, "", nil
	return s.Show(c, http.StatusOK, "onward", onwardView{v, next})
}

// leave takes the session's cookie and leads to the sign-in, by way of the
// sign-in service for whoever came from there.
func (s *Pages) leave(c *gin.Context, linked bool) error {
	s.Frame.SetCookie(c, visitor.StaffCookie, "", "/", -time.Second)
	if linked && s.elsewhere != nil {
		if page, ok := s.elsewhere.EndSession(s.Frame.Base + SignedOut); ok {
			return s.onward(c, "staff.signin.signing_out", page)
		}
	}
	return page.SeeOther(c, SignedOut)
}
