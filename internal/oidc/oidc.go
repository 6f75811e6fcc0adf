// Package oidc lets staff sign in at the town's own OpenID provider (Keycloak,
// Entra ID): OpenID Connect Core 1.0, authorization code flow with PKCE. It
// proves who somebody is and what groups they are in; it decides no rights,
// keeps no tokens and knows no user of ours.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Why a sign-in failed. What they are wrapped in names no person and no
// secret, so it may be logged.
var (
	// ErrUnreachable: the provider doesn't answer.
	ErrUnreachable = errors.New("the OpenID provider does not answer")
	// ErrRefused: the provider, or the person there, said no.
	ErrRefused = errors.New("the OpenID provider refused")
	// ErrState: the answer belongs to no sign-in that this browser began.
	ErrState = errors.New("the answer belongs to no sign-in of this browser")
	// ErrToken: what the provider says proves nothing.
	ErrToken = errors.New("the ID token proves nothing")
)

// PendingTime is how long a person may take at the provider.
const PendingTime = 10 * time.Minute

const (
	callWithin = 10 * time.Second // each request to the provider
	maxCalls   = 4                // at once
	firstRetry = time.Second
	longRetry  = time.Minute
)

// Config says where people sign in, and as what this program is known there.
type Config struct {
	Issuer       string // https, or http on a loopback address
	ClientID     string
	ClientSecret string   // empty: a public client
	Scopes       []string // beside openid and profile
	Claim        string   // that lists the groups; "a.b": member b of object a
	RedirectURL  string   // where the provider sends people back to
	Log          *slog.Logger
	Now          func() time.Time // nil: time.Now, whatever clock the town hall runs on
}

// RelyingParty is this program as the provider sees it. It is safe for
// concurrent use.
type RelyingParty struct {
	Config
	client   *http.Client
	calls    chan struct{}
	provider atomic.Pointer[provider] // nil: not discovered yet
	seen     answering
}

// provider is what its discovery document says.
type provider struct {
	oauth      oauth2.Config
	verifier   *oidc.IDTokenVerifier
	endSession string // empty: not offered
}

// New returns a relying party that knows nothing of its provider yet.
func New(c Config) *RelyingParty {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &RelyingParty{Config: c, client: &http.Client{Timeout: callWithin}, calls: make(chan struct{}, maxCalls)}
}

// Run looks for the provider until it is found or ctx ends: one that is down
// when this program starts keeps nobody from working.
func (rp *RelyingParty) Run(ctx context.Context) error {
	for wait := firstRetry; ; wait = min(2*wait, longRetry) {
		_, err := rp.discovered(ctx)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		rp.Log.WarnContext(ctx, "sign-in by OpenID Connect is not possible yet", "issuer", rp.Issuer, "error", err)
		again := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			again.Stop()
			return nil
		case <-again.C:
		}
	}
}

// Ready reports whether the provider was found, and answered when it was looked
// at last.
func (rp *RelyingParty) Ready() bool { return rp.provider.Load() != nil && !rp.seen.away(rp.Now()) }

// discovered returns the provider; it asks only until it was found once.
func (rp *RelyingParty) discovered(ctx context.Context) (*provider, error) {
	if known := rp.provider.Load(); known != nil {
		return known, nil
	}
	if err := rp.enter(ctx); err != nil {
		return nil, err
	}
	defer rp.exit()
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, rp.client), rp.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: discovery: %.200v", ErrUnreachable, err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: discovery: %w", ErrUnreachable, err)
	}
	p := &provider{
		oauth: oauth2.Config{
			ClientID: rp.ClientID, ClientSecret: rp.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: rp.RedirectURL,
			Scopes: append([]string{oidc.ScopeOpenID, "profile"}, rp.Scopes...),
		},
		verifier: found.Verifier(&oidc.Config{ClientID: rp.ClientID, Now: rp.Now}),
	}
	if Address(p.oauth.Endpoint.AuthURL) != nil || Address(p.oauth.Endpoint.TokenURL) != nil {
		return nil, fmt.Errorf("%w: its addresses are not encrypted", ErrUnreachable)
	}
	if Address(more.EndSession) == nil {
		p.endSession = more.EndSession
	}
	rp.provider.Store(p)
	return p, nil
}

// enter bounds how many requests wait for the provider at once.
func (rp *RelyingParty) enter(ctx context.Context) error {
	select {
	case rp.calls <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrUnreachable, ctx.Err())
	}
}

func (rp *RelyingParty) exit() { <-rp.calls }

// Pending is a sign-in that was begun. The browser that began it keeps it,
// out of reach of scripts and of other sites.
type Pending struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"` // of PKCE, RFC 7636
	// Since is the instant, in seconds, before which nobody may have signed in
	// there; 0: whenever.
	Since int64 `json:"a,omitempty"`
}

// Asking is how the provider is asked who somebody is.
type Asking uint8

// The ways to ask.
const (
	AsUsual Asking = iota // whoever is signed in there, is
	Anew                  // they prove it again, though they are signed in there
)

// clockSkew is how far the provider's clock may be behind ours.
const clockSkew = time.Minute

// Begin starts a sign-in and returns the provider's page for it, if the provider
// answers now: else the browser would be sent into nothing. Errors:
// ErrUnreachable.
func (rp *RelyingParty) Begin(ctx context.Context, how Asking) (Pending, string, error) {
	found, err := rp.discovered(ctx)
	if err != nil {
		return Pending{}, "", err
	}
	if err := rp.mustAnswer(ctx); err != nil {
		return Pending{}, "", err
	}
	p := Pending{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	with := []oauth2.AuthCodeOption{oidc.Nonce(p.Nonce), oauth2.S256ChallengeOption(p.Verifier)}
	if how == Anew {
		p.Since = rp.Now().Add(-clockSkew).Unix()
		with = append(with, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return p, found.oauth.AuthCodeURL(p.State, with...), nil
}

// Identity is who somebody is by the provider's word.
type Identity struct {
	Issuer  string
	Subject string // with Issuer: never changes, never given to another
	Name    string // what the provider calls the person; it proves nothing
	Groups  []string
	Claimed bool // the provider says which groups, be it none
}

// Fits reports whether an answer belongs to a sign-in that was begun.
func Fits(p Pending, answer url.Values) bool {
	return p.State != "" && subtle.ConstantTimeCompare([]byte(p.State), []byte(answer.Get("state"))) == 1
}

// Finish checks the answer that a browser brings back to the sign-in that it
// keeps, and asks the provider who it is. Errors: ErrState, ErrRefused,
// ErrToken, ErrUnreachable.
func (rp *RelyingParty) Finish(ctx context.Context, p Pending, answer url.Values) (Identity, error) {
	if !Fits(p, answer) {
		return Identity{}, ErrState
	}
	if reason := answer.Get("error"); reason != "" {
		return Identity{}, fmt.Errorf("%w: %.60q", ErrRefused, reason)
	}
	found, err := rp.discovered(ctx)
	if err != nil {
		return Identity{}, err
	}
	if err := rp.enter(ctx); err != nil {
		return Identity{}, err
	}
	defer rp.exit()
	ctx = oidc.ClientContext(ctx, rp.client)
	token, err := found.oauth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(p.Verifier))
	if err != nil {
		return Identity{}, refusal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	return rp.identity(ctx, found, raw, p)
}

// refusal words a failed exchange without the provider's answer, which may
// hold anything.
func refusal(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("%w: token endpoint", ErrUnreachable)
	}
	return fmt.Errorf("%w: token endpoint: %.60q", ErrRefused, refused.ErrorCode)
}

// identity reads an ID token as section 3.1.3.7 of the standard asks.
func (rp *RelyingParty) identity(ctx context.Context, found *provider, raw string, p Pending) (Identity, error) {
	token, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, fmt.Errorf("%w: %.200v", ErrToken, err)
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return Identity{}, fmt.Errorf("%w: claims", ErrToken)
	}
	party, hasParty := claims["azp"].(string)
	switch {
	case token.Subject == "" || strings.ContainsRune(token.Subject, 0): // not every database keeps it
		return Identity{}, fmt.Errorf("%w: no subject", ErrToken)
	case p.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(p.Nonce)) != 1:
		return Identity{}, fmt.Errorf("%w: wrong nonce", ErrToken)
	case (hasParty || len(token.Audience) > 1) && party != rp.ClientID:
		return Identity{}, fmt.Errorf("%w: made for another party", ErrToken)
	case isOlder(claims, p.Since):
		return Identity{}, fmt.Errorf("%w: an older sign-in", ErrToken)
	}
	name, _ := claims["preferred_username"].(string)
	groups, claimed := listed(claims, rp.Claim)
	return Identity{Issuer: token.Issuer, Subject: token.Subject, Name: name, Groups: groups, Claimed: claimed}, nil
}

// isOlder reports whether the provider says that somebody signed in there before
// an instant. One that doesn't say when has seen to it itself.
func isOlder(claims map[string]any, since int64) bool {
	at, said := claims["auth_time"].(float64)
	return said && int64(at) < since
}

// listed returns the texts of a claim, which is named as a whole or as a path;
// false where there is no such claim.
func listed(claims map[string]any, path string) ([]string, bool) {
	value, ok := claims[path]
	if !ok {
		head, rest, nested := strings.Cut(path, ".")
		if inner, isObject := claims[head].(map[string]any); nested && isObject {
			return listed(inner, rest)
		}
		return nil, false
	}
	if one, single := value.(string); single {
		return []string{one}, true
	}
	var all []string
	many, _ := value.([]any)
	for _, v := range many {
		if text, isText := v.(string); isText {
			all = append(all, text)
		}
	}
	return all, true
}

// EndSession returns the provider's page that ends the person's session there
// and leads to back; false where it has none. It is called without a token:
// none is kept.
func (rp *RelyingParty) EndSession(back string) (string, bool) {
	found := rp.provider.Load()
	if found == nil || found.endSession == "" {
		return "", false
	}
	page, err := url.Parse(found.endSession)
	if err != nil {
		return "", false
	}
	query := page.Query()
	query.Set("client_id", rp.ClientID)
	query.Set("post_logout_redirect_uri", back)
	page.RawQuery = query.Encode()
	return page.String(), true
}

// Address refuses an address to which nothing secret may be sent: it must be
// https, or http on a loopback address.
func Address(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("not an address")
	}
	if u.Scheme == "https" || u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
		return nil
	}
	return errors.New("not https")
}
