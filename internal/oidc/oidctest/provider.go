// Package oidctest runs a real OpenID provider for tests: zitadel's certified
// library with users, a sign-in form and a client of ours. It can be told to
// be away, and to say false things under its own, right signature.
package oidctest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"html/template"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What the provider knows of this program.
const (
	ClientID     = "aufruf"
	ClientSecret = "ein Geheimnis für Versuche"
	Password     = "sehr geheim"
)

// Person is a user of the provider.
type Person struct {
	ID     string // the subject
	Name   string // to sign in with; also preferred_username
	Groups []string
}

// Provider is a running provider. Its address is that of another site than
// 127.0.0.1: localhost.
type Provider struct {
	Issuer string

	t       *testing.T
	mu      sync.Mutex
	away    bool
	tamper  func(claims map[string]any)
	forged  *rsa.PrivateKey // signs what is tampered with; nil: the provider's own
	persons map[string]*Person
	store   *storage.Storage
	handler http.Handler
	server  *httptest.Server
}

// Start runs a provider until the test is over. It answers from Register on.
func Start(t *testing.T, persons ...Person) *Provider {
	t.Helper()
	p := &Provider{t: t, persons: map[string]*Person{}}
	for _, person := range persons {
		p.persons[person.ID] = &person
	}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	p.Issuer = strings.Replace(p.server.URL, "127.0.0.1", "localhost", 1)
	return p
}

// Register makes this program known: sign-ins lead back to callback, sign-outs
// to signedOut.
func (p *Provider) Register(callback, signedOut string) {
	p.t.Helper()
	client := storage.WebClient(ClientID, ClientSecret, callback)
	p.store = storage.NewStorageWithClients(users{p}, map[string]*storage.Client{ClientID: client})
	config := &op.Config{CryptoKey: sha256.Sum256([]byte(p.Issuer)), CryptoKeyId: "key", CodeMethodS256: true, DefaultLogoutRedirectURI: "/abgemeldet"}
	provider, err := op.NewProvider(config, rows{p.store, p, signedOut}, op.StaticIssuer(p.Issuer), op.WithAllowInsecure())
	if err != nil {
		p.t.Fatal(err)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /login/username", p.form)
	routes.HandleFunc("POST /login/username", p.signIn(op.AuthCallbackURL(provider)))
	routes.Handle("/", p.tampering(provider))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler = routes
}

// SetAway has the provider answer nobody any more, or again.
func (p *Provider) SetAway(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
}

// Tamper changes what the ID tokens say from now on; nil: nothing.
func (p *Provider) Tamper(change func(claims map[string]any)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tamper = change
}

// Forge has somebody else sign the ID tokens in the provider's name.
func (p *Provider) Forge() {
	key, _ := rsa.GenerateKey(rand.Reader, 2048) // fails only for sizes that aren't allowed
	p.Tamper(func(map[string]any) {})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forged = key
}

// SetGroups changes what groups a person is in.
func (p *Provider) SetGroups(id string, groups ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.persons[id].Groups = groups
}

// ServeHTTP implements http.Handler.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	handler, away := p.handler, p.away
	p.mu.Unlock()
	if away || handler == nil {
		http.Error(w, "away", http.StatusServiceUnavailable)
		return
	}
	handler.ServeHTTP(w, r)
}

var signInForm = template.Must(template.New("").Parse(`<!doctype html><html lang="de"><title>Dienstkonto</title>
<h1>Dienstkonto</h1><form method="post"><input type="hidden" name="id" value="{{.}}">
<label>Name <input id="username" name="username"></label> <label>Kennwort <input id="password" name="password" type="password"></label> <button>Anmelden</button></form></html>`))

func (p *Provider) form(w http.ResponseWriter, r *http.Request) {
	_ = signInForm.Execute(w, r.FormValue("authRequestID"))
}

func (p *Provider) signIn(callback func(context.Context, string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("id")
		if err := p.store.CheckUsernamePassword(r.FormValue("username"), r.FormValue("password"), id); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, callback(op.ContextWithIssuer(r.Context(), p.Issuer), id), http.StatusFound)
	}
}

// tampering signs changed ID tokens anew, with the provider's own key.
func (p *Provider) tampering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		change := p.tamper
		p.mu.Unlock()
		if change == nil || !strings.HasSuffix(r.URL.Path, "/token") {
			next.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		body, err := p.tampered(r.Context(), answer.Body.Bytes(), change)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	})
}

func (p *Provider) tampered(ctx context.Context, body []byte, change func(map[string]any)) ([]byte, error) {
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	old, err := jose.ParseSigned(answer["id_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	numbers := json.NewDecoder(bytes.NewReader(old.UnsafePayloadWithoutVerification()))
	numbers.UseNumber()
	if err := numbers.Decode(&claims); err != nil {
		return nil, err
	}
	change(claims)
	payload, err := json.Marshal(claims)
	if err != nil {
		return nil, err
	}
	key, err := p.store.SigningKey(ctx)
	if err != nil {
		return nil, err
	}
	signing := jose.JSONWebKey{Key: key.Key(), KeyID: key.ID()}
	if p.mu.Lock(); p.forged != nil {
		signing.Key = p.forged
	}
	p.mu.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: signing}, nil)
	if err != nil {
		return nil, err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return nil, err
	}
	answer["id_token"], err = signed.CompactSerialize()
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// rows adds to the library's example storage what Keycloak and Entra ID do:
// groups in the ID token, and addresses for after the sign-out.
type rows struct {
	*storage.Storage
	provider  *Provider
	signedOut string
}

// SetUserinfoFromRequest implements op.CanSetUserinfoFromRequest.
func (r rows) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, token op.IDTokenRequest, scopes []string) error {
	if err := r.Storage.SetUserinfoFromRequest(ctx, info, token, scopes); err != nil {
		return err
	}
	r.provider.mu.Lock()
	defer r.provider.mu.Unlock()
	if person, ok := r.provider.persons[token.GetSubject()]; ok && len(person.Groups) > 0 {
		info.AppendClaims("groups", person.Groups)
	}
	return nil
}

// GetClientByClientID implements op.Storage.
func (r rows) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := r.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return client{found, r.signedOut}, nil
}

type client struct {
	op.Client
	signedOut string
}

// IDTokenUserinfoClaimsAssertion implements op.Client.
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }

// PostLogoutRedirectURIs implements op.Client.
func (c client) PostLogoutRedirectURIs() []string { return []string{c.signedOut} }

// users is the provider's persons as the library's storage asks for them.
type users struct{ *Provider }

// GetUserByID implements storage.UserStore.
func (u users) GetUserByID(id string) *storage.User {
	u.mu.Lock()
	defer u.mu.Unlock()
	if person, ok := u.persons[id]; ok {
		return &storage.User{ID: id, Username: person.Name, Password: Password, Email: "dieselbe@rathaus.example", EmailVerified: true}
	}
	return nil
}

// GetUserByUsername implements storage.UserStore.
func (u users) GetUserByUsername(name string) *storage.User {
	u.mu.Lock()
	var id string
	for _, person := range u.persons {
		if person.Name == name {
			id = person.ID
		}
	}
	u.mu.Unlock()
	return u.GetUserByID(id)
}

// ExampleClientID implements storage.UserStore.
func (u users) ExampleClientID() string { return "service" }
