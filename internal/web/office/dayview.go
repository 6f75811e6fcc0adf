package office

import (
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// dayView is a date of an office in words and as a shape.
type dayView struct {
	Date   string // YYYY-MM-DD
	Day    int    // of the month
	Full   string // "Dienstag, 8. Dezember"
	URL    string // of the day's page
	Hours  string // "9–12, 13–18 Uhr"
	Word   string // short: "62 %", "Feiertag", "zu"
	Short  string // where there is no room even for that
	Load   string // "62 % belegt"; empty: closed, over, or no appointments are meant
	Count  string // "14 Termine"
	Why    string // why it is closed, or the name of a holiday that is worked
	Note   string // what staff should know
	Unfit  string // that some no longer fit
	Narrow narrow // Why and Note where a line is shorter than a word
	Spoken string // all of it as one sentence
	Says   string // its hours, or that it is closed
	Mark   string // that it is today
	Class  string // for the style: the state, and what else marks it
	Shape  shape
	Open   bool
	Shut   bool // by exception
}

// narrow is what a day says in a cell of the month, with soft hyphens.
type narrow struct{ Why, Note string }

// worded is what words a day needs besides itself.
type worded struct {
	*staff.View
	axis  axis
	today town.Date
	unfit map[town.Date]int
	place *place
}

func (w *worded) day(o *booking.Occupancy) dayView {
	d := dayView{
		Date: o.Date.String(), Day: o.Date.UTC().Day(), Full: w.DayMonth(o.Date), URL: w.place.link(dayPath, "tag", o.Date.String()),
		Hours: w.hours(o.Open), Shape: w.axis.shape(o), Open: len(o.Open) > 0, Class: "on",
	}
	d.Says, d.Note = d.Hours, strings.Join(w.place.notesOn(o.Date), "; ")
	if n := w.unfit[o.Date]; n > 0 {
		d.Unfit = w.N("office.day.unfit", n)
	}
	w.why(&d, o)
	w.load(&d, o)
	d.Narrow = narrow{Why: page.Hyphenated(d.Why, w.Lang), Note: page.Hyphenated(d.Note, w.Lang)}
	if o.Date < w.today {
		d.pass()
	}
	if o.Date == w.today {
		d.Mark, d.Class = w.T("office.day.today"), d.Class+" today"
	}
	d.Spoken = w.spoken(&d)
	return d
}

// pass leaves out what isn't known of a day that is over.
func (d *dayView) pass() {
	d.Class, d.Load, d.Count, d.Unfit = d.Class+" past", "", "", ""
	if d.Open {
		d.Word, d.Short = "", ""
	}
}

// why says why a day is closed, and in a word.
func (w *worded) why(d *dayView, o *booking.Occupancy) {
	if o.Why == "" {
		d.Why = w.differs(o)
		return
	}
	d.Class, d.Says, d.Why = "off", w.T("office.day.closed"), w.T("office.day.why_"+string(o.Why))
	if o.Why != booking.ReasonWeekday {
		d.Shut, d.Class, d.Word, d.Short = true, "closed", w.T("office.day.word_"+string(o.Why)), w.T("office.day.word_closure")
	}
	if text := o.Text.In(w.Lang); text != "" {
		d.Why = text
	}
}

// differs says how an open day differs from what it usually is; empty: it doesn't.
func (w *worded) differs(o *booking.Occupancy) string {
	switch {
	case o.Holiday != nil:
		return w.T("office.day.worked", "holiday", o.Holiday.In(w.Lang))
	case len(closedOf(o)) > 0:
		return w.T("office.day.partly")
	case w.place.special(o.Date):
		return w.T("office.day.special")
	}
	return ""
}

// load says how much of an open day is booked.
func (w *worded) load(d *dayView, o *booking.Occupancy) {
	if o.Appointments > 0 {
		d.Count = w.N("office.day.appointments", o.Appointments)
	}
	if !d.Open {
		return
	}
	percent, bookable := percentOf([]booking.Occupancy{*o})
	if !bookable {
		d.Word = w.T("office.day.none_meant")
		return
	}
	d.Word, d.Load = w.T("office.day.percent", "percent", percent), w.T("office.day.load", "percent", percent)
	d.Short = d.Word
	if d.Count == "" {
		d.Count = w.N("office.day.appointments", 0)
	}
}

func (w *worded) spoken(d *dayView) string {
	parts := []string{d.Full}
	says := d.Says
	if d.Open {
		says = w.T("office.day.open", "hours", d.Hours)
	}
	for _, part := range []string{d.Mark, says, d.Why, d.Count, d.Load, d.Unfit, d.Note} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// hours words times of a day shortly: "9–12, 13–18 Uhr".
func (w *worded) hours(open []booking.Interval) string { return hoursOf(w.View, open) }

func hoursOf(v *staff.View, open []booking.Interval) string {
	if len(open) == 0 {
		return ""
	}
	spans := make([]string, len(open))
	for i, iv := range open {
		spans[i] = v.T("office.day.span", "from", clockOf(v, iv.From), "to", clockOf(v, iv.To))
	}
	return v.T("office.day.hours", "spans", strings.Join(spans, ", "))
}

// clockOf words a time as shortly as it can be said: "9", "9.30".
func clockOf(v *staff.View, tod town.TimeOfDay) string {
	key := "office.day.clock"
	if tod%60 == 0 {
		key = "office.day.hour"
	}
	return v.T(key, "h", int(tod)/60, "mm", twoDigits(int(tod)%60))
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// percentOf returns how much of what some days have is booked; false: they have
// nothing for appointments. A day with anything booked isn't 0, one with anything
// left isn't 100.
func percentOf(days []booking.Occupancy) (percent int, bookable bool) {
	capacity, booked := int64(0), int64(0)
	for i := range days {
		capacity, booked = capacity+int64(days[i].Capacity()/time.Second), booked+int64(days[i].Booked()/time.Second)
	}
	if capacity == 0 {
		return 0, false
	}
	percent = int((booked*100 + capacity/2) / capacity)
	switch {
	case percent == 0 && booked > 0:
		return 1, true
	case percent == 100 && booked < capacity:
		return 99, true
	}
	return percent, true
}
