package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"aufruf/internal/config"
	"aufruf/internal/escpos"
	"aufruf/internal/wire"
)

func TestMistakesInTheCallAreUsage(t *testing.T) {
	for name, c := range map[string]struct {
		args    []string
		environ []string
		says    string
	}{
		"unknown flag":           {[]string{"serve", "--lisen", ":1"}, nil, "--listen"},
		"unknown flag, bare":     {[]string{"--databse", "x"}, nil, "--database"},
		"nothing to do":          {[]string{"user"}, nil, "passwd"},
		"an unknown shell":       {[]string{"completion", "bsh"}, nil, "bash"},
		"unknown variable":       {[]string{"serve"}, []string{"AUFRUF_LISEN=:1"}, "AUFRUF_LISTEN"},
		"unknown command":        {[]string{"sreve"}, nil, "serve"},
		"unknown action":         {[]string{"user", "ad", "anna"}, nil, "add"},
		"argument too many":      {[]string{"serve", "now"}, nil, "now"},
		"user without role":      {[]string{"user", "add", "anna"}, nil, "--role"},
		"device without branch":  {[]string{"device", "add", "hall", "--kind", "display"}, nil, "--branch"},
		"plain http":             {[]string{"serve", "--base-url", "http://termine.example.org"}, nil, "--insecure-http"},
		"no address":             {[]string{"serve", "--base-url", "termine.example.org"}, nil, "--base-url"},
		"clock with smtp":        {[]string{"serve", "--clock", tuesday, "--mail", "smtp://user:pass@mail.example.org:587"}, nil, "--clock"},
		"suspect with smtp":      {[]string{"serve", "--clock", "suspect:" + tuesday, "--mail", "smtp://user:pass@mail.example.org:587"}, nil, "--clock"},
		"suspect of nothing":     {[]string{"serve", "--clock", "suspect:"}, nil, "--clock"},
		"clock without zone":     {[]string{"serve", "--clock", "2026-12-01T08:00:00"}, nil, "--clock"},
		"rate":                   {[]string{"serve", "--rate-limit", "fast"}, nil, "--rate-limit"},
		"proxies":                {[]string{"serve", "--trusted-proxies", "proxy.example.org"}, nil, "--trusted-proxies"},
		"TLS key as a value":     {[]string{"serve"}, []string{"AUFRUF_TLS_CERT=c.pem", "AUFRUF_TLS_KEY=-----BEGIN PRIVATE KEY-----"}, "without _FILE"},
		"one key for both":       {[]string{"serve", "--tls-cert", "c.pem", "--tls-key", "var/aufruf.key"}, nil, "--key-file"},
		"redirect to nowhere":    {[]string{"serve", "--redirect-listen", "127.0.0.1:0"}, nil, "--redirect-listen"},
		"redirect to plain":      {[]string{"serve", "--redirect-listen", "127.0.0.1:0", "--base-url", "http://127.0.0.1:1"}, nil, "--redirect-listen"},
		"half of TLS":            {[]string{"serve", "--tls-cert", "cert.pem"}, nil, "--tls-key"},
		"database":               {[]string{"serve", "--listen", "127.0.0.1:0", "--database", "mysql://x"}, nil, "--database"},
		"sign-in without client": {[]string{"serve", "--oidc-issuer", "https://id.example.org", "--oidc-grant", "a=clerk"}, nil, "--oidc-client-id"},
		"sign-in for nobody":     {[]string{"serve", "--oidc-issuer", "https://id.example.org", "--oidc-client-id", "a"}, nil, "--oidc-grant"},
		"sign-in unencrypted":    {[]string{"serve", "--oidc-issuer", "http://id.example.org"}, nil, "--oidc-issuer"},
		"sign-in nowhere":        {[]string{"serve", "--oidc-client-id", "a"}, nil, "--oidc-issuer"},
		"a secret as a flag":     {[]string{"serve", "--oidc-client-secret", "geheim"}, nil, "--oidc-client-secret-file"},
		"a role nobody has":      {[]string{"serve", "--oidc-issuer", "https://id.example.org", "--oidc-client-id", "a", "--oidc-grant", "a=chef"}, nil, "chef"},
		"log as XML":             {[]string{"serve", "--log-format", "xml"}, nil, "--log-format"},
		"log of everything":      {[]string{"serve", "--log-level", "all"}, nil, "--log-level"},
		"printer for nobody":     {[]string{"serve", "--kiosk-printer", "192.0.2.7:9100"}, nil, "--kiosk-printer"},
		"printer without port":   {[]string{"serve", "--kiosk-printer", "Eingang=192.0.2.7"}, nil, "HOST:PORT"},
		"two printers":           {[]string{"serve", "--kiosk-printer", "a=192.0.2.7:9100,a=192.0.2.8:9100"}, nil, "two printers"},
		"import of two files":    {[]string{"import", "a.yaml", "b.yaml"}, nil, "import FILE"},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, "", c.environ, c.args...)
			if got.code != config.ExitUsage || !strings.Contains(got.stderr, c.says) {
				t.Errorf("got %d %q, want 2 and %s named", got.code, got.stderr, c.says)
			}
		})
	}
}

func TestEveryFlagHasItsVariableAndFile(t *testing.T) {
	values := map[string]string{
		"listen": "127.0.0.1:1", "base-url": "https://termine.example.org", "tls-cert": "c.pem", "tls-key": "k.pem", "redirect-listen": "127.0.0.1:3",
		"insecure-http": "true", "database": "sqlite:x.db", "key-file": "x.key", "mail": "dir:post",
		"trusted-proxies": "10.0.0.0/8", "rate-limit": "7/m", "metrics-listen": "127.0.0.1:2", "security-log": "security.log", "log-level": "debug", "log-format": "json", "clock": tuesday,
		"oidc-issuer": "https://id.example.org/realms/grimma", "oidc-client-id": "aufruf", "oidc-client-secret-file": "oidc.secret",
		"oidc-claim": "roles", "oidc-scope": "groups", "kiosk-printer": "Eingang links=192.0.2.7:9100", "oidc-grant": "/Bürgerbüro=clerk@grimma-markt+nerchau,/IT=admin",
	}
	var args, plain, files []string
	dir := t.TempDir()
	for flag, value := range values {
		args = append(args, "--"+flag+"="+value)
		plain = append(plain, config.Variable(flag)+"="+value)
		file := dir + "/" + flag
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, config.Variable(flag)+"_FILE="+file)
	}
	plain = append(plain, "AUFRUF_BROWSER=chromium", "AUFRUF_ROLE=clerk", "HOME=/root") // of other programs
	want, err := readOptions(args, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want.ratePerMinute != 7 || want.clock == nil || want.proxies[0] != "10.0.0.0/8" || want.keyFile != "x.key" {
		t.Errorf("got %+v", want)
	}
	for name, environ := range map[string][]string{"variables": plain, "files": files} {
		got, err := readOptions(nil, environ)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(options{}, place{}, signIn{}, setClock{}, logOptions{}), cmp.Comparer(samePrinter)); diff != "" {
			t.Errorf("%s (-flags +got):\n%s", name, diff)
		}
	}
	first, err := readOptions([]string{"--listen", ":9"}, plain)
	if err != nil || first.listen != ":9" {
		t.Errorf("got %q, %v; want the flag to win", first.listen, err)
	}
}

func samePrinter(a, b *escpos.Printer) bool { return a.String() == b.String() }

func TestPlainHTTPIsForLoopbackOrDeliberate(t *testing.T) {
	for _, args := range [][]string{
		{"--base-url", "http://localhost:8080/"}, {"--base-url", "http://127.0.0.1"}, {"--base-url", "http://[::1]:8080"},
		{"--base-url", "https://termine.example.org"}, {"--base-url", "http://termine.example.org", "--insecure-http"},
	} {
		if _, err := readOptions(args, nil); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestTheExampleServesGrimma(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 404, "/": 200, "/nothing": 404, "/api/v1/nothing": 404} {
		if got := ask(t, http.MethodGet, server.url+path, "", nil, nil); got.StatusCode != want {
			t.Errorf("%s: got %s, want %d", path, got.Status, want)
		}
	}
	var branches wire.Branches
	ask(t, http.MethodGet, server.url+"/api/v1/branches", "", nil, &branches)
	if len(branches.Branches) != 2 || branches.Branches[0].ID != "grimma-markt" {
		t.Errorf("got %+v, want Grimma", branches)
	}
	if !strings.Contains(server.stderr.String(), "level=WARN") {
		t.Errorf("got log\n%s\nwant a warning that the clock is set", server.stderr)
	}
	server.stop()
	if got := server.ended(t); got != config.ExitOK {
		t.Errorf("got exit code %d, want 0", got)
	}
}

func TestProblemsBelowAPIOnly(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday)
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/api/v1/nothing", 404, wire.ProblemType},
		{"GET", "/api/nothing", 404, wire.ProblemType},
		{"PUT", "/api/v1/branches", 405, wire.ProblemType},
		{"GET", "/nothing", 404, "text/html"},
		{"HEAD", "/api/v1/branches", 200, "application/json"},
	} {
		got := ask(t, c.method, server.url+c.path, "", nil, nil)
		if got.StatusCode != c.status || !strings.HasPrefix(got.Header.Get("Content-Type"), c.kind) {
			t.Errorf("%s %s: got %s %s, want %d %s", c.method, c.path, got.Status, got.Header.Get("Content-Type"), c.status, c.kind)
		}
	}
}

func TestForeignPagesChangeNothing(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday)
	for name, header := range map[string]http.Header{
		"foreign origin":      {"Origin": {"https://evil.example"}},
		"cross-site fetch":    {"Sec-Fetch-Site": {"cross-site"}},
		"other port":          {"Origin": {"http://127.0.0.1:1"}},
		"a page in a sandbox": {"Origin": {"null"}},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.url+"/api/v1/session", strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden || response.Header.Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s: got %s %s, want a problem 403", name, response.Status, response.Header.Get("Content-Type"))
		}
	}
}

func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday, "--metrics-listen", "127.0.0.1:0")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	got := ask(t, http.MethodGet, "http://"+address+"/metrics", "", nil, nil)
	if got.StatusCode != http.StatusOK {
		t.Errorf("got %s, want metrics", got.Status)
	}
	for _, path := range []string{"/", "/api/v1/branches"} {
		if got := ask(t, http.MethodGet, "http://"+address+path, "", nil, nil); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s on the metrics address: got %s, want 404", path, got.Status)
		}
	}
	if got := ask(t, http.MethodGet, server.url+"/metrics", "", nil, nil); got.StatusCode != http.StatusNotFound {
		t.Errorf("/metrics on the public address: got %s, want 404", got.Status)
	}
}

// dial connects a socket to a server.
func dial(t *testing.T, url, path, token string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/api/v1"+path, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	return conn
}

// closeCode reads to the end of a connection.
func closeCode(t *testing.T, conn *websocket.Conn) int {
	t.Helper()
	for {
		_, _, err := conn.ReadMessage()
		if end, ok := err.(*websocket.CloseError); ok {
			return end.Code
		}
		if err != nil {
			t.Fatalf("got %v, want a close code", err)
		}
	}
}

func TestAccountsAndDevicesBesideARunningServer(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	const password = "ganz lang und geheim"
	s.command(password+"\n", "user", "add", "anna", "--role", "clerk", "--branch", "grimma-markt").ok(t)
	if got := s.command("kurz\n", "user", "add", "bert", "--role", "clerk"); got.code != config.ExitFailure || !strings.Contains(got.stderr, "password") {
		t.Errorf("short password: got %d %q", got.code, got.stderr)
	}
	if got := s.command("", "user", "add", "bert", "--role", "clerk"); got.code != config.ExitFailure {
		t.Errorf("no password: got %d, want 1", got.code)
	}
	if got := s.command(password, "user", "add", "anna", "--role", "clerk"); got.code != config.ExitFailure || !strings.Contains(got.stderr, "exists already") {
		t.Errorf("again: got %d %q", got.code, got.stderr)
	}
	if got := s.command(password, "user", "add", "bert", "--role", "king"); got.code == config.ExitOK {
		t.Error("an unknown role was taken")
	}
	if got := s.command("", "user", "list").ok(t); !strings.Contains(got, "anna") || strings.Contains(got, "argon2") {
		t.Errorf("got list %q", got)
	}
	var session wire.Session
	ask(t, http.MethodPost, server.url+"/api/v1/session", "", wire.SessionRequest{User: "anna", Password: password}, &session)
	desk := dial(t, server.url, "/ws/caller?branch=grimma-markt", session.Token)

	printed := s.command("", "device", "add", "hall", "--kind", "display", "--branch", "grimma-markt", "--office", "buergerbuero").ok(t)
	token := strings.TrimSuffix(printed, "\n")
	if token == "" || strings.ContainsAny(token, " \n") {
		t.Errorf("got %q, want the token alone", printed)
	}
	screen := dial(t, server.url, "/ws/display", token)
	if got := s.command("", "device", "list").ok(t); !strings.Contains(got, "hall") || strings.Contains(got, token) {
		t.Errorf("got list %q", got)
	}
	s.command("", "device", "revoke", "hall").ok(t)
	if got := closeCode(t, screen); got != wire.CloseNotAllowed {
		t.Errorf("revoked: got %d, want 1008", got)
	}
	s.command("neu und noch länger\n", "user", "passwd", "anna").ok(t)
	if got := closeCode(t, desk); got != wire.CloseNotAllowed {
		t.Errorf("new password: got %d, want 1008", got)
	}
	s.command("", "user", "disable", "anna").ok(t)
	if got := s.command("", "user", "disable", "nobody"); got.code != config.ExitFailure {
		t.Errorf("unknown user: got %d, want 1", got.code)
	}
}

func TestStoppingSaysComeBackAndEndsCleanly(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	token := strings.TrimSpace(s.command("", "device", "add", "hall", "--kind", "display", "--branch", "grimma-markt").ok(t))
	screen := dial(t, server.url, "/ws/display", token)
	server.stop()
	if got := closeCode(t, screen); got != wire.CloseRestarting {
		t.Errorf("got %d, want 1012", got)
	}
	if got := server.ended(t); got != config.ExitOK {
		t.Errorf("got exit code %d, want 0:\n%s", got, server.stderr)
	}
}

func TestTwoServersDoNotShareAnAddress(t *testing.T) {
	s := newSite(t)
	server := s.serve("--clock", tuesday)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := new(output)
	other := newSite(t)
	code := run(ctx, []string{"serve", "--listen", strings.TrimPrefix(server.url, "http://"), "--database", other.database()}, nil, strings.NewReader(""), out, out)
	if code != config.ExitFailure || !strings.Contains(out.String(), "address already in use") {
		t.Errorf("got %d %s", code, out)
	}
}

func TestKillLosesNothing(t *testing.T) {
	s := newSite(t)
	server := s.fork("--clock", tuesday)
	const password = "ganz lang und geheim"
	s.command(password, "user", "add", "anna", "--role", "clerk").ok(t)
	var session wire.Session
	ask(t, http.MethodPost, server.url+"/api/v1/session", "", wire.SessionRequest{User: "anna", Password: password}, &session)
	booked := map[string]wire.AppointmentReply{}
	for i := range 5 {
		var made wire.AppointmentReply
		body := map[string]any{
			"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}, "name": "Ada",
			"email": fmt.Sprintf("ada%d@example.org", i), "start": fmt.Sprintf("2026-12-01T10:%d0:00+01:00", i),
		}
		if got := ask(t, http.MethodPost, server.url+"/api/v1/appointments", "", body, &made); got.StatusCode != http.StatusCreated {
			t.Fatalf("got %s", got.Status)
		}
		booked[made.Token] = made
	}
	var walkIn wire.TicketReply
	ask(t, http.MethodPost, server.url+"/api/v1/tickets", session.Token, map[string]any{"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}}, &walkIn)
	command := map[string]any{"id": "c-1", "type": "call_next", "room": "platz-1"}
	called := perform(t, server.url, session.Token, command)
	server.kill()

	again := s.fork("--clock", "2026-12-01T08:01:00+01:00")
	for token, want := range booked {
		var got wire.AppointmentReply
		ask(t, http.MethodGet, again.url+"/api/v1/appointments/"+token, "", nil, &got)
		if got.Number != want.Number || !got.Start.Equal(want.Start) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if k, _ := s.person(want); k.Name != "Ada" {
			t.Errorf("got %+v, want the person", k)
		}
	}
	if diff := cmp.Diff(called, perform(t, again.url, session.Token, command)); diff != "" {
		t.Errorf("the same command answers otherwise (-before +after):\n%s", diff)
	}
	var queue wire.Queue
	ask(t, http.MethodGet, again.url+"/api/v1/queue?branch=grimma-markt", session.Token, nil, &queue)
	if len(queue.Open) != 1 || queue.Open[0].Number != walkIn.Number || len(queue.Waiting) != 5 {
		t.Errorf("got %+v, want the call and five who wait", queue)
	}
}

// perform sends a command on a fresh socket and returns its answer.
func perform(t *testing.T, url, token string, command map[string]any) wire.Done {
	t.Helper()
	conn := dial(t, url, "/ws/caller?branch=grimma-markt", token)
	if err := conn.WriteJSON(command); err != nil {
		t.Fatal(err)
	}
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		message, err := wire.DecodeStationMessage(raw)
		if err != nil {
			t.Fatal(err)
		}
		switch m := message.(type) {
		case wire.Done:
			return m
		case wire.Failed:
			t.Fatalf("refused: %+v", m.Problem)
		}
	}
}
