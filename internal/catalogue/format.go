package catalogue

import (
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// Format is the name and version that each file begins with.
const Format = "aufruf/1"

// This file is the format: which keys a file may have, what they mean, where
// they live. Reading, merging, exporting, storing and the JSON Schema follow
// from these tables.

var addressShape = shape[Address]{fields: []field[Address]{
	must("street", "street and number", anyLine(), func(a *Address) *string { return &a.Street }),
	must("postcode", "in quotes", pattern[string](`^[0-9]{5}$`, "five digits"), func(a *Address) *string { return &a.Postcode }),
	must("city", "", anyLine(), func(a *Address) *string { return &a.City }),
	in("district", "part of the city", anyLine(), func(a *Address) *string { return &a.District }),
}}

var legalShape = shape[LegalText]{fields: []field[LegalText]{
	in("text", "paragraphs, separated by empty lines; a line that begins with ## is a heading", paragraphs(), func(l *LegalText) *town.Text { return &l.Text }),
	in("url", "instead of the text, where the town keeps it elsewhere", webAddress(), func(l *LegalText) *string { return &l.URL }),
}}

var authorityShape = shape[Authority]{fresh: newAuthority, fields: []field[Authority]{
	in("name", "of the town, as on a letterhead", sentence(), func(a *Authority) *town.Text { return &a.Name }),
	in("state", "federal state, for public holidays: DE-SN", federalState(), func(a *Authority) *string { return &a.State }),
	in("website", "", webAddress(), func(a *Authority) *string { return &a.Website }),
	in("phone", "", phone(), func(a *Authority) *string { return &a.Phone }),
	in("email", "", mailAddress(), func(a *Authority) *string { return &a.Email }),
	in("accent", "colour of buttons and marks, #rrggbb", pattern[string](`^#[0-9a-fA-F]{6}$`, "a colour like #1f5f8b"), func(a *Authority) *string { return &a.Accent }),
	in("logo", "a data: address of an image, or a path below assets", pattern[string](`^(data:image/(svg\+xml|png|jpeg|webp)[;,].+|[A-Za-z0-9_][A-Za-z0-9_./-]*)$`, "a data:image address or a path below assets"), func(a *Authority) *string { return &a.Logo }),
	in("saturday", "the regional word: Sonnabend", sentence(), func(a *Authority) *town.Text { return &a.Saturday }),
	in("languages", "offered to citizens; the first is the default", unique(inline(listOf(language()))), func(a *Authority) *[]town.Language { return &a.Languages }),
	in("imprint", "", legalShape.kind(), func(a *Authority) *LegalText { return &a.Imprint }),
	in("privacy", "information under Art. 13 GDPR", legalShape.kind(), func(a *Authority) *LegalText { return &a.Privacy }),
	in("accessibility", "accessibility statement", legalShape.kind(), func(a *Authority) *LegalText { return &a.Accessibility }),
	in("frame_ancestors", "origins that may embed booking", unique(listOf(origin())), func(a *Authority) *[]string { return &a.FrameAncestors }),
	in("mails", "the town's own wording, where an office has none", mailTexts(), func(a *Authority) *[]MailText { return &a.Mails }),
	in("proof_of_work", "true: browsers always compute for some seconds before they book, not only in a rush, against mass bookings", yesNo(), func(a *Authority) *bool { return &a.ProofOfWork }),
	in("room_figures", "true: figures may be counted by room, over 28 days and more; ask the staff council first", yesNo(), func(a *Authority) *bool { return &a.RoomFigures }),
}}

var feeShape = shape[Fee]{finish: finishFee, fields: []field[Fee]{
	must("label", "what the fee is for", sentence(), func(f *Fee) *town.Text { return &f.Label }),
	must("eur", "amount in euros", money(), func(f *Fee) *int64 { return &f.Cents }),
	in("up_to", "upper end, where the amount is a range", money(), func(f *Fee) *int64 { return &f.UpTo }),
	in("optional", "only if wished", yesNo(), func(f *Fee) *bool { return &f.Optional }),
	in("valid_from", "first day on which it holds", optional(date()), func(f *Fee) **town.Date { return &f.From }),
	in("valid_to", "last day on which it holds", optional(date()), func(f *Fee) **town.Date { return &f.To }),
	in("estimate", "true: not confirmed by the town", yesNo(), func(f *Fee) *bool { return &f.Estimate }),
}}

func finishFee(r *reader, n *node, f *Fee) {
	if f.UpTo != 0 && f.UpTo <= f.Cents {
		r.wrong(n.at, "up_to is not above eur")
	}
	ordered(r, n, f.From, f.To, "valid_from", "valid_to")
}

// ordered checks the dates of two keys.
func ordered(r *reader, n *node, from, to *town.Date, first, last string) {
	if from != nil && to != nil && *from > *to {
		r.wrong(n.at, "%s %s is after %s %s", first, from, last, to)
	}
}

var linkShape = shape[Link]{fields: []field[Link]{
	must("label", "", sentence(), func(l *Link) *town.Text { return &l.Label }),
	must("url", "", webAddress(), func(l *Link) *string { return &l.URL }),
}}

var serviceShape = shape[Service]{fresh: newService, fields: []field[Service]{
	must("id", "never changes; it stands in links", id[town.ServiceID](), func(s *Service) *town.ServiceID { return &s.ID }),
	in("group", "heading under which it is listed", sentence(), func(s *Service) *town.Text { return &s.Group }),
	in("name", "in the citizen's words; needed for a new service", sentence(), func(s *Service) *town.Text { return &s.Name }),
	in("description", "", sentence(), func(s *Service) *town.Text { return &s.Description }),
	in("minutes", "how long it takes; needed for a new service", whole(1, 600), func(s *Service) *int { return &s.Minutes }),
	in("max_quantity", "how often it can be wanted in one appointment", whole(1, 20), func(s *Service) *int { return &s.MaxQuantity }),
	in("documents", "what to bring", listOf(sentence()), func(s *Service) *[]town.Text { return &s.Documents }),
	in("fees", "", listOf(feeShape.kind()), func(s *Service) *[]Fee { return &s.Fees }),
	in("forms", "", listOf(linkShape.kind()), func(s *Service) *[]Link { return &s.Forms }),
	in("notes", "", listOf(sentence()), func(s *Service) *[]town.Text { return &s.Notes }),
	in("keywords", "further words that people search for", unique(inline(listOf(anyLine()))), func(s *Service) *[]string { return &s.Keywords }),
	in("leika", "key of the federal catalogue of services, in quotes", pattern[string](`^[0-9]{14}$`, "14 digits"), func(s *Service) *string { return &s.LeiKa }),
	in("first", "first day on which it can be booked", optional(date()), func(s *Service) **town.Date { return &s.First }),
	in("last", "last day on which it can be booked", optional(date()), func(s *Service) **town.Date { return &s.Last }),
	in("single", "true: not together with other services", yesNo(), func(s *Service) *bool { return &s.Single }),
	in("ready_after", "how long what was applied for takes: about six weeks", sentence(), func(s *Service) *town.Text { return &s.ReadyAfter }),
	in("in_person", "whether one has to come oneself", optional(yesNo()), func(s *Service) **bool { return &s.InPerson }),
	in("questions", "asked when it is booked, at most ten; the answers are personal, and are erased with the name", listOf(questionShape.kind()), func(s *Service) *[]Question { return &s.Questions }),
	in("confirm_address", "true: what citizens book stands only once they confirm it by a link in a mail, within 15 minutes", yesNo(), func(s *Service) *bool { return &s.ConfirmAddress }),
	in("check_name", "true: the desk sees the name and compares it with the document; citizens are told so when they book", yesNo(), func(s *Service) *bool { return &s.CheckName }),
	in("cool_down_minutes", "a time that is given back is free again at random, after this long at the latest; the office's counts where it is more", whole(0, 1440), func(s *Service) *int { return &s.CoolDown }),
	in("retired", "true: ends booking", yesNo(), func(s *Service) *bool { return &s.Retired }),
	in("estimates", "keys whose values the town has not confirmed", inline(listOf(anyLine())), func(s *Service) *[]string { return &s.Estimates }),
}}

var roomShape = shape[Room]{fresh: newRoom, fields: []field[Room]{
	must("id", "never changes", id[town.RoomID](), func(r *Room) *town.RoomID { return &r.ID }),
	in("label", "as on the door; needed for a new room", anyLine(), func(r *Room) *string { return &r.Label }),
	in("floor", "", sentence(), func(r *Room) *town.Text { return &r.Floor }),
	in("direction", "hint on the screen", sentence(), func(r *Room) *town.Text { return &r.Direction }),
	in("spoken", "how the label is spoken, where the rules get it wrong", sentence(), func(r *Room) *town.Text { return &r.Spoken }),
	in("verified", "false: label or place are still to be confirmed", yesNo(), func(r *Room) *bool { return &r.Verified }),
	in("retired", "true: not in use any more", yesNo(), func(r *Room) *bool { return &r.Retired }),
}}

var capacityShape = shape[booking.Capacity]{finish: finishCapacity, fields: []field[booking.Capacity]{
	must("online", "appointments at once that citizens may book", whole(0, 999), func(c *booking.Capacity) *int { return &c.Online }),
	must("staff", "appointments at once in all", whole(0, 999), func(c *booking.Capacity) *int { return &c.Staff }),
	must("counters", "people who can be served at once", whole(0, 999), func(c *booking.Capacity) *int { return &c.Counters }),
}}

func finishCapacity(r *reader, n *node, c *booking.Capacity) {
	for _, key := range []string{"online", "staff", "counters"} {
		if n.get(key).empty() || n.get(key).form != formNumber {
			return // told already
		}
	}
	if c.Online > c.Staff || c.Staff > c.Counters {
		r.wrong(n.at, "want online <= staff <= counters, got %d, %d, %d", c.Online, c.Staff, c.Counters)
	}
}

// patternFields are the keys that choose dates.
func patternFields() []field[booking.OpeningRule] {
	return []field[booking.OpeningRule]{
		in("days", "days of the week", unique(inline(listOf(weekday()))), func(o *booking.OpeningRule) *[]time.Weekday { return &o.Pattern.Weekdays }),
		in("every_weeks", "only every n weeks, counted from anchor", whole(0, 52), func(o *booking.OpeningRule) *int { return &o.Pattern.Every }),
		anchorField(func(o *booking.OpeningRule) *booking.Pattern { return &o.Pattern }),
		in("nth", "only the n-th such day of the month; -1: the last", unique(inline(listOf(whole(-1, 5)))), func(o *booking.OpeningRule) *[]int { return &o.Pattern.Nth }),
		in("dates", "single dates, in addition", unique(inline(listOf(date()))), func(o *booking.OpeningRule) *[]town.Date { return &o.Pattern.Dates }),
		in("valid_from", "first day on which the rule holds", optional(date()), func(o *booking.OpeningRule) **town.Date { return &o.Pattern.From }),
		in("valid_to", "last day on which the rule holds", optional(date()), func(o *booking.OpeningRule) **town.Date { return &o.Pattern.To }),
		must("hours", "intervals like 09:00-12:00", hours(), func(o *booking.OpeningRule) *[]booking.Interval { return &o.Intervals }),
		in("services", "only these; left out: every service of the office", unique(inline(listOf(id[town.ServiceID]()))), func(o *booking.OpeningRule) *[]town.ServiceID { return &o.Services }),
		in("on_holidays", "true: on public holidays too", yesNo(), func(o *booking.OpeningRule) *bool { return &o.Holidays }),
	}
}

var walkInRuleShape = shape[booking.OpeningRule]{finish: finishRule, fields: patternFields()}

var openingRuleShape = shape[booking.OpeningRule]{finish: finishRule, fields: append(patternFields(),
	must("capacity", "", inline(capacityShape.kind()), func(o *booking.OpeningRule) *booking.Capacity { return &o.Capacity }),
)}

func finishRule(r *reader, n *node, o *booking.OpeningRule) {
	p := o.Pattern
	if !n.get("days").holds() && !n.get("dates").holds() {
		r.wrong(n.at, "days or dates is missing")
	}
	if hours := n.get("hours"); !hours.empty() && hours.form == formList && !hours.holds() {
		r.wrong(hours.at, "hours has no interval")
	}
	if p.Every > 1 && n.get("anchor").empty() {
		r.wrong(n.at, "every_weeks needs an anchor")
	}
	for _, nth := range p.Nth {
		if nth == 0 {
			r.wrong(n.get("nth").at, "nth 0: want 1 to 5, or -1 for the last")
		}
	}
	ordered(r, n, p.From, p.To, "valid_from", "valid_to")
}

// anchorField is written only for a rhythm, where every date counts, also the
// one that is Go's zero value.
func anchorField[S any](at func(*S) *booking.Pattern) field[S] {
	f := in("anchor", "a date in a week that counts", date(), func(s *S) *town.Date { return &at(s).Anchor })
	write := f.write
	f.write = func(s *S, w writing) *node {
		if at(s).Every <= 1 {
			return nullNode()
		}
		return write(s, w)
	}
	return f
}

var closureShape = shape[booking.Closure]{finish: finishClosure, fields: []field[booking.Closure]{
	must("from", "first day", date(), func(c *booking.Closure) *town.Date { return &c.From }),
	must("to", "last day, the same for a single one", date(), func(c *booking.Closure) *town.Date { return &c.To }),
	in("hours", "only this part of each day", optional(interval()), func(c *booking.Closure) **booking.Interval { return &c.Part }),
	in("walk_in_only", "true: appointments go on", yesNo(), func(c *booking.Closure) *bool { return &c.WalkInOnly }),
	in("reason", "shown to citizens", sentence(), func(c *booking.Closure) *town.Text { return &c.Reason }),
}}

func finishClosure(r *reader, n *node, c *booking.Closure) {
	if !n.get("from").empty() && !n.get("to").empty() {
		ordered(r, n, &c.From, &c.To, "from", "to")
	}
}

var walkInShape = shape[WalkIn]{fresh: newWalkIn, fields: []field[WalkIn]{
	in("hours", "when tickets are given out; left out: never", listOf(walkInRuleShape.kind()), func(w *WalkIn) *[]booking.OpeningRule { return &w.Hours }),
	in("contingent", "tickets a day; 0: no limit", whole(0, 9999), func(w *WalkIn) *int { return &w.Contingent }),
	handicapField(),
}}

var entryRuleShape = shape[EntryRule]{finish: finishEntryRule, fields: []field[EntryRule]{
	in("from", "first day", optional(date()), func(e *EntryRule) **town.Date { return &e.From }),
	in("to", "last day", optional(date()), func(e *EntryRule) **town.Date { return &e.To }),
	must("text", "what people have to know", sentence(), func(e *EntryRule) *town.Text { return &e.Text }),
	in("call_mode", "how people are fetched meanwhile", callMode(), func(e *EntryRule) *town.CallMode { return &e.CallMode }),
}}

func finishEntryRule(r *reader, n *node, e *EntryRule) { ordered(r, n, e.From, e.To, "from", "to") }

var officeShape = shape[Office]{fresh: newOffice, fields: []field[Office]{
	must("id", "never changes; unique within the branch", id[town.OfficeID](), func(o *Office) *town.OfficeID { return &o.ID }),
	in("name", "needed for a new office", sentence(), func(o *Office) *town.Text { return &o.Name }),
	in("call_mode", "left out: the branch's", callMode(), func(o *Office) *town.CallMode { return &o.CallMode }),
	in("meeting_point", "left out: the branch's", sentence(), func(o *Office) *town.Text { return &o.MeetingPoint }),
	in("rooms", "that it calls people to", unique(inline(listOf(id[town.RoomID]()))), func(o *Office) *[]town.RoomID { return &o.Rooms }),
	in("services", "that it offers", unique(listOf(id[town.ServiceID]())), func(o *Office) *[]town.ServiceID { return &o.Services }),
	in("phone", "left out: the branch's", phone(), func(o *Office) *string { return &o.Phone }),
	in("floor", "", sentence(), func(o *Office) *town.Text { return &o.Floor }),
	in("grid_minutes", "starts lie on this grid from the opening", whole(1, 240), func(o *Office) *int { return &o.Grid }),
	in("lead_minutes", "a citizen books at least this much ahead", whole(0, 100_000), func(o *Office) *int { return &o.Lead }),
	in("horizon_days", "how many days ahead can be booked", whole(0, 1000), func(o *Office) *int { return &o.Horizon }),
	in("release", "time of day at which a new day opens", timeOfDay(), func(o *Office) *town.TimeOfDay { return &o.Release }),
	in("opening", "when appointments take place", listOf(openingRuleShape.kind()), func(o *Office) *[]booking.OpeningRule { return &o.Opening }),
	in("special_hours", "instead of the rules on some dates; of several on a date the last counts", listOf(specialHoursShape.kind()), func(o *Office) *[]SpecialHours { return &o.Special }),
	in("walk_in", "people without an appointment", walkInShape.kind(), func(o *Office) *WalkIn { return &o.WalkIn }),
	in("closures", "in addition to the branch's", listOf(closureShape.kind()), func(o *Office) *[]booking.Closure { return &o.Closures }),
	in("urgent_closures", "entered by managers in the browser; leave the key out, and they stay", listOf(closureShape.kind()), func(o *Office) *[]booking.Closure { return &o.Urgent }),
	in("roster", "who serves in a usual week, where that isn't the rule's counters", listOf(inline(shifts())), func(o *Office) *[]booking.Shift { return &o.Roster.Week }),
	in("roster_exceptions", "the newest last; entered by managers in the browser; leave the key out, and they stay", listOf(inline(exceptions())), func(o *Office) *[]booking.Exception { return &o.Roster.Exceptions }),
	in("staff_notes", "for days; citizens never see them", listOf(staffNoteShape.kind()), func(o *Office) *[]StaffNote { return &o.StaffNotes }),
	in("grace_minutes", "after the start within which check-in keeps the place", whole(0, 240), func(o *Office) *int { return &o.Grace }),
	in("wait_aim_minutes", "that nobody should wait longer than; desks mark who does", whole(1, 480), func(o *Office) *int { return &o.WaitAim }),
	in("calls_to_no_show", "calls after which 'not here' ends a ticket", whole(1, 20), func(o *Office) *int { return &o.CallsToNoShow }),
	in("reminder_hours", "hours before the start at which reminders are sent", unique(inline(listOf(whole(1, 2400)))), func(o *Office) *[]int { return &o.Reminders }),
	in("check_in", "true: people with an appointment say by themselves that they are here: by a code in mail and own page, and by a poster at the door", yesNo(), func(o *Office) *bool { return &o.CheckIn }),
	in("max_per_email", "live appointments of this office, or for the same service, per mail address; left out: 2, unless limits are off; 0: no limit", optional(whole(0, 99)), func(o *Office) **int { return &o.MaxPerEmail }),
	in("cool_down_minutes", "until a cancelled time is free again at the latest; 0: at once", whole(0, 1440), func(o *Office) *int { return &o.CoolDown }),
	in("hints", "for every appointment, in mails and on pages", listOf(sentence()), func(o *Office) *[]town.Text { return &o.Hints }),
	in("entry_rules", "", listOf(entryRuleShape.kind()), func(o *Office) *[]EntryRule { return &o.EntryRules }),
	in("mails", "the office's own wording; left out: the town's, else the program's", mailTexts(), func(o *Office) *[]MailText { return &o.Mails }),
	in("show_name", "true: clerks see the name of the ticket they serve", yesNo(), func(o *Office) *bool { return &o.ShowName }),
	in("retired", "true: ends booking", yesNo(), func(o *Office) *bool { return &o.Retired }),
	in("estimates", "keys whose values the town has not confirmed", inline(listOf(anyLine())), func(o *Office) *[]string { return &o.Estimates }),
}}

var numberRangeShape = shape[NumberRange]{finish: finishNumberRange, fields: []field[NumberRange]{
	must("from", "", calledNumber(), func(n *NumberRange) *town.Number { return &n.From }),
	must("to", "", calledNumber(), func(n *NumberRange) *town.Number { return &n.To }),
}}

func calledNumber() kind[town.Number] { return whole(town.FirstNumber, town.LastNumber) }

func finishNumberRange(r *reader, n *node, v *NumberRange) {
	if v.From > v.To {
		r.wrong(n.at, "from %s is after to %s", v.From, v.To)
	}
}

var branchShape = shape[Branch]{fields: []field[Branch]{
	must("id", "never changes; it stands in links", id[town.BranchID](), func(b *Branch) *town.BranchID { return &b.ID }),
	in("name", "needed for a new branch", sentence(), func(b *Branch) *town.Text { return &b.Name }),
	in("building", "", sentence(), func(b *Branch) *town.Text { return &b.Building }),
	in("address", "needed for a new branch", inline(addressShape.kind()), func(b *Branch) *Address { return &b.Address }),
	in("phone", "", phone(), func(b *Branch) *string { return &b.Phone }),
	in("help_phone", "that a desk dials whose silent alarm nobody sees; left out: phone", phone(), func(b *Branch) *string { return &b.HelpPhone }),
	in("email", "", mailAddress(), func(b *Branch) *string { return &b.Email }),
	in("time_zone", "needed for a new branch: Europe/Berlin", timeZone(), func(b *Branch) *string { return &b.TimeZone }),
	in("call_mode", "screen, or pickup at the meeting point; needed for a new branch", callMode(), func(b *Branch) *town.CallMode { return &b.CallMode }),
	in("meeting_point", "where people are picked up", sentence(), func(b *Branch) *town.Text { return &b.MeetingPoint }),
	in("map_url", "", webAddress(), func(b *Branch) *string { return &b.MapURL }),
	in("directions", "entrances, parking, accessibility", listOf(sentence()), func(b *Branch) *[]town.Text { return &b.Directions }),
	in("room_word", "what the town calls its rooms: Zimmer, Platz", sentence(), func(b *Branch) *town.Text { return &b.RoomWord }),
	in("closures", "of all its offices", listOf(closureShape.kind()), func(b *Branch) *[]booking.Closure { return &b.Closures }),
	in("urgent_closures", "entered by managers in the browser; leave the key out, and they stay", listOf(closureShape.kind()), func(b *Branch) *[]booking.Closure { return &b.Urgent }),
	in("staff_notes", "for days; citizens never see them", listOf(staffNoteShape.kind()), func(b *Branch) *[]StaffNote { return &b.StaffNotes }),
	in("excluded_numbers", "never drawn, for example pre-printed paper tickets", listOf(inline(numberRangeShape.kind())), func(b *Branch) *[]NumberRange { return &b.Excluded }),
	in("notice", "line on the waiting-room screen", sentence(), func(b *Branch) *town.Text { return &b.Notice }),
	in("screen", "how its waiting-room screens look and sound", screenStyleShape.kind(), func(b *Branch) *ScreenStyle { return &b.Screen }),
	in("screens", "single screens that differ from that", listOf(screenOfShape.kind()), func(b *Branch) *[]ScreenOf { return &b.Screens }),
	in("lock_after_minutes", "staff's pages ask for the password after this long without an act, for desks that are shared; numbers, arrivals and alarm stay; 0: never", whole(0, 480), func(b *Branch) *int { return &b.LockAfter }),
	in("retired", "true: ends booking", yesNo(), func(b *Branch) *bool { return &b.Retired }),
	in("rooms", "", entitiesOf(roomShape, func(r *Room) *town.RoomID { return &r.ID }), func(b *Branch) *[]Room { return &b.Rooms }),
	in("offices", "", entitiesOf(officeShape, func(o *Office) *town.OfficeID { return &o.ID }), func(b *Branch) *[]Office { return &b.Offices }),
}}

// document is a file as a whole.
type document struct {
	format string
	Catalogue
}

var documentShape = shape[document]{fields: []field[document]{
	must("format", "", oneOf(Format), func(d *document) *string { return &d.format }),
	in("authority", "the town itself", entity(authorityShape), func(d *document) *Authority { return &d.Authority }),
	in("services", "what citizens can book", entitiesOf(serviceShape, func(s *Service) *town.ServiceID { return &s.ID }), func(d *document) *[]Service { return &d.Services }),
	in("branches", "the buildings with their offices and rooms", entitiesOf(branchShape, func(b *Branch) *town.BranchID { return &b.ID }), func(d *document) *[]Branch { return &d.Branches }),
}}

func callMode() kind[town.CallMode] { return oneOf(town.CallScreen, town.CallPickup) }
