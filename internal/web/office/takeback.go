package office

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// backs returns the edits that take back what is entered for single days at a place,
// for its branch too, and isn't over: closures, and hours of their own.
func backs(all *catalogue.Catalogue, at catalogue.Counters, today func(*catalogue.Branch) town.Date) []catalogue.Edit {
	b, known := all.Branch(at.Branch)
	if !known {
		return nil
	}
	var edits []catalogue.Edit
	closures := func(at catalogue.Counters, closures []booking.Closure) {
		for _, c := range closures {
			if c.To >= today(b) {
				edits = append(edits, catalogue.Reopen{Counters: at, Closure: c})
			}
		}
	}
	closures(catalogue.Counters{Branch: b.ID}, slices.Concat(b.Closures, b.Urgent))
	if office := at.OfficeIn(all); office != nil {
		closures(at, slices.Concat(office.Closures, office.Urgent))
		for _, s := range office.Special {
			if s.To >= today(b) {
				edits = append(edits, catalogue.UsualHours{Counters: at, SpecialHours: s})
			}
		}
	}
	slices.SortStableFunc(edits, func(x, y catalogue.Edit) int {
		first, _ := x.Dates()
		second, _ := y.Dates()
		return int(first - second)
	})
	return edits
}

// backName names an edit by what it says.
func backName(e catalogue.Edit) string {
	sum := sha256.Sum256(catalogue.EncodeEdits([]catalogue.Noted{{Edit: e}}))
	return hex.EncodeToString(sum[:8])
}

// backOptions names what can be taken back.
func (v *view) backOptions(all *catalogue.Catalogue, at catalogue.Counters, today func(*catalogue.Branch) town.Date) []page.Option {
	var options []page.Option
	for _, e := range backs(all, at, today) {
		row, what := v.editRow(all, e), ""
		switch e := e.(type) {
		case catalogue.Reopen:
			what = v.closedWords(e.Closure)
			if reason := e.Reason.In(v.Lang); reason != "" {
				what += " (" + reason + ")"
			}
		case catalogue.UsualHours:
			what = v.specialWords(e.SpecialHours)
		}
		options = append(options, page.Option{Value: backName(e), Label: row.When + ": " + what + ", " + row.Where})
	}
	return options
}

func (f *editForm) takeBack() (catalogue.Edit, error) {
	if f.Get("eintrag") == "" {
		return nil, problem.Field("eintrag", "field.required")
	}
	for _, e := range backs(f.all, f.place(), f.today) {
		if backName(e) == f.Get("eintrag") {
			return e, nil
		}
	}
	return nil, catalogue.ErrGone
}
