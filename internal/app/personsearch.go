package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Bounds of a search for a person.
const (
	searchDays  = 4 * 7 // from today on, where nothing else is asked for
	MaxSearch   = 93    // days at most
	searchHits  = 20
	searchHour  = 30 // of an account
	openedAtOne = 500
)

// actionSearched: somebody searched for a person. What was typed is kept nowhere.
const actionSearched = "person_searched"

var errSearchTooOften = problem.New(problem.TooMany, "search.too_many")

// PersonSearch is what somebody searches by: at least three letters or digits of a
// name, a mail address or a telephone number, and the days that are looked at; zero
// dates: today, and four weeks later.
type PersonSearch struct {
	Typed    string
	From, To town.Date
}

// PersonHits are the appointments found, the earliest first, without the persons.
type PersonHits struct {
	Tickets  []queue.Ticket
	More     bool // there are others
	From, To town.Date
}

// Search finds the appointments of a branch whose person may be meant, for those who
// speak with people at the counter and by telephone. Only what is sealed for the days
// asked for is opened. The trail notes who searched when and how many were found, before
// anything is shown. Errors: Forbidden, for clerks too; Invalid "q", "von", "bis";
// TooMany "search.too_many".
func (ps *Persons) Search(ctx context.Context, actor access.Actor, branch town.BranchID, r PersonSearch) (PersonHits, error) {
	if err := actor.MayReceive(branch); err != nil {
		return PersonHits{}, err
	}
	who, err := r.checked(ps.today(branch))
	if err != nil {
		return PersonHits{}, err
	}
	if err := ps.mayStillSearch(ctx, actor); err != nil {
		return PersonHits{}, err
	}
	hits := PersonHits{From: r.From, To: r.To}
	err = ps.view(ctx, func(v *view) error {
		rows, err := v.meant(ctx, branch, r, who)
		if err == nil {
			hits.Tickets, hits.More, err = v.firstOf(ctx, branch, rows)
		}
		return err
	})
	if err != nil {
		return PersonHits{}, err
	}
	if err := ps.noteSearch(ctx, actor, branch, hits); err != nil {
		return PersonHits{}, err
	}
	return hits, nil
}

// checked fills in the days and reads what was typed.
func (r *PersonSearch) checked(today town.Date) (sought, error) {
	if r.From == 0 {
		r.From = today
	}
	if r.To == 0 {
		r.To = r.From.AddDays(searchDays)
	}
	bad := map[string]string{}
	who, enough := soughtOf(r.Typed)
	if !enough {
		bad["q"] = "search.too_short"
	}
	if r.To < r.From {
		bad["bis"] = "days.reversed"
	}
	if r.To > r.From.AddDays(MaxSearch) {
		bad["bis"] = "search.too_long"
	}
	return who, problem.Fields(bad)
}

// mayStillSearch counts a search of an account's before it is carried out, so that many
// at once are no more. Errors: TooMany.
func (ps *Persons) mayStillSearch(ctx context.Context, actor access.Actor) error {
	return ps.write(ctx, nil, func(v *view) error {
		held, err := v.hourCounts(ctx, errSearchTooOften, hourly{"person search", actor.Name(), searchHour})
		if err != nil {
			return err
		}
		return v.countOne(ctx, held)
	})
}

// meant opens what is known of a branch's persons of some days, and returns the rows of
// those who may be meant, by date.
func (v *view) meant(ctx context.Context, branch town.BranchID, r PersonSearch, who sought) ([]ledger.Sealed, error) {
	var found []ledger.Sealed
	after := town.TicketID("")
	for {
		rows, err := v.Personal().OfDates(ctx, branch, r.From, r.To, after, openedAtOne)
		if err != nil {
			return nil, fmt.Errorf("read persons: %w", err)
		}
		for _, row := range rows {
			p, err := v.core.sealer.openPerson(row)
			if err != nil && !errors.Is(err, errKeyGone) && !errors.Is(err, errUndecodable) {
				return nil, err
			}
			if err == nil && who.means(p) {
				found = append(found, ledger.Sealed{Ticket: row.Ticket, Date: row.Date})
			}
		}
		if len(rows) < openedAtOne {
			break
		}
		after = rows[len(rows)-1].Ticket
	}
	slices.SortStableFunc(found, func(a, b ledger.Sealed) int { return cmp.Compare(a.Date, b.Date) })
	return found, nil
}

// firstOf returns the earliest of some tickets, and whether there are more. The rows
// are in the order of their dates.
func (v *view) firstOf(ctx context.Context, branch town.BranchID, rows []ledger.Sealed) (tickets []queue.Ticket, more bool, err error) {
	b, err := v.rules.Known(branch)
	if err != nil {
		return nil, false, err
	}
	for len(rows) > 0 && len(tickets) <= searchHits {
		n := 1
		for n < len(rows) && rows[n].Date == rows[0].Date {
			n++
		}
		found, err := v.ticketsOnDate(ctx, branch, rows[:n])
		if err != nil {
			return nil, false, err
		}
		for _, t := range found {
			tickets = append(tickets, b.Local(t.On(b.Today(v.now))))
		}
		rows = rows[n:]
	}
	slices.SortStableFunc(tickets, func(a, b queue.Ticket) int { return a.Start.Compare(b.Start) })
	if len(tickets) > searchHits {
		return tickets[:searchHits], true, nil
	}
	return tickets, false, nil
}

// ticketsOnDate returns the tickets of rows of one date: one by one where they are few,
// else the day at once.
func (v *view) ticketsOnDate(ctx context.Context, branch town.BranchID, rows []ledger.Sealed) ([]queue.Ticket, error) {
	if len(rows) > searchHits {
		all, err := v.Tickets().OfDay(ctx, branch, rows[0].Date)
		if err != nil {
			return nil, fmt.Errorf("read day: %w", err)
		}
		wanted := map[town.TicketID]bool{}
		for _, row := range rows {
			wanted[row.Ticket] = true
		}
		return slices.DeleteFunc(all, func(t queue.Ticket) bool { return !wanted[t.ID] }), nil
	}
	tickets := make([]queue.Ticket, len(rows))
	for i, row := range rows {
		var err error
		if tickets[i], err = v.Tickets().ByID(ctx, row.Ticket); err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
	}
	return tickets, nil
}

// noteSearch notes in the trail that an actor searched, and how many were found.
func (ps *Persons) noteSearch(ctx context.Context, actor access.Actor, branch town.BranchID, hits PersonHits) error {
	found := strconv.Itoa(len(hits.Tickets))
	if hits.More {
		found += "+"
	}
	return ps.write(ctx, nil, func(v *view) error {
		err := v.Audit().Put(ctx, ledger.AuditEntry{At: v.now, Branch: branch, Actor: auditName(actor), Action: actionSearched, Detail: found})
		if err != nil {
			return fmt.Errorf("write audit trail: %w", err)
		}
		return nil
	})
}
