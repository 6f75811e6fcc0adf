package main

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

func pin() []doc { return []doc{{"id": doorService, "quantity": 1}} }

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func stamped(at time.Time) string { return at.Format(time.RFC3339) }

func atQueryBranch(_ *doors, b town.BranchID, _ string) request {
	return request{query: values("branch", string(b))}
}

func aboutColleague(_ *doors, b town.BranchID, _ string) request {
	return request{form: values("user", string(colleague(b)))}
}

func walkInsSlip(d *doors, b town.BranchID, _ string) request {
	return request{path: "/staff/" + string(b) + "/empfang/ticket/" + url.PathEscape(d.walkIn(b).Token)}
}

func aboutWalkIn(before, after string, body any) func(*doors, town.BranchID, string) request {
	return func(d *doors, b town.BranchID, _ string) request {
		return request{path: before + url.PathEscape(d.walkIn(b).Token) + after, body: body}
	}
}

func aboutWeak(before, after string, body any) func(*doors, town.BranchID, string) request {
	return func(d *doors, b town.BranchID, _ string) request {
		return request{path: before + url.PathEscape(d.weak(b)) + after, body: body}
	}
}

func aboutTicket(before, after string, body any) func(*doors, town.BranchID, string) request {
	return func(d *doors, b town.BranchID, _ string) request {
		return request{path: before + string(d.appointment(b).Ticket.ID) + after, body: body}
	}
}

func kiosksTicket(d *doors, b town.BranchID, _ string) request {
	return request{path: "/kiosk/ticket/" + url.PathEscape(d.walkIn(b).Token)}
}

// closedDay is a day of next year on which nothing is closed yet.
func closedDay(d *doors, b town.BranchID) url.Values {
	d.count++
	day := town.NewDate(2027, time.February, 1).AddDays(d.count % 300).String()
	return values("wo", string(b), "von", day, "bis", day)
}

// shortDay is a day on which one counter serves in an office of a branch.
func shortDay(d *doors, b town.BranchID) url.Values {
	form := closedDay(d, b)
	branch, _ := d.Catalogue().Branch(b)
	form.Set("wo", string(b)+"/"+string(branch.Offices[0].ID))
	form.Set("anzahl", "1")
	p, err := d.Rosters.WouldChange(d.t.Context(), d.desk, rostering(d.t, form))
	d.must(err)
	form.Set("gesehen", string(p.Shown))
	return form
}

// rostering is what such a form changes.
func rostering(t *testing.T, form url.Values) app.Rostering {
	t.Helper()
	w := closing(t, form)
	branch, office, _ := strings.Cut(form.Get("wo"), "/")
	return app.Rostering{
		Counters:  catalogue.Counters{Branch: town.BranchID(branch), Office: town.OfficeID(office)},
		Exception: booking.Exception{From: w.From, To: w.To, Staffing: &booking.Staffing{Counters: 1}},
	}
}

// closing is what such a form closes.
func closing(t *testing.T, form url.Values) (w app.Closing) {
	t.Helper()
	day, err := town.ParseDate(form.Get("von"))
	if err != nil {
		t.Fatal(err)
	}
	w.Branch, w.From, w.To = town.BranchID(form.Get("wo")), day, day
	return w
}

// draft is a closed day of a branch that isn't applied yet.
func (d *doors) draft(b town.BranchID) app.Draft {
	d.t.Helper()
	draft, err := d.Drafts.New(d.t.Context(), d.desk, catalogue.Close(closing(d.t, closedDay(d, b))))
	d.must(err)
	return draft
}

// changed applies such a draft, and returns the number of the change.
func (d *doors) changed(b town.BranchID) string {
	d.t.Helper()
	draft := d.draft(b)
	done, err := d.Drafts.Apply(d.t.Context(), d.desk, draft.ID, draft.Version, app.Unseen)
	d.must(err)
	return strconv.FormatInt(done.Change, 10)
}
