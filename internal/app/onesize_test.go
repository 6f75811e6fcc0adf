package app_test

import (
	"strings"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
)

// longest is a text of so many characters that takes as much room as any.
func longest(characters int) string { return strings.Repeat("𝄞", characters) }

// Lengths once told who had written a note, and how long a name is. Whoever
// gives as little as possible and as much as the forms accept look alike, and so
// do their mails and wishes.
func TestEverythingSealedHasOneSize(t *testing.T) {
	n := openNight(t)
	short := wants(at(t, tuesday, "09:20"))
	short.Person = app.Person{Name: "Li", Email: "a@b.de"}
	long := wants(at(t, tuesday, "09:20"))
	long.Person = app.Person{
		Name: longest(app.MaxName), Email: strings.Repeat("&", 64) + "@" + strings.Repeat("d.", (app.MaxEmail-64-3)/2) + "de",
		Phone: strings.Repeat("9", app.MaxPhone), Support: longest(app.MaxSupport),
	}
	sizes := map[int]string{}
	note := func(what string, sealed map[string]sealedRow) {
		t.Helper()
		if len(sealed) == 0 {
			t.Errorf("%s: nothing is sealed", what)
		}
		for name, r := range sealed {
			sizes[len(r.body)] = what + ": " + name
		}
	}
	both, made := map[string]app.BookRequest{"short": short, "long": long}, map[string]app.Appointment{}
	for what, r := range both {
		booked, err := n.Book(n.ctx(), access.Actor{}, r)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		note(what, n.sealedRows(booked))
		made[what] = booked
	}
	n.set(at(t, tuesday, "09:20"))
	for what, r := range both {
		called := n.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: made[what].Ticket.Number})
		n.must(clerk, deskwork.Command{Type: deskwork.Park, Ticket: called.Ticket.ID, Note: longest(deskwork.MaxNote)})
		note(what+", parked with a note", n.sealedRows(made[what]))

		later := r
		later.Start = at(t, tuesday+7, "09:20")
		moved, err := n.Book(n.ctx(), access.Actor{}, later)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if err := n.CancelFor(n.ctx(), staff(clerk), moved.Token, app.StaffReason{Reason: longest(app.MaxReason)}); err != nil {
			t.Fatal(err)
		}
		wish := atNight(wishFor(tuesday+20, ""))
		wish.Person = r.Person
		n.wish(wish)
		note(what+", mails and wishes", n.sealedRows())
	}
	if len(sizes) != 1 {
		t.Errorf("got %d sizes, want one: %v", len(sizes), sizes)
	}
}

// A line separator takes six bytes where any other character takes four at most,
// and nobody types one.
func TestWhatNobodyTypesIsRefused(t *testing.T) {
	n := openNight(t)
	r := wants(at(t, tuesday, "09:20"))
	r.Person.Support = "eins\u2028zwei"
	if _, err := n.Book(n.ctx(), access.Actor{}, r); !problem.Is(err, "request.invalid") {
		t.Errorf("got %v, want it refused", err)
	}
	made := n.book(at(t, tuesday, "09:20"))
	n.set(at(t, tuesday, "09:20"))
	n.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: made.Ticket.Number})
	if _, err := n.do(clerk, deskwork.Command{Type: deskwork.Park, Ticket: made.Ticket.ID, Note: "eins\u2029zwei"}); !problem.Is(err, "request.invalid") {
		t.Errorf("note: got %v, want it refused", err)
	}
}
