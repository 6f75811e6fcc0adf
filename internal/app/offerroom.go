package app

import (
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// What the waiting list holds back of a day is little, and not for long: else who
// fills the list has the town's calendar.
const (
	offerTime     = 4 * time.Hour
	shortestOffer = time.Hour // a slot that must be taken sooner isn't offered
	offerShare    = 10        // all offers together hold one of so many of a day's online places, and at least one
)

// Offers stand between these hours of a branch's day, when people read mail.
const (
	offersFrom = town.TimeOfDay(8 * 60)
	offersTo   = town.TimeOfDay(20 * 60)
)

// acceptBy is how long an offer made now stands: four hours, no longer than the
// day's last hour for offers, and no longer than it could be booked. An instant
// that isn't after now: nothing is offered.
func acceptBy(w plan.Checked, start, now time.Time) time.Time {
	today := w.Branch.Today(now)
	if now.Before(today.At(offersFrom, w.Branch.Zone)) {
		return now
	}
	until := now.Add(offerTime)
	for _, end := range []time.Time{today.At(offersTo, w.Branch.Zone), start.Add(-time.Duration(w.Office.Lead) * time.Minute)} {
		if end.Before(until) {
			until = end
		}
	}
	return until
}

// roomForOffer reports whether one more offer of a wish fits beside those that are
// out: in its office and in the branch all of them hold a tenth of the date's
// online places at most. The first one always fits.
func roomForOffer(w plan.Checked, date town.Date, out []ledger.Hold) bool {
	inBranch, inOffice := 0, 0
	for _, h := range out {
		if h.Branch != w.Branch.ID || h.Date != date {
			continue
		}
		places := w.Branch.PlacesOf(h.Office, h.End.Sub(h.Start))
		inBranch += places
		if h.Office == w.Office.ID {
			inOffice += places
		}
	}
	more := w.Branch.PlacesOf(w.Office.ID, w.Rules.Duration)
	fits := func(held, of int) bool { return held == 0 || (held+more)*offerShare <= of }
	return fits(inBranch, w.Branch.OnlinePlaces(date)) && fits(inOffice, w.Office.Booking.OnlinePlaces(date))
}
