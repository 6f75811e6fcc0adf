package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"

	"aufruf/internal/config"
	"aufruf/internal/oidc/oidctest"
)

// A provider that is away, or whose secret has run out, was found by the first
// clerk who wanted to sign in.
func TestDoctorAsksTheProvider(t *testing.T) {
	s := newSite(t)
	s.admin()
	provider := oidctest.Start(t)
	s.keep("oidc.secret", []byte(oidctest.ClientSecret+"\n"))
	settings := func(more ...string) []string {
		return slices.Concat([]string{"--oidc-issuer", provider.Issuer, "--oidc-client-id", oidctest.ClientID,
			"--oidc-client-secret-file", s.path("oidc.secret")}, more)
	}
	grant := []string{"--oidc-grant", "/Bürgerbüro=clerk@grimma-markt"}
	wantLines(t, s.doctor(settings(grant...)...), config.ExitFailure,
		"fault    The sign-in service "+provider.Issuer+" can't be used", "→ Check the address (--oidc-issuer)")
	provider.Register(provider.Issuer, provider.Issuer)
	wantLines(t, s.doctor(settings(grant...)...), config.ExitOK, "fine     The sign-in service "+provider.Issuer+" answers.")
	wantLines(t, s.doctor(settings("--oidc-grant", "/Bürgerbüro=clerk@nowhere")...), config.ExitFailure,
		"fault    Sign-in at the provider: ", "nowhere")
	if err := os.Chmod(s.path("oidc.secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantLines(t, s.doctor(settings(grant...)...), config.ExitFailure, "fault    Others may read the provider's secret", "→ chmod 600 ")
	if err := os.Remove(s.path("oidc.secret")); err != nil {
		t.Fatal(err)
	}
	wantLines(t, s.doctor(settings(grant...)...), config.ExitFailure, "fault    Sign-in at the provider: ")
}

// As Keycloak answers, which looks at the secret before the code.
func TestDoctorHearsThatASecretHasRunOut(t *testing.T) {
	s := newSite(t)
	s.admin()
	s.keep("oidc.secret", []byte("the one of last year"))
	routes := http.NewServeMux()
	provider := httptest.NewServer(routes)
	defer provider.Close()
	routes.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer": %[1]q, "authorization_endpoint": "%[1]s/auth", "token_endpoint": "%[1]s/token", "jwks_uri": "%[1]s/keys"}`, provider.URL)
	})
	routes.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error": "invalid_client"}`)
	})
	got := s.doctor("--oidc-issuer", provider.URL, "--oidc-client-id", "aufruf", "--oidc-client-secret-file", s.path("oidc.secret"), "--oidc-grant", "a=clerk")
	wantLines(t, got, config.ExitFailure, "fault    The sign-in service "+provider.URL+" doesn't take this program for aufruf", "(--oidc-client-secret-file)")
}
