package web_test

import (
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/oidc"
	"aufruf/internal/oidc/oidctest"
	"aufruf/internal/town"
	"aufruf/internal/web"
	"aufruf/internal/web/staff"
	"aufruf/test/browser"
)

// elsewhere is an office whose staff sign in at the town's own service, at
// another site.
type elsewhere struct {
	*house
	base     string
	provider *oidctest.Provider
	logged   *strings.Builder
	pending  *http.Cookie
}

func openElsewhere(t *testing.T, persons ...oidctest.Person) *elsewhere {
	t.Helper()
	e := &elsewhere{house: openOffice(t), logged: new(strings.Builder)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.router.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	e.base = server.URL
	e.provider = oidctest.Start(t, persons...)
	e.provider.Register(e.base+staff.ElsewhereReturn, e.base+staff.SignedOut)
	log := slog.New(slog.NewTextHandler(e.logged, nil))
	e.router = gin.New()
	e.mounts(e.router, web.Deps{
		Log: log, BaseURL: e.base,
		Elsewhere: oidc.New(oidc.Config{
			Issuer: e.provider.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Claim: "groups",
			RedirectURL: e.base + staff.ElsewhereReturn, Log: log,
		}),
		Grants: access.Grants{{Group: "/Bürgerbüro", Role: ledger.RoleClerk, Branches: []town.BranchID{markt}}},
	})
	return e
}

// begins presses the button, and returns the page that it leads to.
func (e *elsewhere) begins() string {
	e.t.Helper()
	answer := e.post("/staff/anmelden/dienst", "weiter", "/staff/platz")
	wantStatus(e.t, answer, http.StatusOK)
	e.pending = cookieNamed(e.t, answer, "aufruf_dienst")
	_, rest, _ := strings.Cut(answer.Body.String(), `content="0;url=`)
	page, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(page)
}

// returns brings an answer back, as the browser that keeps the pending cookie.
func (e *elsewhere) returns(answer url.Values) *httptest.ResponseRecorder {
	e.t.Helper()
	e.cookie = e.pending
	defer func() { e.cookie = nil }()
	return e.get(staff.ElsewhereReturn + "?" + answer.Encode())
}

var lenaThere = oidctest.Person{ID: "a1b2", Name: "lena.k", Groups: []string{"/Bürgerbüro"}}

func TestSignInAtTheTownsService(t *testing.T) {
	e := openElsewhere(t, lenaThere)
	wantText(t, e.get("/staff/anmelden"), "Mit dem Dienstkonto anmelden", "Mit Name und Kennwort")
	page := e.begins()
	if e.pending.SameSite != http.SameSiteLaxMode || !e.pending.HttpOnly || e.pending.MaxAge > 600 {
		t.Errorf("pending cookie: got %+v", e.pending)
	}
	there := e.provider.SignIn(t, page, lenaThere.Name)
	back := e.returns(there)
	wantStatus(t, back, http.StatusOK)
	wantText(t, back, `content="0;url=/staff/platz"`)
	if got, want := back.Header().Get("Referrer-Policy"), "no-referrer"; got != want {
		t.Errorf("referrer policy: got %q, want %q", got, want)
	}
	if got := cookieNamed(t, back, "aufruf_dienst"); got.MaxAge >= 0 {
		t.Errorf("the pending cookie stays: %+v", got)
	}
	session := cookieNamed(t, back, "aufruf_staff")
	if session.SameSite != http.SameSiteStrictMode || !session.HttpOnly {
		t.Errorf("session cookie: got %+v", session)
	}

	again := e.returns(there)
	wantStatus(t, again, http.StatusUnauthorized)
	wantText(t, again, "Diese Anmeldung ist schon verbraucht.")

	e.cookie = session
	wantText(t, e.get("/staff/platz"), "lena.k")
	wantText(t, e.get("/staff/konto"), "Sie melden sich mit dem Dienstkonto an.")
	wantStatus(t, e.get("/staff/nerchau/platz-1"), http.StatusForbidden)
	out := e.post("/staff/abmelden")
	wantText(t, out, e.provider.Issuer, "post_logout_redirect_uri")
	wantStatus(t, e.get("/staff/platz"), http.StatusSeeOther)
	for _, secret := range []string{oidctest.ClientSecret, there.Get("code"), there.Get("state"), "lena"} {
		if strings.Contains(e.logged.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, e.logged)
		}
	}
}

func TestAnAnswerWithoutItsPendingSignInIsRefused(t *testing.T) {
	e := openElsewhere(t, lenaThere)
	there := e.provider.SignIn(t, e.begins(), lenaThere.Name)
	own := e.pending
	for name, cookie := range map[string]*http.Cookie{
		"none": nil, "spoilt": {Name: own.Name, Value: "~"}, "empty": {Name: own.Name, Value: "e30"}, "of another sign-in": func() *http.Cookie { e.begins(); return e.pending }(),
	} {
		e.pending = cookie
		answer := e.returns(there)
		if got, want := answer.Code, http.StatusBadRequest; got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
		wantText(t, answer, "nicht in diesem Browser begonnen")
		wantNoText(t, answer, there.Get("code"))
	}
	e.pending = own
	wantStatus(t, e.returns(there), http.StatusOK) // nothing of this has used it up
}

func TestAPersonWithoutARoleIsToldSo(t *testing.T) {
	e := openElsewhere(t, oidctest.Person{ID: "c3", Name: "max", Groups: []string{"/Feuerwehr"}})
	answer := e.returns(e.provider.SignIn(t, e.begins(), "max"))
	wantStatus(t, answer, http.StatusForbidden)
	if !strings.Contains(e.logged.String(), "no_group") {
		t.Errorf("the log doesn't say that no group counts:\n%s", e.logged)
	}
	wantText(t, answer, "hat in diesem Programm noch keine Rolle", `name="kennwort"`, "Ein anderes Dienstkonto nehmen", "post_logout_redirect_uri")
}

func TestASignInServiceThatIsAwayStopsNobody(t *testing.T) {
	e := openElsewhere(t, lenaThere)
	e.hires("jana", ledger.RoleClerk)
	e.provider.SetAway(true)
	wantText(t, e.get("/staff/anmelden"), "antwortet zurzeit nicht")
	tried := e.post("/staff/anmelden/dienst")
	wantStatus(t, tried, http.StatusServiceUnavailable)
	wantText(t, tried, "Der Anmeldedienst der Verwaltung antwortet nicht.")
	wantRedirect(t, e.post("/staff/anmelden", "name", "jana", "kennwort", password), "/staff")
	e.provider.SetAway(false)
	e.begins()
	wantNoText(t, e.get("/staff/anmelden"), "antwortet zurzeit nicht")
}

func TestWithoutASignInServiceThereIsNoButton(t *testing.T) {
	o := openOffice(t)
	wantNoText(t, o.get("/staff/anmelden"), "Dienstkonto")
	wantStatus(t, o.post("/staff/anmelden/dienst"), http.StatusNotFound)
}

// The whole way in a browser, whose cookies know sites: there, back, and out.
func TestSignInAtTheTownsServiceInABrowser(t *testing.T) {
	for _, noScript := range []bool{false, true} {
		e := openElsewhere(t, lenaThere)
		tab := browser.Open(t).Tab(t, browser.View{Width: 1366, Height: 768, NoScript: noScript})
		tab.Open(e.base + "/staff/platz")
		tab.CheckAccessible("signin")
		tab.Picture("signin")
		tab.Do("choose the work account", chromedp.Click(chromedp.CSS("form[action$=dienst] button"), chromedp.NodeVisible))
		tab.AwaitText("h1", "Dienstkonto")
		tab.Type("#username", lenaThere.Name)
		tab.Type("#password", oidctest.Password)
		tab.Do("sign in there", chromedp.Click(chromedp.CSS("button"), chromedp.NodeVisible))
		tab.AwaitText("header", lenaThere.Name)
		if got, want := tab.Path(), "/staff/platz"; got != want {
			t.Errorf("arrived at %q, want %q", got, want)
		}
		tab.Do("sign out", chromedp.Click(chromedp.CSS("form[action$=abmelden] button"), chromedp.NodeVisible))
		tab.AwaitText("h1", "Anmelden")
		tab.Open(e.base + "/staff/platz")
		tab.AwaitText("h1", "Anmelden")
	}
}

// Who sits down at a desk that was left is signed in at the service as the one who
// left: a locked session asks for a fresh sign-in there, and what was typed goes on
// with it.
func TestALockedSessionOfTheServiceAsksThereAnew(t *testing.T) {
	e := openElsewhere(t, lenaThere)
	signsIn := func() *httptest.ResponseRecorder {
		page := e.begins()
		return e.returns(e.provider.SignIn(t, page, lenaThere.Name))
	}
	e.cookie = cookieNamed(t, signsIn(), "aufruf_staff")
	e.locks()
	e.idle()
	locked := e.post(deskOne+"/befehl", "id", "eins", "type", "pause")
	wantStatus(t, locked, http.StatusUnauthorized)
	wantText(t, locked, "Mit dem Dienstkonto anmelden", "/staff/anmelden/dienst")
	wantNoText(t, locked, `type="password"`)
	wantStatus(t, e.post("/staff/sperre", "sperre-kennwort", "irgendeines"), http.StatusConflict)
	kept := sealedForm.FindStringSubmatch(locked.Body.String())[1]

	asks := e.begins()
	for _, want := range []string{"prompt=login", "max_age=0"} {
		if !strings.Contains(asks, want) {
			t.Errorf("the service is asked without %s: %s", want, asks)
		}
	}
	e.provider.Tamper(func(claims map[string]any) { claims["auth_time"] = 1_600_000_000 })
	wantStatus(t, signsIn(), http.StatusUnauthorized)
	e.provider.Tamper(nil)
	in := signsIn()
	wantStatus(t, in, http.StatusOK)
	e.cookie = cookieNamed(t, in, "aufruf_staff")
	wantRedirect(t, e.post(deskOne+"/befehl", "sperre-eingabe", kept), deskOne+"?getan=pause")
}
