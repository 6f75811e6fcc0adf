package main

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"aufruf/assets"
	"aufruf/internal/announce"
	"aufruf/internal/audio"
	"aufruf/internal/display"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// loud is a look that asks for a sound.
func loud(volume int, gong string, speech ...town.Language) wire.ScreenLook {
	return wire.ScreenLook{Town: "Grimma", Language: "de", ScreenStyle: wire.ScreenStyle{
		Sound: &wire.ScreenSound{Volume: &volume, Gong: gong, Speech: speech},
	}}
}

func TestTheTownsSoundIsHeardAtOnce(t *testing.T) {
	transcript := filepath.Join(t.TempDir(), "heard.jsonl")
	server := newFakeServer(t)
	start(t, server, "--player", "transcript:"+transcript)
	server.await("status")
	for i, look := range []wire.ScreenLook{loud(50, "gong-low", "de"), loud(50, "glocke"), loud(0, "gong")} {
		seq := town.Seq(2*i + 1)
		server.restyle(seq, look)
		server.call(seq+1, 417, "Platz 1")
		want := "played"
		if i == 2 {
			want = "off"
		}
		if got := server.await("sounded")["sound"]; got != want {
			t.Errorf("look %d: got %v, want %v", i+1, got, want)
		}
	}
	want := [][]announce.Clip{
		{"gong-low", "de/number", "de/4", "de/1", "de/7", "de/please", "de/desk", "de/1"},
		{announce.Gong}, // this screen has no such recording
	}
	var got [][]announce.Clip
	for _, line := range readTranscript(t, transcript) {
		got = append(got, line.Clips)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestTheTownsVolumeIsHeardOnTheCard(t *testing.T) {
	reference := newCapture(t)
	_, err := audio.NewCard(audio.NewClips(assets.Sounds())).Play(t.Context(),
		audio.Announcement{Clips: []announce.Clip{"gong-low"}, Volume: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	want, err := reference.Heard()
	if err != nil {
		t.Fatal(err)
	}
	capture := newCapture(t)
	server := newFakeServer(t)
	start(t, server)
	server.await("status")
	server.restyle(1, loud(30, "gong-low"))
	server.call(2, 417, "Platz 1")
	server.await("sounded")
	got, err := capture.Heard()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !slices.Equal(got[0], want[0]) {
		t.Errorf("heard %d announcements, want the low gong at 30 percent", len(got))
	}
}

func TestFlagsWinOverTheTown(t *testing.T) {
	transcript := filepath.Join(t.TempDir(), "heard.jsonl")
	server := newFakeServer(t)
	screen := start(t, server, "--player", "transcript:"+transcript, "--gong", "gong-single", "--volume", "80", "--theme", "dark")
	views := screen.watch()
	server.await("status")
	look := loud(0, "gong-low")
	look.Theme = "light"
	server.restyle(1, look)
	server.call(2, 417, "Platz 1")
	if got, want := server.await("sounded")["sound"], "played"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
	if got, want := readTranscript(t, transcript)[0].Clips, []announce.Clip{"gong-single"}; !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
	view := views.until(func(v display.View) bool { return v.Large != nil })
	if got, want := view.Theme, "dark"; got != want {
		t.Errorf("theme: got %q, want %q", got, want)
	}
}

// The plain browser does as the town says: language, colours, quiet hours,
// speech, the mark of a demonstration.
func TestAPlainBrowserFollowsTheTown(t *testing.T) {
	server := newFakeServer(t)
	browser := newBrowser(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	open(t, browser, server.http.URL+"/display", 1280, 720)
	server.await("status")
	look := loud(70, "gong-low", "de")
	look.Language, look.Theme, look.Demonstration, look.Saturday = "en", "dark", true, "Sonnabend"
	server.restyle(1, look)
	do(t, browser, chromedp.WaitVisible("#demonstration"))
	if got, want := textOf(t, browser, "#demonstration"), "Demonstration"; got != want {
		t.Errorf("demonstration: got %q, want %q", got, want)
	}
	for script, want := range map[string]string{
		`document.documentElement.lang`:                                     "en",
		`document.documentElement.dataset.theme`:                            "dark",
		`document.getElementById("last").ariaLabel`:                         newBundle(t).For(town.English).T("display.last"),
		`document.querySelector("[data-both=\"display.how\"]").textContent`: newBundle(t).For(town.English).T("display.how"),
	} {
		if got := do(t, browser, chromedp.Evaluate[string](script)); got != want {
			t.Errorf("%s: got %q, want %q", script, got, want)
		}
	}
	server.tell(wire.ScreenCall{
		Seq: 2, Number: 417, Room: wire.Room{ID: "r", Label: "Platz 1"}, Said: wire.Said{"de": {"de/4"}, "en": {"en/4"}},
	})
	if got, want := server.await("sounded")["sound"], "played"; got != want {
		t.Errorf("sounded: got %v, want %v", got, want)
	}
	if diff := cmp.Diff([]string{"de/4", "gong", "gong-low"}, server.fetched()); diff != "" {
		t.Errorf("fetched (-want +got):\n%s", diff)
	}
	picture(t, browser, "town")

	look.Sound.Quiet = []string{"09:00-10:00"}
	server.restyle(3, look)
	server.call(4, 203, "Platz 2")
	if got, want := server.await("sounded")["sound"], "off"; got != want {
		t.Errorf("quiet hours: got %v, want %v", got, want)
	}
}

// fetched returns the clips that were asked for so far, sorted.
func (f *fakeServer) fetched() []string {
	var names []string
	for {
		select {
		case name := <-f.sounds:
			names = append(names, name)
		default:
			slices.Sort(names)
			return slices.Compact(names)
		}
	}
}

// A screen without a language of its own follows the town; one with a language
// says so when it connects, and the server answers in it.
func TestALanguageOfTheScreenIsAskedFor(t *testing.T) {
	server := newFakeServer(t)
	start(t, server, "--player", "none", "--language", "en")
	select {
	case got := <-server.queries:
		if want := "language=en"; got != want {
			t.Errorf("query: got %q, want %q", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the screen doesn't connect")
	}
}
