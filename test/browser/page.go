package browser

import (
	"fmt"
	"testing"
)

// Page is a tab of whichever browser: what a walk needs that is written once and
// taken in each of them. Its methods end the test when the browser can't do what
// they say.
type Page interface {
	// Open goes to an address and waits for the page.
	Open(url string)
	// Click clicks on what a CSS selector names first, and waits for the page that
	// follows.
	Click(selector string)
	// Touch clicks too, but no page follows.
	Touch(selector string)
	// Type types into the field that a CSS selector names.
	Type(selector, text string)
	// Press strikes keys one after the other, wherever the focus is: characters as
	// they are, "\r" for Enter and "\t" for the tabulator.
	Press(keys string)
	// Text returns the visible text of what a CSS selector names first.
	Text(selector string) string
	// AwaitText waits until that text contains another, spaces that don't break
	// being spaces.
	AwaitText(selector, text string)
	// Await waits until an expression is true.
	Await(what, expression string)
	// Path returns the path of the page's address.
	Path() string
	// Picture saves what is to be seen of the whole page as NAME.png among the
	// test's artefacts, and returns its path.
	Picture(name string) string

	// value reads what an expression, or the promise of one, comes to.
	value(expression string, into any)
}

// Person is a browser with cookies of its own.
type Person interface {
	Page(t testing.TB, v View) Page
}

// Engine is a kind of browser.
type Engine struct {
	Name string
	Open func(testing.TB) Person
}

// Engines returns the kinds in which the essential walks are taken.
func Engines() []Engine {
	return []Engine{
		{"chromium", func(t testing.TB) Person { t.Helper(); return Open(t) }},
		{"firefox", func(t testing.TB) Person { t.Helper(); return OpenFirefox(t) }},
	}
}

// Value returns what an expression, or the promise of one, comes to on a page of
// any browser.
func Value[T any](page Page, expression string) T {
	var value T
	page.value(expression, &value)
	return value
}

// inJSON makes an expression one whose value is JSON, whatever it was.
func inJSON(expression string) string {
	return "(async () => JSON.stringify(await (" + expression + ")) ?? 'null')()"
}

// textHolds is the expression for AwaitText.
func textHolds(selector, text string) (what, expression string) {
	return fmt.Sprintf("%q in %s", text, selector),
		fmt.Sprintf("!!document.querySelector(%q)?.innerText.replaceAll('\\u00a0', ' ').includes(%q)", selector, text)
}
