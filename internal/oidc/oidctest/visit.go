package oidctest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// SignIn does what a person does at the provider's page: name, password,
// button. It returns the query that leads back.
func (p *Provider) SignIn(t *testing.T, page, name string) url.Values {
	t.Helper()
	back, err := p.signInAt(page, name)
	if err != nil {
		t.Fatal(err)
	}
	return back.Query()
}

// Leads returns where a page of the provider leads to in the end.
func (p *Provider) Leads(t *testing.T, page string) string {
	t.Helper()
	answer, err := p.visitor().Get(page)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		t.Fatalf("the provider shows a page of its own: %s", answer.Status)
	}
	return to.String()
}

// visitor follows the provider's redirects, but none that leaves it.
func (p *Provider) visitor() *http.Client {
	return &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.Issuer) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func (p *Provider) signInAt(page, name string) (*url.URL, error) {
	visitor := p.visitor()
	form, err := visitor.Get(page)
	if err != nil {
		return nil, err
	}
	defer form.Body.Close()
	id := form.Request.URL.Query().Get("authRequestID")
	if id == "" {
		return nil, fmt.Errorf("the provider shows no sign-in form but %s", form.Status)
	}
	answer, err := visitor.PostForm(p.Issuer+"/login/username", url.Values{"id": {id}, "username": {name}, "password": {Password}})
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return answer.Location()
}
