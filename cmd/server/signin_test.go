package main

import (
	"encoding/base64"
	"html"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/oidc/oidctest"
	"aufruf/internal/web/staff"
)

// guest is a browser that keeps cookies, without its rules about sites.
type guest struct {
	*http.Client
	t *testing.T
}

func newVisitor(t *testing.T) guest {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return guest{&http.Client{Jar: jar}, t}
}

// page returns what an answer shows.
func (v guest) page(answer *http.Response, err error) string {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text strings.Builder
	if err := answer.Write(&text); err != nil {
		v.t.Fatal(err)
	}
	return text.String()
}

// onward returns where a page leads by itself.
func (v guest) onward(page string) string {
	v.t.Helper()
	_, rest, ok := strings.Cut(page, `content="0;url=`)
	address, _, _ := strings.Cut(rest, `"`)
	if !ok {
		v.t.Fatalf("leads nowhere:\n%s", page)
	}
	return html.UnescapeString(address)
}

// serveFor starts a server whose clerks sign in at a provider.
func (s site) serveFor(provider *oidctest.Provider) *serving {
	s.t.Helper()
	secret := s.path("oidc.secret")
	if err := os.WriteFile(secret, []byte(oidctest.ClientSecret+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return s.serve("--oidc-issuer", provider.Issuer, "--oidc-client-id", oidctest.ClientID,
		"--oidc-client-secret-file", secret, "--oidc-grant", "/Bürgerbüro=clerk@grimma-markt")
}

// The provider is away while the server starts, and found when it is needed.
func TestSignInAtAProviderThatComesLater(t *testing.T) {
	lena := oidctest.Person{ID: "a1b2", Name: "lena", Groups: []string{"/Bürgerbüro"}}
	provider := oidctest.Start(t, lena)
	s := newSite(t)
	running := s.serveFor(provider)
	v := newVisitor(t)
	if page := v.page(v.PostForm(running.url+"/staff/anmelden/dienst", nil)); !strings.Contains(page, "503 Service Unavailable") {
		t.Errorf("while it is away: got\n%s", page)
	}
	provider.Register(running.url+staff.ElsewhereReturn, running.url+staff.SignedOut)
	there := v.onward(v.page(v.PostForm(running.url+"/staff/anmelden/dienst", url.Values{"weiter": {"/staff/konto"}})))
	answer := provider.SignIn(t, there, lena.Name)
	next := v.onward(v.page(v.Get(running.url + staff.ElsewhereReturn + "?" + answer.Encode())))
	if page := v.page(v.Get(running.url + next)); !strings.Contains(page, "lena") || next != "/staff/konto" {
		t.Errorf("at %s: got\n%s", next, page)
	}
	if got := s.command("", "user", "list").ok(t); !strings.Contains(got, "lena") || !strings.Contains(got, "active, by OpenID Connect") {
		t.Errorf("accounts: got %q", got)
	}
	out := v.onward(v.page(v.PostForm(running.url+"/staff/abmelden", nil)))
	if got, want := provider.Leads(t, out), running.url+staff.SignedOut; got != want {
		t.Errorf("signed out at the provider, sent to %q, want %q", got, want)
	}
	log := running.stderr.String()
	for _, hidden := range []string{oidctest.ClientSecret, answer.Get("code"), answer.Get("state"), "lena"} {
		if strings.Contains(log, hidden) {
			t.Errorf("the log holds %q:\n%s", hidden, log)
		}
	}
}

func TestAGrantForAnUnknownBranchIsUsage(t *testing.T) {
	s := newSite(t)
	got := s.command("", "serve", "--listen", "127.0.0.1:0", "--mail", "dir:"+s.path("mail"),
		"--oidc-issuer", "https://id.example.org", "--oidc-client-id", "a", "--oidc-grant", "a=clerk@leipzig")
	if got.code != config.ExitUsage || !strings.Contains(got.stderr, "leipzig") {
		t.Errorf("got %d %q", got.code, got.stderr)
	}
}

// What the browser keeps while its person is at the provider says where to go
// afterwards. Whoever can write it, as a neighbouring host can, must not lead
// staff to a page that looks like ours.
func TestTheWayBackFromTheProviderLeadsNowhereElse(t *testing.T) {
	lena := oidctest.Person{ID: "a1b2", Name: "lena", Groups: []string{"/Bürgerbüro"}}
	provider := oidctest.Start(t, lena)
	running := newSite(t).serveFor(provider)
	provider.Register(running.url+staff.ElsewhereReturn, running.url+staff.SignedOut)
	for name, foreign := range map[string]bool{"its own answer": false, "a foreign one": true} {
		v := newVisitor(t)
		there := v.onward(v.page(v.PostForm(running.url+"/staff/anmelden/dienst", nil)))
		answer := provider.SignIn(t, there, lena.Name)
		v.rewrite(running.url, "aufruf_dienst", `"w":"/staff"`, `"w":"https://evil.example/staff"`)
		if foreign {
			answer.Set("state", "foreign")
		}
		page := v.page(v.Get(running.url + staff.ElsewhereReturn + "?" + answer.Encode()))
		if strings.Contains(page, "evil.example") || strings.Contains(page, "0;url=") { // it isn't what we signed
			t.Errorf("%s: got\n%s", name, page)
		}
	}
}

// rewrite changes what a cookie of ours holds.
func (v guest) rewrite(site, name, old, replacement string) {
	v.t.Helper()
	at, err := url.Parse(site)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.Jar.Cookies(at) {
		content, signature, _ := strings.Cut(c.Value, ".")
		raw, err := base64.RawURLEncoding.DecodeString(content)
		if c.Name != name || err != nil || !strings.Contains(string(raw), old) {
			continue
		}
		changed := strings.Replace(string(raw), old, replacement, 1)
		v.Jar.SetCookies(at, []*http.Cookie{{Name: name, Path: "/", Value: base64.RawURLEncoding.EncodeToString([]byte(changed)) + "." + signature}})
		return
	}
	v.t.Fatalf("no cookie %s holds %s", name, old)
}
