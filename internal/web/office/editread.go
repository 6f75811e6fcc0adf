package office

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// editForm is what was typed.
type editForm struct {
	url.Values
	all   *catalogue.Catalogue
	today func(*catalogue.Branch) town.Date
}

func (f *editForm) place() catalogue.Counters { return placeOf(f.Get("wo")) }

func (f *editForm) date(name string) (town.Date, error) {
	date, err := readDate(f.Get(name))
	if err != nil {
		return 0, problem.Field(name, "date.unknown")
	}
	return date, nil
}

// readDate reads 24.12.2026, as people write it, or 2026-12-24, as browsers do.
func readDate(text string) (town.Date, error) {
	text = strings.TrimSpace(text)
	if german, err := time.Parse("2.1.2006", text); err == nil {
		return town.NewDate(german.Date()), nil
	}
	return town.ParseDate(text)
}

// dateOrNone reads a date that may be left out.
func (f *editForm) dateOrNone(name string) (*town.Date, error) {
	if strings.TrimSpace(f.Get(name)) == "" {
		return nil, nil
	}
	date, err := f.date(name)
	return &date, err
}

// span reads the first and the last day, which is the first where it is left out.
func (f *editForm) span() (from, to town.Date, err error) {
	if from, err = f.date("von"); err != nil {
		return 0, 0, err
	}
	if strings.TrimSpace(f.Get("bis")) == "" {
		return from, from, nil
	}
	to, err = f.date("bis")
	return from, to, err
}

// intervals reads times like 09:00-12:00, 13-16 Uhr.
func (f *editForm) intervals(name string) ([]booking.Interval, error) {
	var intervals []booking.Interval
	text := strings.NewReplacer("–", "-", " bis ", "-", "Uhr", "", " und ", ",").Replace(f.Get(name))
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
		first, last, found := strings.Cut(part, "-")
		from, fromErr := readClock(first)
		to, toErr := readClock(last)
		if !found || fromErr != nil || toErr != nil {
			return nil, problem.Field(name, "mistake.interval_form")
		}
		intervals = append(intervals, booking.Interval{From: from, To: to})
	}
	return intervals, nil
}

// readClock reads 9, 9.30, 09:30.
func readClock(text string) (town.TimeOfDay, error) {
	text = strings.Replace(strings.TrimSpace(text), ".", ":", 1)
	if !strings.Contains(text, ":") {
		text += ":00"
	}
	return town.ParseTimeOfDay(text)
}

func (f *editForm) number(name string) (int, error) {
	text := strings.TrimSpace(f.Get(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, problem.Field(name, "mistake.number")
	}
	return n, nil
}

// capacity reads who is there. What is left empty isn't guessed: nobody could book.
func (f *editForm) capacity() (c booking.Capacity, err error) {
	missing := map[string]string{}
	for name, into := range map[string]*int{"schalter": &c.Counters, "gesamt": &c.Staff, "online": &c.Online} {
		if strings.TrimSpace(f.Get(name)) == "" {
			missing[name] = "field.required"
		}
		if *into, err = f.number(name); err != nil {
			return c, err
		}
	}
	return c, problem.Fields(missing)
}

func (f *editForm) days() ([]time.Weekday, error) {
	var days []time.Weekday
	for _, text := range f.Values["tage"] {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 6 {
			return nil, problem.Field("tage", "mistake.days")
		}
		days = append(days, time.Weekday(n))
	}
	return days, nil
}

func (f *editForm) special() (catalogue.Edit, error) {
	e := catalogue.SetHours{Counters: f.place()}
	var err error
	if e.From, e.To, err = f.span(); err != nil {
		return nil, err
	}
	if e.Hours, err = f.intervals("zeiten"); err != nil {
		return nil, err
	}
	if e.WalkIn, err = f.intervals("ohne"); err != nil {
		return nil, err
	}
	if e.Days, err = f.days(); err != nil {
		return nil, err
	}
	if len(e.Hours) > 0 {
		capacity, err := f.capacity()
		if err != nil {
			return nil, err
		}
		e.Capacity = &capacity
	}
	e.Holidays = f.Has("feiertags")
	return e, nil
}

func (f *editForm) closing() (catalogue.Edit, error) {
	e := catalogue.Close{Counters: f.place()}
	var err error
	if e.From, e.To, err = f.span(); err != nil {
		return nil, err
	}
	if e.Part, err = readPart(f.Get("ab"), f.Get("ende")); err != nil {
		return nil, err
	}
	if words := strings.Join(strings.Fields(f.Get("worte")), " "); words != "" {
		e.Reason = town.Plain(words)
	}
	e.WalkInOnly = f.Has("nurohne")
	return e, nil
}

func (f *editForm) note() (catalogue.Edit, error) {
	e := catalogue.NoteEdit{Counters: f.place(), Text: strings.Join(strings.Fields(f.Get("text")), " ")}
	var err error
	if e.From, e.To, err = f.span(); err != nil {
		return nil, err
	}
	if e.Text == "" && len(e.Seen(f.all).Notes) == 0 {
		return nil, problem.Field("text", "field.required")
	}
	return e, nil
}

func (f *editForm) week() (catalogue.Edit, error) {
	e := catalogue.CopyWeek{Counters: f.place()}
	week, err := f.date("woche")
	if err != nil {
		return nil, err
	}
	first, err := f.date("erste")
	if err != nil {
		return nil, err
	}
	last, err := f.date("letzte")
	if err != nil {
		return nil, err
	}
	switch {
	case last < first:
		return nil, problem.Field("letzte", "mistake.order")
	case last > first.AddDays(7*maxWeeks):
		return nil, problem.Field("letzte", "edit.date")
	}
	e.Week = mondayOf(week)
	for monday := mondayOf(first); monday <= last; monday = monday.AddDays(7) {
		if monday != e.Week {
			e.To = append(e.To, monday)
		}
	}
	if len(e.To) == 0 {
		return nil, problem.Field("erste", "mistake.week")
	}
	return e, nil
}

// maxWeeks is how many weeks one is copied to at once.
const maxWeeks = 60

func (f *editForm) rule() (catalogue.Edit, error) {
	e, err := f.ruleEdit()
	if err != nil || e.New == nil {
		return e, err
	}
	e.New.Capacity, err = f.capacity()
	for _, id := range f.Values["anliegen"] {
		e.New.Services = append(e.New.Services, town.ServiceID(id))
	}
	return e, err
}

func (f *editForm) walkInRule() (catalogue.Edit, error) {
	e, err := f.ruleEdit()
	return catalogue.WalkInRuleEdit(e), err
}

// ruleEdit reads what both sorts of rules ask for.
func (f *editForm) ruleEdit() (e catalogue.RuleEdit, err error) {
	e.Counters = f.place()
	if name := f.Get("regel"); name != "" {
		for _, r := range rulesAt(f.all, f.Get("art"), e.Counters) {
			if ruleName(r) == name {
				e.Old = &r
			}
		}
		if e.Old == nil {
			return e, catalogue.ErrGone
		}
	}
	var ends bool
	if e.From, ends, err = f.since(e.Old != nil); err != nil || ends {
		return e, err
	}
	rule, err := f.newRule(e.Old)
	e.New = &rule
	return e, err
}

// since reads from when on something holds, or, where there is something to be changed,
// from when on it ends.
func (f *editForm) since(changes bool) (from *town.Date, ends bool, err error) {
	if from, err = f.dateOrNone("gilt"); err != nil {
		return nil, false, err
	}
	if ends = f.Has("endet"); ends && !changes {
		return nil, false, problem.Field("regel", "edit.which")
	}
	return from, ends, nil
}

// newRule reads a rule.
func (f *editForm) newRule(old *booking.OpeningRule) (r booking.OpeningRule, err error) {
	if old != nil {
		r.Pattern.From = old.Pattern.From
	}
	r.Holidays = f.Has("feiertags")
	if r.Intervals, err = f.intervals("zeiten"); err != nil {
		return r, err
	}
	if r.Pattern.Weekdays, err = f.days(); err != nil {
		return r, err
	}
	if err = f.rhythm(&r.Pattern); err != nil {
		return r, err
	}
	return r, f.single(&r.Pattern)
}

// single reads single dates and which of the month's weeks are meant.
func (f *editForm) single(p *booking.Pattern) error {
	for _, word := range strings.FieldsFunc(f.Get("daten"), apart) {
		date, err := readDate(word)
		if err != nil {
			return problem.Field("daten", "date.unknown")
		}
		p.Dates = append(p.Dates, date)
	}
	for _, word := range strings.FieldsFunc(f.Get("nth"), apart) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return problem.Field("nth", "mistake.nth")
		}
		p.Nth = append(p.Nth, n)
	}
	return nil
}

func apart(r rune) bool { return r == ',' || r == ';' || r == ' ' }
