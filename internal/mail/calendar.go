package mail

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"aufruf/internal/i18n"
)

// calendarTime is a wall-clock time as DTSTART with TZID wants it.
const calendarTime = "20060102T150405"

// method returns the METHOD of a mailed calendar entry.
func method(d Data) string {
	if d.Kind == Cancellation {
		return string(ics.MethodCancel)
	}
	return string(ics.MethodRequest)
}

// Calendar returns an appointment as a calendar file (RFC 5545) to download. A
// cancelled one (Kind Cancellation) takes the entry away again.
//
// An appointment keeps its UID for life; SEQUENCE rises when it is moved or
// cancelled, so that a calendar replaces the entry instead of adding one. No
// personal data is in it but, when mailed, the reader's own address.
func Calendar(bundle *i18n.Bundle, d Data) []byte {
	how := ics.MethodPublish
	if d.Kind == Cancellation {
		how = ics.MethodCancel
	}
	return calendar(bundle, d, how, "")
}

// invitation returns the entry as mailed to a reader: a request, which a
// calendar program updates and takes back by itself (RFC 5546, 3.2.2 and
// 3.2.5), and which asks for no reply.
func invitation(bundle *i18n.Bundle, d Data, reader string) []byte {
	return calendar(bundle, d, ics.Method(method(d)), reader)
}

func calendar(bundle *i18n.Bundle, d Data, how ics.Method, reader string) []byte {
	w := writer{Texts: bundle.For(d.Language).WithSaturday(d.Saturday), Data: d}
	c := ics.NewCalendar()
	c.SetProductId("-//Aufruf//Termine//DE")
	c.SetMethod(how)
	addTimezone(c, d.Start)
	e := c.AddEvent(fmt.Sprintf("%s@%s", d.Ticket, d.Host))
	e.SetDtStampTime(d.Stamp)
	e.SetSequence(d.Revision)
	zone := ics.WithTZID(d.Start.Location().String())
	e.SetProperty(ics.ComponentPropertyDtStart, d.Start.Format(calendarTime), zone)
	e.SetProperty(ics.ComponentPropertyDtEnd, d.End.In(d.Start.Location()).Format(calendarTime), zone)
	e.SetSummary(w.summary())
	e.SetLocation(strings.Join(w.where(), ", "))
	e.SetDescription(w.about())
	e.SetClass(ics.ClassificationPrivate)
	e.SetStatus(ics.ObjectStatusConfirmed)
	if how == ics.MethodCancel {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	if d.ManageURL != "" {
		e.SetURL(d.ManageURL)
	}
	e.SetOrganizer("mailto:"+w.organizer(), ics.WithCN(plainName(d.Authority)))
	if reader != "" {
		e.AddAttendee("mailto:"+reader, ics.CalendarUserTypeIndividual, ics.ParticipationStatusAccepted,
			ics.ParticipationRoleReqParticipant, &ics.KeyValues{Key: "RSVP", Value: []string{"FALSE"}})
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

// organizer is an address that is the same in every entry of an appointment,
// whatever branch it is moved to: a calendar takes a change from nobody else.
func (w writer) organizer() string { return cmp.Or(w.Organizer, "noreply@"+w.Host) }

func (w writer) summary() string {
	what := w.Office
	if len(w.Services) == 1 {
		what = w.Services[0].Name
	}
	return w.T("mail.calendar.summary", "service", what, "number", w.Number)
}

// about says in a few lines what matters on the way.
func (w writer) about() string {
	lines := []string{w.T("mail.calendar.number", "number", w.Number)}
	lines = append(lines, w.what()...)
	lines = append(lines, w.calling().Text...)
	if documents := w.documents(); len(documents.Items) > 0 {
		lines = append(lines, "", documents.Title+":")
		for _, item := range documents.Items {
			lines = append(lines, "- "+item)
		}
	}
	return strings.Join(lines, "\n")
}

// plainName removes what a parameter value can't hold (RFC 5545, 3.2).
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`",;:'\`, r) || r < ' ' {
			return ' '
		}
		return r
	}, s)
}

// addTimezone describes the zone of an instant by the offsets in force then
// and before, from the same rules that the program itself counts by. Where the
// clock changes on the last given weekday of a month, as in Europe, the rule
// is added, so that calendars understand later years too.
func addTimezone(c *ics.Calendar, at time.Time) {
	zone := c.AddTimezone(at.Location().String())
	from, to := at.ZoneBounds()
	if from.IsZero() || to.IsZero() {
		zone.Components = append(zone.Components, observance(at, time.Time{}))
		return
	}
	before, _ := from.Add(-time.Second).ZoneBounds()
	for _, since := range []time.Time{before, from} {
		zone.Components = append(zone.Components, observance(since, since))
	}
}

// observance describes the offset that holds at an instant, since a change of
// the clock; zero: since always.
func observance(at, since time.Time) ics.Component {
	name, offset := at.Zone()
	previous, begin := offset, at.Format("1970")+"0101T000000"
	base := ics.ComponentBase{}
	if !since.IsZero() {
		_, previous = since.Add(-time.Second).Zone()
		// DTSTART is what the wall clock showed before it was changed.
		begin = since.In(time.FixedZone("", previous)).Format(calendarTime)
	}
	base.SetProperty(ics.ComponentPropertyDtStart, begin)
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), offsetText(previous))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), offsetText(offset))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	if rule, ok := yearly(since); ok {
		base.SetProperty(ics.ComponentPropertyRrule, rule)
	}
	if at.IsDST() {
		return &ics.Daylight{ComponentBase: base}
	}
	return &ics.Standard{ComponentBase: base}
}

// yearly returns the rule of a change that falls on the last such weekday of
// its month this year and the next.
func yearly(since time.Time) (string, bool) {
	if since.IsZero() {
		return "", false
	}
	_, end := since.ZoneBounds()
	if end.IsZero() {
		return "", false
	}
	_, again := end.ZoneBounds()
	if again.IsZero() || again.Month() != since.Month() || !lastOfMonth(since) || !lastOfMonth(again) {
		return "", false
	}
	day := strings.ToUpper(since.Weekday().String()[:2])
	return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=-1%s", since.Month(), day), true
}

func lastOfMonth(t time.Time) bool { return t.AddDate(0, 0, 7).Month() != t.Month() }

func offsetText(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
}
