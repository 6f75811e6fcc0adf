package web_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

// compares asks the server for the page and says in which part the one that is
// shown differs: nothing but the ids that each look draws anew, and how a button is
// switched off, may.
const compares = `(() => {
	let found = { step: -1 };
	const parts = ["#ahead", "#screens", "#serving", ".steps", "#asides", "#line", ".next"];
	const words = (page, part) => {
		const copy = page.querySelector(part).cloneNode(true);
		for (const at of [copy, ...copy.querySelectorAll("*")]) {
			if (at.disabled || at.ariaDisabled === "true") at.dataset.off = "";
			for (const name of ["disabled", "aria-disabled", "data-seq"]) at.removeAttribute(name);
			if (at.name === "id") at.removeAttribute("value");
			if (at.className === "") at.removeAttribute("class");
		}
		const attributes = (at) => [...at.attributes].map(({ name, value }) => name + "=" + value).sort().join(" ");
		const told = (node) => node.nodeType === 3 ? node.data.trim().replace(/\s+/g, " ")
			: "<" + node.localName + " " + (node.attributes ? attributes(node) : "") + ">" + [...node.childNodes].map(told).join("");
		return told(copy);
	};
	let asked = false;
	window.compare = (step) => {
		look(step);
		return found.step === step ? found.differs : "not compared yet";
	};
	const look = async (step) => {
		if (asked) return;
		asked = true;
		const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
		const others = parts.filter((part) => words(page, part) !== words(document, part));
		const differs = others.map((part) => part + "\nserver: " + words(page, part) + "\nscript: " + words(document, part)).join("\n");
		found = { step, differs };
		asked = false;
	};
	return 0;
})()`

// What the script shows of what the socket tells is what the server renders, word
// for word and button for button, whatever happens at the branch.
func TestTheScriptShowsTheLineAsTheServerDoes(t *testing.T) {
	const seed = 7
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.hires("rosa", ledger.RoleReception)
	tom := ledger.User{ID: "tom", Role: ledger.RoleClerk, Shown: "Tom V."}
	if err := o.Access.AddUser(t.Context(), tom, password); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(seed, 16))
	for _, clock := range []string{"09:10", "09:20", "09:30", "09:40", "10:00"} {
		o.booked(clock)
	}
	o.walkIn()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	browser.Evaluate[int](tab, compares)
	for step := range 80 {
		o.Clock.Add(time.Duration(random.IntN(3)) * time.Minute)
		what, happened := o.something(random, step)
		if !happened {
			continue // nobody is told
		}
		deadline := time.Now().Add(20 * time.Second)
		for {
			differs := browser.Evaluate[string](tab, fmt.Sprintf("window.compare(%d)", step))
			if differs == "" {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("seed %d, step %d, after %s:\n%s", seed, step, what, differs)
			}
		}
	}
}

// something happens at the branch: what is refused is nothing.
func (o *house) something(random *rand.Rand, step int) (what string, happened bool) {
	o.t.Helper()
	lena, rosa := o.actor("lena", ledger.RoleClerk), o.actor("rosa", ledger.RoleReception)
	day, err := o.Workday(o.t.Context(), lena, markt, 0)
	if err != nil {
		o.t.Fatal(err)
	}
	pick := func(tickets []queue.Ticket) queue.Ticket {
		if len(tickets) == 0 {
			return queue.Ticket{}
		}
		return tickets[random.IntN(len(tickets))]
	}
	room := []town.RoomID{"platz-1", "platz-1", "platz-2", "platz-3"}[random.IntN(4)]
	open, waits := pick(day.Open), pick(day.Waiting)
	cmd := deskwork.Command{ID: fmt.Sprint("random-", step), Sure: true, TakeOver: true}
	switch random.IntN(14) {
	case 0, 1:
		return "a walk-in " + o.walkIn().Number.String(), true
	case 2:
		_, err = o.CheckIn(o.t.Context(), rosa, app.CheckInRequest{Branch: markt, Number: waits.Number})
	case 3, 4:
		cmd.Type, cmd.Room = deskwork.CallNext, room
	case 5:
		cmd.Type, cmd.Room, cmd.Number = deskwork.Call, room, waits.Number
	case 6:
		cmd.Type, cmd.Ticket = deskwork.Start, open.ID
	case 7:
		cmd.Type, cmd.Ticket = deskwork.Finish, open.ID
	case 8:
		cmd.Type, cmd.Ticket = deskwork.Park, open.ID
	case 9:
		cmd.Type, cmd.Ticket, cmd.Room = deskwork.Transfer, open.ID, room
	case 10:
		cmd.Type, cmd.Ticket, cmd.Service = deskwork.SendOn, open.ID, "meldebescheinigung"
	case 11:
		cmd.Type, cmd.Ticket = deskwork.Undo, pick(day.Tickets).ID
	case 12:
		cmd.Type, cmd.Room = []deskwork.Type{deskwork.Pause, deskwork.Resume}[random.IntN(2)], room
	case 13:
		cmd.Type, cmd.Ticket = deskwork.Recall, open.ID
	}
	if cmd.Type != "" {
		cmd.Sure = cmd.Sure && cmd.Type != deskwork.Undo && cmd.Type != deskwork.Pause && cmd.Type != deskwork.Resume
		cmd.TakeOver = cmd.Type == deskwork.CallNext || cmd.Type == deskwork.Call
		who := lena
		if cmd.Room == "platz-2" {
			who = o.actor("tom", ledger.RoleClerk)
		}
		_, err = o.Do(o.t.Context(), who, markt, cmd)
	}
	if err != nil && problem.Of(err).Kind.Ours() {
		o.t.Fatal(err)
	}
	after, failed := o.Workday(o.t.Context(), lena, markt, 0)
	if failed != nil {
		o.t.Fatal(failed)
	}
	return fmt.Sprintf("%+v", cmd), err == nil && after.Seq > day.Seq // the same again is fine, and no news
}
