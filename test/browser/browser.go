// Package browser lets tests look at pages in Debian's Chromium as a person
// would: at a size, in light or dark, with or without script, by keyboard; it
// takes pictures and asks axe-core what an assistive technology would stumble
// over. Walks that are written for any Page are taken in Debian's Firefox too. It
// knows no page of ours. A test that uses it fails where no browser is installed.
package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long one step on a page may take. It is generous because a
// busy machine is no fault of the page.
const patience = 30 * time.Second

// axe is the accessibility checker as its makers distribute it.
//
//go:embed axe/axe.min.js
var axe string

// Browser is a Chromium with a profile of its own, as one person has it.
type Browser struct {
	ctx context.Context
}

// shared is the process that all tests of a package use, once Run has said so.
var shared struct {
	wanted bool
	start  sync.Once
	ctx    context.Context
	err    error
	end    func()
}

// Run runs a package's tests with one process for all its browsers, which
// otherwise each start one: most of the time of a short test.
func Run(m *testing.M) int {
	shared.wanted = true
	code := m.Run()
	for _, end := range []func(){shared.end, firefox.end} {
		if end != nil {
			end()
		}
	}
	return code
}

// Open starts a browser that ends with the test.
func Open(t testing.TB) *Browser {
	t.Helper()
	if !shared.wanted {
		ctx, end, err := launch(t.TempDir())
		t.Cleanup(end)
		if err != nil {
			t.Fatal(err)
		}
		return &Browser{ctx: ctx}
	}
	shared.start.Do(func() { shared.ctx, shared.end, shared.err = launchAside() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	ctx, quit := chromedp.NewContext(shared.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); quit() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a profile: %v", err)
	}
	return &Browser{ctx: ctx}
}

// launchAside starts a browser whose profile belongs to no test.
func launchAside() (context.Context, func(), error) {
	profile, err := os.MkdirTemp("", "aufruf-browser-")
	if err != nil {
		return nil, nil, err
	}
	ctx, end, err := launch(profile)
	return ctx, func() {
		end()
		_ = os.RemoveAll(profile) // what is left of a profile disturbs nobody
	}, err
}

// launch starts a process; end waits for it, so that its profile can be
// removed.
func launch(profile string) (ctx context.Context, end func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "de-DE"),
		chromedp.UserDataDir(profile),
		chromedp.WSURLReadTimeout(patience),
	)
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, quit := chromedp.NewContext(allocator)
	end = func() {
		_ = chromedp.Cancel(ctx)
		quit()
		release()
	}
	if err := chromedp.Do(ctx); err != nil {
		return ctx, end, fmt.Errorf("start the browser: %w", err)
	}
	return ctx, end, nil
}

// View is how a page is looked at.
type View struct {
	Width, Height int64
	Scale         float64 // device pixels for each of them, 1 if zero
	Dark          bool
	NoScript      bool
	Print         bool   // as it is printed
	Calm          bool   // without motion
	Forced        bool   // in the system's colours alone
	Language      string // of the Accept-Language header, "de" if empty
}

// Views that most tests use.
var (
	Phone   = View{Width: 320, Height: 640}
	Desktop = View{Width: 1280, Height: 800}
	Wall    = View{Width: 1920, Height: 1080}
)

// Tab is an open page. Its methods end the test when the browser can't do what
// they say.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	view View
}

// Tab opens an empty page that closes with the test. Tabs of one browser share
// their cookies.
func (b *Browser) Tab(t testing.TB, v View) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	tab := &Tab{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // outside of Do: the tab must outlive the step's deadline
		t.Fatalf("open a tab: %v", err)
	}
	tab.View(v)
	return tab
}

// Page opens an empty page for a walk that any browser takes.
func (b *Browser) Page(t testing.TB, v View) Page {
	t.Helper()
	return b.Tab(t, v)
}

// View changes how the page is looked at from now on.
func (tab *Tab) View(v View) {
	tab.t.Helper()
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	motion := "no-preference"
	if v.Calm {
		motion = "reduce"
	}
	language := v.Language
	if language == "" {
		language = "de"
	}
	forced := "none"
	if v.Forced {
		forced = "active"
	}
	medium := ""
	if v.Print {
		medium = "print"
	}
	tab.view = v
	tab.Do("set the view",
		command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.Width, Height: v.Height, DeviceScaleFactor: max(v.Scale, 1)}),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media:    medium,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion}, {Name: "forced-colors", Value: forced}},
		}),
		withoutScript(v.NoScript),
		command(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}}),
	)
}

func withoutScript(disabled bool) chromedp.Action[chromedp.Void] {
	return command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: disabled})
}

// command turns a protocol command without a result into an action.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

// Do runs actions, each waiting for the elements it needs.
func (tab *Tab) Do(what string, actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	for _, action := range actions {
		if _, err := Ask(ctx, action); err != nil {
			tab.t.Fatalf("%s: %v\n%s", what, err, tab.describe())
		}
	}
}

// look reads something from the page.
func look[T any](tab *Tab, what string, action chromedp.Action[T]) T {
	tab.t.Helper()
	return valueOf(tab, what, read[T], action)
}

// ask runs an action, which may change the page, and returns its value.
func ask[T any](tab *Tab, what string, action chromedp.Action[T]) T {
	tab.t.Helper()
	return valueOf(tab, what, Ask[T], action)
}

func valueOf[T any](tab *Tab, what string, get func(context.Context, chromedp.Action[T]) (T, error), action chromedp.Action[T]) T {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	value, err := get(ctx, action)
	if err != nil {
		tab.t.Fatalf("%s: %v\n%s", what, err, tab.describe())
	}
	return value
}

// Open goes to an address and waits for the page.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	tab.Do("open "+url, chromedp.Navigate(url))
}

// Click clicks on what a CSS selector names first, and waits for the page that
// follows.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	_, err := persist(ctx, gaveWay, func() (*network.Response, error) {
		return chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
	})
	if err != nil {
		tab.t.Fatalf("click %s: %v\n%s", selector, err, tab.describe())
	}
}

// Touch clicks too, but no page follows.
func (tab *Tab) Touch(selector string) {
	tab.t.Helper()
	tab.Do("touch "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Type types into the field that a CSS selector names.
func (tab *Tab) Type(selector, text string) {
	tab.t.Helper()
	tab.Do("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// keys that are no characters, as a keyboard reports them.
var namedKeys = map[rune]input.DispatchKeyEventParams{
	'\r': {Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13},
	'\t': {Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: 9},
}

// Press strikes keys one after the other as a hand does: what the page prevents
// types nothing.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	for _, key := range keys {
		strike, named := namedKeys[key]
		if !named {
			strike = input.DispatchKeyEventParams{Key: string(key), Text: string(key)}
		}
		strike.Type = input.DispatchKeyEventTypeKeyDown
		release := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: strike.Key, Code: strike.Code, WindowsVirtualKeyCode: strike.WindowsVirtualKeyCode}
		tab.Do("press "+strike.Key, command(input.DispatchKeyEvent, strike), command(input.DispatchKeyEvent, release))
	}
}

// Text returns the visible text of what a CSS selector names first.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return strings.TrimSpace(look(tab, "read "+selector, chromedp.Text(chromedp.CSS(selector))))
}

// Count returns how many elements a CSS selector names now.
func (tab *Tab) Count(selector string) int {
	tab.t.Helper()
	return look(tab, "count "+selector, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
}

// AwaitText waits until the visible text of what a CSS selector names first
// contains a text, spaces that don't break being spaces. It asks from outside,
// so that it works without script too.
func (tab *Tab) AwaitText(selector, text string) {
	tab.t.Helper()
	tab.Await(textHolds(selector, text))
}

// Await waits until an expression is true. One that can't be evaluated because
// the page is just giving way to another isn't true yet.
func (tab *Tab) Await(what, expression string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if is && err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tab.t.Fatalf("await %s: %v; the page says:\n%s", what, err, tab.describe())
		}
	}
}

// Path returns the path of the page's address.
func (tab *Tab) Path() string {
	tab.t.Helper()
	return look(tab, "read the address", chromedp.Evaluate[string]("location.pathname"))
}

// Evaluate returns the value of an expression on the page.
func Evaluate[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	return ask(tab, "evaluate "+expression, chromedp.Evaluate[T](expression))
}

func (tab *Tab) value(expression string, into any) {
	tab.t.Helper()
	if err := json.Unmarshal([]byte(Resolve[string](tab, inJSON(expression))), into); err != nil {
		tab.t.Fatalf("value of %s: %v", expression, err)
	}
}

// Picture saves what is to be seen of the whole page as NAME.png among the
// test's artefacts, and returns its path.
func (tab *Tab) Picture(name string) string {
	tab.t.Helper()
	png := look(tab, "take a picture", chromedp.FullScreenshot(100))
	path := filepath.Join(tab.t.ArtifactDir(), name+".png")
	if err := os.WriteFile(path, png, 0o644); err != nil {
		tab.t.Fatal(err)
	}
	return path
}

// describe returns where the page is and what it says, for messages.
func (tab *Tab) describe() string {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return fmt.Sprintf("(the page doesn't answer: %v)", err)
	}
	return text
}
