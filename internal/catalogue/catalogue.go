// Package catalogue holds what a town offers: authority, branches with their
// offices and rooms, services, opening rules. It reads and writes the YAML
// format aufruf/1, checks it as a whole with line numbers, merges a file into
// what is there, and carries the built-in Grimma data. It knows no database.
package catalogue

import (
	"cmp"
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// Catalogue is everything that a town offers.
type Catalogue struct {
	Authority Authority
	Services  []Service // in the order of the file
	Branches  []Branch
}

// Authority is the town itself.
type Authority struct {
	Name                            town.Text
	State                           string // of the federation, for public holidays: "DE-SN"
	Website                         string
	Phone                           string
	Email                           string
	Accent                          string          // colour, "#rrggbb"; empty: ours
	Logo                            string          // a data URL or a path below assets; empty: none
	Saturday                        town.Text       // the regional word, "Sonnabend"
	Languages                       []town.Language // offered, the first is the default
	Imprint, Privacy, Accessibility LegalText
	FrameAncestors                  []string   // origins that may embed booking
	Mails                           []MailText // of all offices that don't word them otherwise
	ProofOfWork                     bool       // pages have the browser compute before it books
	RoomFigures                     bool       // figures may be told by room, for 28 days and more
}

// LegalText is a statement that each page links to.
type LegalText struct {
	Text town.Text // paragraphs separated by blank lines
	URL  string    // instead, where the town keeps it elsewhere
}

// Address is a postal address.
type Address struct {
	Street   string `json:"street"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	District string `json:"district,omitempty"`
}

// Branch is a building with a time zone, screens and a pool of numbers.
type Branch struct {
	ID           town.BranchID
	Name         town.Text
	Building     town.Text
	Address      Address
	Phone, Email string
	HelpPhone    string // that a desk dials whose cry for help nobody sees; empty: Phone
	TimeZone     string
	CallMode     town.CallMode
	MeetingPoint town.Text // for pickup
	MapURL       string
	Directions   []town.Text // entrances, parking, accessibility: for mails and pages
	RoomWord     town.Text   // how rooms are called: "Zimmer", "Platz"; may be empty
	Rooms        []Room
	Offices      []Office
	Closures     []booking.Closure
	Urgent       []booking.Closure // entered by managers in the browser; a file seldom names them
	StaffNotes   []StaffNote
	Excluded     []NumberRange // never drawn, for example pre-printed paper tickets
	Notice       town.Text     // line on the waiting-room screen
	Screen       ScreenStyle   // of its waiting-room screens
	Screens      []ScreenOf    // of single ones, where they differ
	LockAfter    int           // minutes without an act until the password is asked for; 0: never
	Retired      bool
}

// NumberRange is a block of numbers, both ends inclusive.
type NumberRange struct {
	From, To town.Number
}

// Room is a place that a number is called to.
type Room struct {
	ID        town.RoomID
	Label     string // free text: "Zimmer 2.03", "Platz 1"
	Floor     town.Text
	Direction town.Text // hint on the screen: "links, den Gang entlang"
	Spoken    town.Text // overrides how the label is spoken
	Verified  bool      // false: to be checked, shown to an administrator only
	Retired   bool
}

// Office is a department's counter group in a branch.
type Office struct {
	ID           town.OfficeID
	Name         town.Text
	CallMode     town.CallMode // empty: the branch's
	MeetingPoint town.Text     // empty: the branch's
	Rooms        []town.RoomID
	Services     []town.ServiceID
	Phone        string // empty: the branch's
	Floor        town.Text

	Grid     int // minutes, 10 by default
	Lead     int // minutes
	Horizon  int // days
	Release  town.TimeOfDay
	Opening  []booking.OpeningRule
	Special  []SpecialHours // instead of these on some dates; of several on a date the last counts
	WalkIn   WalkIn
	Closures []booking.Closure
	Urgent   []booking.Closure // as the branch's
	Roster   booking.Roster    // who serves, where that isn't the rules' counters
	// StaffNotes are read by staff alone, as the branch's are.
	StaffNotes []StaffNote

	Grace         int         // minutes after the start within which check-in keeps the start
	WaitAim       int         // minutes that nobody should wait longer than; desks mark who does
	CallsToNoShow int         // "not here" ends a ticket only after this many calls, 1 by default
	Reminders     []int       // hours before the start
	CheckIn       bool        // people with an appointment say by themselves that they are here
	MaxPerEmail   *int        // live appointments per mail address; nil: UsualPerEmail; 0: no limit
	CoolDown      int         // minutes until a cancelled slot is free again at the latest; 0: at once
	Hints         []town.Text // general hints for mails and pages
	EntryRules    []EntryRule
	Mails         []MailText
	ShowName      bool // clerks see the name of the ticket they serve
	Retired       bool
	Estimates     []string // names of fields whose values are estimates
}

// UsualPerEmail is how many live appointments of an office a mail address may have
// that a stranger gives, where the town doesn't say otherwise.
const UsualPerEmail = 2

// WalkIn says when and how people without an appointment are taken.
type WalkIn struct {
	Hours      []booking.OpeningRule
	Contingent int  // tickets a day; 0: no limit
	Handicap   int  // minutes that a walk-in sorts after its arrival, 30 by default
	After      bool // handicap "day": strictly after appointments
}

// EntryRule is a rule for entering that is in force on some dates.
type EntryRule struct {
	From, To *town.Date
	Text     town.Text
	CallMode town.CallMode // if set: how people are fetched meanwhile
}

// Service is a concern that a citizen can book.
type Service struct {
	ID          town.ServiceID
	Group       town.Text
	Name        town.Text
	Description town.Text
	Minutes     int
	MaxQuantity int // 1 by default
	Documents   []town.Text
	Fees        []Fee
	Forms       []Link
	Notes       []town.Text
	Keywords    []string // further words for the search
	LeiKa       string
	First, Last *town.Date // bookable dates; nil: always
	Single      bool       // not combinable with other services
	ReadyAfter  town.Text  // how long what was applied for takes, as in "It is ready after …"
	InPerson    *bool      // whether one has to come oneself; nil: not known

	Questions []Question // that are asked when it is booked, at most ten

	// Against trade in appointments: whoever books confirms the mail address first;
	// the desk compares the name; minutes until a time that is given back is free
	// again at the latest, where the office hasn't more.
	ConfirmAddress bool
	CheckName      bool
	CoolDown       int

	Retired   bool
	Estimates []string // names of fields whose values are estimates
}

// Fee is an amount in cents with the dates on which it holds.
type Fee struct {
	Label    town.Text
	Cents    int64
	UpTo     int64 // 0: exactly Cents; else a range
	Optional bool
	From, To *town.Date
	Estimate bool
}

// Link is an address with a label.
type Link struct {
	Label town.Text
	URL   string
}

// Branch returns the branch with this id.
func (c *Catalogue) Branch(id town.BranchID) (*Branch, bool) {
	for i := range c.Branches {
		if c.Branches[i].ID == id {
			return &c.Branches[i], true
		}
	}
	return nil, false
}

// HelpPhone returns what a desk dials whose cry for help nobody sees: the
// branch's number for that, else its own, else the town's.
func (c *Catalogue) HelpPhone(branch town.BranchID) string {
	b, ok := c.Branch(branch)
	if !ok {
		return c.Authority.Phone
	}
	return cmp.Or(b.HelpPhone, b.Phone, c.Authority.Phone)
}

// Service returns the service with this id.
func (c *Catalogue) Service(id town.ServiceID) (*Service, bool) {
	for i := range c.Services {
		if c.Services[i].ID == id {
			return &c.Services[i], true
		}
	}
	return nil, false
}

// Office returns the office with this id.
func (b *Branch) Office(id town.OfficeID) (*Office, bool) {
	for i := range b.Offices {
		if b.Offices[i].ID == id {
			return &b.Offices[i], true
		}
	}
	return nil, false
}

// Room returns the room with this id.
func (b *Branch) Room(id town.RoomID) (*Room, bool) {
	for i := range b.Rooms {
		if b.Rooms[i].ID == id {
			return &b.Rooms[i], true
		}
	}
	return nil, false
}

// OfficeOf returns the office of the branch that offers a service.
func (b *Branch) OfficeOf(service town.ServiceID) (*Office, bool) {
	return b.OfficeAmong(nil, service)
}

// OfficeAmong returns the first of some offices of the branch that offers a service;
// none named: of all.
func (b *Branch) OfficeAmong(some []town.OfficeID, service town.ServiceID) (*Office, bool) {
	for i := range b.Offices {
		office := &b.Offices[i]
		if slices.Contains(office.Services, service) && (len(some) == 0 || slices.Contains(some, office.ID)) {
			return office, true
		}
	}
	return nil, false
}

// OfficesOf returns the offices that call people to a room.
func (b *Branch) OfficesOf(room town.RoomID) []town.OfficeID {
	var offices []town.OfficeID
	for i := range b.Offices {
		for _, id := range b.Offices[i].Rooms {
			if id == room {
				offices = append(offices, b.Offices[i].ID)
			}
		}
	}
	return offices
}
