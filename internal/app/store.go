package app

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Errors that a store returns as they are; everything else is a failure.
var (
	// ErrNotFound: no such row.
	ErrNotFound = errors.New("not found")
	// ErrStale: the row was changed since it was read.
	ErrStale = errors.New("changed meanwhile")
	// ErrTaken: a unique value is already used.
	ErrTaken = errors.New("already taken")
	// ErrNewer: the database was written by a newer program.
	ErrNewer = errors.New("database is newer than this program")
)

// Store keeps everything that outlives the process. It holds no rule, no clock
// and no randomness.
type Store interface {
	// View runs fn on one consistent snapshot. fn must not write.
	View(ctx context.Context, fn func(Tx) error) error

	// Update runs fn in a transaction that holds the named branches, in
	// ascending order whatever order they are given in: updates of one branch
	// follow one another. No branch: rows that belong to none (users,
	// sessions, devices, mail state, delivery reports). Those updates follow in
	// no order, and one may read what another is about to change: each writes
	// only the columns that it means, or holds the row, or says what the row
	// must still be. fn may run again, so it has no effect outside its
	// transaction. An error from fn rolls back and is returned as it is. A
	// failure of the engine ends the transaction also where fn passes over it:
	// no statement runs after it, nothing becomes durable, and Update returns
	// it; ErrNotFound, ErrStale and ErrTaken are answers, not failures. When
	// Update returns nil the change is durable. Waiting updates may share one
	// commit.
	Update(ctx context.Context, branches []town.BranchID, fn func(Tx) error) error

	// Backup writes a consistent copy to a new file while the store is in use,
	// and runs change on that copy before the file appears under its name: a
	// new epoch is set there, what doesn't belong into a copy is deleted. The
	// store itself isn't touched. An existing file is refused with fs.ErrExist.
	Backup(ctx context.Context, file string, change func(Tx) error) error

	// Forget makes what was deleted so far unreadable on disk. While somebody
	// reads an older state it can't, and tries until ctx ends: no use case waits
	// for it. Where an engine can't at all (PostgreSQL keeps dead rows, archives,
	// standbys), sealing does it.
	Forget(ctx context.Context) error

	// Close waits for running transactions and closes the database.
	Close() error
}

// Tx is an open transaction: one small set of queries per subject.
type Tx interface {
	Catalogue() CatalogueRows
	Tickets() TicketRows
	Numbers() NumberRows
	Holds() HoldRows
	Personal() PersonalRows
	Events() EventRows
	Deliveries() DeliveryRows
	People() PeopleRows
	Devices() DeviceRows
	Requests() RequestRows
	Mails() MailRows
	Audit() AuditRows
	Rooms() RoomRows
	Wishes() WishRows
	Meta() MetaRows
}

// CatalogueRows keeps one document per entity of the catalogue.
type CatalogueRows interface {
	// All returns every document, ordered by kind and position.
	All(ctx context.Context) ([]catalogue.Document, error)
	// Put creates or replaces a document; a new branch gets its counter row,
	// with seq 0.
	Put(ctx context.Context, doc catalogue.Document) error
}

// TicketRows keeps appointments and walk-ins.
type TicketRows interface {
	// Insert stores a new ticket with version 1. ErrTaken if its number is
	// held by another ticket of that branch and date that isn't cancelled.
	Insert(ctx context.Context, t queue.Ticket) error
	// Update stores a changed ticket whose version is one above the stored
	// one; else ErrStale.
	Update(ctx context.Context, t queue.Ticket) error
	// ByID returns one ticket, or ErrNotFound.
	ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error)
	// ByToken returns the ticket whose token has this SHA-256, or ErrNotFound.
	ByToken(ctx context.Context, hash []byte) (queue.Ticket, error)
	// ByNumber returns the ticket that holds a number on a date, cancelled
	// ones last, or ErrNotFound.
	ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error)
	// DatesOf returns the dates from one on for which a live appointment of a
	// branch holds a number, in order.
	DatesOf(ctx context.Context, branch town.BranchID, from town.Date, number town.Number) ([]town.Date, error)
	// OfDay returns all tickets of a branch and date, ordered by Order.
	OfDay(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Ticket, error)
	// Spans returns the time that live appointments take (not cancelled,
	// no-shows included), from and to inclusive, per office and date.
	Spans(ctx context.Context, branch town.BranchID, from, to town.Date) ([]OfficeSpan, error)
	// Between returns live appointments of a branch from one date to another,
	// ordered by start: for closures, retirements and reminders.
	Between(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error)
	// ServedBetween returns done tickets with outcome served of the dates, for
	// figures and estimates, ordered by date and order.
	ServedBetween(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error)
}

// OfficeSpan is a span of time that an office has given away.
type OfficeSpan struct {
	Office town.OfficeID
	Date   town.Date
	booking.Span
}

// NumberRows keeps which numbers were given out. A row outlives its ticket.
type NumberRows interface {
	// Take gives a fresh number out; false if it was given out before.
	Take(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error)
	// Retake gives a returned number out again; false if it isn't returned.
	Retake(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error)
	// Return marks a number as returned.
	Return(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) error
	// Given returns all numbers that were ever given out on a date.
	Given(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Given, error)
}

// Hold keeps a slot while a person types, or while an offer stands. One of
// nothing (no items, no holder) keeps a time that was given back from being
// free online at once: staff see through it.
type Hold struct {
	Hash     []byte // SHA-256 of the hold's id, which only the holder knows
	Branch   town.BranchID
	Office   town.OfficeID
	Date     town.Date
	Items    []town.Item
	Start    time.Time
	End      time.Time
	Online   bool
	Expires  time.Time // by trusted time, as everything that was begun ends
	Extended int       // how often
	Origin   []byte    // hash of the holder's address with the day's key, to limit live holds
}

// HoldRows keeps holds. Expiry is judged by the reader.
type HoldRows interface {
	Insert(ctx context.Context, h Hold) error
	// ByHash returns a hold, expired or not, or ErrNotFound.
	ByHash(ctx context.Context, hash []byte) (Hold, error)
	// Extend sets expiry and count.
	Extend(ctx context.Context, hash []byte, expires time.Time, extended int) error
	// Delete removes a hold; no error if there is none.
	Delete(ctx context.Context, hash []byte) error
	// Spans returns the time that holds take which expire after now.
	Spans(ctx context.Context, branch town.BranchID, from, to town.Date, now time.Time) ([]OfficeSpan, error)
	// Live counts the holds of an origin which expire after now.
	Live(ctx context.Context, origin []byte, now time.Time) (int, error)
	// Ending returns the holds of a branch that expire after one instant and
	// not after another, in order of their hashes.
	Ending(ctx context.Context, branch town.BranchID, after, until time.Time) ([]Hold, error)
	// Sweep removes holds that expired before a time.
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// Sealed is what is known of a person, encrypted for its branch and date.
type Sealed struct {
	Ticket town.TicketID
	Branch town.BranchID
	Date   town.Date
	KeyDay town.Date // whose key seals Body
	Email  []byte    // hash of the mail address with that key, to limit appointments per address
	Body   []byte
}

// PersonalRows keeps personal data, apart from everything else.
type PersonalRows interface {
	// Put creates or replaces the row of a ticket.
	Put(ctx context.Context, s Sealed) error
	// Get returns the row of a ticket, or ErrNotFound (never given, or erased).
	Get(ctx context.Context, ticket town.TicketID) (Sealed, error)
	// ByEmail returns the tickets whose mail hash is one of these, in order.
	ByEmail(ctx context.Context, hashes [][]byte) ([]town.TicketID, error)
	// WithEmail returns the rows of dates since one that have a mail hash.
	WithEmail(ctx context.Context, since town.Date) ([]Sealed, error)
	// ByKeyDay returns rows of a branch with key days from one to another, those
	// after a ticket, ordered by ticket, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]Sealed, error)
	// Delete erases the row of a ticket; no error if there is none.
	Delete(ctx context.Context, ticket town.TicketID) error
	// DeleteBefore erases all rows of a branch with dates before one, and
	// returns how many.
	DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error)
}

// Position is where a branch stands. Mark was drawn by the update that got
// there, so that two states with the same position are the same state although
// one of them was rolled back.
type Position struct {
	Seq      town.Seq
	Mark     int64
	Revision string // of the catalogue
}

// EventRows keeps what happened in a branch, in commit order, without gaps.
type EventRows interface {
	// Append numbers the events with the branch's next positions, stores them
	// and returns them numbered. The transaction must hold the branch.
	Append(ctx context.Context, branch town.BranchID, events ...Event) ([]Event, error)
	// After returns events after a position, in order, at most limit.
	After(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]Event, error)
	// Calls returns the call and clear events of a branch since an instant,
	// in order.
	Calls(ctx context.Context, branch town.BranchID, since time.Time) ([]Event, error)
	// Position returns where the branch stands and, read along with it, the
	// catalogue's revision ("" before the first); ErrNotFound for an unknown
	// branch.
	Position(ctx context.Context, branch town.BranchID) (Position, error)
	// Last returns the branch's position, 0 before the first event;
	// ErrNotFound for an unknown branch.
	Last(ctx context.Context, branch town.BranchID) (town.Seq, error)
	// DeleteBefore removes events older than an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}

// Delivery is what one screen reported of one call.
type Delivery struct {
	Branch town.BranchID
	Call   town.Seq
	Device town.DeviceID
	Shown  *int   // milliseconds from receipt to paint; nil: not reported
	Sound  string // played, blocked, no_device, off; empty: not reported
	At     time.Time
}

// DeliveryRows keeps the screens' reports.
type DeliveryRows interface {
	// Put merges a report: what is already there stays, what is new is added.
	Put(ctx context.Context, d Delivery) error
	// Of returns the reports about a call, ordered by device.
	Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]Delivery, error)
	// DeleteBefore removes reports older than an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}

// Role says what a member of staff may do.
type Role string

// The roles, each with the rights of those before it, but for calling and
// reception, which are apart only in the pages that they open.
const (
	RoleClerk     Role = "clerk"
	RoleReception Role = "reception"
	RoleManager   Role = "manager"
	RoleAdmin     Role = "admin"
)

// User is a member of staff.
type User struct {
	ID       town.UserID
	Role     Role
	Branches []town.BranchID // empty: all
	Offices  []town.OfficeID // empty: all
	Password string          // argon2id in PHC form; empty: none (signs in elsewhere)
	Subject  string          // OpenID Connect "issuer subject"; empty: none
	Disabled bool
	Created  time.Time
	Changed  time.Time
}

// Session is a signed-in user.
type Session struct {
	Hash    []byte // SHA-256 of the token
	User    town.UserID
	Created time.Time // both by trusted time
	Expires time.Time
}

// PeopleRows keeps staff and their sessions.
type PeopleRows interface {
	// Insert stores a new user; ErrTaken if the name is used.
	Insert(ctx context.Context, u User) error
	// Hold returns a user as they are now, and keeps others from holding or
	// changing them until the transaction ends: whoever decides by what a user
	// is holds them first, several in ascending order. ErrNotFound if there is
	// none.
	Hold(ctx context.Context, id town.UserID) (User, error)
	// SetPassword, SetRights, Disable and Enable change what they name and
	// nothing else. ErrNotFound if there is no such user.
	SetPassword(ctx context.Context, id town.UserID, password string, at time.Time) error
	SetRights(ctx context.Context, id town.UserID, role Role, branches []town.BranchID, at time.Time) error
	Disable(ctx context.Context, id town.UserID, at time.Time) error
	Enable(ctx context.Context, id town.UserID, at time.Time) error
	ByID(ctx context.Context, id town.UserID) (User, error)
	BySubject(ctx context.Context, subject string) (User, error)
	All(ctx context.Context) ([]User, error)

	InsertSession(ctx context.Context, s Session) error
	// SessionUser returns a session with its user, expired, disabled or not.
	SessionUser(ctx context.Context, hash []byte) (Session, User, error)
	DeleteSession(ctx context.Context, hash []byte) error
	DeleteSessionsOf(ctx context.Context, user town.UserID) error
	// DeleteSessions removes all of them.
	DeleteSessions(ctx context.Context) error
	// MoveSessions shifts beginning and end of the sessions that began from one
	// instant to another, both included.
	MoveSessions(ctx context.Context, from, to time.Time, by time.Duration) error
	// SweepSessions removes sessions that expired before a time.
	SweepSessions(ctx context.Context, before time.Time) (int, error)
}

// DeviceKind tells a screen from a ticket kiosk.
type DeviceKind string

// The kinds of device.
const (
	DeviceDisplay DeviceKind = "display"
	DeviceKiosk   DeviceKind = "kiosk"
)

// Device is a screen or a kiosk that was given a token.
type Device struct {
	ID      town.DeviceID
	Name    string
	Kind    DeviceKind
	Branch  town.BranchID
	Offices []town.OfficeID // empty: all
	Hash    []byte          // SHA-256 of the token
	Revoked bool
	Created time.Time
	Seen    time.Time // last connected; zero: never
	Shown   time.Time // last call shown; zero: never
	Sound   string    // last reported state
	Program string    // last reported version
}

// DeviceRows keeps screens and kiosks. Each change writes what it names and
// nothing else, so that none undoes another, and nothing takes a revocation
// back. ErrNotFound if there is no such device.
type DeviceRows interface {
	// Insert stores a new device; ErrTaken if the name or the token is used.
	Insert(ctx context.Context, d Device) error
	// Saw notes that a device is connected; empty texts leave what is stored.
	Saw(ctx context.Context, id town.DeviceID, at time.Time, sound, program string) error
	// Showed notes when a device last showed a call.
	Showed(ctx context.Context, id town.DeviceID, at time.Time) error
	// Revoke takes a device's rights for good.
	Revoke(ctx context.Context, id town.DeviceID) error
	ByID(ctx context.Context, id town.DeviceID) (Device, error)
	ByName(ctx context.Context, name string) (Device, error)
	ByHash(ctx context.Context, hash []byte) (Device, error)
	All(ctx context.Context) ([]Device, error)
}

// Request is a request whose repetition must not act again.
type Request struct {
	Scope  string    // "command USER" or "POST PATH USER": keys are unique within it
	Key    []byte    // SHA-256 of the id that the client chose
	Digest []byte    // keyed hash of the content
	Answer []byte    // what is needed to answer again; never personal
	At     time.Time // by trusted time
}

// RequestRows keeps answered requests for 24 hours.
type RequestRows interface {
	// Get returns an answered request, or ErrNotFound.
	Get(ctx context.Context, scope string, key []byte) (Request, error)
	// Put stores an answered request; ErrTaken if the key is used.
	Put(ctx context.Context, r Request) error
	// Move shifts the instants of the requests from one to another, both
	// included.
	Move(ctx context.Context, from, to time.Time, by time.Duration) error
	// DeleteBefore removes requests older than an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}

// Mail is a queued message. Its body is composed when it is sent.
type Mail struct {
	ID       string // Message-ID's local part; one per cause
	Ticket   town.TicketID
	Branch   town.BranchID
	Date     town.Date // erased afterwards
	KeyDay   town.Date // whose key seals Body
	Kind     string    // confirmation, change, cancellation, reminder, relocation, offer
	Revision int       // of the ticket when it was queued
	Due      time.Time // by trusted time; of a reminder by its appointment's
	State    string    // queued, sending, sent, refused
	Attempts int
	Reason   string    // of the last failure; never an address
	Body     []byte    // sealed copy of what is needed to send it; nil once sent
	Settled  time.Time // of a refused mail: when somebody dealt with it; zero: not yet
}

// MailRows keeps the outbox.
type MailRows interface {
	// Put queues a mail; ErrTaken if its id is known: one per cause.
	Put(ctx context.Context, m Mail) error
	// Due returns queued mails whose time has come, oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Mail, error)
	// Sending returns mails whose sending was begun and not ended, oldest
	// first: after a crash nobody knows whether they went out.
	Sending(ctx context.Context) ([]Mail, error)
	// NextDue returns when the next queued mail is due; zero: none.
	NextDue(ctx context.Context) (time.Time, error)
	// Update replaces state, attempts, due and reason of a mail that isn't sent,
	// and drops the body where m has none; it never writes one, for the mail may
	// have been sealed anew since it was read. What is sent stays so, whoever has
	// read it before. ErrNotFound if
	// there is none.
	Update(ctx context.Context, m Mail) error
	// Claim is Update by whoever takes a mail to send it, with one attempt
	// more; ErrStale if somebody else was faster.
	Claim(ctx context.Context, m Mail) error
	// ByKeyDay returns mails of a branch that have a body, with key days from one
	// to another, those after an id, ordered by id, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]Mail, error)
	// Reseal replaces key day and body of a mail that still has one.
	Reseal(ctx context.Context, m Mail) error
	// OfTicket returns all mails of a ticket, oldest first.
	OfTicket(ctx context.Context, ticket town.TicketID) ([]Mail, error)
	// DropAbout removes all mails about a wish, whatever their state.
	DropAbout(ctx context.Context, wish string) error
	// AboutWishes returns all mails that are about no ticket, oldest first.
	AboutWishes(ctx context.Context) ([]Mail, error)
	// Rename gives the mail with an id the id and the body of another one.
	Rename(ctx context.Context, id string, m Mail) error
	// ByID returns one mail, or ErrNotFound.
	ByID(ctx context.Context, id string) (Mail, error)
	// Refused returns mails of a branch that can't be delivered and that nobody
	// has dealt with, of dates since one, oldest first.
	Refused(ctx context.Context, branch town.BranchID, since town.Date) ([]Mail, error)
	// Settle notes that somebody dealt with a refused mail; again is fine.
	Settle(ctx context.Context, id string, at time.Time) error
	// Drop removes queued mails of a ticket of one kind ("" any).
	Drop(ctx context.Context, ticket town.TicketID, kind string) error
	// DeleteBefore removes all mails of dates before one in a branch.
	DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error)
}

// AuditEntry says who did what to which number. No citizen's data.
type AuditEntry struct {
	ID     int64
	At     time.Time
	Branch town.BranchID // may be empty
	Actor  string        // user, device or "server"
	Action string        // translation key
	Ticket town.TicketID
	Number town.Number // 0: none
	Room   town.RoomID
	Detail string // ids and states only
}

// AuditRows keeps the audit trail.
type AuditRows interface {
	Put(ctx context.Context, e AuditEntry) error
	// Of returns a branch's entries from one instant to another, newest
	// first, at most limit; an empty branch: those that belong to none.
	Of(ctx context.Context, branch town.BranchID, from, to time.Time, limit int) ([]AuditEntry, error)
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}

// RoomRows keeps which rooms pause.
type RoomRows interface {
	Paused(ctx context.Context, branch town.BranchID) ([]town.RoomID, error)
	SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error
	ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error
}

// Wish asks for a slot that becomes free.
type Wish struct {
	ID       string
	Hash     []byte // SHA-256 of the token in the offer
	Branches []town.BranchID
	Items    []town.Item
	Weekdays []time.Weekday
	From, To town.TimeOfDay
	Until    town.Date     // erased afterwards
	Branch   town.BranchID // whose key seals Body
	KeyDay   town.Date     // likewise
	Body     []byte        // name, address, language, token: sealed
	Created  time.Time
	Offered  time.Time // by trusted time; zero: no offer is out
	Hold     []byte    // hash of the hold that backs the offer
}

// WishRows keeps wishes.
type WishRows interface {
	Put(ctx context.Context, w Wish) error
	ByHash(ctx context.Context, hash []byte) (Wish, error)
	// Open returns wishes in order of creation whose Until is not before a date.
	Open(ctx context.Context, today town.Date) ([]Wish, error)
	// ByKeyDay returns wishes whose key is a branch's, with key days from one to
	// another, those after an id, ordered by id, at most limit.
	ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]Wish, error)
	// Branches returns the branches that these concern, each once.
	Branches(ctx context.Context, today town.Date) ([]town.BranchID, error)
	Delete(ctx context.Context, id string) error
	DeleteBefore(ctx context.Context, date town.Date) (int, error)
}

// MetaRows keeps single values: the epoch, secrets of this database.
type MetaRows interface {
	// Get returns a value, or ErrNotFound.
	Get(ctx context.Context, key string) (string, error)
	// Add stores a value unless there is one, whoever is storing one now. What
	// stands can be read afterwards.
	Add(ctx context.Context, key, value string) error
	Set(ctx context.Context, key, value string) error
}
