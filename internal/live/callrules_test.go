package live_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/live"
	"aufruf/internal/plan"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// change merges a few lines of YAML below the branch into the catalogue.
func (h *liveBranch) change(lines string) {
	h.t.Helper()
	file, mistakes := catalogue.Parse("test.yaml", []byte("format: aufruf/1\nbranches:\n  - id: grimma-markt\n"+lines))
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
	_, mistakes, err := h.Town.Import(h.t.Context(), file)
	h.must(err)
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
}

// comesFor has somebody come for a service, a minute after the one before.
func (h *liveBranch) comesFor(id town.ServiceID) {
	h.t.Helper()
	_, err := h.IssueTicket(h.t.Context(), clerk, app.WalkInRequest{Wanted: plan.Wanted{Branch: branch, Items: []town.Item{{Service: id, Quantity: 1}}}})
	h.must(err)
	h.set(h.clock().Add(time.Minute))
}

// One press closes a number of one office and calls one of another: the clear
// belongs on the screens of the first, the call on those of the second.
func TestAClearGoesToTheScreensOfItsOwnOffice(t *testing.T) {
	h := openBranch(t, live.Pace{})
	h.change("    offices:\n      - {id: gewerbeamt, rooms: [gewerbeamt, platz-1]}\n")
	h.comesFor(service)
	h.comesFor("gewerbe-anmelden")
	citizens, trade := h.screen("buergerbuero"), h.screen("gewerbeamt")
	h.run()
	first := h.next(h.App, "1")
	h.frame(citizens.Messages())
	second := h.next(h.App, "2")
	cleared := []said{{Type: "clear", Seq: second.Seq - 1, Number: first.Ticket.Number}}
	if diff := cmp.Diff(cleared, h.read(h.frame(citizens.Messages()))); diff != "" {
		t.Errorf("screen of the first office (-want +got):\n%s", diff)
	}
	called := []said{{Type: "call", Seq: second.Seq, Number: second.Ticket.Number}}
	if diff := cmp.Diff(called, h.read(h.frame(trade.Messages()))); diff != "" {
		t.Errorf("screen of the second office (-want +got):\n%s", diff)
	}
}

// Who is fetched is on no screen, and so on none too late.
func TestAPickupCallIsNeverLate(t *testing.T) {
	pace := live.DefaultPace()
	pace.LateAfter = 200 * time.Millisecond
	h := openBranch(t, pace)
	h.comesFor("bauleitplanung-auskunft")
	h.comesFor(service)
	station := h.station()
	h.run()
	h.nextIn("zimmer-2-03")
	called := h.nextIn("platz-1")
	want := []said{{Type: "delivery", Seq: called.Seq, Late: true}}
	if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
		t.Errorf("the first warning (-want +got):\n%s", diff)
	}
}

// A screen may show a call long after the server that made it has ended.
func TestAReportAboutACallBeforeTheRestartCounts(t *testing.T) {
	h := openBranch(t, live.Pace{})
	h.walkIn()
	called := h.next(h.App, "1")
	screen := h.device()
	h.set(h.clock().Add(time.Hour)) // no call of a moment ago
	station := h.station()
	h.run()
	h.report(screen, called.Seq-1) // that somebody came is no call
	h.report(screen, called.Seq)
	want := []said{{Type: "delivery", Seq: called.Seq}}
	if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	h.eventually(func() bool { return h.kept(called.Seq) })
}

// The built-in town is silent but for its gong; one with speech says the same
// words on its screens, on a board and in a call.
func TestATownWithSpeechSaysWhatItShows(t *testing.T) {
	h := openBranch(t, live.Pace{})
	h.change("    screen: {speech: [de, en]}\n")
	h.walkIn()
	screen := h.screen()
	h.run()
	h.next(h.App, "1")
	var call wire.ScreenCall
	h.must(json.Unmarshal(h.frame(screen.Messages()).Messages[0], &call))
	if len(call.Said[town.German]) < 3 || len(call.Said[town.English]) < 3 {
		t.Errorf("got %v, want the call in both languages", call.Said)
	}
}

// Each setting reaches the screen by itself: for all screens of a branch, and for
// the one that differs.
func TestEachSettingOfAScreenReachesIt(t *testing.T) {
	h := openBranch(t, live.Pace{})
	for _, c := range []struct{ setting, member string }{
		{"language: en", `"language":"en"`},
		{"theme: contrast", `"theme":"contrast"`},
		{"large_seconds: 17", `"large_seconds":17`},
		{"listed: 3", `"listed":3`},
		{`night: ["20:00-06:00"]`, `"night":["20:00-06:00"]`},
		{"volume: 41", `"volume":41`},
		{"volume: 0", `"volume":0`},
		{"gong: gong", `"gong":"gong"`},
		{"speech: [en]", `"speech":["en"]`},
		{`quiet: ["12:00-13:00"]`, `"quiet":["12:00-13:00"]`},
	} {
		looks := func(name string) string {
			t.Helper()
			look, _ := h.Look(branch, live.Screen{Name: name, Language: town.German})
			raw, err := json.Marshal(look)
			h.must(err)
			return string(raw)
		}
		h.change("    screen: {}\n    screens: [{name: Halle, " + c.setting + "}]\n")
		if got := looks("Halle"); !strings.Contains(got, c.member) {
			t.Errorf("%s of one screen: got %s", c.setting, got)
		}
		if got := looks("Foyer"); strings.Contains(got, c.member) {
			t.Errorf("%s of another screen: got %s", c.setting, got)
		}
		differs := "listed: 5"
		if strings.HasPrefix(c.setting, "listed") {
			differs = "theme: light"
		}
		h.change("    screen: {" + c.setting + "}\n    screens: [{name: Halle, " + differs + "}]\n")
		if got := looks("Halle") + looks("Foyer"); strings.Count(got, c.member) != 2 {
			t.Errorf("%s of all screens: got %s", c.setting, got)
		}
	}
}
