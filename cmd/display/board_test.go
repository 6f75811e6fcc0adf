package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"aufruf/internal/display"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// step is one input of a script that both state machines play: the program's
// in Go and the plain browser's in board.js.
type step struct {
	At      int64           `json:"at"` // milliseconds
	Kind    string          `json:"kind"`
	Message json.RawMessage `json:"message"`
}

// TestTheBrowsersBoardIsTheProgramsBoard plays random mornings to both.
func TestTheBrowsersBoardIsTheProgramsBoard(t *testing.T) {
	random := rand.New(rand.NewPCG(20261208, 1))
	scripts := make([][]step, 300)
	want := make([][]string, len(scripts))
	for i := range scripts {
		scripts[i] = morning(random)
		want[i] = playInGo(t, scripts[i])
	}
	screen := start(t, newFakeServer(t), "--player", "none")
	browser := newBrowser(t)
	open(t, browser, screen.url, 800, 600)
	raw, err := json.Marshal(scripts)
	if err != nil {
		t.Fatal(err)
	}
	got := do(t, browser, chromedp.Evaluate[[][]string](fmt.Sprintf(playInBrowser, raw), chromedp.EvalAwaitPromise))
	for i := range want {
		if diff := cmp.Diff(got[i], want[i]); diff != "" {
			script, _ := json.Marshal(scripts[i])
			t.Fatalf("script %s\nbrowser -, program +:\n%s", script, diff)
		}
	}
}

// morning draws calls, recalls, clears, losses and boards, some after
// midnight, some of a new epoch.
func morning(random *rand.Rand) []step {
	at, seq, epoch := int64(0), town.Seq(0), "e1"
	var calls []wire.BoardCall
	now := func() time.Time { return nine.Add(time.Duration(at) * time.Millisecond) }
	board := func(resumed bool) step {
		shown := calls
		if !resumed {
			shown = slices.DeleteFunc(slices.Clone(calls), func(c wire.BoardCall) bool { return c.Withdrawn })
		}
		return message("board", at, wire.Board{Epoch: epoch, Resumed: resumed, Seq: seq, Now: now(), Calls: shown})
	}
	end := func(number town.Number) (withdrawn bool) {
		withdrawn = random.IntN(3) == 0
		for i := range calls {
			if calls[i].Number == number && !calls[i].Cleared {
				calls[i].Cleared, calls[i].Withdrawn = true, withdrawn
			}
		}
		return withdrawn
	}
	steps := []step{board(false)}
	for range 5 + random.IntN(30) {
		at += random.Int64N([]int64{300, 9000}[random.IntN(2)])
		if random.IntN(60) == 0 {
			at += 15 * 3600 * 1000
			calls = nil
		}
		seq += town.Seq(1 + random.IntN(3))
		number := town.Number(100 + random.IntN(8))
		call := wire.BoardCall{
			Seq: seq, Number: number, Room: wire.Room{ID: "r", Label: "Platz 1"}, Again: random.IntN(4) == 0,
			Office: []town.OfficeID{"b", "s"}[random.IntN(2)], At: now().Add(-time.Duration(random.IntN(3)/2) * 9500 * time.Millisecond),
		}
		switch random.IntN(12) {
		case 6:
			sound := []wire.Sound{wire.SoundReady, wire.SoundNoDevice}[random.IntN(2)]
			steps = append(steps, step{At: at, Kind: "soundState", Message: json.RawMessage(fmt.Sprintf("%q", sound))})
		case 0, 5:
			steps = append(steps, message("clear", at, wire.Clear{Seq: seq, Number: number, Withdrawn: end(number)}))
		case 1:
			steps = append(steps, step{At: at, Kind: "disconnected"})
			at += random.Int64N(90000)
			end(town.Number(100 + random.IntN(8)))
			calls = append(calls, call)
			steps = append(steps, board(random.IntN(2) == 0))
		case 4:
			offset := time.FixedZone("", 3600*(1+random.IntN(2))) // the night when the clocks change
			steps = append(steps, message("clockSet", at, wire.Clock{Now: now().In(offset)}))
		case 3:
			steps = append(steps, message("restyle", at, wire.Look{Seq: seq, Look: drawLook(random)}))
		case 2:
			if random.IntN(4) == 0 {
				epoch += "x"
			}
			steps = append(steps, board(false))
		default:
			calls = append(calls, call)
			steps = append(steps, message("call", at, wire.ScreenCall{
				Seq: seq, Number: number, Room: call.Room, At: call.At, Now: now(), Again: call.Again, Office: call.Office,
			}))
		}
	}
	at += 60000
	return append(steps, step{At: at, Kind: "tick"})
}

// drawLook draws what a town may set.
func drawLook(random *rand.Rand) wire.ScreenLook {
	hours := [][]string{nil, {"09:41-09:42"}, {"23:00-09:42", "12:00-13:00"}, {"00:30-00:10"}}
	volume := random.IntN(101)
	style := wire.ScreenStyle{
		Large: random.IntN(12), Listed: random.IntN(8), Night: hours[random.IntN(len(hours))], Theme: []string{"", "light"}[random.IntN(2)],
	}
	if random.IntN(3) > 0 {
		style.Sound = &wire.ScreenSound{Quiet: hours[random.IntN(len(hours))], Gong: []string{"", "gong-low"}[random.IntN(2)]}
		if random.IntN(2) == 0 {
			style.Sound.Volume = &volume
		}
		style.Sound.Speech = [][]town.Language{nil, {"de"}, {"de", "en"}}[random.IntN(3)]
	}
	look := wire.ScreenLook{Town: "Grimma", Language: "de", ScreenStyle: style}
	if random.IntN(3) == 0 {
		look.Columns = []wire.OfficeColumn{{ID: "b", Name: "Bürgerbüro"}, {ID: "s", Name: "Standesamt"}}
	}
	return look
}

func message(kind string, at int64, m wire.Message) step {
	raw, err := wire.Encode(m)
	if err != nil {
		raw = nil // a message of our own always encodes
	}
	return step{At: at, Kind: kind, Message: raw}
}

// player plays a script to the program's state machine; announcements take as long as
// their seq says.
type player struct {
	screen *display.Screen
	now    time.Duration
	voice  town.Seq // under way; 0: none
	until  time.Duration
	sound  wire.Sound // of its card; empty: it plays
	line   string
}

func (p *player) take(fx display.Effects) {
	for _, seq := range fx.Hush {
		p.line += fmt.Sprintf(" hush %d", seq)
		if seq == p.voice {
			p.voice = 0
		}
	}
	for _, seq := range fx.Curtail {
		p.line += fmt.Sprintf(" curtail %d", seq)
	}
	for _, c := range fx.Ring {
		p.line += fmt.Sprintf(" ring %d %s at %d %s", c.Seq, c.Sound.Gong, c.Sound.Volume, c.Sound.Manner)
		p.voice, p.until = c.Seq, p.now+time.Duration(701+c.Seq%7*1301)*time.Millisecond
	}
	for _, r := range fx.Send {
		switch m := r.(type) {
		case wire.Sounded:
			p.line += fmt.Sprintf(" sounded %d", m.Seq)
		case wire.Queued:
			p.line += fmt.Sprintf(" queued %d", m.Seq)
		case wire.Status:
			p.line += fmt.Sprintf(" status %s", m.Sound)
		}
	}
}

// heard is how an announcement ends that is over now.
func (p *player) heard() wire.Sound {
	if p.sound == wire.SoundNoDevice {
		return wire.SoundNoDevice
	}
	return wire.SoundPlayed
}

// run lets time pass.
func (p *player) run(until time.Duration) {
	for {
		due, ok := p.screen.Wake(p.now)
		if p.voice != 0 && p.until <= until && (!ok || p.until <= due) {
			seq := p.voice
			p.now, p.voice = max(p.now, p.until), 0
			p.take(p.screen.Sounded(p.now, seq, p.heard()))
			continue
		}
		if !ok || due > until {
			break
		}
		p.now = max(p.now, due)
		p.take(p.screen.Tick(p.now))
	}
	p.now = until
}

// playInGo returns one line for each step: what is seen, rung and sent.
func playInGo(t *testing.T, script []step) []string {
	t.Helper()
	p := &player{screen: display.New(display.Defaults())}
	var lines []string
	for _, s := range script {
		at := time.Duration(s.At) * time.Millisecond
		p.line = ""
		p.run(at)
		if s.Kind == "soundState" {
			var sound wire.Sound
			if err := json.Unmarshal(s.Message, &sound); err != nil {
				t.Fatal(err)
			}
			p.sound = sound
			p.take(p.screen.SoundState(at, sound))
			s.Message = nil
		}
		switch m := decode(t, s).(type) {
		case wire.Board:
			p.take(p.screen.Board(at, m))
		case wire.ScreenCall:
			p.take(p.screen.Call(at, m))
		case wire.Clear:
			p.take(p.screen.Clear(at, m))
		case wire.Look:
			p.take(p.screen.Look(m))
		case wire.Clock:
			p.take(p.screen.Clock(at, m))
		case nil:
			if s.Kind == "disconnected" {
				p.take(p.screen.Disconnected(at))
			}
		}
		view, large := p.screen.View(at), ""
		if view.Large != nil {
			large = faces(*view.Large)
		}
		lines = append(lines, fmt.Sprintf("%d clock %s online %v dark %v %s large%s list%s%s",
			s.At, view.Now.Format("15:04"), view.Online, view.Dark, view.Theme, large, faces(view.List...), p.line))
	}
	return lines
}

func decode(t *testing.T, s step) wire.Message {
	t.Helper()
	if s.Message == nil {
		return nil
	}
	m, err := wire.DecodeDisplayMessage(s.Message)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func faces(calls ...display.Call) string {
	text := ""
	for _, c := range calls {
		text += fmt.Sprintf(" %d:%v:%v:%v", c.Seq, c.Number, c.Again, c.Cleared)
	}
	return text
}

const playInBrowser = `(async (scripts) => {
	const { Board } = await import("/display/board.js");
	const face = (c) => c ? " " + c.seq + ":" + c.number + ":" + c.again + ":" + c.cleared : "";
	return scripts.map((script) => {
		const board = new Board();
		let now = 0, voice = 0, until = 0, line = "", card = "";
		const note = (fx) => {
			for (const seq of fx.hush) {
				line += " hush " + seq;
				if (seq === voice) voice = 0;
			}
			for (const seq of fx.curtail) line += " curtail " + seq;
			for (const c of fx.ring) {
				line += " ring " + c.seq + " " + c.sound.gong + " at " + c.sound.volume + " " + c.sound.manner;
				voice = c.seq;
				until = now + 701 + (c.seq %% 7) * 1301;
			}
			for (const r of fx.send) {
				if (r.type === "sounded" || r.type === "queued") line += " " + r.type + " " + r.seq;
				if (r.type === "status") line += " status " + r.sound;
			}
		};
		const run = (to) => {
			for (;;) {
				const due = board.wake();
				if (voice && until <= to && until <= due) {
					const seq = voice;
					now = Math.max(now, until);
					voice = 0;
					note(board.sounded(now, seq, card === "no_device" ? "no_device" : "played"));
					continue;
				}
				if (due > to) break;
				now = Math.max(now, due);
				note(board.tick(now));
			}
			now = to;
		};
		return script.map(({ at, kind, message }) => {
			line = "";
			run(at);
			if (kind === "soundState") card = message;
			if (message) note(board[kind](at, message));
			else if (kind === "disconnected") note(board.disconnected(at));
			const view = board.view(at);
			return at + " clock " + view.now.slice(11, 16) + " online " + view.online + " dark " + view.dark + " " + view.theme + " large" + face(view.large) + " list" + view.list.map(face).join("") + line;
		});
	});
})(%s)`
