package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// discard is a response that is thrown away.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header { return d.header }

func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

func (d *discard) WriteHeader(int) {}

func BenchmarkDayKept(b *testing.B) { benchmarkDay(b, func(*site) {}) }

// A kept page is good for ten seconds at most.
func BenchmarkDayRendered(b *testing.B) {
	benchmarkDay(b, func(s *site) { s.Clock.Add(10 * time.Second) })
}

func benchmarkDay(b *testing.B, before func(*site)) {
	s := newSite(b)
	request := httptest.NewRequest(http.MethodGet, "/termin/tag?service=ausweis&branch=markt", nil)
	b.ReportAllocs()
	for b.Loop() {
		before(s)
		s.router.ServeHTTP(&discard{header: http.Header{}}, request)
	}
}
