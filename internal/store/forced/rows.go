package forced

import (
	"context"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Catalogue implements ledger.Tx.
func (tx forcedTx) Catalogue() ledger.Catalogue { return catalogueRows{tx.Tx.Catalogue(), tx.watch} }

// Tickets implements ledger.Tx.
func (tx forcedTx) Tickets() ledger.Tickets { return ticketRows{tx.Tx.Tickets(), tx.watch} }

// Numbers implements ledger.Tx.
func (tx forcedTx) Numbers() ledger.Numbers { return numberRows{tx.Tx.Numbers(), tx.watch} }

// Holds implements ledger.Tx.
func (tx forcedTx) Holds() ledger.Holds { return holdRows{tx.Tx.Holds(), tx.watch} }

// Demand implements ledger.Tx.
func (tx forcedTx) Demand() ledger.Demand { return demandRows{tx.Tx.Demand(), tx.watch} }

// Takings implements ledger.Tx.
func (tx forcedTx) Takings() ledger.Takings { return takingRows{tx.Tx.Takings(), tx.watch} }

// Personal implements ledger.Tx.
func (tx forcedTx) Personal() ledger.Personal { return personalRows{tx.Tx.Personal(), tx.watch} }

// Events implements ledger.Tx.
func (tx forcedTx) Events() ledger.Events { return eventRows{tx.Tx.Events(), tx.watch} }

// Deliveries implements ledger.Tx.
func (tx forcedTx) Deliveries() ledger.Deliveries { return deliveryRows{tx.Tx.Deliveries(), tx.watch} }

// People implements ledger.Tx.
func (tx forcedTx) People() ledger.People { return peopleRows{tx.Tx.People(), tx.watch} }

// Devices implements ledger.Tx.
func (tx forcedTx) Devices() ledger.Devices { return deviceRows{tx.Tx.Devices(), tx.watch} }

// Requests implements ledger.Tx.
func (tx forcedTx) Requests() ledger.Requests { return requestRows{tx.Tx.Requests(), tx.watch} }

// Attempts implements ledger.Tx.
func (tx forcedTx) Attempts() ledger.Attempts { return attemptRows{tx.Tx.Attempts(), tx.watch} }

// Mails implements ledger.Tx.
func (tx forcedTx) Mails() ledger.Mails { return mailRows{tx.Tx.Mails(), tx.watch} }

// Audit implements ledger.Tx.
func (tx forcedTx) Audit() ledger.Audit { return auditRows{tx.Tx.Audit(), tx.watch} }

// Security implements ledger.Tx.
func (tx forcedTx) Security() ledger.Security { return securityRows{tx.Tx.Security(), tx.watch} }

// Rooms implements ledger.Tx.
func (tx forcedTx) Rooms() ledger.Rooms { return roomRows{tx.Tx.Rooms(), tx.watch} }

// Wishes implements ledger.Tx.
func (tx forcedTx) Wishes() ledger.Wishes { return wishRows{tx.Tx.Wishes(), tx.watch} }

// Confirmations implements ledger.Tx.
func (tx forcedTx) Confirmations() ledger.Confirmations {
	return confirmationRows{tx.Tx.Confirmations(), tx.watch}
}

// Counts implements ledger.Tx.
func (tx forcedTx) Counts() ledger.Counts { return countRows{tx.Tx.Counts(), tx.watch} }

// Meta implements ledger.Tx.
func (tx forcedTx) Meta() ledger.Meta { return metaRows{tx.Tx.Meta(), tx.watch} }

// Drafts implements ledger.Tx.
func (tx forcedTx) Drafts() ledger.Drafts { return draftRows{tx.Tx.Drafts(), tx.watch} }

// TownChanges implements ledger.Tx.
func (tx forcedTx) TownChanges() ledger.TownChanges {
	return townChangeRows{tx.Tx.TownChanges(), tx.watch}
}

type draftRows struct {
	rows  ledger.Drafts
	watch *watch
}

func (r draftRows) Insert(ctx context.Context, d ledger.Draft) error {
	return ran(ctx, r.watch, "Drafts.Insert", func() error { return r.rows.Insert(ctx, d) })
}

func (r draftRows) Get(ctx context.Context, id string) (ledger.Draft, error) {
	return got(ctx, r.watch, "Drafts.Get", func() (ledger.Draft, error) { return r.rows.Get(ctx, id) })
}

func (r draftRows) All(ctx context.Context) ([]ledger.Draft, error) {
	return got(ctx, r.watch, "Drafts.All", func() ([]ledger.Draft, error) { return r.rows.All(ctx) })
}

func (r draftRows) Update(ctx context.Context, d ledger.Draft) error {
	return ran(ctx, r.watch, "Drafts.Update", func() error { return r.rows.Update(ctx, d) })
}

func (r draftRows) Delete(ctx context.Context, id string, version int) error {
	return ran(ctx, r.watch, "Drafts.Delete", func() error { return r.rows.Delete(ctx, id, version) })
}

func (r draftRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Drafts.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type townChangeRows struct {
	rows  ledger.TownChanges
	watch *watch
}

func (r townChangeRows) Insert(ctx context.Context, c ledger.TownChange) (int64, error) {
	return got(ctx, r.watch, "TownChanges.Insert", func() (int64, error) { return r.rows.Insert(ctx, c) })
}

func (r townChangeRows) Get(ctx context.Context, id int64) (ledger.TownChange, error) {
	return got(ctx, r.watch, "TownChanges.Get", func() (ledger.TownChange, error) { return r.rows.Get(ctx, id) })
}

func (r townChangeRows) OfDraft(ctx context.Context, draft string) (ledger.TownChange, error) {
	return got(ctx, r.watch, "TownChanges.OfDraft", func() (ledger.TownChange, error) { return r.rows.OfDraft(ctx, draft) })
}

func (r townChangeRows) Before(ctx context.Context, id int64, limit int) ([]ledger.TownChange, error) {
	return got(ctx, r.watch, "TownChanges.Before", func() ([]ledger.TownChange, error) { return r.rows.Before(ctx, id, limit) })
}

func (r townChangeRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "TownChanges.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type catalogueRows struct {
	rows  ledger.Catalogue
	watch *watch
}

func (r catalogueRows) All(ctx context.Context) ([]catalogue.Document, error) {
	return got(ctx, r.watch, "Catalogue.All", func() ([]catalogue.Document, error) { return r.rows.All(ctx) })
}

func (r catalogueRows) Delete(ctx context.Context, kind, id string) error {
	return ran(ctx, r.watch, "Catalogue.Delete", func() error { return r.rows.Delete(ctx, kind, id) })
}

func (r catalogueRows) Uses(ctx context.Context, thing catalogue.Thing, now time.Time) (ledger.Uses, error) {
	return got(ctx, r.watch, "Catalogue.Uses", func() (ledger.Uses, error) { return r.rows.Uses(ctx, thing, now) })
}

func (r catalogueRows) Put(ctx context.Context, doc catalogue.Document) error {
	return ran(ctx, r.watch, "Catalogue.Put", func() error { return r.rows.Put(ctx, doc) })
}

type ticketRows struct {
	rows  ledger.Tickets
	watch *watch
}

func (r ticketRows) Insert(ctx context.Context, t queue.Ticket) error {
	return ran(ctx, r.watch, "Tickets.Insert", func() error { return r.rows.Insert(ctx, t) })
}

func (r ticketRows) Update(ctx context.Context, t queue.Ticket) error {
	return ran(ctx, r.watch, "Tickets.Update", func() error { return r.rows.Update(ctx, t) })
}

func (r ticketRows) ByID(ctx context.Context, id town.TicketID) (queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ByID", func() (queue.Ticket, error) { return r.rows.ByID(ctx, id) })
}

func (r ticketRows) ByToken(ctx context.Context, hash []byte) (queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ByToken", func() (queue.Ticket, error) { return r.rows.ByToken(ctx, hash) })
}

func (r ticketRows) ByNumber(ctx context.Context, branch town.BranchID, date town.Date, number town.Number) (queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ByNumber", func() (queue.Ticket, error) { return r.rows.ByNumber(ctx, branch, date, number) })
}

func (r ticketRows) DatesOf(ctx context.Context, branch town.BranchID, from town.Date, number town.Number) ([]town.Date, error) {
	return got(ctx, r.watch, "Tickets.DatesOf", func() ([]town.Date, error) { return r.rows.DatesOf(ctx, branch, from, number) })
}

func (r ticketRows) OfDay(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.OfDay", func() ([]queue.Ticket, error) { return r.rows.OfDay(ctx, branch, date) })
}

func (r ticketRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date) ([]ledger.OfficeSpan, error) {
	return got(ctx, r.watch, "Tickets.Spans", func() ([]ledger.OfficeSpan, error) { return r.rows.Spans(ctx, branch, from, to) })
}

func (r ticketRows) Between(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.Between", func() ([]queue.Ticket, error) { return r.rows.Between(ctx, branch, from, to) })
}

func (r ticketRows) ServedBetween(ctx context.Context, branch town.BranchID, from, to town.Date) ([]queue.Ticket, error) {
	return got(ctx, r.watch, "Tickets.ServedBetween", func() ([]queue.Ticket, error) { return r.rows.ServedBetween(ctx, branch, from, to) })
}

type numberRows struct {
	rows  ledger.Numbers
	watch *watch
}

func (r numberRows) Take(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error) {
	return got(ctx, r.watch, "Numbers.Take", func() (bool, error) { return r.rows.Take(ctx, branch, date, number, at) })
}

func (r numberRows) Retake(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, at time.Time) (bool, error) {
	return got(ctx, r.watch, "Numbers.Retake", func() (bool, error) { return r.rows.Retake(ctx, branch, date, number, at) })
}

func (r numberRows) Return(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) error {
	return ran(ctx, r.watch, "Numbers.Return", func() error { return r.rows.Return(ctx, branch, date, number, by, at) })
}

func (r numberRows) Reclaim(ctx context.Context, branch town.BranchID, date town.Date, number town.Number, by town.TicketID, at time.Time) (bool, error) {
	return got(ctx, r.watch, "Numbers.Reclaim", func() (bool, error) { return r.rows.Reclaim(ctx, branch, date, number, by, at) })
}

func (r numberRows) Given(ctx context.Context, branch town.BranchID, date town.Date) ([]queue.Given, error) {
	return got(ctx, r.watch, "Numbers.Given", func() ([]queue.Given, error) { return r.rows.Given(ctx, branch, date) })
}

type holdRows struct {
	rows  ledger.Holds
	watch *watch
}

func (r holdRows) Insert(ctx context.Context, h ledger.Hold) error {
	return ran(ctx, r.watch, "Holds.Insert", func() error { return r.rows.Insert(ctx, h) })
}

func (r holdRows) ByHash(ctx context.Context, hash []byte) (ledger.Hold, error) {
	return got(ctx, r.watch, "Holds.ByHash", func() (ledger.Hold, error) { return r.rows.ByHash(ctx, hash) })
}

func (r holdRows) Extend(ctx context.Context, hash []byte, expires time.Time, extended int) error {
	return ran(ctx, r.watch, "Holds.Extend", func() error { return r.rows.Extend(ctx, hash, expires, extended) })
}

func (r holdRows) Delete(ctx context.Context, hash []byte) error {
	return ran(ctx, r.watch, "Holds.Delete", func() error { return r.rows.Delete(ctx, hash) })
}

func (r holdRows) Spans(ctx context.Context, branch town.BranchID, from, to town.Date, now time.Time) ([]ledger.OfficeSpan, error) {
	return got(ctx, r.watch, "Holds.Spans", func() ([]ledger.OfficeSpan, error) { return r.rows.Spans(ctx, branch, from, to, now) })
}

func (r holdRows) Live(ctx context.Context, origin []byte, now time.Time) (int, error) {
	return got(ctx, r.watch, "Holds.Live", func() (int, error) { return r.rows.Live(ctx, origin, now) })
}

func (r holdRows) Offered(ctx context.Context, now time.Time) ([]ledger.Hold, error) {
	return got(ctx, r.watch, "Holds.Offered", func() ([]ledger.Hold, error) { return r.rows.Offered(ctx, now) })
}

func (r holdRows) LiveOfBrowser(ctx context.Context, browser []byte, now time.Time) (int, error) {
	return got(ctx, r.watch, "Holds.LiveOfBrowser", func() (int, error) { return r.rows.LiveOfBrowser(ctx, browser, now) })
}

func (r holdRows) Ending(ctx context.Context, branch town.BranchID, after, until time.Time) ([]ledger.Hold, error) {
	return got(ctx, r.watch, "Holds.Ending", func() ([]ledger.Hold, error) { return r.rows.Ending(ctx, branch, after, until) })
}

func (r holdRows) DropOrigins(ctx context.Context) error {
	return ran(ctx, r.watch, "Holds.DropOrigins", func() error { return r.rows.DropOrigins(ctx) })
}

func (r holdRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Holds.Sweep", func() (int, error) { return r.rows.Sweep(ctx, before) })
}

type personalRows struct {
	rows  ledger.Personal
	watch *watch
}

func (r personalRows) Put(ctx context.Context, s ledger.Sealed) error {
	return ran(ctx, r.watch, "Personal.Put", func() error { return r.rows.Put(ctx, s) })
}

func (r personalRows) Get(ctx context.Context, ticket town.TicketID) (ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.Get", func() (ledger.Sealed, error) { return r.rows.Get(ctx, ticket) })
}

func (r personalRows) ByEmail(ctx context.Context, hashes [][]byte) ([]town.TicketID, error) {
	return got(ctx, r.watch, "Personal.ByEmail", func() ([]town.TicketID, error) { return r.rows.ByEmail(ctx, hashes) })
}

func (r personalRows) WithEmail(ctx context.Context, since town.Date) ([]ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.WithEmail", func() ([]ledger.Sealed, error) { return r.rows.WithEmail(ctx, since) })
}

func (r personalRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after town.TicketID, limit int) ([]ledger.Sealed, error) {
	return got(ctx, r.watch, "Personal.ByKeyDay", func() ([]ledger.Sealed, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r personalRows) Delete(ctx context.Context, ticket town.TicketID) error {
	return ran(ctx, r.watch, "Personal.Delete", func() error { return r.rows.Delete(ctx, ticket) })
}

func (r personalRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return got(ctx, r.watch, "Personal.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, branch, date) })
}

type eventRows struct {
	rows  ledger.Events
	watch *watch
}

func (r eventRows) Append(ctx context.Context, branch town.BranchID, events ...ledger.Event) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.Append", func() ([]ledger.Event, error) { return r.rows.Append(ctx, branch, events...) })
}

func (r eventRows) After(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.After", func() ([]ledger.Event, error) { return r.rows.After(ctx, branch, after, limit) })
}

func (r eventRows) Calls(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.Calls", func() ([]ledger.Event, error) { return r.rows.Calls(ctx, branch, since) })
}

func (r eventRows) Alarms(ctx context.Context, branch town.BranchID, since time.Time) ([]ledger.Event, error) {
	return got(ctx, r.watch, "Events.Alarms", func() ([]ledger.Event, error) { return r.rows.Alarms(ctx, branch, since) })
}

func (r eventRows) Position(ctx context.Context, branch town.BranchID) (ledger.Position, error) {
	return got(ctx, r.watch, "Events.Position", func() (ledger.Position, error) { return r.rows.Position(ctx, branch) })
}

func (r eventRows) Last(ctx context.Context, branch town.BranchID) (town.Seq, error) {
	return got(ctx, r.watch, "Events.Last", func() (town.Seq, error) { return r.rows.Last(ctx, branch) })
}

func (r eventRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Events.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type deliveryRows struct {
	rows  ledger.Deliveries
	watch *watch
}

func (r deliveryRows) Put(ctx context.Context, d ledger.Delivery) error {
	return ran(ctx, r.watch, "Deliveries.Put", func() error { return r.rows.Put(ctx, d) })
}

func (r deliveryRows) Of(ctx context.Context, branch town.BranchID, call town.Seq) ([]ledger.Delivery, error) {
	return got(ctx, r.watch, "Deliveries.Of", func() ([]ledger.Delivery, error) { return r.rows.Of(ctx, branch, call) })
}

func (r deliveryRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Deliveries.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type peopleRows struct {
	rows  ledger.People
	watch *watch
}

func (r peopleRows) Insert(ctx context.Context, u ledger.User) error {
	return ran(ctx, r.watch, "People.Insert", func() error { return r.rows.Insert(ctx, u) })
}

func (r peopleRows) Hold(ctx context.Context, id town.UserID) (ledger.User, error) {
	return got(ctx, r.watch, "People.Hold", func() (ledger.User, error) { return r.rows.Hold(ctx, id) })
}

func (r peopleRows) SetPassword(ctx context.Context, id town.UserID, password string, at time.Time) error {
	return ran(ctx, r.watch, "People.SetPassword", func() error { return r.rows.SetPassword(ctx, id, password, at) })
}

func (r peopleRows) SetRights(ctx context.Context, id town.UserID, role ledger.Role, branches []town.BranchID, at time.Time) error {
	return ran(ctx, r.watch, "People.SetRights", func() error { return r.rows.SetRights(ctx, id, role, branches, at) })
}

func (r peopleRows) SetShown(ctx context.Context, id town.UserID, shown string, at time.Time) error {
	return ran(ctx, r.watch, "People.SetShown", func() error { return r.rows.SetShown(ctx, id, shown, at) })
}

func (r peopleRows) SetOffices(ctx context.Context, id town.UserID, offices []town.OfficeID, at time.Time) error {
	return ran(ctx, r.watch, "People.SetOffices", func() error { return r.rows.SetOffices(ctx, id, offices, at) })
}

func (r peopleRows) Disable(ctx context.Context, id town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "People.Disable", func() error { return r.rows.Disable(ctx, id, at) })
}

func (r peopleRows) Enable(ctx context.Context, id town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "People.Enable", func() error { return r.rows.Enable(ctx, id, at) })
}

func (r peopleRows) ByID(ctx context.Context, id town.UserID) (ledger.User, error) {
	return got(ctx, r.watch, "People.ByID", func() (ledger.User, error) { return r.rows.ByID(ctx, id) })
}

func (r peopleRows) BySubject(ctx context.Context, subject string) (ledger.User, error) {
	return got(ctx, r.watch, "People.BySubject", func() (ledger.User, error) { return r.rows.BySubject(ctx, subject) })
}

func (r peopleRows) All(ctx context.Context) ([]ledger.User, error) {
	return got(ctx, r.watch, "People.All", func() ([]ledger.User, error) { return r.rows.All(ctx) })
}

func (r peopleRows) InsertSession(ctx context.Context, s ledger.Session) error {
	return ran(ctx, r.watch, "People.InsertSession", func() error { return r.rows.InsertSession(ctx, s) })
}

func (r peopleRows) SessionUser(ctx context.Context, hash []byte) (ledger.Session, ledger.User, error) {
	return gotBoth(ctx, r.watch, "People.SessionUser", func() (ledger.Session, ledger.User, error) { return r.rows.SessionUser(ctx, hash) })
}

func (r peopleRows) DeleteSession(ctx context.Context, hash []byte) error {
	return ran(ctx, r.watch, "People.DeleteSession", func() error { return r.rows.DeleteSession(ctx, hash) })
}

func (r peopleRows) DeleteSessionsOf(ctx context.Context, user town.UserID) error {
	return ran(ctx, r.watch, "People.DeleteSessionsOf", func() error { return r.rows.DeleteSessionsOf(ctx, user) })
}

func (r peopleRows) DeleteSessions(ctx context.Context) error {
	return ran(ctx, r.watch, "People.DeleteSessions", func() error { return r.rows.DeleteSessions(ctx) })
}

func (r peopleRows) Acted(ctx context.Context, hash []byte, at time.Time) error {
	return ran(ctx, r.watch, "People.Acted", func() error { return r.rows.Acted(ctx, hash, at) })
}

func (r peopleRows) MoveSessions(ctx context.Context, from, to time.Time, by time.Duration) error {
	return ran(ctx, r.watch, "People.MoveSessions", func() error { return r.rows.MoveSessions(ctx, from, to, by) })
}

func (r peopleRows) SweepSessions(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "People.SweepSessions", func() (int, error) { return r.rows.SweepSessions(ctx, before) })
}

func (r peopleRows) KnowBrowser(ctx context.Context, hash []byte, user town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "People.KnowBrowser", func() error { return r.rows.KnowBrowser(ctx, hash, user, at) })
}

func (r peopleRows) KnowsBrowser(ctx context.Context, hash []byte, user town.UserID, since time.Time) (bool, error) {
	return got(ctx, r.watch, "People.KnowsBrowser", func() (bool, error) { return r.rows.KnowsBrowser(ctx, hash, user, since) })
}

func (r peopleRows) SweepBrowsers(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "People.SweepBrowsers", func() (int, error) { return r.rows.SweepBrowsers(ctx, before) })
}

type deviceRows struct {
	rows  ledger.Devices
	watch *watch
}

func (r deviceRows) Insert(ctx context.Context, d ledger.Device) error {
	return ran(ctx, r.watch, "Devices.Insert", func() error { return r.rows.Insert(ctx, d) })
}

func (r deviceRows) Saw(ctx context.Context, id town.DeviceID, at time.Time, sound, program string) error {
	return ran(ctx, r.watch, "Devices.Saw", func() error { return r.rows.Saw(ctx, id, at, sound, program) })
}

func (r deviceRows) Showed(ctx context.Context, id town.DeviceID, at time.Time) error {
	return ran(ctx, r.watch, "Devices.Showed", func() error { return r.rows.Showed(ctx, id, at) })
}

func (r deviceRows) Revoke(ctx context.Context, id town.DeviceID) error {
	return ran(ctx, r.watch, "Devices.Revoke", func() error { return r.rows.Revoke(ctx, id) })
}

func (r deviceRows) ByID(ctx context.Context, id town.DeviceID) (ledger.Device, error) {
	return got(ctx, r.watch, "Devices.ByID", func() (ledger.Device, error) { return r.rows.ByID(ctx, id) })
}

func (r deviceRows) ByName(ctx context.Context, name string) (ledger.Device, error) {
	return got(ctx, r.watch, "Devices.ByName", func() (ledger.Device, error) { return r.rows.ByName(ctx, name) })
}

func (r deviceRows) ByHash(ctx context.Context, hash []byte) (ledger.Device, error) {
	return got(ctx, r.watch, "Devices.ByHash", func() (ledger.Device, error) { return r.rows.ByHash(ctx, hash) })
}

func (r deviceRows) All(ctx context.Context) ([]ledger.Device, error) {
	return got(ctx, r.watch, "Devices.All", func() ([]ledger.Device, error) { return r.rows.All(ctx) })
}

type requestRows struct {
	rows  ledger.Requests
	watch *watch
}

func (r requestRows) Get(ctx context.Context, scope string, key []byte) (ledger.Request, error) {
	return got(ctx, r.watch, "Requests.Get", func() (ledger.Request, error) { return r.rows.Get(ctx, scope, key) })
}

func (r requestRows) Move(ctx context.Context, from, to time.Time, by time.Duration) error {
	return ran(ctx, r.watch, "Requests.Move", func() error { return r.rows.Move(ctx, from, to, by) })
}

func (r requestRows) Put(ctx context.Context, request ledger.Request) error {
	return ran(ctx, r.watch, "Requests.Put", func() error { return r.rows.Put(ctx, request) })
}

func (r requestRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Requests.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type attemptRows struct {
	rows  ledger.Attempts
	watch *watch
}

func (r attemptRows) Of(ctx context.Context, key []byte) (ledger.Attempt, error) {
	return got(ctx, r.watch, "Attempts.Of", func() (ledger.Attempt, error) { return r.rows.Of(ctx, key) })
}

func (r attemptRows) Hold(ctx context.Context, key []byte) (ledger.Attempt, error) {
	return got(ctx, r.watch, "Attempts.Hold", func() (ledger.Attempt, error) { return r.rows.Hold(ctx, key) })
}

func (r attemptRows) Set(ctx context.Context, key []byte, a ledger.Attempt) error {
	return ran(ctx, r.watch, "Attempts.Set", func() error { return r.rows.Set(ctx, key, a) })
}

func (r attemptRows) Forget(ctx context.Context, key []byte) error {
	return ran(ctx, r.watch, "Attempts.Forget", func() error { return r.rows.Forget(ctx, key) })
}

func (r attemptRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Attempts.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type securityRows struct {
	rows  ledger.Security
	watch *watch
}

func (r securityRows) Put(ctx context.Context, e ledger.SecurityEvent) error {
	return ran(ctx, r.watch, "Security.Put", func() error { return r.rows.Put(ctx, e) })
}

func (r securityRows) Last(ctx context.Context, limit int) ([]ledger.SecurityEvent, error) {
	return got(ctx, r.watch, "Security.Last", func() ([]ledger.SecurityEvent, error) { return r.rows.Last(ctx, limit) })
}

func (r securityRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Security.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type mailRows struct {
	rows  ledger.Mails
	watch *watch
}

func (r mailRows) Put(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Put", func() error { return r.rows.Put(ctx, m) })
}

func (r mailRows) Due(ctx context.Context, now time.Time, limit int) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Due", func() ([]ledger.Mail, error) { return r.rows.Due(ctx, now, limit) })
}

func (r mailRows) Sending(ctx context.Context) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Sending", func() ([]ledger.Mail, error) { return r.rows.Sending(ctx) })
}

func (r mailRows) WaitingSince(ctx context.Context) (time.Time, error) {
	return got(ctx, r.watch, "Mails.WaitingSince", func() (time.Time, error) { return r.rows.WaitingSince(ctx) })
}

func (r mailRows) Waiting(ctx context.Context, branch town.BranchID, from, to town.Date, since time.Time) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Waiting", func() ([]ledger.Mail, error) { return r.rows.Waiting(ctx, branch, from, to, since) })
}

func (r mailRows) Sent(ctx context.Context, id string) error {
	return ran(ctx, r.watch, "Mails.Sent", func() error { return r.rows.Sent(ctx, id) })
}

func (r mailRows) Return(ctx context.Context, id, reason string) error {
	return ran(ctx, r.watch, "Mails.Return", func() error { return r.rows.Return(ctx, id, reason) })
}

func (r mailRows) Update(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Update", func() error { return r.rows.Update(ctx, m) })
}

func (r mailRows) Claim(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Claim", func() error { return r.rows.Claim(ctx, m) })
}

func (r mailRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.ByKeyDay", func() ([]ledger.Mail, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r mailRows) Reseal(ctx context.Context, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Reseal", func() error { return r.rows.Reseal(ctx, m) })
}

func (r mailRows) OfTicket(ctx context.Context, ticket town.TicketID) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.OfTicket", func() ([]ledger.Mail, error) { return r.rows.OfTicket(ctx, ticket) })
}

func (r mailRows) DropAbout(ctx context.Context, wish string) error {
	return ran(ctx, r.watch, "Mails.DropAbout", func() error { return r.rows.DropAbout(ctx, wish) })
}

func (r mailRows) AboutWishes(ctx context.Context) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.AboutWishes", func() ([]ledger.Mail, error) { return r.rows.AboutWishes(ctx) })
}

func (r mailRows) Rename(ctx context.Context, id string, m ledger.Mail) error {
	return ran(ctx, r.watch, "Mails.Rename", func() error { return r.rows.Rename(ctx, id, m) })
}

func (r mailRows) ByID(ctx context.Context, id string) (ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.ByID", func() (ledger.Mail, error) { return r.rows.ByID(ctx, id) })
}

func (r mailRows) Refused(ctx context.Context, branch town.BranchID, since town.Date, now time.Time) ([]ledger.Mail, error) {
	return got(ctx, r.watch, "Mails.Refused", func() ([]ledger.Mail, error) { return r.rows.Refused(ctx, branch, since, now) })
}

func (r mailRows) Settle(ctx context.Context, id string, at time.Time) error {
	return ran(ctx, r.watch, "Mails.Settle", func() error { return r.rows.Settle(ctx, id, at) })
}

func (r mailRows) Drop(ctx context.Context, ticket town.TicketID, kind string) error {
	return ran(ctx, r.watch, "Mails.Drop", func() error { return r.rows.Drop(ctx, ticket, kind) })
}

func (r mailRows) DropOf(ctx context.Context, run string, ticket town.TicketID) error {
	return ran(ctx, r.watch, "Mails.DropOf", func() error { return r.rows.DropOf(ctx, run, ticket) })
}

func (r mailRows) DeleteBefore(ctx context.Context, branch town.BranchID, date town.Date) (int, error) {
	return got(ctx, r.watch, "Mails.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, branch, date) })
}

type auditRows struct {
	rows  ledger.Audit
	watch *watch
}

func (r auditRows) Put(ctx context.Context, e ledger.AuditEntry) error {
	return ran(ctx, r.watch, "Audit.Put", func() error { return r.rows.Put(ctx, e) })
}

func (r auditRows) Of(ctx context.Context, f ledger.AuditFilter, limit int) ([]ledger.AuditEntry, error) {
	return got(ctx, r.watch, "Audit.Of", func() ([]ledger.AuditEntry, error) { return r.rows.Of(ctx, f, limit) })
}

func (r auditRows) Kinds(ctx context.Context, f ledger.AuditFilter) (ledger.AuditKinds, error) {
	return got(ctx, r.watch, "Audit.Kinds", func() (ledger.AuditKinds, error) { return r.rows.Kinds(ctx, f) })
}

func (r auditRows) OfTicket(ctx context.Context, ticket town.TicketID) ([]ledger.AuditEntry, error) {
	return got(ctx, r.watch, "Audit.OfTicket", func() ([]ledger.AuditEntry, error) { return r.rows.OfTicket(ctx, ticket) })
}

func (r auditRows) DeleteBefore(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Audit.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, before) })
}

type roomRows struct {
	rows  ledger.Rooms
	watch *watch
}

func (r roomRows) Paused(ctx context.Context, branch town.BranchID) ([]ledger.Pause, error) {
	return got(ctx, r.watch, "Rooms.Paused", func() ([]ledger.Pause, error) { return r.rows.Paused(ctx, branch) })
}

func (r roomRows) SetPaused(ctx context.Context, branch town.BranchID, room town.RoomID, by town.UserID, at time.Time) error {
	return ran(ctx, r.watch, "Rooms.SetPaused", func() error { return r.rows.SetPaused(ctx, branch, room, by, at) })
}

func (r roomRows) ClearPaused(ctx context.Context, branch town.BranchID, room town.RoomID) error {
	return ran(ctx, r.watch, "Rooms.ClearPaused", func() error { return r.rows.ClearPaused(ctx, branch, room) })
}

type wishRows struct {
	rows  ledger.Wishes
	watch *watch
}

func (r wishRows) Put(ctx context.Context, w ledger.Wish) error {
	return ran(ctx, r.watch, "Wishes.Put", func() error { return r.rows.Put(ctx, w) })
}

func (r wishRows) ByHash(ctx context.Context, hash []byte) (ledger.Wish, error) {
	return got(ctx, r.watch, "Wishes.ByHash", func() (ledger.Wish, error) { return r.rows.ByHash(ctx, hash) })
}

func (r wishRows) Open(ctx context.Context, today town.Date) ([]ledger.Wish, error) {
	return got(ctx, r.watch, "Wishes.Open", func() ([]ledger.Wish, error) { return r.rows.Open(ctx, today) })
}

func (r wishRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Wish, error) {
	return got(ctx, r.watch, "Wishes.ByKeyDay", func() ([]ledger.Wish, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r wishRows) Branches(ctx context.Context, today town.Date) ([]town.BranchID, error) {
	return got(ctx, r.watch, "Wishes.Branches", func() ([]town.BranchID, error) { return r.rows.Branches(ctx, today) })
}

func (r wishRows) Delete(ctx context.Context, id string) error {
	return ran(ctx, r.watch, "Wishes.Delete", func() error { return r.rows.Delete(ctx, id) })
}

func (r wishRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Wishes.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}

type metaRows struct {
	rows  ledger.Meta
	watch *watch
}

func (r metaRows) Get(ctx context.Context, key string) (string, error) {
	return got(ctx, r.watch, "Meta.Get", func() (string, error) { return r.rows.Get(ctx, key) })
}

func (r metaRows) Add(ctx context.Context, key, value string) error {
	return ran(ctx, r.watch, "Meta.Add", func() error { return r.rows.Add(ctx, key, value) })
}

func (r metaRows) Delete(ctx context.Context, key string) error {
	return ran(ctx, r.watch, "Meta.Delete", func() error { return r.rows.Delete(ctx, key) })
}

func (r metaRows) Hold(ctx context.Context, key string) (string, error) {
	return got(ctx, r.watch, "Meta.Hold", func() (string, error) { return r.rows.Hold(ctx, key) })
}

func (r metaRows) Set(ctx context.Context, key, value string) error {
	return ran(ctx, r.watch, "Meta.Set", func() error { return r.rows.Set(ctx, key, value) })
}

type confirmationRows struct {
	rows  ledger.Confirmations
	watch *watch
}

func (r confirmationRows) Put(ctx context.Context, c ledger.Confirmation) error {
	return ran(ctx, r.watch, "Confirmations.Put", func() error { return r.rows.Put(ctx, c) })
}

func (r confirmationRows) ByHash(ctx context.Context, hash []byte) (ledger.Confirmation, error) {
	return got(ctx, r.watch, "Confirmations.ByHash", func() (ledger.Confirmation, error) { return r.rows.ByHash(ctx, hash) })
}

func (r confirmationRows) Since(ctx context.Context, date town.Date) ([]ledger.Confirmation, error) {
	return got(ctx, r.watch, "Confirmations.Since", func() ([]ledger.Confirmation, error) { return r.rows.Since(ctx, date) })
}

func (r confirmationRows) ByKeyDay(ctx context.Context, branch town.BranchID, from, to town.Date, after string, limit int) ([]ledger.Confirmation, error) {
	return got(ctx, r.watch, "Confirmations.ByKeyDay", func() ([]ledger.Confirmation, error) { return r.rows.ByKeyDay(ctx, branch, from, to, after, limit) })
}

func (r confirmationRows) Delete(ctx context.Context, id string) error {
	return ran(ctx, r.watch, "Confirmations.Delete", func() error { return r.rows.Delete(ctx, id) })
}

func (r confirmationRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Confirmations.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}

func (r confirmationRows) Sweep(ctx context.Context, before time.Time) (int, error) {
	return got(ctx, r.watch, "Confirmations.Sweep", func() (int, error) { return r.rows.Sweep(ctx, before) })
}

type countRows struct {
	rows  ledger.Counts
	watch *watch
}

func (r countRows) Add(ctx context.Context, hash []byte, date town.Date) (int, error) {
	return got(ctx, r.watch, "Counts.Add", func() (int, error) { return r.rows.Add(ctx, hash, date) })
}

func (r countRows) Of(ctx context.Context, hash []byte) (int, error) {
	return got(ctx, r.watch, "Counts.Of", func() (int, error) { return r.rows.Of(ctx, hash) })
}

func (r countRows) DeleteBefore(ctx context.Context, date town.Date) (int, error) {
	return got(ctx, r.watch, "Counts.DeleteBefore", func() (int, error) { return r.rows.DeleteBefore(ctx, date) })
}
