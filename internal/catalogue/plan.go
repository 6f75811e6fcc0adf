package catalogue

import (
	"fmt"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Plan returns what decides when an office of a branch can be booked: its
// rules, the closures of branch and office together, its roster and those of
// offices that share its counters, the public holidays of the authority's state,
// the branch's zone. It fails only on a zone or a state
// that Check would have refused.
func (c *Catalogue) Plan(branch *Branch, office *Office) (*booking.Plan, error) {
	zone, err := time.LoadLocation(branch.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("zone of branch %s: %w", branch.ID, err)
	}
	holidays, ok := booking.HolidaysOf(c.Authority.State)
	if !ok {
		return nil, fmt.Errorf("no public holidays for state %q", c.Authority.State)
	}
	opening, walkIn := office.hours()
	return &booking.Plan{
		Zone:     zone,
		Grid:     time.Duration(office.Grid) * time.Minute,
		Opening:  opening,
		WalkIn:   walkIn,
		Closures: slices.Concat(branch.Closures, branch.Urgent, office.Closures, office.Urgent),
		Holidays: holidays,
		Roster:   branch.rosterOf(office),
		Rooms:    branch.CountersOf(office),
		Lead:     time.Duration(office.Lead) * time.Minute,
		Horizon:  office.Horizon,
		Release:  office.Release,

		Neighbours: branch.neighboursOf(office),
	}, nil
}

// How long before the start an appointment can be called, from product.md's
// call order; checked in, it can be called earlier.
const (
	callableBefore          = 5 * time.Minute
	callableBeforeCheckedIn = 15 * time.Minute
)

// Policy returns how the office queues and calls.
func (o *Office) Policy() queue.Policy {
	return queue.Policy{
		Handicap:                time.Duration(o.WalkIn.Handicap) * time.Minute,
		After:                   o.WalkIn.After,
		Grace:                   time.Duration(o.Grace) * time.Minute,
		CallableBefore:          callableBefore,
		CallableBeforeCheckedIn: callableBeforeCheckedIn,
		CallsToNoShow:           o.CallsToNoShow,
	}
}

// Mode returns how an office fetches people on a date: as an entry rule in
// force says, else as the office, else as the branch says.
func (b *Branch) Mode(o *Office, on town.Date) town.CallMode {
	for _, rule := range o.EntryRulesOn(on) {
		if rule.CallMode != "" {
			return rule.CallMode
		}
	}
	return b.modeOf(o)
}

func (b *Branch) modeOf(o *Office) town.CallMode {
	if o.CallMode != "" {
		return o.CallMode
	}
	return b.CallMode
}

// EntryRulesOn returns the entry rules in force on a date.
func (o *Office) EntryRulesOn(on town.Date) []EntryRule {
	var rules []EntryRule
	for _, rule := range o.EntryRules {
		if within(on, rule.From, rule.To) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// PickupPoint returns where the office picks people up, empty if nowhere.
func (b *Branch) PickupPoint(o *Office) town.Text {
	if len(o.MeetingPoint) > 0 {
		return o.MeetingPoint
	}
	return b.MeetingPoint
}

// FeesOn returns the fees that hold on a date.
func (s *Service) FeesOn(d town.Date) []Fee {
	var fees []Fee
	for _, fee := range s.Fees {
		if within(d, fee.From, fee.To) {
			fees = append(fees, fee)
		}
	}
	return fees
}

// within reports whether a date lies between two, both inclusive; nil: open.
func within(d town.Date, from, to *town.Date) bool {
	return (from == nil || *from <= d) && (to == nil || d <= *to)
}
