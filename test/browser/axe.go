package browser

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// violation is what axe finds, and where.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.ID, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// CheckAccessible fails the test for each violation that axe finds on the page
// as it is now: WCAG 2.2 A and AA, the stronger contrast of AAA, and what axe
// calls best practice.
func (tab *Tab) CheckAccessible(name string) {
	tab.t.Helper()
	// Evaluated from outside, where the page's own policy against foreign
	// script doesn't hold. axe itself needs script; a page that was loaded
	// without it doesn't catch up on its own.
	tab.Do("allow script", withoutScript(false))
	defer tab.Do("set the view again", withoutScript(tab.view.NoScript))
	// axe comes with each question: the page it came to may give way to another.
	for _, v := range look(tab, "ask axe", chromedp.Evaluate[[]violation](axe+";\n"+runAxe, chromedp.EvalAwaitPromise)) {
		tab.t.Errorf("%s: %s", name, v)
	}
}

const runAxe = `axe.run(document, {
	rules: {"color-contrast-enhanced": {enabled: true}, "target-size": {enabled: true}},
	resultTypes: ["violations"],
}).then(result => result.violations)`
