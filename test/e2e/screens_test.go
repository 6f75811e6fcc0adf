package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aufruf/internal/audio/audiotest"
	"aufruf/internal/display"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/browser"
	"aufruf/test/townhall"
)

// A new screen shows a code, a manager types it, the screen shows calls; its
// token lies in its own file alone. Revoked, it shows nothing but the next
// code, and by that it comes back.
func TestANewScreenIsPairedAndRevoked(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	file := filepath.Join(t.TempDir(), "token")
	s := h.bareScreen(file, townhall.ScreenOptions{Player: "none"})
	manager := h.manager()
	first := s.until("a code", func(v display.View) bool { return v.Code != "" })
	if first.Look != nil || len(first.List) > 0 || first.Large != nil {
		t.Errorf("an unpaired screen shows %+v, want the code alone", first)
	}
	manager.pair(strings.ToLower(first.Code), "Wartehalle")
	board := s.until("the board", func(v display.View) bool { return v.Online && v.Code == "" })
	if got, want := board.Look.QueueURL, h.server.URL+wire.HallPath+string(branch); got != want {
		t.Errorf("QR code: got %q, want %q", got, want)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("token file: got %v, %v, want one that nobody else reads", info, err)
	}
	number := h.issue("meldebescheinigung")
	h.desk("platz-1").do("next")
	s.until("the call", func(v display.View) bool { return v.Large != nil && v.Large.Number.String() == number })

	revoked := time.Now()
	must(h.server.Command(h.ctx, "", "device", "revoke", "Wartehalle"))(t)
	again := s.until("the next code", func(v display.View) bool { return v.Code != "" })
	t.Logf("revoked to code: %v", time.Since(revoked).Round(time.Millisecond))
	if !again.Denied || again.Large != nil || len(again.List) > 0 {
		t.Errorf("a revoked screen shows %+v, want the code alone", again)
	}
	if again.Code == first.Code {
		t.Error("a code was shown twice")
	}
	manager.pair(again.Code, "Wartehalle neu")
	s.until("the board again", func(v display.View) bool {
		return v.Online && v.Large != nil && v.Large.Number.String() == number
	})
}

// A plain browser whose rights end goes to its next code by itself, and from
// there back to the board; the program does the same above.
func TestARevokedBrowserIsPairedAgain(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	wall := browser.Open(t).Tab(t, browser.Wall)
	wall.Open(h.server.URL + "/display")
	wall.Click("form[data-ask] button")
	manager := h.manager()
	number := h.issue("meldebescheinigung")
	first := awaitCode(wall)
	manager.pair(first, "Wartehalle")
	wall.AwaitText("#clock", "9")
	h.desk("platz-1").do("next")
	wall.AwaitText("#number", number)
	must(h.server.Command(h.ctx, "", "device", "revoke", "Wartehalle"))(t)
	again := awaitCode(wall)
	if again == first {
		t.Error("a code was shown twice")
	}
	manager.pair(again, "Wartehalle neu")
	wall.AwaitText("#number", number)
}

// awaitCode waits for the code of a plain browser and returns it.
func awaitCode(tab *browser.Tab) string {
	const code = "[data-code]"
	tab.AwaitText(code, "")
	return strings.TrimSpace(tab.Text(code))
}

// Code, call and the page behind the QR code are looked at by axe and kept as
// pictures.
func TestTheHallIsAccessible(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	s := h.bareScreen(filepath.Join(t.TempDir(), "token"), townhall.ScreenOptions{Player: "none"})
	chromium := browser.Open(t)
	wall := chromium.Tab(t, browser.Wall)
	wall.Open(s.URL)
	code := s.until("a code", func(v display.View) bool { return v.Code != "" }).Code
	wall.AwaitText("#code", code[:3]+" "+code[3:])
	wall.CheckAccessible("code")
	wall.Picture("code")
	h.manager().pair(code, "Wartehalle")
	number := h.issue("meldebescheinigung")
	s.until("the board", func(v display.View) bool { return v.Online })
	h.desk("platz-1").do("next")
	wall.AwaitText("#number", number)
	wall.CheckAccessible("call")
	wall.Picture("call")
	phone := chromium.Tab(t, browser.Phone)
	phone.Open(h.server.URL + wire.HallPath + string(branch))
	phone.AwaitText("#calls", number)
	phone.CheckAccessible("waiting room")
	phone.Picture("waiting-room")
	h.issue("meldebescheinigung")
	second := h.desk("platz-2").do("next")
	phone.AwaitText("#calls", second)
}

// The town changes its notice and its colour: connected screens follow at
// once, without a new connection and without ringing anything again.
func TestAChangedNoticeReachesConnectedScreens(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	token := must(h.server.AddDevice(h.ctx, "wartehalle", "display", string(branch)))(t)
	s := h.bareScreen(token, townhall.ScreenOptions{Player: "none"})
	s.until("the board", func(v display.View) bool { return v.Online })
	h.importing("authority:\n  accent: \"#0b6e4f\"\nbranches:\n  - id: grimma-markt\n    notice: Heute bis 12 Uhr\n")
	changed := time.Now()
	v := s.until("the notice", func(v display.View) bool { return v.Notice == "Heute bis 12 Uhr" })
	t.Logf("shown %v after the import", time.Since(changed).Round(time.Millisecond))
	if got, want := v.Look.Accent, "#0b6e4f"; got != want || !v.Online {
		t.Errorf("colour: got %q, want %q", got, want)
	}
}

// importing takes a change of the catalogue, without its first line.
func (h *townHall) importing(change string) {
	h.Helper()
	file := filepath.Join(h.TempDir(), "change.yaml")
	if err := os.WriteFile(file, []byte("format: aufruf/1\n"+change), 0o600); err != nil {
		h.Fatal(err)
	}
	must(h.server.Command(h.ctx, "", "import", file))(h)
}

// The catalogue says how the screens of a branch look and sound, and how one
// of them differs. Connected screens follow at once.
func TestTheCatalogueSetsHowScreensLookAndSound(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	token := must(h.server.AddDevice(h.ctx, "wartehalle", "display", string(branch)))(t)
	heard := filepath.Join(t.TempDir(), "heard.jsonl")
	s := h.bareScreen(token, townhall.ScreenOptions{Player: "transcript:" + heard})
	if v := s.until("the board", func(v display.View) bool { return v.Online }); !v.Look.Demonstration || v.Look.Saturday != "Sonnabend" {
		t.Errorf("look: got %+v, want Saxony's Saturday, and that it is a demonstration", v.Look)
	}
	h.importing(`branches:
  - id: grimma-markt
    screen: {theme: light, language: en, large_seconds: 1, gong: gong-low, speech: [de], volume: 80}
`)
	s.until("English on light ground", func(v display.View) bool { return v.Theme == "light" && v.Look.Language == "en" })
	watch := h.desk("platz-1").watch()
	call := func() string {
		h.issue("meldebescheinigung")
		return h.desk("platz-1").do("next", "--sure")
	}
	number := call()
	watch.reported(1, func(d wire.Delivery) bool { return d.Sounded == 1 })
	said := string(must(os.ReadFile(heard))(t))
	if want := fmt.Sprintf(`"clips":["gong-low","de/number","de/%c",`, number[0]); !strings.Contains(said, want) {
		t.Errorf("heard %s, want %s", said, want)
	}
	h.importing("branches:\n  - id: grimma-markt\n    screens: [{name: wartehalle, quiet: [\"09:00-10:00\"], theme: dark}]\n")
	s.until("this screen's own look", func(v display.View) bool { return v.Theme == "dark" && v.Look.Sound.Volume != nil })
	call()
	watch.reported(1, func(d wire.Delivery) bool { return d.Silent == 1 })
	if got := string(must(os.ReadFile(heard))(t)); got != said {
		t.Errorf("heard %s in its quiet hours", got[len(said):])
	}
}

// A sound card that is lost is known at the desk within a second of its first
// use, and one that is back without anybody's help; the button rings one
// screen alone.
func TestALostSoundCardIsKnownAtTheDesk(t *testing.T) {
	h := openTownHall(t, tuesday(9, 5))
	token := must(h.server.AddDevice(h.ctx, "wartehalle", "display", string(branch)))(t)
	capture := must(audiotest.New(h.TempDir()))(h)
	card := must(os.ReadFile(capture.Config()))(h)
	h.bareScreen(token, townhall.ScreenOptions{Player: "alsa", Env: []string{audiotest.Variable + "=" + capture.Config()}})
	watch := h.desk("platz-1").watch()
	manager := h.manager()
	watch.sounding(1)

	manager.post("/staff/grimma-markt/platz-1/ton", nil)
	watch.reported(1, func(d wire.Delivery) bool { return d.Test && d.Screens == 1 && d.Sounded == 1 })
	h.await("the gong of the test", func() error {
		heard, err := capture.Heard()
		if err == nil && len(heard) != 1 {
			err = fmt.Errorf("heard %d announcements", len(heard))
		}
		return err
	})
	const lost = "pcm.!default { type hw card 31 }\n"
	manager.sees(devicesPage, "verbunden seit 01.12.2026", "bereit")
	replace(t, capture.Config(), lost)
	pressed := time.Now()
	manager.testSound()
	watch.sounding(0)
	t.Logf("known at the desk after %v", time.Since(pressed).Round(time.Millisecond))
	manager.sees(devicesPage, "kein Tongerät")
	replace(t, capture.Config(), string(card))
	watch.sounding(1)
}

// replace puts another file in place of one: ALSA reads its configuration anew
// only where the file is another or a second older.
func replace(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// sounding waits until the newest queue says how many screens sound.
func (w *watch) sounding(want int) {
	w.Helper()
	w.await(fmt.Sprintf("%d sounding screens", want), func() error {
		queues := w.messages("queue")
		if len(queues) == 0 {
			return errors.New("no queue yet")
		}
		var q wire.Queue
		if err := json.Unmarshal(queues[len(queues)-1], &q); err != nil {
			return err
		}
		if q.Screens == nil || q.Screens.Sounding != want {
			return fmt.Errorf("screens: %+v", q.Screens)
		}
		return nil
	})
}

// office is a manager's browser on the staff's pages.
type office struct {
	*townHall
	http *http.Client
}

func (h *townHall) manager() *office {
	h.Helper()
	password := must(h.server.AddUser(h.ctx, "maria", "manager"))(h)
	jar := must(cookiejar.New(nil))(h)
	o := &office{townHall: h, http: &http.Client{Jar: jar}}
	o.post("/staff/anmelden", url.Values{"name": {"maria"}, "kennwort": {password}})
	return o
}

// post fills in a form; what follows must be a page.
func (o *office) post(path string, form url.Values) {
	o.Helper()
	response, err := o.http.PostForm(o.server.URL+path, form)
	if err != nil {
		o.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		o.Fatalf("%s: %s", path, response.Status)
	}
}

const devicesPage = "/staff/verwaltung/geraete"

// sees reads a page, which must say all that is wanted.
func (o *office) sees(path string, wanted ...string) {
	o.Helper()
	response := must(o.http.Get(o.server.URL + path))(o)
	defer response.Body.Close()
	page := string(must(io.ReadAll(response.Body))(o))
	for _, text := range wanted {
		if !strings.Contains(page, text) {
			o.Errorf("%s doesn't say %q:\n%s", path, text, page)
		}
	}
}

func (o *office) pair(code, name string) {
	o.Helper()
	o.post(devicesPage, url.Values{"code": {code}, "name": {name}, "branch": {string(branch)}})
}

// testSound presses the button of every screen of the branch.
func (o *office) testSound() {
	o.Helper()
	o.post("/staff/verwaltung/geraete/ton", url.Values{"branch": {string(branch)}})
}

// bareScreen is a screen program whose views the test reads as its page would.
type bareScreen struct {
	*townHall
	*townhall.Screen

	mu    sync.Mutex
	last  display.View
	large []string // the numbers that had the large place, in order
	seq   town.Seq // of the last of them
}

func (h *townHall) bareScreen(tokenFile string, o townhall.ScreenOptions) *bareScreen {
	h.Helper()
	s := &bareScreen{townHall: h, Screen: must(townhall.StartScreen(h.ctx, h.server, tokenFile, o))(h)}
	h.Cleanup(func() {
		if h.Failed() {
			h.Logf("the screen said:\n%s", s.Program().Log())
		}
		s.Program().Kill()
	})
	request := must(http.NewRequestWithContext(h.ctx, http.MethodGet, s.URL+"/events", nil))(h)
	response := must(http.DefaultClient.Do(request))(h)
	h.Cleanup(func() { response.Body.Close() })
	go s.read(bufio.NewScanner(response.Body))
	return s
}

func (s *bareScreen) read(lines *bufio.Scanner) {
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v display.View
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &v) == nil {
			s.see(v)
		}
	}
}

// see takes a view; what is large in it counts as painted.
func (s *bareScreen) see(v display.View) {
	s.mu.Lock()
	s.last = v
	fresh := v.Large != nil && v.Large.Seq != s.seq
	if fresh {
		s.seq = v.Large.Seq
		s.large = append(s.large, v.Large.Number.String())
	}
	s.mu.Unlock()
	if fresh {
		s.paint(*v.Large)
	}
}

// until waits for a view.
func (s *bareScreen) until(what string, wanted func(display.View) bool) display.View {
	s.townHall.Helper()
	var found display.View
	s.await(what, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if found = s.last; !wanted(found) {
			return fmt.Errorf("the page shows %+v", found)
		}
		return nil
	})
	return found
}
