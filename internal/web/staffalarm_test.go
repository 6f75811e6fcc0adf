package web_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

// A cry for help stands on every page of the staff until somebody comes, in the
// title too and after a reload; whoever cries is told who has seen it.
func TestAnAlarmStandsEverywhereUntilSomebodyComes(t *testing.T) {
	o := openOffice(t)
	o.set("10:44")
	o.hires("lena", ledger.RoleClerk)
	o.hires("rita", ledger.RoleReception)
	o.hires("max", ledger.RoleManager)
	base := o.site()
	signedIn := func(user town.UserID, path string) *browser.Tab {
		tab := browser.Open(t).Tab(t, officeScreen)
		signInAt(tab, base, user)
		tab.Open(base + path)
		return tab
	}
	desk := signedIn("lena", deskOne)
	desk.Do("cry", chromedp.Click(chromedp.CSS("#do-alarm")))
	desk.AwaitText("#alarms", "Noch hat ihn niemand gesehen.")
	o.set("10:45")
	desk.AwaitText("#alarms", "Niemand hat Ihren Hilferuf gesehen. Rufen Sie an: 03437 98 58 760.")
	desk.Picture("alarm-unseen")

	front := signedIn("rita", "/staff/grimma-markt/empfang")
	front.AwaitText("#alarms", "Platz 1 braucht Hilfe (seit ")
	desk.AwaitText("#alarms", "an 1 anderen Platz gesehen")
	front.Await("the title says so", `document.title.startsWith("Hilferuf: Platz 1 – ")`)
	front.Open(base + "/staff/grimma-markt/empfang")
	front.AwaitText("#alarms", "Platz 1 braucht Hilfe")
	front.CheckAccessible("alarm-reception")
	front.Picture("alarm-reception")

	boss := signedIn("max", "/staff/verwaltung")
	boss.AwaitText("#alarms", "Platz 1 braucht Hilfe")
	desk.AwaitText("#alarms", "an 2 anderen Plätzen gesehen")
	boss.Await("nobody presses what has just appeared", `performance.now() > 2000`)
	boss.Do("come", chromedp.Click(chromedp.CSS("#alarms button")))
	desk.AwaitText("#alarms", "Jemand vom Empfang oder von der Leitung kommt.")
	front.AwaitText("#alarms", "vom Empfang oder von der Leitung kommt")
	front.Await("the title is as it was", `!document.title.includes("Hilferuf")`)
	desk.Picture("alarm-coming")
	desk.Do("over", chromedp.Click(chromedp.CSS("#alarms button")))
	front.Await("it is over", `document.getElementById("alarms").childElementCount === 0`)
}

// Without script the alarm stands on each page and is answered by a form.
func TestAnAlarmIsAnsweredByForm(t *testing.T) {
	o := openDesk(t)
	wantRedirect(t, o.post("/staff/grimma-markt/platz-2/befehl", "type", "alarm", "id", "help"), "/staff/grimma-markt/platz-2?getan=alarm")
	shown := o.get(deskOne)
	wantText(t, shown, "Platz 2 braucht Hilfe", "Ich komme", ">Hilferuf: Platz 2 – ")
	cry := o.Alarms.Standing(markt)[0]
	wantRedirect(t, o.post("/staff/grimma-markt/hilfe", "type", "alarm_take", "id", "x", "alarm", string(cry.ID), "room", "platz-1", "weiter", deskOne), deskOne)
	wantText(t, o.get(deskOne), "Sie haben gesagt, dass Sie kommen.")
	wantText(t, o.get("/staff/grimma-markt/platz-2"), "Platz 1 kommt.", "Nicht mehr nötig")
	wantStatus(t, o.post("/staff/grimma-markt/hilfe", "type", "call_next", "id", "y", "alarm", string(cry.ID)), http.StatusBadRequest)
	if got := o.Alarms.Standing(markt)[0]; got.Comes == nil || got.Comes.Room != "platz-1" {
		t.Errorf("got %+v, want platz-1 coming", got)
	}
	if _, err := o.Do(t.Context(), o.actor("lena", ledger.RoleClerk), markt, deskwork.Command{ID: "z", Type: deskwork.AlarmEnd, Alarm: string(cry.ID)}); err != nil {
		t.Fatal(err)
	}
	wantNoText(t, o.get(deskOne), "Platz 2 braucht Hilfe")
}
