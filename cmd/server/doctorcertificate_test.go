package main

import (
	"strings"
	"testing"
	"time"

	"aufruf/internal/config"
)

// A certificate that browsers refuse was taken for a server that doesn't answer,
// or nothing was said of it.
func TestDoctorJudgesTheCertificateAsBrowsersDo(t *testing.T) {
	s := newSite(t)
	s.admin()
	keep := func(until time.Time) {
		chain, key := newPair(t, 7, until)
		s.keep("tls.key", key)
		s.keep("tls.pem", chain)
	}
	soon := time.Now().Add(5 * 24 * time.Hour)
	keep(soon)
	address := strings.TrimPrefix(s.serve(s.tlsFlags()...).url, "http://")
	told := s.doctor("--base-url", "https://"+address)
	wantLines(t, told, config.ExitFailure,
		"note     The certificate ("+address+") ends on "+soon.Format(time.DateOnly), "fault    This machine doesn't know who issued the certificate ("+address,
		"fine     https://"+address+" answers.", "fine     Websockets pass.")
	if strings.Contains(told.stdout, "doesn't answer") {
		t.Errorf("a server that answers is told to be away:\n%s", told.stdout)
	}
	elsewhere := strings.Replace(address, "127.0.0.1", "localhost", 1)
	wantLines(t, s.doctor("--base-url", "https://"+elsewhere), config.ExitFailure,
		"fault    The certificate ("+elsewhere+") is for termine.example.org, 127.0.0.1, not for localhost", "fine     https://"+elsewhere+" answers.")
}

// What is in the files is judged where nobody answers yet: before the first start.
func TestDoctorReadsTheCertificatesFiles(t *testing.T) {
	s := newSite(t)
	s.admin()
	for name, c := range map[string]struct {
		until time.Time
		line  string
	}{
		"over": {time.Now().Add(-24 * time.Hour), "fault    The certificate (" + s.path("tls.pem") + ") ended on "},
		"soon": {time.Now().Add(24 * time.Hour), "note     The certificate (" + s.path("tls.pem") + ") ends on "},
	} {
		chain, key := newPair(t, 7, c.until)
		s.keep("tls.key", key)
		s.keep("tls.pem", chain)
		told := s.doctor(append(s.tlsFlags(), "--base-url", "https://127.0.0.2:1")...)
		wantLines(t, told, config.ExitFailure, c.line, "is for termine.example.org, 127.0.0.1, not for 127.0.0.2", "doesn't answer")
		if name == "soon" && strings.Contains(told.stdout, "ended on") {
			t.Errorf("got %s", told.stdout)
		}
	}
}
