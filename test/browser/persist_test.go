package browser

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
)

const elsewhere = `data:text/html,<title>2</title><p id="text">second</p><input id="field"><a id="link" href="about:blank">on</a>`

// A page that gives way to another between the moment an element was found and the
// moment it is read, clicked or typed into: it is looked for again.
func TestAPageThatGivesWayIsLookedAtAgain(t *testing.T) {
	tab := Open(t).Tab(t, Desktop)
	// given makes the element vanish for each way once, as soon as it was found.
	given := func(way func(ctx context.Context, target *chromedp.Target) error) chromedp.QueryOption {
		gone := false
		return chromedp.After(func(ctx context.Context, target *chromedp.Target, _ []*chromedp.Node) error {
			if gone {
				return nil
			}
			gone = true
			return way(ctx, target)
		})
	}
	for name, way := range map[string]func(context.Context, *chromedp.Target) error{
		"replaced within the page": func(ctx context.Context, target *chromedp.Target) error {
			_, err := chromedp.Evaluate[string](`document.body.innerHTML = document.body.innerHTML.replace("first", "second")`)(ctx, target)
			return err
		},
		"another page": func(ctx context.Context, target *chromedp.Target) error {
			_, err := chromedp.Navigate(elsewhere)(ctx, target)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			tab.Open(`data:text/html,<title>1</title><p id="text">first</p><input id="field"><a id="link" href="about:blank">on</a>`)
			if got := look(tab, "read", chromedp.Text(chromedp.CSS("#text"), given(way))); got != "second" {
				t.Errorf("text: got %q, want the second page's", got)
			}
			if got := look(tab, "attribute", chromedp.JavascriptAttribute[string](chromedp.CSS("#link"), "href", given(way))); got != "about:blank" {
				t.Errorf("attribute: got %q, want the link's", got)
			}
			tab.Do("type", chromedp.SendKeys(chromedp.CSS("#field"), "x", given(way)))
			if got := Evaluate[string](tab, "field.value"); got != "x" {
				t.Errorf("field: got %q, want what was typed once", got)
			}
			tab.Do("click", chromedp.Click(chromedp.CSS("#link"), chromedp.NodeVisible, given(way)))
			tab.Await("the link", `location.href === "about:blank"`)
		})
	}
}

// What may have been done already isn't done a second time.
func TestWhatWasInterruptedIsNotDoneTwice(t *testing.T) {
	for _, sentence := range interrupted {
		err := fmt.Errorf("evaluate: %w", &cdproto.Error{Code: -32000, Message: sentence})
		if gaveWay(err) || !gaveWayMeanwhile(err) {
			t.Errorf("%s: want it asked again only where nothing changes", sentence)
		}
	}
}
