package wire

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// BoardCall is a call on a board. Again marks a recall. Cleared means that the
// ticket is no longer called: for the list only, never large, never rung.
// Withdrawn, with Cleared and for a call that the screen has seen: it was taken
// back, so not even the list keeps it.
type BoardCall struct {
	Seq       town.Seq    `json:"seq"`
	Number    town.Number `json:"number"`
	Room      Room        `json:"room"`
	At        time.Time   `json:"at"`
	Again     bool        `json:"again"`
	Cleared   bool        `json:"cleared"`
	Withdrawn bool        `json:"withdrawn,omitempty"`
	// Office is whose call it is, where the screen keeps a column for each.
	Office town.OfficeID `json:"office,omitempty"`
	Hints
	Said Said `json:"said,omitempty"`
}

// Hints are how a room is found and said, where the town gave more than its
// label, by language.
type Hints struct {
	Direction town.Text `json:"direction,omitempty"`
	Spoken    town.Text `json:"spoken,omitempty"`
}

// HallPath begins the path of the page, open to everybody, that shows a
// branch's calls; the branch's id follows.
const HallPath = "/warteraum/"

// SlidePath begins the path of a picture that screens show while nobody is called;
// the branch's id and the picture's name follow.
const SlidePath = "/display/bild/"

// ScreenLook is how a town wants its screens to look.
type ScreenLook struct {
	Town     string `json:"town"`
	Accent   string `json:"accent,omitempty"` // #rrggbb
	Logo     string `json:"logo,omitempty"`   // an address, or a data: one
	Language string `json:"language"`
	QueueURL string `json:"queue_url,omitempty"` // for the QR code: what is called now, on a phone
	Saturday string `json:"saturday,omitempty"`  // the regional word for it
	Branch   string `json:"branch,omitempty"`    // the building, for an idle screen
	// Second is the language beside the first; nil: none.
	Second *SecondLanguage `json:"second,omitempty"`
	// Columns are the offices whose calls have a column each; none: one list.
	Columns []OfficeColumn `json:"columns,omitempty"`
	Slides  []Slide        `json:"slides,omitempty"`
	// Demonstration: the server's clock was set, nothing is real.
	Demonstration bool `json:"demonstration,omitempty"`
	ScreenStyle
}

// ScreenStyle is what a town sets for a screen. What is absent is left to the
// screen; what was set at the screen itself stands. Hours are like
// "20:00-06:00", by the server's local time.
type ScreenStyle struct {
	Theme  string       `json:"theme,omitempty"`         // "dark", "light" or "contrast"
	Large  int          `json:"large_seconds,omitempty"` // that a call is large at least
	Listed int          `json:"listed,omitempty"`        // calls in the list, or in each column
	Ground string       `json:"ground,omitempty"`        // colour behind everything, #rrggbb
	Signal string       `json:"signal,omitempty"`        // colour behind what is called now
	Night  []string     `json:"night,omitempty"`         // when an idle screen is dark
	Sound  *ScreenSound `json:"sound,omitempty"`
}

// ScreenSound is how a screen sounds.
type ScreenSound struct {
	Volume *int            `json:"volume,omitempty"` // percent
	Gong   string          `json:"gong,omitempty"`   // a clip's name
	Speech []town.Language `json:"speech,omitempty"` // spoken after the gong
	Quiet  []string        `json:"quiet,omitempty"`  // when nothing is rung
}

// Said are the clips that say a call, in order, by language, without the gong:
// for screens that don't know the rules of speech.
type Said map[town.Language][]string

// Board is always the first message to a screen. Where Resumed is true it
// holds every call after the position the screen asked for, and those up to it
// that have ended since; otherwise all that a screen needs to start from nothing.
type Board struct {
	V       int             `json:"v"` // Version
	Resumed bool            `json:"resumed"`
	Epoch   string          `json:"epoch"`
	Seq     town.Seq        `json:"seq"`
	Now     time.Time       `json:"now"`
	Calls   List[BoardCall] `json:"calls"` // in order of Seq
	Notice  string          `json:"notice"`
	Look    *ScreenLook     `json:"look,omitempty"`
}

// Look tells that how the screen looks, or its notice, was changed.
type Look struct {
	Seq    town.Seq   `json:"seq"`
	Notice string     `json:"notice"`
	Look   ScreenLook `json:"look"`
}

// Test asks the screen to sound once; it answers with a Sounded of this seq.
type Test struct {
	Seq town.Seq `json:"seq"`
}

// Clock sets the screen's clock right, with the branch's offset: every hour, so
// that it is right on the days when the clocks change, too.
type Clock struct {
	Now time.Time `json:"now"`
}

// ScreenCall is one call or recall as it happens. Its age is Now minus At.
type ScreenCall struct {
	Seq    town.Seq    `json:"seq"`
	Number town.Number `json:"number"`
	Room   Room        `json:"room"`
	At     time.Time   `json:"at"`
	Now    time.Time   `json:"now"`
	Again  bool        `json:"again"`
	// Office is whose call it is.
	Office town.OfficeID `json:"office,omitempty"`
	Hints
	Said Said `json:"said,omitempty"`
}

// Clear tells that a number's ticket left the state called. Withdrawn: the call
// was taken back, and glass, list and voice drop it at once.
type Clear struct {
	Seq       town.Seq    `json:"seq"`
	Number    town.Number `json:"number"`
	Withdrawn bool        `json:"withdrawn"`
}

func (Board) messageType() string      { return "board" }
func (ScreenCall) messageType() string { return "call" }
func (Clear) messageType() string      { return "clear" }
func (Look) messageType() string       { return "look" }
func (Test) messageType() string       { return "test" }
func (Clock) messageType() string      { return "clock" }

// DecodeDisplayMessage reads what a server sends to a screen: a Board,
// ScreenCall, Clear, Look, Test, Clock or Today by value, or an Unknown.
func DecodeDisplayMessage(raw []byte) (Message, error) {
	kind, err := typeOf(raw)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Board{}.messageType():
		return lenient[Board](raw)
	case ScreenCall{}.messageType():
		return lenient[ScreenCall](raw)
	case Clear{}.messageType():
		return lenient[Clear](raw)
	case Look{}.messageType():
		return lenient[Look](raw)
	case Test{}.messageType():
		return lenient[Test](raw)
	case Clock{}.messageType():
		return lenient[Clock](raw)
	case Today{}.messageType():
		return lenient[Today](raw)
	}
	return Unknown{Type: kind}, nil
}

// Sound is how an announcement ended, or how a screen's sound stands.
type Sound string

// The sound states. SoundReady stands only in a Status.
const (
	SoundPlayed   Sound = "played"
	SoundBlocked  Sound = "blocked"   // a browser that was never touched
	SoundNoDevice Sound = "no_device" // none, lost or busy
	SoundOff      Sound = "off"       // switched off on purpose
	SoundReady    Sound = "ready"
)

// MaxVersion is the length of a screen's version, in characters.
const MaxVersion = 64

// Report is what a screen tells the server: Queued, Shown, Sounded or Status.
type Report interface {
	Message
	check() error
}

// Queued reports that a call waits behind another, and is expected on the glass
// InMS milliseconds from now. It may be said again as that changes.
type Queued struct {
	Seq  town.Seq `json:"seq"`
	InMS int64    `json:"in_ms"`
}

// Shown reports that the frame which holds the call's number is painted,
// AfterMS milliseconds after the message arrived.
type Shown struct {
	Seq     town.Seq `json:"seq"`
	AfterMS int64    `json:"after_ms"`
}

// Sounded reports that the call's announcement is over, or impossible.
type Sounded struct {
	Seq   town.Seq `json:"seq"`
	Sound Sound    `json:"sound"`
}

// Status tells how the screen's sound stands and which program it runs.
type Status struct {
	Sound   Sound  `json:"sound"`
	Version string `json:"version"`
}

func (Queued) messageType() string  { return "queued" }
func (Shown) messageType() string   { return "shown" }
func (Sounded) messageType() string { return "sounded" }
func (Status) messageType() string  { return "status" }

// maxQueued is how far ahead a screen may expect a call: longer than any waits.
const maxQueued = 10 * time.Minute

func (q Queued) check() error {
	bad := required(map[string]bool{"seq": q.Seq == 0})
	if q.Seq < 0 {
		bad["seq"] = "request.bad_value"
	}
	if q.InMS < 0 || q.InMS > maxQueued.Milliseconds() {
		bad["in_ms"] = "request.bad_value"
	}
	return problem.Fields(bad)
}

func (s Shown) check() error {
	bad := required(map[string]bool{"seq": s.Seq == 0})
	if s.Seq < 0 {
		bad["seq"] = "request.bad_value"
	}
	if s.AfterMS < 0 {
		bad["after_ms"] = "request.bad_value"
	}
	return problem.Fields(bad)
}

func (s Sounded) check() error {
	bad := required(map[string]bool{"seq": s.Seq == 0, "sound": s.Sound == ""})
	if s.Seq < 0 {
		bad["seq"] = "request.bad_value"
	}
	switch s.Sound {
	case SoundPlayed, SoundBlocked, SoundNoDevice, SoundOff, "":
	default:
		bad["sound"] = "request.bad_value"
	}
	return problem.Fields(bad)
}

func (s Status) check() error {
	bad := required(map[string]bool{"sound": s.Sound == ""})
	switch s.Sound {
	case SoundPlayed, SoundBlocked, SoundNoDevice, SoundOff, SoundReady, "":
	default:
		bad["sound"] = "request.bad_value"
	}
	switch {
	case utf8.RuneCountInString(s.Version) > MaxVersion:
		bad["version"] = "request.too_long"
	case strings.ContainsFunc(s.Version, town.Unprintable): // managers read it in the list of devices
		bad["version"] = "request.bad_value"
	}
	return problem.Fields(bad)
}

// DecodeDisplayReport reads one frame of a screen into a Queued, Shown, Sounded
// or Status by value. Errors as of Decode, and Malformed "request.unknown_type".
func DecodeDisplayReport(raw []byte) (Report, error) {
	if len(raw) > MaxFrame {
		return nil, problem.New(problem.TooLarge, "request.too_large")
	}
	members, err := object(raw)
	if err != nil {
		return nil, err
	}
	var kind string
	if err := strict(members["type"], &kind); err != nil {
		return nil, problem.New(problem.Malformed, "request.unknown_type")
	}
	delete(members, "type")
	switch kind {
	case Queued{}.messageType():
		return report[Queued](members)
	case Shown{}.messageType():
		return report[Shown](members)
	case Sounded{}.messageType():
		return report[Sounded](members)
	case Status{}.messageType():
		return report[Status](members)
	}
	return nil, problem.New(problem.Malformed, "request.unknown_type")
}

func report[R Report](members map[string]json.RawMessage) (Report, error) {
	var r R
	if err := fill(&r, members); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return r, nil
}
