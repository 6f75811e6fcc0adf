package main

import (
	"net/http"
	"net/url"
	"strings"

	"aufruf/internal/api"
)

// plainPaths gives each address one spelling before anything reads it. Slashes at
// the beginning are one: a link that a page makes from "//host/x" would lead to
// another host. One at the end of a page's address is none: mail programs and
// people add it, and the router's own way to lead on would answer without the
// page's headers, by a prefix that the client chooses.
func plainPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := plainPath(r.URL.Path); path != r.URL.Path {
			r = r.WithContext(r.Context())
			address := url.URL{Path: path, RawQuery: r.URL.RawQuery}
			r.URL = &address
		}
		next.ServeHTTP(w, r)
	})
}

func plainPath(path string) string {
	if rooted := strings.TrimLeft(path, `/\`); len(path)-len(rooted) > 1 {
		path = "/" + rooted
	}
	if !api.Below(path) && len(path) > 1 {
		path = "/" + strings.Trim(path, "/")
	}
	return path
}
