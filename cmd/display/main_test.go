package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/audio"
	"aufruf/internal/audio/audiotest"
	"aufruf/internal/config"
	"aufruf/internal/display"
	"aufruf/internal/town"
)

func TestACallIsShownHeardAndReported(t *testing.T) {
	server := newFakeServer(t)
	transcript := filepath.Join(t.TempDir(), "heard.jsonl")
	screen := start(t, server, "--player", "transcript:"+transcript, "--speech", "de")
	if got, want := server.await("status")["sound"], "ready"; got != want {
		t.Errorf("sound state: got %v, want %v", got, want)
	}
	views := screen.watch()
	server.call(1, 417, "Platz 1")
	view := views.until(func(v display.View) bool { return v.Large != nil })
	if got, want := view.Large.Number, town.Number(417); got != want {
		t.Errorf("large: got %v, want %v", got, want)
	}
	if got := view.Now.Sub(nine); got < 0 || got > time.Minute {
		t.Errorf("clock: got %v, want the server's %v", view.Now, nine)
	}
	screen.post("shown", `{"seq":1}`)
	reported := map[any]map[string]any{} // in whichever order
	for len(reported) < 2 {
		report := server.await("shown", "sounded")
		reported[report["type"]] = report
	}
	if got, want := reported["sounded"]["sound"], "played"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
	if got, want := reported["shown"]["seq"], 1.0; got != want {
		t.Errorf("shown: got %v, want %v", got, want)
	}
	server.call(2, 203, "Platz 2")
	server.await("sounded")
	lines := readTranscript(t, transcript)
	var heard []town.Number
	for _, line := range lines {
		heard = append(heard, line.Number)
	}
	if diff := cmp.Diff(heard, []town.Number{417, 203}); diff != "" {
		t.Errorf("heard -, want +:\n%s", diff)
	}
	if got, want := len(lines[0].Clips), 1+1+3+1+2; got != want {
		t.Errorf("clips: got %v, want gong, number, digits, please, desk", lines[0].Clips)
	}
}

func TestNoDeviceIsReportedAndTheTextStands(t *testing.T) {
	t.Setenv(audiotest.Variable, "/dev/null")
	server := newFakeServer(t)
	screen := start(t, server)
	if got, want := server.await("status")["sound"], "no_device"; got != want {
		t.Errorf("sound state: got %v, want %v", got, want)
	}
	views := screen.watch()
	server.call(1, 417, "Platz 1")
	views.until(func(v display.View) bool { return v.Large != nil })
	if got, want := server.await("sounded")["sound"], "no_device"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
}

func TestALostConnectionIsSeenAndResumed(t *testing.T) {
	server := newFakeServer(t)
	screen := start(t, server, "--player", "none")
	views := screen.watch()
	server.call(5, 417, "Platz 1")
	views.until(func(v display.View) bool { return v.Large != nil })
	server.drop()
	view := views.until(func(v display.View) bool { return !v.Online })
	if view.Since == nil || view.Since.Sub(nine) < 0 || view.Since.Sub(nine) > time.Minute {
		t.Errorf("since: got %v, want about %v", view.Since, nine)
	}
	if view.Large == nil {
		t.Error("the board went away with the connection")
	}
	views.until(func(v display.View) bool { return v.Online })
	<-server.queries
	// the board tells what has ended since what was seen
	if got, want := <-server.queries, "after=5&epoch=e1"; got != want {
		t.Errorf("resumed with %q, want %q", got, want)
	}
}

func TestARevokedScreenShowsNothing(t *testing.T) {
	server := newFakeServer(t)
	screen := start(t, server, "--player", "none")
	views := screen.watch()
	server.call(5, 417, "Platz 1")
	views.until(func(v display.View) bool { return v.Large != nil })
	server.deny()
	view := views.until(func(v display.View) bool { return v.Denied })
	if view.Large != nil || len(view.List) > 0 {
		t.Errorf("got %+v, want an empty board", view)
	}
}

func TestThePageTakesNothingFromElsewhere(t *testing.T) {
	screen := start(t, newFakeServer(t), "--player", "none")
	request, _ := http.NewRequest("POST", screen.url+"shown", strings.NewReader(`{"seq":1}`))
	request.Header.Set("Origin", "https://elsewhere.example")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got, want := response.StatusCode, http.StatusForbidden; got != want {
		t.Errorf("foreign origin: got %d, want %d", got, want)
	}
	if got, want := screen.post("shown", "x"), http.StatusBadRequest; got != want {
		t.Errorf("malformed report: got %d, want %d", got, want)
	}
	for path, want := range map[string]int{
		"": 200, "display/main.js": 200, "display/display.css": 200,
		"fonts/fira-sans-700.woff2": 200, "booking/": 404, "none": 404,
	} {
		response, err := http.Get(screen.url + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.StatusCode; got != want {
			t.Errorf("/%s: got %d, want %d", path, got, want)
		}
	}
}

func TestWrongUse(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := []string{"--server", "http://127.0.0.1:1", "--token-file", token, "--listen", "127.0.0.1:0"}
	tests := []struct {
		name, want string
		code       int
		args, env  []string
	}{
		{name: "no server", args: []string{"--token-file", token}, code: 2, want: "--server"},
		{name: "no token", args: good[:2], code: 2, want: "--token-file"},
		{name: "token file unreadable", args: append(slices.Clone(good[:2]), "--token-file", filepath.Dir(token)), code: 1, want: "token-file"},
		{name: "unknown flag", args: append(slices.Clone(good), "--playr", "none"), code: 2, want: "did you mean --player?"},
		{name: "unknown variable", args: good, env: []string{"AUFRUF_BROWSR=x"}, code: 2, want: "did you mean AUFRUF_BROWSER?"},
		{name: "argument", args: append(slices.Clone(good), "now"), code: 2, want: "now"},
		{name: "player", args: append(slices.Clone(good), "--player", "radio"), code: 2, want: "radio"},
		{name: "gong", args: append(slices.Clone(good), "--gong", "horn"), code: 2, want: "horn"},
		{name: "speech", args: append(slices.Clone(good), "--speech", "fr"), code: 2, want: "fr"},
		{name: "quiet", args: append(slices.Clone(good), "--quiet", "20-7"), code: 2, want: "20"},
		{name: "volume", args: append(slices.Clone(good), "--volume", "120"), code: 2, want: "120"},
		{name: "theme", args: append(slices.Clone(good), "--theme", "pink"), code: 2, want: "pink"},
		{name: "address in use", args: append(slices.Clone(good), "--listen", "256.0.0.1:1"), code: 1, want: "listen"},
		{name: "help", args: []string{"--help"}, code: 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stderr bytes.Buffer
			if got := run(t.Context(), tt.args, tt.env, io.Discard, &stderr); got != tt.code {
				t.Errorf("exit code: got %d, want %d", got, tt.code)
			}
			if !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("stderr: got %q, want it to name %q", &stderr, tt.want)
			}
		})
	}
}

func TestEveryFlagIsKnown(t *testing.T) {
	program := config.Program{Root: rootCommand("display", io.Discard, io.Discard)}
	if diff := cmp.Diff(program.Flags(), config.Known("display")); diff != "" {
		t.Errorf("flags -, known +:\n%s", diff)
	}
}

func TestHelpAndVersionInBothLanguages(t *testing.T) {
	keys := regexp.MustCompile(`\b(help|cli)\.[a-z]`)
	for locale, want := range map[string]string{"LANG=de_DE.UTF-8": "Lautstärke in Prozent.", "LANG=en_GB.UTF-8": "Loudness in percent."} {
		var out bytes.Buffer
		code := run(t.Context(), []string{"--help"}, []string{locale}, &out, io.Discard)
		if code != config.ExitOK || !strings.Contains(out.String(), want) || keys.MatchString(out.String()) {
			t.Errorf("%s: got %d and\n%s", locale, code, &out)
		}
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"--version"}, nil, &out, io.Discard); code != config.ExitOK || out.String() != "display version "+version+"\n" {
		t.Errorf("got %d %q", code, &out)
	}
}

// running is a started screen.
type running struct {
	t    *testing.T
	url  string
	stop func()
}

// start runs the program until the test ends.
func start(t *testing.T, server *fakeServer, args ...string) *running {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	code := make(chan int, 1)
	args = append([]string{"--server", server.http.URL, "--token-file", token, "--listen", "127.0.0.1:0"}, args...)
	go func() {
		code <- run(ctx, args, nil, in, t.Output())
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "page ")
	if err != nil || !ok {
		t.Fatalf("first line: got %q, %v, want the page's address", line, err)
	}
	stop := sync.OnceFunc(func() {
		cancel()
		if got, want := <-code, config.ExitOK; got != want {
			t.Errorf("exit code: got %d, want %d", got, want)
		}
	})
	t.Cleanup(stop)
	return &running{t: t, url: url, stop: stop}
}

// post says something to the screen as its page does.
func (r *running) post(what, body string) int {
	r.t.Helper()
	response, err := http.Post(r.url+what, "text/plain", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// views is what a page would paint.
type views struct {
	t      *testing.T
	events chan display.View
}

func (r *running) watch() *views {
	r.t.Helper()
	response, err := http.Get(r.url + "events")
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { response.Body.Close() })
	v := &views{t: r.t, events: make(chan display.View, 100)}
	go func() {
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			var view display.View
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &view) == nil {
				v.events <- view
			}
		}
	}()
	return v
}

func (v *views) until(wanted func(display.View) bool) display.View {
	v.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case view := <-v.events:
			if wanted(view) {
				return view
			}
		case <-deadline:
			v.t.Fatal("the page never got the view")
		}
	}
}

func readTranscript(t *testing.T, path string) []audio.Line {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []audio.Line
	for decoder := json.NewDecoder(bytes.NewReader(raw)); decoder.More(); {
		var line audio.Line
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}
