package figures

import (
	"encoding/binary"
	"errors"
	"math"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Sheet is what is kept of a branch's day.
type Sheet struct {
	Stretches []Stretch
	Capacity  []Capacity
}

// Capacity is how much time of appointments an office could give on a day, in the
// hours that begin at Hour.
type Capacity struct {
	Office  town.OfficeID
	Hour    int
	Minutes int
}

// sheetVersion begins each packed sheet.
const sheetVersion = 1

var errSheet = errors.New("no sheet of figures")

// Pack writes a sheet as bytes: some 20 for a stretch. Unpack reads it.
func (s Sheet) Pack() []byte {
	p := packer{known: map[string]uint64{}}
	for i := range s.Stretches {
		p.stretch(&s.Stretches[i])
	}
	for _, c := range s.Capacity {
		p.text(string(c.Office))
		p.number(c.Hour, c.Minutes)
	}
	packed := []byte{sheetVersion}
	packed = binary.AppendUvarint(packed, uint64(len(p.texts)))
	for _, text := range p.texts {
		packed = binary.AppendUvarint(packed, uint64(len(text)))
		packed = append(packed, text...)
	}
	packed = binary.AppendUvarint(packed, uint64(len(s.Stretches)))
	packed = binary.AppendUvarint(packed, uint64(len(s.Capacity)))
	return append(packed, p.rows...)
}

type packer struct {
	known map[string]uint64
	texts []string
	rows  []byte
}

func (p *packer) text(text string) {
	at, ok := p.known[text]
	if !ok {
		at = uint64(len(p.texts))
		p.known[text] = at
		p.texts = append(p.texts, text)
	}
	p.rows = binary.AppendUvarint(p.rows, at)
}

func (p *packer) number(numbers ...int) {
	for _, n := range numbers {
		p.rows = binary.AppendUvarint(p.rows, uint64(max(n, 0)))
	}
}

// length is kept one higher, so that 0 is Unknown.
func (p *packer) length(lengths ...Seconds) {
	for _, s := range lengths {
		p.rows = binary.AppendUvarint(p.rows, uint64(max(s, Unknown)+1))
	}
}

const flagFurther, flagByHand, flagOld = 1, 2, 4

func (p *packer) stretch(s *Stretch) {
	p.text(string(s.Office))
	p.text(string(s.Room))
	p.text(string(s.Service))
	p.text(string(s.Kind))
	p.text(string(s.Channel))
	flags := 0
	for flag, set := range map[int]bool{flagFurther: s.Further, flagByHand: s.ByHand, flagOld: s.Old} {
		if set {
			flags |= flag
		}
	}
	p.number(flags, s.Hour, s.Quantity, s.Lead, s.Minutes, int(s.Outcome), s.Recalls, int(s.Key))
	p.length(s.Waiting, s.Way, s.Serving, s.Aside, s.LateOffice, s.LatePerson)
}

// Unpack reads a packed sheet.
func Unpack(packed []byte) (Sheet, error) {
	if len(packed) == 0 || packed[0] != sheetVersion {
		return Sheet{}, errSheet
	}
	u := unpacker{rest: packed[1:]}
	for range u.count() {
		u.texts = append(u.texts, u.string())
	}
	s := Sheet{Stretches: make([]Stretch, u.count()), Capacity: make([]Capacity, u.count())}
	for i := range s.Stretches {
		u.stretch(&s.Stretches[i])
	}
	for i := range s.Capacity {
		s.Capacity[i] = Capacity{town.OfficeID(u.text()), u.number(), u.number()}
	}
	if u.short {
		return Sheet{}, errSheet
	}
	return s, nil
}

type unpacker struct {
	rest  []byte
	texts []string
	short bool
}

func (u *unpacker) number() int {
	n, size := binary.Uvarint(u.rest)
	if size <= 0 || n > math.MaxInt32 {
		u.short = true
		return 0
	}
	u.rest = u.rest[size:]
	return int(n)
}

// count is a number of things of which each takes a byte at least.
func (u *unpacker) count() int {
	n := u.number()
	if n > len(u.rest) {
		u.short = true
		return 0
	}
	return n
}

func (u *unpacker) string() string {
	n := u.count()
	text := string(u.rest[:n])
	u.rest = u.rest[n:]
	return text
}

func (u *unpacker) text() string {
	if at := u.number(); at < len(u.texts) {
		return u.texts[at]
	}
	u.short = true
	return ""
}

func (u *unpacker) length() Seconds { return Seconds(u.number() - 1) }

func (u *unpacker) stretch(s *Stretch) {
	s.Office, s.Room, s.Service = town.OfficeID(u.text()), town.RoomID(u.text()), town.ServiceID(u.text())
	s.Kind, s.Channel = queue.Kind(u.text()), queue.Channel(u.text())
	flags := u.number()
	s.Further, s.ByHand, s.Old = flags&flagFurther != 0, flags&flagByHand != 0, flags&flagOld != 0
	s.Hour, s.Quantity, s.Lead, s.Minutes = u.number(), u.number(), u.number(), u.number()
	s.Outcome, s.Recalls, s.Key = Outcome(u.number()), u.number(), uint16(u.number())
	s.Waiting, s.Way, s.Serving = u.length(), u.length(), u.length()
	s.Aside, s.LateOffice, s.LatePerson = u.length(), u.length(), u.length()
}
