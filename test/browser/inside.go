package browser

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/chromedp/cdproto/accessibility"
	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Before has a script run on each page that is opened from now on, before any
// of the page's own.
func (tab *Tab) Before(script string) {
	tab.t.Helper()
	tab.Do("add a script", command(page.Enable, page.EnableParams{}), chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}

// Permit lets pages of an origin do what needs somebody's permission.
func (tab *Tab) Permit(what, origin string) {
	tab.t.Helper()
	about := called(tab, "find the profile", target.GetTargetInfo, target.GetTargetInfoParams{}).TargetInfo
	tab.Do("permit "+what, command(cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
		Permission: &cdpbrowser.PermissionDescriptor{Name: what}, Setting: cdpbrowser.PermissionSettingGranted, Origin: origin, BrowserContextID: about.BrowserContextID,
	}))
}

// Zone has the machine believe that it is in a time zone of that name.
func (tab *Tab) Zone(name string) {
	tab.t.Helper()
	tab.Do("set the time zone", command(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name}))
}

// Frame waits until what changed so far is painted.
func (tab *Tab) Frame() {
	tab.t.Helper()
	tab.Do("paint", chromedp.Evaluate[chromedp.Void](
		"new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))", chromedp.EvalAwaitPromise))
}

// Resolve returns what the promise of an expression comes to.
func Resolve[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	return ask(tab, "await "+expression, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Printed returns on how many sheets the page is printed, each of the size that its
// style asks for.
func (tab *Tab) Printed() int {
	tab.t.Helper()
	yes := true
	paper := called(tab, "print", page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
	return bytes.Count(paper.Data, []byte("/Type /Page\n"))
}

// Memory returns what the page holds once its garbage is gone: bytes of its
// scripts, and nodes of its document.
func (tab *Tab) Memory() (size, nodes float64) {
	tab.t.Helper()
	tab.Do("collect garbage", command(performance.Enable, performance.EnableParams{}), command(heapprofiler.CollectGarbage, cdp.Empty{}))
	result := called(tab, "measure memory", performance.GetMetrics, cdp.Empty{})
	for _, m := range result.Metrics {
		switch m.Name {
		case "JSHeapUsedSize":
			size = m.Value
		case "Nodes":
			nodes = m.Value
		}
	}
	return size, nodes
}

// Heard returns the texts that the accessibility tree holds below each element
// of a role, in order: what a screen reader has to read.
func (tab *Tab) Heard(role string) []string {
	tab.t.Helper()
	tree := called(tab, "read the accessibility tree", accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree.Nodes {
		byID[n.NodeID] = n
	}
	var texts []string
	var read func(n *accessibility.Node)
	read = func(n *accessibility.Node) {
		if word(n.Role) == "StaticText" {
			texts = append(texts, word(n.Name))
			return
		}
		for _, id := range n.ChildIDs {
			if child := byID[id]; child != nil {
				read(child)
			}
		}
	}
	for _, n := range tree.Nodes {
		if word(n.Role) == role {
			read(n)
		}
	}
	return texts
}

// word is the text of a value in the accessibility tree, empty where it is none.
func word(v *accessibility.Value) string {
	var text string
	if v == nil || json.Unmarshal(v.Value, &text) != nil {
		return ""
	}
	return text
}

// called returns the result of a protocol command that changes nothing.
func called[P, R any](tab *Tab, what string, c cdp.Command[P, R], params P) R {
	tab.t.Helper()
	return look(tab, what, func(ctx context.Context, at *chromedp.Target) (R, error) { return cdp.Call(ctx, at, c, params) })
}
