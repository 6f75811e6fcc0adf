package main

import (
	"log/slog"
	"os"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
	"aufruf/internal/oidc"
	"aufruf/internal/web/staff"

	"github.com/spf13/pflag"
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

func signInFlags(flags *pflag.FlagSet) *signIn {
	s := new(signIn)
	flags.StringVar(&s.issuer, "oidc-issuer", "", "")
	flags.StringVar(&s.clientID, "oidc-client-id", "", "")
	flags.StringVar(&s.secretFile, "oidc-client-secret-file", "", "")
	flags.StringVar(&s.claim, "oidc-claim", "groups", "")
	flags.Var(&s.scopes, "oidc-scope", "")
	flags.Var(&s.grants, "oidc-grant", "")
	return s
}

func (s *signIn) check() error {
	if s.issuer == "" {
		if s.clientID != "" || s.secretFile != "" || len(s.grants) > 0 {
			return config.Usage("cli.server.oidc.no_issuer")
		}
		return nil
	}
	if err := oidc.Address(s.issuer); err != nil {
		return config.Usage("cli.server.oidc.issuer", "given", s.issuer)
	}
	if s.clientID == "" {
		return config.Usage("cli.server.oidc.no_client")
	}
	if len(s.grants) == 0 {
		return config.Usage("cli.server.oidc.no_grant")
	}
	_, err := s.readGrants()
	return err
}

func (s *signIn) readGrants() (access.Grants, error) {
	var all access.Grants
	for _, text := range s.grants {
		g, err := access.ParseGrant(text)
		if err != nil {
			return nil, config.Usage("cli.server.oidc.grant", "given", text, "roles", strings.Join(roles, ", "))
		}
		all = append(all, g)
	}
	return all, nil
}

// open prepares the sign-in for a town hall at a base address; nil where there
// is none.
func (s *signIn) open(base string, town *catalogue.Catalogue, log *slog.Logger) (*oidc.RelyingParty, access.Grants, error) {
	if s.issuer == "" {
		return nil, nil, nil
	}
	grants, err := s.grantsIn(town)
	if err != nil {
		return nil, nil, err
	}
	provider, err := s.relyingParty(base, log)
	return provider, grants, err
}

// grantsIn refuses roles at branches that a town doesn't have.
func (s *signIn) grantsIn(town *catalogue.Catalogue) (access.Grants, error) {
	grants, err := s.readGrants()
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		for _, id := range g.Branches {
			if _, ok := town.Branch(id); !ok {
				return nil, config.Usage("cli.server.oidc.branch", "branch", id)
			}
		}
	}
	return grants, nil
}

func (s *signIn) relyingParty(base string, log *slog.Logger) (*oidc.RelyingParty, error) {
	secret, err := s.secret()
	if err != nil {
		return nil, err
	}
	return oidc.New(oidc.Config{
		Issuer: s.issuer, ClientID: s.clientID, ClientSecret: secret, Scopes: s.scopes, Claim: s.claim,
		RedirectURL: base + staff.ElsewhereReturn, Log: log,
	}), nil
}

func (s *signIn) secret() (string, error) {
	if s.secretFile == "" {
		return "", nil
	}
	content, err := os.ReadFile(s.secretFile)
	if err != nil {
		return "", config.Because(err, "cli.file_unreadable", "name", "--oidc-client-secret-file", "file", s.secretFile)
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", config.Usage("cli.server.oidc.empty_secret", "file", s.secretFile)
	}
	return secret, nil
}
