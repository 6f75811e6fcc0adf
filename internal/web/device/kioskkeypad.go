package device

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// keypadView takes a number, digit by digit, without a keyboard. With script the page
// stays and says each digit; without, each is a page of its own, whose title says
// what is typed.
type keypadView struct {
	*kioskPage
	Heading string
	Typed   string // digits so far
	Said    string // the same, as it is read out
	Saying  string // the words of Said, with a place for the digits
	Slots   [3]string
	Digits  []page.Link // without addresses once all are typed
	Delete  string
	Here    string // what became of a number: it is registered
}

// keypad shows the next digit to touch.
func (d *Pages) keypad(c *gin.Context) error {
	view := d.keypadView(c, c.Query("n"))
	if number, err := town.ParseNumber(d.frame.Happened(c).Get("da")); err == nil {
		view.Here = number.String()
		view.Title = view.T("kiosk.here.title")
		view.Heading, view.Back = view.Title, ""
		view.Idle = kioskTicket / 3
	}
	return d.frame.Write(c, d.surface, http.StatusOK, "keypad", view)
}

func (d *Pages) keypadView(c *gin.Context, typed string) *keypadView {
	view := &keypadView{kioskPage: d.kioskPage(c, "kiosk.keypad.title")}
	view.Heading = view.Title
	view.Saying = view.T("kiosk.keypad.said", "digits", "{digits}")
	for _, r := range typed {
		if '0' <= r && r <= '9' && len(view.Typed) < len(view.Slots) {
			view.Slots[len(view.Typed)] = string(r)
			view.Typed += string(r)
		}
	}
	address := func(n string) string { return view.LinkWith(kioskRoot+"/anmelden", url.Values{"n": {n}}) }
	for _, digit := range "1234567890" {
		key := page.Link{Label: string(digit)}
		if len(view.Typed) < len(view.Slots) {
			key.URL = address(view.Typed + string(digit))
		}
		view.Digits = append(view.Digits, key)
	}
	if view.Typed != "" {
		view.Said = view.T("kiosk.keypad.said", "digits", strings.Join(strings.Split(view.Typed, ""), " "))
		view.Title = view.Said + " " + view.Heading
		view.Delete = address(view.Typed[:len(view.Typed)-1])
	}
	return view
}

// arrive notes that the person with a number is here, or with a code that a scanner
// has typed.
func (d *Pages) arrive(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	presented, err := app.Presented(device(c).Branch, form.Get("number"))
	var here queue.Ticket
	if err == nil {
		here, err = d.app.CheckIn(c.Request.Context(), page.ActorOf(c), presented)
	}
	if e := problem.Of(err); err != nil && !e.Unsettled() {
		typed := form.Get("number")
		if len(typed) > len(keypadView{}.Slots) {
			typed = "" // scanned: there is nothing to correct by hand
		}
		view := d.keypadView(c, typed)
		view.Alert, view.Focus = &page.Alert{Title: view.FirstField(e)}, true
		return d.frame.Write(c, d.surface, e.Kind.Status(), "keypad", view)
	}
	if err != nil {
		return err
	}
	return d.frame.Done(c, d.frame.Page(c).LinkWith(kioskRoot+"/anmelden", url.Values{"da": {here.Number.String()}}))
}
