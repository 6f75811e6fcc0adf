package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func (o *house) stateOf(t *testing.T, number town.Number) queue.State {
	t.Helper()
	found, err := o.FindByNumber(t.Context(), o.actor("rosa", ledger.RoleReception), markt, firstTuesday, number)
	if err != nil {
		t.Fatal(err)
	}
	return found.Ticket.State
}

// Reception sees who is here, in the order of calling, and for how long; who is only
// booked isn't.
func TestReceptionSeesWhoIsHere(t *testing.T) {
	o := openReception(t)
	booked, here := o.booked("09:30").Ticket.Number, o.booked("09:40").Ticket.Number
	o.post(front+"/anmelden", "number", here.String())
	o.set("09:17")
	page := o.get(front)
	wantText(t, page, `Wer da ist und wartet <span class="count">1</span>`, `<b class="number">`+here.String()+`</b>`, "da seit 12 Minuten")
	wantNoText(t, page, `<b class="number">`+booked.String())
}

// A slip at reception is taken back at once: who was registered by mistake is booked
// again, and a number that nobody wanted is given back.
func TestReceptionTakesBack(t *testing.T) {
	o := openReception(t)
	number := o.booked("09:30").Ticket.Number
	here := o.get(o.post(front+"/anmelden", "number", number.String()).Header().Get("Location"))
	wantText(t, here, "Nummer "+number.String()+" ist da.", "Rückgängig: "+number.String())
	all := forms(t, front, here.Body.String())
	for _, f := range all {
		if f.action == front+"/zurueck" {
			for range 2 { // the second is the same form sent twice
				wantRedirect(t, o.sendsFrom(f), front+"?zurueck="+number.String())
			}
		}
	}
	if got := o.stateOf(t, number); got != queue.Booked {
		t.Errorf("got %s, want booked", got)
	}
	wantNoText(t, o.get(front+"?da="+number.String()+"&x=1"), "ist da.") // nobody did that

	slip := o.get(o.post(front+"/ticket", "service", "eid-pin").Header().Get("Location"))
	wantText(t, slip, "Online-Ausweis: PIN neu setzen oder einschalten")
	for _, f := range forms(t, front, slip.Body.String()) {
		if f.action == front+"/absagen" {
			wantStatus(t, o.sendsFrom(f), http.StatusSeeOther)
		}
	}
	drawn := numberIn(t, slip.Body.String())
	if got := o.stateOf(t, drawn); got != queue.Cancelled {
		t.Errorf("got %s, want cancelled", got)
	}
}

func numberIn(t *testing.T, page string) town.Number {
	t.Helper()
	number, err := town.ParseNumber(regexp.MustCompile(`<p class="number big">(\d{3})`).FindStringSubmatch(page)[1])
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// Moving somebody ahead is said by the button that gives the number: a list that was
// set for one person held for the next.
func TestMovingAheadIsForOnePersonOnly(t *testing.T) {
	o := openReception(t)
	ahead := o.get(o.post(front+"/ticket", "vorziehen", "3 eid-pin", "service", "meldebescheinigung").Header().Get("Location"))
	wantText(t, ahead, "Um 3 Stufen vorgezogen.", "Meldebescheinigung", "Online-Ausweis")
	wantNoText(t, o.get(o.post(front+"/ticket", "service", "eid-pin").Header().Get("Location")), "vorgezogen")
	wantNoText(t, o.get(front), `name="priority"`)
	for _, wrong := range []string{"", "x eid-pin", "1", "99 eid-pin", "-1 eid-pin"} {
		wantStatus(t, o.post(front+"/ticket", "vorziehen", wrong), http.StatusUnprocessableEntity)
	}
}

// The list follows what is typed: its first button gave the service of another word.
func TestTheListOfConcernsFollowsWhatIsTyped(t *testing.T) {
	tab := sitsAtReception(t)
	awaitFocus(tab, "q")
	types(tab, "perso")
	tab.Await("the list of what was typed", `document.querySelector(".found li")?.textContent.includes("Personalausweis")`)
	types(tab, "zzz")
	tab.AwaitText("#found", "Dazu gibt es hier kein Anliegen.")
	tab.Await("nothing to press", `document.querySelectorAll(".found button").length === 0`)
	tab.Picture("arrive")
}
