package office

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// usualWeek is the kind of edit that is about who serves in a usual week.
const usualWeek = "besetzung"

// shiftNames are the fields of the form behind those of a sentence of the week.
var shiftNames = map[string]string{
	"from": "gilt", "to": "letzter", "valid_from": "gilt", "valid_to": "letzter", "hours": "ab", "part": "ab", "rooms": "plaetze",
}

// shiftsAt returns the sentences of an office's usual week.
func shiftsAt(all *catalogue.Catalogue, at catalogue.Counters) []booking.Shift {
	if office := at.OfficeIn(all); office != nil {
		return office.Roster.Week
	}
	return nil
}

// shiftName names a sentence by what it says, as ruleName does.
func shiftName(s booking.Shift) string {
	sum := sha256.Sum256(catalogue.EncodeEdits([]catalogue.Noted{{Edit: catalogue.ShiftEdit{Old: &s}}}))
	return hex.EncodeToString(sum[:8])
}

// shift reads a sentence of the usual week.
func (f *editForm) shift() (catalogue.Edit, error) {
	e := catalogue.ShiftEdit{Counters: f.place()}
	if name := f.Get("regel"); name != "" {
		for _, s := range shiftsAt(f.all, e.Counters) {
			if shiftName(s) == name {
				e.Old = &s
			}
		}
		if e.Old == nil {
			return e, catalogue.ErrGone
		}
	}
	var err error
	var ends bool
	if e.From, ends, err = f.since(e.Old != nil); err != nil || ends {
		return e, err
	}
	shift, err := f.newShift(e.Old)
	e.New = &shift
	return e, err
}

func (f *editForm) newShift(old *booking.Shift) (s booking.Shift, err error) {
	if old != nil {
		s.Pattern.From = old.Pattern.From
	}
	if s.Pattern.Weekdays, err = f.days(); err != nil {
		return s, err
	}
	if len(s.Pattern.Weekdays) == 0 {
		return s, problem.Field("tage", "mistake.days")
	}
	if s.Part, err = readPart(f.Get("ab"), f.Get("ende")); err != nil {
		return s, err
	}
	if err = f.rhythm(&s.Pattern); err != nil {
		return s, err
	}
	s.Staffing, err = f.staffing()
	return s, err
}

// rhythm reads in which weeks something holds, and how long.
func (f *editForm) rhythm(p *booking.Pattern) (err error) {
	if p.Every, err = f.number("wochen"); err != nil {
		return err
	}
	if p.To, err = f.dateOrNone("letzter"); err != nil {
		return err
	}
	if p.Every > 1 {
		p.Anchor, err = f.date("zaehlt")
	}
	return err
}

// staffing reads how many counters serve, or which.
func (f *editForm) staffing() (booking.Staffing, error) {
	s := booking.Staffing{Rooms: roomIDs(f.Values["plaetze"])}
	counters, err := readNumber(f.Values, "schalter")
	switch {
	case err != nil:
		return s, err
	case (counters == nil) == (len(s.Rooms) == 0):
		return s, problem.Field("schalter", "mistake.staffing")
	case counters != nil && (*counters < 0 || *counters > app.MostCounters):
		return s, problem.Field("schalter", "mistake.number")
	case counters != nil:
		s.Counters = *counters
	}
	if s.Staff, err = readNumber(f.Values, "gesamt"); err != nil {
		return s, err
	}
	s.Online, err = readNumber(f.Values, "online")
	return s, err
}

// presetShift fills a form with a sentence.
func presetShift(form url.Values, s booking.Shift) {
	for _, day := range s.Pattern.Weekdays {
		form.Add("tage", strconv.Itoa(int(day)))
	}
	if s.Part != nil {
		form.Set("ab", s.Part.From.String())
		form.Set("ende", s.Part.To.String())
	}
	if len(s.Rooms) == 0 {
		form.Set("schalter", strconv.Itoa(s.Counters))
	}
	for _, room := range s.Rooms {
		form.Add("plaetze", string(room))
	}
	if s.Staff != nil {
		form.Set("gesamt", strconv.Itoa(*s.Staff))
	}
	if s.Online != nil {
		form.Set("online", strconv.Itoa(*s.Online))
	}
	presetRhythm(form, s.Pattern)
}

// presetRhythm fills a form with the weeks in which something holds.
func presetRhythm(form url.Values, p booking.Pattern) {
	if p.Every > 1 {
		form.Set("wochen", strconv.Itoa(p.Every))
		form.Set("zaehlt", p.Anchor.String())
	}
	if p.To != nil {
		form.Set("letzter", p.To.String())
	}
}

// shiftOptions names the sentences that can be changed.
func (v *view) shiftOptions(all *catalogue.Catalogue, at catalogue.Counters) []page.Option {
	options := []page.Option{{Value: "", Label: v.T("staff.change.shift_add")}}
	for _, s := range shiftsAt(all, at) {
		options = append(options, page.Option{Value: shiftName(s), Label: v.shiftWords(all, at, s)})
	}
	return options
}

// roomTicks lists the counters of an office to choose from.
func roomTicks(all *catalogue.Catalogue, at catalogue.Counters, chosen []string) []page.Tick {
	b, known := all.Branch(at.Branch)
	office := at.OfficeIn(all)
	if !known || office == nil {
		return nil
	}
	var ticks []page.Tick
	for _, id := range b.CountersOf(office) {
		ticks = append(ticks, page.Tick{Value: string(id), Label: page.RoomLabel(b, id), On: slices.Contains(chosen, string(id))})
	}
	return ticks
}

// shiftEditWords says what an edit does to the usual week.
func (v *view) shiftEditWords(all *catalogue.Catalogue, e catalogue.ShiftEdit) (what string, more []string) {
	switch {
	case e.Old == nil:
		return v.T("staff.change.shift_new"), []string{v.shiftWords(all, e.Counters, *e.New)}
	case e.New == nil:
		return v.T("staff.change.shift_ends"), []string{v.shiftWords(all, e.Counters, *e.Old)}
	}
	return v.T("staff.change.shift_changes"), []string{
		v.T("staff.change.rule_old", "rule", v.shiftWords(all, e.Counters, *e.Old)),
		v.T("staff.change.rule_now", "rule", v.shiftWords(all, e.Counters, *e.New)),
	}
}

// shiftWords is a sentence of the usual week as an office says it.
func (v *view) shiftWords(all *catalogue.Catalogue, at catalogue.Counters, s booking.Shift) string {
	words := []string{v.weekdays(s.Pattern.Weekdays)}
	if s.Pattern.Every > 1 {
		words = append(words, v.T("staff.change.every", "weeks", s.Pattern.Every))
	}
	words = append(words, v.rosterWords(all, at, booking.Exception{Part: s.Part, Staffing: &s.Staffing}))
	if s.Staff != nil {
		words = append(words, v.T("staff.change.shift_staff", "count", *s.Staff))
	}
	if s.Online != nil {
		words = append(words, v.T("staff.change.shift_online", "count", *s.Online))
	}
	if from := s.Pattern.From; from != nil && *from > v.today {
		words = append(words, v.T("staff.change.from", "date", v.DateNumbers(*from)))
	}
	if s.Pattern.To != nil {
		words = append(words, v.T("staff.change.until", "date", v.DateNumbers(*s.Pattern.To)))
	}
	return strings.Join(words, ", ")
}

// sinceWords says from when on an edit counts.
func (v *view) sinceWords(from *town.Date) string {
	if from == nil {
		return ""
	}
	return v.T("staff.change.from", "date", v.Date(*from))
}

// usualSentence is a sentence of the usual week, and where it is changed.
type usualSentence struct {
	Says string
	URL  string
}

// usualSentences lists an office's usual week, without what is over.
func (v *rosterView) usualSentences(today town.Date) []usualSentence {
	at := catalogue.Counters{Branch: v.branch.ID, Office: v.office.ID}
	var sentences []usualSentence
	for _, s := range v.office.Roster.Week {
		if to := s.Pattern.To; to != nil && *to < today {
			continue
		}
		sentences = append(sentences, usualSentence{v.shiftWords(v.all, at, s), v.usualForm(shiftName(s))})
	}
	return sentences
}

// usualForm is the address of the form of a sentence; empty: of a new one.
func (v *rosterView) usualForm(name string) string {
	query := url.Values{"art": {usualWeek}, "wo": {v.Wo}}
	if name != "" {
		query.Set("regel", name)
	}
	return draftPath + "/neu?" + query.Encode()
}
