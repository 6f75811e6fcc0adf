package store

import (
	"context"
	"fmt"
	"slices"
)

// Complaint is something that no use case leaves behind: rows that contradict
// one another.
type Complaint string

// The complaints.
const (
	// Damaged: the engine finds its own file damaged.
	Damaged Complaint = "damaged"
	// EventAhead: an event stands behind its branch's position.
	EventAhead Complaint = "event_ahead"
	// PersonAstray: personal data belong to no ticket, or to another day's.
	PersonAstray Complaint = "person_astray"
	// MailAstray: a mail is about a ticket that doesn't exist.
	MailAstray Complaint = "mail_astray"
	// RoomTwice: two tickets are open in one room.
	RoomTwice Complaint = "room_twice"
	// NumberTwice: a number is held by two people on one day.
	NumberTwice Complaint = "number_twice"
	// SessionAstray: somebody is signed in to an account that doesn't exist.
	SessionAstray Complaint = "session_astray"
)

// counts says for each complaint how often it is to be made.
var counts = map[Complaint]string{
	EventAhead: `select count(*) from events e join branches b on b.id = e.branch where e.seq > b.seq`,
	PersonAstray: `select count(*) from personal p left join tickets t on t.id = p.ticket
		where t.id is null or t.branch <> p.branch or t.date <> p.date`,
	MailAstray: `select count(*) from mails m where m.ticket is not null and not exists (select 1 from tickets t where t.id = m.ticket)`,
	RoomTwice: `select count(*) from (select 1 from tickets where state in ('called', 'serving')
		group by branch, date, room having count(*) > 1) as twice`,
	NumberTwice: `select count(*) from (select 1 from tickets where state <> 'cancelled'
		group by branch, date, number having count(*) > 1) as twice`,
	SessionAstray: `select count(*) from sessions s where not exists (select 1 from users u where u.id = s.username)`,
}

// Check reads every row for what contradicts another, and returns how often
// each complaint is to be made; empty: none. It costs one pass over each table.
func Check(ctx context.Context, from Session) (map[Complaint]int, error) {
	found := map[Complaint]int{}
	for complaint, query := range counts {
		n, err := all(ctx, &strict{session: from}, value[int], query)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", complaint, err)
		}
		if n[0] > 0 {
			found[complaint] = n[0]
		}
	}
	return found, nil
}

// Complaints returns all complaints, sorted: each has a sentence.
func Complaints() []Complaint {
	every := []Complaint{Damaged}
	for complaint := range counts {
		every = append(every, complaint)
	}
	slices.Sort(every)
	return every
}
