package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
	"aufruf/internal/oidc"
	"aufruf/internal/web/staff"
)

// signIn is where staff may sign in besides by name and password; without an
// issuer nowhere.
type signIn struct {
	issuer     string
	clientID   string
	secretFile string // empty: a public client
	claim      string
	scopes     config.List
	grants     config.List
}

func signInFlags(flags *config.Set) *signIn {
	s := new(signIn)
	flags.StringVar(&s.issuer, "oidc-issuer", "", "OpenID provider at which staff may sign in")
	flags.StringVar(&s.clientID, "oidc-client-id", "", "what this program is called there")
	flags.StringVar(&s.secretFile, "oidc-client-secret-file", "", "file that holds its secret there")
	flags.StringVar(&s.claim, "oidc-claim", "groups", "claim of the ID token that lists groups; a.b for a member of an object")
	flags.Var(&s.scopes, "oidc-scope", "scope to ask for beside openid and profile")
	flags.Var(&s.grants, "oidc-grant", "GROUP=ROLE or GROUP=ROLE@BRANCH+BRANCH: what a group may do here")
	return s
}

func (s *signIn) check() error {
	if s.issuer == "" {
		if s.clientID != "" || s.secretFile != "" || len(s.grants) > 0 {
			return config.Usagef("--oidc-client-id, --oidc-client-secret-file and --oidc-grant need --oidc-issuer")
		}
		return nil
	}
	if err := oidc.Address(s.issuer); err != nil {
		return config.Usagef("--oidc-issuer: want an address such as https://id.example.org/realms/town, got %q", s.issuer)
	}
	if s.clientID == "" {
		return config.Usagef("--oidc-issuer needs --oidc-client-id")
	}
	if len(s.grants) == 0 {
		return config.Usagef("--oidc-issuer needs --oidc-grant: without one nobody who signs in there may do anything")
	}
	_, err := s.readGrants()
	return err
}

func (s *signIn) readGrants() (app.Grants, error) {
	var all app.Grants
	for _, text := range s.grants {
		g, err := app.ParseGrant(text)
		if err != nil {
			return nil, config.Usagef("--oidc-grant: %v", err)
		}
		all = append(all, g)
	}
	return all, nil
}

// open prepares the sign-in for a town hall at a base address; nil where there
// is none.
func (s *signIn) open(base string, town *catalogue.Catalogue, log *slog.Logger) (*oidc.RelyingParty, app.Grants, error) {
	if s.issuer == "" {
		return nil, nil, nil
	}
	grants, err := s.readGrants()
	if err != nil {
		return nil, nil, err
	}
	for _, g := range grants {
		for _, id := range g.Branches {
			if _, ok := town.Branch(id); !ok {
				return nil, nil, config.Usagef("--oidc-grant: there is no branch %q", id)
			}
		}
	}
	secret, err := s.secret()
	if err != nil {
		return nil, nil, err
	}
	return oidc.New(oidc.Config{
		Issuer: s.issuer, ClientID: s.clientID, ClientSecret: secret, Scopes: s.scopes, Claim: s.claim,
		RedirectURL: base + staff.ElsewhereReturn, Log: log,
	}), grants, nil
}

func (s *signIn) secret() (string, error) {
	if s.secretFile == "" {
		return "", nil
	}
	content, err := os.ReadFile(s.secretFile)
	if err != nil {
		return "", fmt.Errorf("--oidc-client-secret-file: %w", err)
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", config.Usagef("--oidc-client-secret-file: %s is empty", s.secretFile)
	}
	return secret, nil
}
