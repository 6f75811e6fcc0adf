package office

import (
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// editRow is an edit in words.
type editRow struct {
	Where, When, What string
	More              []string
}

// editRow words an edit of what the town offers.
func (v *view) editRow(all *catalogue.Catalogue, e catalogue.Edit) editRow {
	row := editRow{Where: v.placeName(all, e.Place())}
	from, to := e.Dates()
	row.When = v.days(from, to)
	switch e := e.(type) {
	case catalogue.Close:
		row.What, row.More = v.closedWords(e.Closure), v.reasonWords(e.Closure)
	case catalogue.Reopen:
		row.What = v.T("staff.change.reopen", "what", v.closedWords(e.Closure))
	case catalogue.SetHours:
		row.What, row.More = v.specialWords(e.SpecialHours), v.specialMore(e.SpecialHours)
	case catalogue.UsualHours:
		row.What = v.T("staff.change.usual", "what", v.specialWords(e.SpecialHours))
	case catalogue.RuleEdit:
		row.What, row.More = v.ruleEditWords(e, v.T("staff.change.appointments"))
		row.When = v.sinceWords(e.From)
	case catalogue.WalkInRuleEdit:
		row.What, row.More = v.ruleEditWords(catalogue.RuleEdit(e), v.T("staff.change.walk_ins"))
		row.When = v.sinceWords(e.From)
	case catalogue.ShiftEdit:
		row.What, row.More = v.shiftEditWords(all, e)
		row.When = v.sinceWords(e.From)
	case catalogue.NoteEdit:
		if row.What = v.T("staff.change.note_gone"); e.Text != "" {
			row.What = v.T("staff.change.note", "text", e.Text)
		}
	case catalogue.CopyWeek:
		weeks := make([]string, len(e.To))
		for i, week := range e.To {
			weeks[i] = v.DateNumbers(week)
		}
		row.What, row.When = v.N("staff.change.week", len(weeks), "week", v.DateNumbers(e.Week), "weeks", page.Joined(weeks)), ""
	case catalogue.RosterEdit:
		row.What, row.More = v.rosterWords(all, e.Counters, e.Exception), v.rosterReason(e.Exception)
	case catalogue.RosterBack:
		row.What = v.T("staff.change.usual", "what", v.rosterWords(all, e.Counters, e.Exception))
	case catalogue.Imported:
		row.What, row.When = v.T("staff.change.imported"), ""
		for _, id := range e.TakesBack {
			row.More = append(row.More, v.T("staff.change.import_takes_back", "number", id))
		}
	case catalogue.Restore:
		row.What, row.When = v.T("staff.change.restore"), ""
	}
	return row
}

// placeName names an office with its branch, or a whole branch.
func (v *view) placeName(all *catalogue.Catalogue, at catalogue.Counters) string {
	b, ok := all.Branch(at.Branch)
	switch {
	case !ok:
		return string(at.Branch)
	case at.Office == "":
		return b.Name.In(v.Lang)
	}
	return b.Name.In(v.Lang) + ": " + page.OfficeOf(b, at.Office).Name.In(v.Lang)
}

func (v *view) days(from, to town.Date) string {
	if from == to {
		return v.Date(from)
	}
	return v.T("staff.closing.span", "from", v.Date(from), "to", v.Date(to))
}

func (v *view) closedWords(c booking.Closure) string {
	words := v.T("staff.change.closed")
	if c.Part != nil {
		words = v.T("staff.change.closed_part", "hours", v.intervals([]booking.Interval{*c.Part}))
	}
	if c.WalkInOnly {
		words += ", " + v.T("staff.closing.walk_ins")
	}
	return words
}

func (v *view) reasonWords(c booking.Closure) []string {
	if reason := c.Reason.In(v.Lang); reason != "" {
		return []string{v.T("staff.change.reason", "reason", reason)}
	}
	return nil
}

func (v *view) specialWords(s catalogue.SpecialHours) string {
	if len(s.Hours) == 0 {
		return v.T("staff.change.only_walk_in", "hours", v.intervals(s.WalkIn))
	}
	return v.T("staff.change.open", "hours", v.intervals(s.Hours))
}

func (v *view) specialMore(s catalogue.SpecialHours) []string {
	var more []string
	if s.Capacity != nil {
		more = append(more, v.capacityWords(*s.Capacity))
	}
	switch {
	case len(s.WalkIn) == 0:
		more = append(more, v.T("staff.change.no_walk_in"))
	case len(s.Hours) > 0:
		more = append(more, v.T("staff.change.only_walk_in", "hours", v.intervals(s.WalkIn)))
	}
	if len(s.Days) > 0 {
		more = append(more, v.T("staff.change.only_days", "days", v.weekdays(s.Days)))
	}
	if s.Holidays {
		more = append(more, v.T("staff.change.holidays"))
	}
	return more
}

func (v *view) capacityWords(c booking.Capacity) string {
	return v.T("staff.change.capacity", "counters", c.Counters, "staff", c.Staff, "online", c.Online)
}

func (v *view) intervals(intervals []booking.Interval) string {
	words := make([]string, len(intervals))
	for i, iv := range intervals {
		words[i] = v.T("staff.closing.span", "from", v.TimeOfDay(iv.From), "to", v.TimeOfDay(iv.To))
	}
	return page.Joined(words)
}

func (v *view) weekdays(days []time.Weekday) string {
	words := make([]string, len(days))
	for i, day := range days {
		words[i] = v.Weekday(day)
	}
	return page.Joined(words)
}

func (v *view) ruleEditWords(e catalogue.RuleEdit, whom string) (what string, more []string) {
	switch {
	case e.Old == nil:
		return v.T("staff.change.rule_new", "whom", whom), []string{v.ruleWords(*e.New)}
	case e.New == nil:
		return v.T("staff.change.rule_ends", "whom", whom), []string{v.ruleWords(*e.Old)}
	}
	return v.T("staff.change.rule_changes", "whom", whom), []string{
		v.T("staff.change.rule_old", "rule", v.ruleWords(*e.Old)), v.T("staff.change.rule_now", "rule", v.ruleWords(*e.New)),
	}
}

// ruleWords is an opening rule as an office says it.
func (v *view) ruleWords(r booking.OpeningRule) string {
	var words []string
	if len(r.Pattern.Weekdays) > 0 {
		words = append(words, v.weekdays(r.Pattern.Weekdays))
	}
	if r.Pattern.Every > 1 {
		words = append(words, v.T("staff.change.every", "weeks", r.Pattern.Every))
	}
	for _, nth := range r.Pattern.Nth {
		if nth == -1 {
			words = append(words, v.T("staff.change.last"))
			continue
		}
		words = append(words, v.T("staff.change.nth", "nth", nth))
	}
	for _, date := range r.Pattern.Dates {
		words = append(words, v.DateNumbers(date))
	}
	words = append(words, v.intervals(r.Intervals))
	if r.Capacity != (booking.Capacity{}) {
		words = append(words, v.capacityWords(r.Capacity))
	}
	if len(r.Services) > 0 {
		words = append(words, v.N("staff.change.only_services", len(r.Services)))
	}
	if r.Holidays {
		words = append(words, v.T("staff.change.holidays"))
	}
	if r.Pattern.From != nil && *r.Pattern.From > v.today {
		words = append(words, v.T("staff.change.from", "date", v.DateNumbers(*r.Pattern.From)))
	}
	if r.Pattern.To != nil {
		words = append(words, v.T("staff.change.until", "date", v.DateNumbers(*r.Pattern.To)))
	}
	return strings.Join(words, ", ")
}

// standingWords says what stands at a place.
func (v *view) standingWords(all *catalogue.Catalogue, at catalogue.Counters, s catalogue.Standing) []string {
	var words []string
	for _, r := range s.Opening {
		words = append(words, v.T("staff.change.appointments")+": "+v.ruleWords(r))
	}
	for _, r := range s.WalkIn {
		words = append(words, v.T("staff.change.walk_ins")+": "+v.ruleWords(r))
	}
	for _, h := range s.Special {
		words = append(words, strings.Join(append([]string{v.days(h.From, h.To), v.specialWords(h)}, v.specialMore(h)...), ", "))
	}
	for _, c := range s.Closures {
		words = append(words, strings.Join(append([]string{v.days(c.From, c.To), v.closedWords(c)}, v.reasonWords(c)...), ", "))
	}
	for _, n := range s.Notes {
		words = append(words, v.days(n.From, n.To)+": "+v.T("staff.change.note", "text", n.Text))
	}
	for _, shift := range s.Week {
		words = append(words, v.T("staff.change.usual_week")+": "+v.shiftWords(all, at, shift))
	}
	for _, e := range s.Roster {
		words = append(words, strings.Join(append([]string{v.days(e.From, e.To), v.rosterWords(all, at, e)}, v.rosterReason(e)...), ", "))
	}
	if len(words) == 0 {
		words = append(words, v.T("staff.change.nothing"))
	}
	return words
}

// standingIn says what stands at a place already; nothing where nothing does.
func (v *view) standingIn(all *catalogue.Catalogue, at catalogue.Counters, here []catalogue.Standing) []string {
	var words []string
	for _, s := range here {
		if !s.Same(catalogue.Standing{}) {
			words = append(words, v.standingWords(all, at, s)...)
		}
	}
	return words
}

// rosterWords says what an exception changes about an office's counters.
func (v *view) rosterWords(all *catalogue.Catalogue, at catalogue.Counters, e booking.Exception) string {
	var words string
	switch {
	case len(e.Off) > 0:
		words = v.T("staff.change.rooms_off", "rooms", roomNames(all, at, e.Off))
	case e.Staffing != nil && len(e.Staffing.Rooms) > 0:
		words = v.T("staff.change.rooms_only", "rooms", roomNames(all, at, e.Staffing.Rooms))
	case e.Staffing != nil:
		words = v.T("staff.change.counters", "count", e.Staffing.Counters)
	case e.More < 0:
		words = v.T("staff.change.counters_fewer", "count", -e.More)
	default:
		words = v.T("staff.change.counters_more", "count", e.More)
	}
	if e.Part != nil {
		words += ", " + v.intervals([]booking.Interval{*e.Part})
	}
	return words
}

func roomNames(all *catalogue.Catalogue, at catalogue.Counters, rooms []town.RoomID) string {
	names := make([]string, len(rooms))
	b, known := all.Branch(at.Branch)
	for i, id := range rooms {
		if names[i] = string(id); known {
			names[i] = page.RoomLabel(b, id)
		}
	}
	return page.Joined(names)
}

func (v *view) rosterReason(e booking.Exception) []string {
	if e.Reason == "" {
		return nil
	}
	return []string{v.T("staff.change.reason", "reason", e.Reason)}
}
