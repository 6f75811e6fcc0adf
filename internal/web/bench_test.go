package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"aufruf/internal/web/page"
)

// discard is a response that is thrown away.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header { return d.header }

func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

func (d *discard) WriteHeader(int) {}

func BenchmarkDayKept(b *testing.B) { benchmarkDay(b, func(*hall) {}) }

func BenchmarkDayRendered(b *testing.B) { benchmarkDay(b, func(h *hall) { h.seq++ }) }

func benchmarkDay(b *testing.B, before func(*hall)) {
	s := newSiteFor(b, page.Deps{})
	request := httptest.NewRequest(http.MethodGet, "/termin/tag?service=ausweis&branch=markt", nil)
	b.ReportAllocs()
	for b.Loop() {
		before(s.hall)
		s.router.ServeHTTP(&discard{header: http.Header{}}, request)
	}
}
