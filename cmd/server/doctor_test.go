package main

import (
	"database/sql"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/config"
)

// doctor runs `server doctor` on the site's data.
func (s site) doctor(args ...string) result {
	s.t.Helper()
	return s.command("", append([]string{"doctor", "--mail", "dir:" + s.path("mail")}, args...)...)
}

// wantLines fails where a line isn't there.
func wantLines(t *testing.T, got result, code int, lines ...string) {
	t.Helper()
	if got.code != code {
		t.Errorf("got exit code %d, want %d: %s", got.code, code, got.stderr)
	}
	for _, line := range lines {
		if !strings.Contains(got.stdout, line) {
			t.Errorf("%q isn't in\n%s", line, got.stdout)
		}
	}
}

func (s site) admin() {
	s.t.Helper()
	s.command("drei kleine Wörter\n", "user", "add", "ida", "--role", "admin").ok(s.t)
}

func TestDoctorFindsNothingWrongWithAServerThatRuns(t *testing.T) {
	s := newSite(t)
	s.admin()
	server := s.serve()
	got := s.doctor("--base-url", server.url)
	wantLines(t, got, config.ExitOK, "fine     Town: ", "fine     The key fits", "fine     "+server.url+" answers.", "fine     Websockets pass.", "note     No mail goes out")
	if strings.Contains(got.stdout, "fault ") || strings.Contains(got.stdout, "instead of") || strings.Contains(got.stdout, "Instead of") {
		t.Errorf("found something:\n%s", got.stdout)
	}
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(site)
		lines []string
	}{
		"no town, but its key": {func(s site) { os.Remove(s.path("aufruf.db")) },
			[]string{"fault    There is no database at ", "→ Make a town (server init)", "fault    The key file ", "but not the town", "→ Correct --database"}},
		"another file": {func(s site) { s.keep("aufruf.db", []byte("%PDF-1.7 a letter, no database at all")) },
			[]string{"fault    At ", "→ Correct --database"}},
		"no key":                 {func(s site) { os.Remove(s.path("aufruf.key")) }, []string{"fault    The key file ", "→ Put the file back"}},
		"a key that others read": {func(s site) { os.Chmod(s.path("aufruf.key"), 0o644) }, []string{"fault    Others may read the key file", "→ chmod 600 "}},
		"another town's key": {func(s site) {
			used := s.serve()
			used.stop()
			used.ended(t)
			other := newSite(t)
			key, err := os.ReadFile(other.path("aufruf.key"))
			if err != nil {
				t.Fatal(err)
			}
			s.keep("aufruf.key", key)
		}, []string{"fault    The key file ", "isn't this database's", "→ Put the right one back"}},
		"no mail folder": {func(s site) { s.keep("mail", []byte("a file")) }, []string{"fault    Nothing can be written into the mail folder "}},
		"nobody":         {func(site) {}, []string{"fault    No account may administer.", "→ server user add NAME --role admin"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			if name != "nobody" {
				s.admin()
			}
			os.RemoveAll(s.path("mail"))
			if name != "no mail folder" {
				os.Mkdir(s.path("mail"), 0o700)
			}
			c.spoil(s)
			before := s.files()
			wantLines(t, s.doctor(), config.ExitFailure, c.lines...)
			if after := s.files(); !slices.Equal(before, after) {
				t.Errorf("files were %q and are %q", before, after)
			}
		})
	}
}

// Told that names can't be read, and to begin a new chain of keys, where there
// was no town yet.
func TestDoctorMissesNoKeyWhereNoTownIs(t *testing.T) {
	s := emptySite(t)
	got := s.doctor()
	wantLines(t, got, config.ExitFailure, "fault    There is no database at ")
	if strings.Contains(got.stdout, "key file") {
		t.Errorf("got a word on a key that comes with the town:\n%s", got.stdout)
	}
}

func TestDoctorSaysThatNothingIsOfferedYet(t *testing.T) {
	s := emptySite(t)
	s.keep("town.yaml", []byte("format: aufruf/1\nauthority: {name: Neuenhagen an der Elze, state: DE-BB}\n"))
	s.command("", "init", s.path("town.yaml")).ok(t)
	wantLines(t, s.doctor(), config.ExitFailure, "fault    No office offers anything yet", "→ Write branches, ")
}

func TestDoctorTellsHowOldTheLastBackupIs(t *testing.T) {
	s := newSite(t)
	s.admin()
	wantLines(t, s.doctor(), config.ExitOK, "note     There is no backup of this database yet.", "aufruf-backup.timer")
	s.command("", "backup", "--into", s.path("copies"), "--keep", "2").ok(t)
	wantLines(t, s.doctor(), config.ExitOK, "fine     Last backup: ")
	db, err := sql.Open("sqlite3", s.path("aufruf.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`update meta set value = '2026-01-02T03:04:05Z' where name = 'backup'`); err != nil {
		t.Fatal(err)
	}
	wantLines(t, s.doctor(), config.ExitFailure, "fault    The last backup is of 2026-01-02 ", "systemctl status aufruf-backup")
}

// TestDoctorSeesWhatAProxyLoses: one that doesn't hand on the upgrade, and says
// nothing of whom it asks for. It comes from another address, as one on another
// machine does.
func TestDoctorSeesWhatAProxyLoses(t *testing.T) {
	s := newSite(t)
	s.admin()
	behind, err := url.Parse(s.serve().url)
	if err != nil {
		t.Fatal(err)
	}
	other := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Transport: &http.Transport{DialContext: other.DialContext},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(behind)
			r.Out.Header.Del("Upgrade")
			r.Out.Header.Del("Connection")
		},
	})
	defer proxy.Close()
	wantLines(t, s.doctor("--base-url", proxy.URL), config.ExitFailure,
		"fault    Websockets don't pass (status 401)", "note     Instead of this machine's address (127.0.0.1) the server sees 127.0.0.2", "name it in --trusted-proxies")
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	wantLines(t, s.doctor("--base-url", stranger.URL), config.ExitFailure, "fault    Something else answers at "+stranger.URL)
	stranger.Close()
	wantLines(t, s.doctor("--base-url", stranger.URL), config.ExitFailure, "fault    "+stranger.URL+" doesn't answer")
}

func TestHealthcheckAsksTheServerOfItsFlags(t *testing.T) {
	s := newSite(t)
	s.keepPair(1)
	for name, more := range map[string][]string{"plain": nil, "encrypted": s.tlsFlags()} {
		server := s.serve(more...)
		listen := "--listen=" + strings.TrimPrefix(server.url, "http://")
		got := s.command("", append([]string{"healthcheck", listen}, more...)...)
		if got.code != config.ExitOK || got.stdout != "ready\n" {
			t.Errorf("%s: got %d %q %q, want it ready", name, got.code, got.stdout, got.stderr)
		}
		// Without the flags of TLS it was said not to be ready.
		if got := s.command("", "healthcheck", listen); got.code != config.ExitOK || got.stdout != "ready\n" {
			t.Errorf("%s, by its address alone: got %d %q %q, want it ready", name, got.code, got.stdout, got.stderr)
		}
		server.stop()
		server.ended(t)
		got = s.command("", append([]string{"healthcheck", listen}, more...)...)
		if got.code != config.ExitFailure || !strings.Contains(got.stderr, "no server answers") || !strings.Contains(got.stderr, "Is it running?") {
			t.Errorf("%s, stopped: got %d %q", name, got.code, got.stderr)
		}
	}
}
