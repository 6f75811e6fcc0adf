package web_test

import (
	"testing"

	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// The day list has boxes to tick with a pen. On a screen they looked as if they
// could be clicked.
func TestTheDayListHasBoxesOnPaperAlone(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.booked("09:30")
	base := o.site()
	tab := browser.Open(t).Tab(t, officeScreen)
	signInAt(tab, base, "lena")
	tab.Open(base + "/staff/grimma-markt/liste")
	const boxes = "[...document.querySelectorAll('td')].filter((cell) => cell.textContent === '☐' && cell.checkVisibility()).length"
	if got := browser.Evaluate[int](tab, boxes); got != 0 {
		t.Errorf("on a screen: got %d boxes, want none", got)
	}
	tab.View(browser.View{Width: officeScreen.Width, Height: officeScreen.Height, Print: true})
	if got := browser.Evaluate[int](tab, boxes); got != 1 {
		t.Errorf("on paper: got %d boxes, want one a line", got)
	}
}
