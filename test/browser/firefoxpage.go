package browser

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// firefoxPage is a tab of a Firefox.
type firefoxPage struct {
	t    testing.TB
	bidi *bidi
	tab  string // the protocol's name for a tab
}

// Page opens an empty page of a size, in a window of its own, so that none is behind
// another. Of a view nothing else is known here.
func (f *Firefox) Page(t testing.TB, v View) Page {
	t.Helper()
	if v != (View{Width: v.Width, Height: v.Height}) {
		t.Fatalf("Firefox is asked for %+v, want a size alone", v)
	}
	p := &firefoxPage{t: t, bidi: f.bidi}
	var made struct {
		Context string `json:"context"`
	}
	p.do("browsingContext.create", params{"type": "window", "userContext": f.user}, &made)
	p.tab = made.Context
	p.do("browsingContext.setViewport", params{"context": p.tab, "viewport": params{"width": v.Width, "height": v.Height}}, nil)
	return p
}

// do has the browser do something.
func (p *firefoxPage) do(method string, what params, result any) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	if err := p.bidi.call(ctx, method, what, result); err != nil {
		p.t.Fatalf("%v\n%s", err, p.describe())
	}
}

func (p *firefoxPage) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func (p *firefoxPage) Open(url string) {
	p.t.Helper()
	p.do("browsingContext.navigate", params{"context": p.tab, "url": url, "wait": "complete"}, nil)
}

func (p *firefoxPage) Click(selector string) {
	p.t.Helper()
	before, _ := p.bidi.loadsOf(p.tab)
	p.Touch(selector)
	ctx, cancel := p.patience()
	defer cancel()
	if err := p.bidi.awaitLoad(ctx, p.tab, before); err != nil {
		p.t.Fatalf("click %s: %v\n%s", selector, err, p.describe())
	}
}

// middle is the expression for where the middle of an element is, once it can be
// seen and stays where it is; null until then. What was typed just before may still
// move the page.
const middle = `await (async () => {
	const element = document.querySelector(%q);
	if (!element?.checkVisibility()) return null;
	element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
	const before = element.getBoundingClientRect();
	await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
	const box = element.getBoundingClientRect();
	if (box.x !== before.x || box.y !== before.y || box.width * box.height === 0) return null;
	return [Math.floor(box.x + box.width / 2), Math.floor(box.y + box.height / 2)];
})()`

func (p *firefoxPage) Touch(selector string) {
	p.t.Helper()
	where := fmt.Sprintf(middle, selector)
	var at *[2]int
	p.until(selector+" to be seen", where, func(value string) bool { return json.Unmarshal([]byte(value), &at) == nil && at != nil })
	p.perform("pointer", params{"pointerType": "mouse"},
		params{"type": "pointerMove", "x": at[0], "y": at[1]}, params{"type": "pointerDown", "button": 0}, params{"type": "pointerUp", "button": 0})
}

// perform has a hand do something.
func (p *firefoxPage) perform(kind string, with params, actions ...params) {
	p.t.Helper()
	source := params{"type": kind, "id": kind, "actions": actions}
	if len(with) > 0 {
		source["parameters"] = with
	}
	p.do("input.performActions", params{"context": p.tab, "actions": []params{source}}, nil)
}

// focused is the expression for whether a field is there and has the focus, which it
// gets.
const focused = `(() => {
	const field = document.querySelector(%q);
	field?.focus();
	return field !== null && document.activeElement === field;
})()`

func (p *firefoxPage) Type(selector, text string) {
	p.t.Helper()
	p.Await("the field "+selector, fmt.Sprintf(focused, selector))
	p.Press(text)
}

// Keys by the names that WebDriver has for them.
var webdriverKeys = strings.NewReplacer("\r", "\ue007", "\t", "\ue004")

func (p *firefoxPage) Press(keys string) {
	p.t.Helper()
	var strikes []params
	for _, key := range webdriverKeys.Replace(keys) {
		strikes = append(strikes, params{"type": "keyDown", "value": string(key)}, params{"type": "keyUp", "value": string(key)})
	}
	p.perform("key", nil, strikes...)
}

func (p *firefoxPage) Text(selector string) string {
	p.t.Helper()
	var text *string
	p.until(selector, fmt.Sprintf("document.querySelector(%q)?.innerText", selector),
		func(value string) bool { return json.Unmarshal([]byte(value), &text) == nil && text != nil })
	return strings.TrimSpace(*text)
}

func (p *firefoxPage) AwaitText(selector, text string) {
	p.t.Helper()
	p.Await(textHolds(selector, text))
}

func (p *firefoxPage) Await(what, expression string) {
	p.t.Helper()
	p.until(what, expression, func(value string) bool { return value == "true" })
}

// until asks for an expression's value again and again until it is good. One that
// can't be evaluated because the page is just giving way to another isn't good yet.
func (p *firefoxPage) until(what, expression string, good func(value string) bool) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		value, err := p.evaluate(ctx, expression)
		if err == nil && good(value) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.t.Fatalf("await %s: %v; the page says:\n%s", what, err, p.describe())
		}
	}
}

func (p *firefoxPage) Path() string {
	p.t.Helper()
	var path string
	p.until("the address", "location.pathname", func(value string) bool { return json.Unmarshal([]byte(value), &path) == nil })
	return path
}

func (p *firefoxPage) Picture(name string) string {
	p.t.Helper()
	var shot struct {
		Data string `json:"data"`
	}
	p.do("browsingContext.captureScreenshot", params{"context": p.tab, "origin": "document"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.t.ArtifactDir(), name+".png")
	if err := os.WriteFile(path, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
	return path
}

func (p *firefoxPage) value(expression string, into any) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	value, err := p.evaluate(ctx, expression)
	if err == nil {
		err = json.Unmarshal([]byte(value), into)
	}
	if err != nil {
		p.t.Fatalf("value of %s: %v\n%s", expression, err, p.describe())
	}
}

// evaluate returns what an expression, or the promise of one, comes to, as JSON.
func (p *firefoxPage) evaluate(ctx context.Context, expression string) (string, error) {
	var came struct {
		Type   string `json:"type"`
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
		Exception struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	err := p.bidi.call(ctx, "script.evaluate", params{
		"expression":   inJSON(expression),
		"target":       params{"context": p.tab},
		"awaitPromise": true,
	}, &came)
	if err != nil {
		return "", err
	}
	if came.Type != "success" {
		return "", fmt.Errorf("the page says: %s", came.Exception.Text)
	}
	return came.Result.Value, nil
}

// describe returns where the page is and what it says, for messages.
func (p *firefoxPage) describe() string {
	ctx, cancel := p.patience()
	defer cancel()
	said, err := p.evaluate(ctx, "location.href + '\\n' + document.body.innerText")
	var text string
	if err != nil || json.Unmarshal([]byte(said), &text) != nil {
		return fmt.Sprintf("(the page doesn't answer: %v)", err)
	}
	return text
}
