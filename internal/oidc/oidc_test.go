package oidc_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/oidc"
	"aufruf/internal/oidc/oidctest"
)

const (
	callback  = "http://127.0.0.1:9/staff/anmelden/zurueck"
	signedOut = "http://127.0.0.1:9/staff/anmelden"
)

var lena = oidctest.Person{ID: "a1b2", Name: "lena.k", Groups: []string{"/Bürgerbüro", "/Feuerwehr"}}

func config(t *testing.T, p *oidctest.Provider) oidc.Config {
	return oidc.Config{
		Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Claim: "groups", RedirectURL: callback,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

func start(t *testing.T) *oidctest.Provider {
	p := oidctest.Start(t, lena)
	p.Register(callback, signedOut)
	return p
}

// signIn goes the whole way, up to the answer that the browser brings back.
func signIn(t *testing.T, rp *oidc.RelyingParty, p *oidctest.Provider) (oidc.Pending, url.Values) {
	t.Helper()
	pending, page, err := rp.Begin(t.Context(), oidc.AsUsual)
	if err != nil {
		t.Fatal(err)
	}
	return pending, p.SignIn(t, page, lena.Name)
}

func TestASignInTellsWhoItIs(t *testing.T) {
	p := start(t)
	rp := oidc.New(config(t, p))
	pending, answer := signIn(t, rp, p)
	got, err := rp.Finish(t.Context(), pending, answer)
	if err != nil {
		t.Fatal(err)
	}
	want := oidc.Identity{Issuer: p.Issuer, Subject: lena.ID, Name: lena.Name, Groups: lena.Groups, Claimed: true}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	_, err = rp.Finish(t.Context(), pending, answer)
	if !errors.Is(err, oidc.ErrRefused) {
		t.Errorf("the same answer again: got %v, want ErrRefused", err)
	}
}

func TestAnAnswerToNoSignInOfThisBrowserIsRefused(t *testing.T) {
	p := start(t)
	rp := oidc.New(config(t, p))
	pending, answer := signIn(t, rp, p)
	other, _, err := rp.Begin(t.Context(), oidc.AsUsual)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		pending oidc.Pending
		answer  url.Values
		want    error
	}{
		"of another sign-in": {other, answer, oidc.ErrState},
		"of none":            {oidc.Pending{}, answer, oidc.ErrState},
		"without state":      {oidc.Pending{}, url.Values{"code": answer["code"]}, oidc.ErrState},
		"with another proof": {oidc.Pending{State: pending.State, Nonce: pending.Nonce, Verifier: other.Verifier}, answer, oidc.ErrRefused},
		"a refusal":          {pending, url.Values{"state": {pending.State}, "error": {"access_denied"}}, oidc.ErrRefused},
		"without code":       {pending, url.Values{"state": {pending.State}}, oidc.ErrRefused},
	}
	for name, tt := range tests {
		if _, err := rp.Finish(t.Context(), tt.pending, tt.answer); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
}

func TestATokenThatProvesNothingIsRefused(t *testing.T) {
	p := start(t)
	rp := oidc.New(config(t, p))
	tests := map[string]func(claims map[string]any){
		"wrong nonce":      func(c map[string]any) { c["nonce"] = "another" },
		"no nonce":         func(c map[string]any) { delete(c, "nonce") },
		"expired":          func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
		"not yet valid":    func(c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() },
		"wrong audience":   func(c map[string]any) { c["aud"] = []string{"another"} },
		"another party":    func(c map[string]any) { c["azp"] = "another" },
		"several, nobody":  func(c map[string]any) { c["aud"] = []string{"another", oidctest.ClientID}; delete(c, "azp") },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://id.example" },
		"no subject":       func(c map[string]any) { c["sub"] = "" },
		"subject no text":  func(c map[string]any) { c["sub"] = 7 },
		"NUL in subject":   func(c map[string]any) { c["sub"] = "a\x00b" },
		"nothing at all":   func(c map[string]any) { clear(c) },
		"audience is null": func(c map[string]any) { c["aud"] = nil },
	}
	for name, change := range tests {
		p.Tamper(change)
		pending, answer := signIn(t, rp, p)
		if got, err := rp.Finish(t.Context(), pending, answer); !errors.Is(err, oidc.ErrToken) {
			t.Errorf("%s: got %+v, %v; want ErrToken", name, got, err)
		}
	}
}

func TestAForeignSignatureIsRefused(t *testing.T) {
	p := start(t)
	rp := oidc.New(config(t, p))
	p.Forge()
	pending, answer := signIn(t, rp, p)
	if got, err := rp.Finish(t.Context(), pending, answer); !errors.Is(err, oidc.ErrToken) {
		t.Errorf("got %+v, %v; want ErrToken", got, err)
	}
}

func TestAWrongSecretIsRefused(t *testing.T) {
	p := start(t)
	c := config(t, p)
	c.ClientSecret = "another"
	rp := oidc.New(c)
	pending, answer := signIn(t, rp, p)
	if _, err := rp.Finish(t.Context(), pending, answer); !errors.Is(err, oidc.ErrRefused) {
		t.Errorf("got %v, want ErrRefused", err)
	}
}

func TestAProviderThatIsAwayIsAskedAgain(t *testing.T) {
	p := start(t)
	p.SetAway(true)
	rp := oidc.New(config(t, p))
	if _, _, err := rp.Begin(t.Context(), oidc.AsUsual); !errors.Is(err, oidc.ErrUnreachable) || rp.Ready() {
		t.Fatalf("got %v, ready %v; want ErrUnreachable", err, rp.Ready())
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	found := make(chan error, 1)
	go func() { found <- rp.Run(ctx) }()
	p.SetAway(false)
	if err := <-found; err != nil || !rp.Ready() {
		t.Fatalf("got %v, ready %v; want it found", err, rp.Ready())
	}
	pending, answer := signIn(t, rp, p)
	p.SetAway(true)
	if _, err := rp.Finish(t.Context(), pending, answer); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("away in the middle: got %v, want ErrUnreachable", err)
	}
}

func TestTheProvidersSessionEndsToo(t *testing.T) {
	p := start(t)
	rp := oidc.New(config(t, p))
	if page, ok := rp.EndSession(signedOut); ok {
		t.Errorf("before discovery: got %q", page)
	}
	if _, _, err := rp.Begin(t.Context(), oidc.AsUsual); err != nil {
		t.Fatal(err)
	}
	page, ok := rp.EndSession(signedOut)
	if !ok {
		t.Fatal("no page to end the session")
	}
	if got, want := p.Leads(t, page), signedOut; got != want {
		t.Errorf("leads to %q, want %q", got, want)
	}
}

func TestAddressesThatASecretMayBeSentTo(t *testing.T) {
	tests := map[string]bool{
		"https://id.example/realms/rathaus": true, "http://localhost:8080": true, "http://127.0.0.1": true, "http://[::1]:1": true,
		"http://id.example": false, "ftp://id.example": false, "id.example": false, "https://name:word@id.example": false, "": false,
	}
	for address, want := range tests {
		if got := oidc.Address(address) == nil; got != want {
			t.Errorf("%q: got %v, want %v", address, got, want)
		}
	}
}

// TestNobodyIsSentToAProviderThatWentAwayLater: once found, it was taken to be
// there, and the browser was sent into nothing.
func TestNobodyIsSentToAProviderThatWentAwayLater(t *testing.T) {
	p := start(t)
	c, now := config(t, p), time.Now()
	c.Now = func() time.Time { return now }
	rp := oidc.New(c)
	begins := func() error { _, _, err := rp.Begin(t.Context(), oidc.AsUsual); return err }
	if err := begins(); err != nil || !rp.Ready() {
		t.Fatalf("got %v, ready %v", err, rp.Ready())
	}
	p.SetAway(true)
	if err := begins(); err != nil {
		t.Errorf("an answer stands for a while: got %v", err)
	}
	now = now.Add(11 * time.Second)
	if err := begins(); !errors.Is(err, oidc.ErrUnreachable) || rp.Ready() {
		t.Errorf("got %v, ready %v; want ErrUnreachable", err, rp.Ready())
	}
	p.SetAway(false)
	if err := begins(); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("it is asked again only after two seconds: got %v", err)
	}
	now = now.Add(3 * time.Second)
	if err := begins(); err != nil || !rp.Ready() {
		t.Errorf("back again: got %v, ready %v", err, rp.Ready())
	}
}
