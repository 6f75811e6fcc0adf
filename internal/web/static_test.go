package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFilesAreCompressedForThoseWhoTakeIt(t *testing.T) {
	s := newSite(t)
	plain := s.file(t, "booking/booking.css", "")
	for _, c := range []struct {
		accepted   string
		compressed bool
	}{
		{"gzip, deflate, br", true},
		{"br;q=1.0, GZIP ; q=0.5", true},
		{"", false},
		{"identity", false},
		{"gzip;q=0, identity", false},
		{"gzip; q=0.000", false},
	} {
		answer := s.file(t, "booking/booking.css", c.accepted)
		if got := answer.Header().Get("Content-Encoding") == "gzip"; got != c.compressed {
			t.Errorf("%q: got compressed %t, want %t", c.accepted, got, c.compressed)
		}
		if got := answer.Header().Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("%q: got Vary %q", c.accepted, got)
		}
		if c.compressed {
			if got, want := decompressed(t, answer.Body), plain.Body.String(); got != want {
				t.Errorf("%q: got other content", c.accepted)
			}
		}
	}
	if got := s.file(t, "fonts/fira-sans-400.woff2", "gzip").Header().Get("Content-Encoding"); got != "" {
		t.Errorf("a font: got %q, want it as it is", got)
	}
}

func (s *site) file(t *testing.T, name, accepted string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, "/static/0/"+name, nil)
	request.Header.Set("Accept-Encoding", accepted)
	answer := httptest.NewRecorder()
	s.router.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: got %d", name, answer.Code)
	}
	return answer
}

func decompressed(t *testing.T, body io.Reader) string {
	t.Helper()
	r, err := gzip.NewReader(body)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
