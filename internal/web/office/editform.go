package office

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// editView is the form of one edit.
type editView struct {
	*view
	ID            string // of the draft that it goes into; empty: a new one
	Instead, Seen string // the edit of the draft that it replaces, and the draft's version; empty: none
	Kind          string
	Kinds         []page.Link
	Places        []closingPlaces
	At            string
	Rules         []page.Option // of the office, for a rule
	Rule          string
	Which         string        // how it is asked which of them
	Entered       []page.Option // what can be taken back
	Choosing      bool          // nobody has said yet what to change
	Fields        []editField
	Rare          []editField // of what is seldom said
	RareOpen      bool        // something is said there
	Days          []page.Tick
	DaysLabel     string
	Services      []page.Tick
	Rooms         []page.Tick
	Ticks         []page.Tick
	Errors        map[string]string // by field
}

// editField is a line of the form.
type editField struct {
	Name, Label, Hint, Type string
	Days                    bool // the days of the week stand behind it
	page.Field
}

// editKind is how a kind of edit is asked for and read.
type editKind struct {
	name   string
	fields []string // of the form, in order
	rare   []string // of it too, folded until something stands there
	asks   asks
	ticks  []string
	names  map[string]string // fields of the form behind those of the edit, where they are others than usual
	read   func(f *editForm) (catalogue.Edit, error)
}

// asks is what else a kind asks for.
type asks struct {
	office   bool // an office, not a whole branch
	days     bool // days of the week
	rule     bool // which rule
	shift    bool // which sentence of the usual week, and which counters
	services bool
	entered  bool // what is entered already
}

// walkInRules is the kind of edit that is about the hours without an appointment.
const walkInRules = "ohnetermin"

var editKinds = []editKind{
	{"zeiten", []string{"von", "bis", "zeiten", "schalter", "gesamt", "online", "ohne"}, nil, asks{office: true, days: true}, []string{"feiertags"}, nil, (*editForm).special},
	{"schliessen", []string{"von", "bis", "ab", "ende", "worte"}, nil, asks{}, []string{"nurohne"}, map[string]string{"hours": "ab", "part": "ab"}, (*editForm).closing},
	{"regel", []string{"gilt", "zeiten", "schalter", "gesamt", "online"}, []string{"wochen", "zaehlt", "nth", "daten", "letzter"},
		asks{office: true, days: true, rule: true, services: true}, []string{"endet", "feiertags"}, ruleNames, (*editForm).rule},
	{walkInRules, []string{"gilt", "zeiten"}, []string{"wochen", "zaehlt", "nth", "daten", "letzter"},
		asks{office: true, days: true, rule: true}, []string{"endet", "feiertags"}, ruleNames, (*editForm).walkInRule},
	{usualWeek, []string{"gilt", "schalter"}, []string{"ab", "ende", "gesamt", "online", "wochen", "zaehlt", "letzter"},
		asks{office: true, days: true, shift: true}, []string{"endet"}, shiftNames, (*editForm).shift},
	{"notiz", []string{"von", "bis", "text"}, nil, asks{}, nil, nil, (*editForm).note},
	{"woche", []string{"woche", "erste", "letzte"}, nil, asks{}, nil, map[string]string{"to": "letzte"}, (*editForm).week},
	{"zuruecknehmen", nil, nil, asks{entered: true}, nil, nil, (*editForm).takeBack},
}

// fieldTypes are the fields that aren't plain text.
var fieldTypes = map[string]string{
	"von": "date", "bis": "date", "gilt": "date", "letzter": "date", "zaehlt": "date", "woche": "date", "erste": "date", "letzte": "date",
	"ab": "time", "ende": "time", "schalter": "number", "gesamt": "number", "online": "number", "wochen": "number",
}

// formNames are the fields of the form behind those of an edit.
var formNames = map[string]string{
	"hours": "zeiten", "walk_in": "ohne", "capacity": "schalter", "counters": "schalter", "staff": "gesamt", "from": "von", "to": "bis",
	"days": "tage", "text": "text", "reason": "worte", "dates": "daten", "every_weeks": "wochen", "anchor": "zaehlt", "week": "woche",
	"nth": "nth", "services": "anliegen", "office": "wo",
}

// ruleNames are those of a rule.
var ruleNames = map[string]string{"from": "gilt", "to": "letzter"}

func kindOf(name string) editKind {
	for _, k := range editKinds {
		if k.name == name {
			return k
		}
	}
	return editKinds[0]
}

func (o *Pages) newEdit(c *gin.Context) error {
	return o.showEdit(c, c.Request.URL.Query(), false, nil)
}

// addEdit puts an edit into a draft, or in the place of one there.
func (o *Pages) addEdit(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	kind, f := kindOf(form.Get("art")), &editForm{Values: form, all: o.app.Catalogue(), today: o.today}
	if kind.asks.office && f.place().Office == "" {
		return o.showEdit(c, form, true, problem.Field("wo", "edit.office"))
	}
	edit, err := kind.read(f)
	if err == nil {
		err = o.putIntoDraft(c, form, edit)
	}
	if err != nil {
		return o.showEdit(c, form, true, err)
	}
	return nil
}

func (o *Pages) putIntoDraft(c *gin.Context, form url.Values, edit catalogue.Edit) error {
	if form.Get("statt") == "" {
		return o.intoDraft(c, form.Get("id"), edit)
	}
	at, atErr := strconv.Atoi(form.Get("statt"))
	version, versionErr := strconv.Atoi(form.Get("version"))
	if atErr != nil || versionErr != nil || version < 1 {
		return problem.New(problem.Malformed, "request.malformed")
	}
	d, err := o.app.Drafts.ReplaceEdit(c.Request.Context(), page.ActorOf(c), form.Get("id"), version, at, edit)
	if err != nil {
		return err
	}
	return o.staff.Frame.Done(c, draftAddress(d.ID)+"&neu=1")
}

// showEdit shows the form: with what was typed, or with what holds now. Errors:
// Forbidden where the place isn't the actor's.
func (o *Pages) showEdit(c *gin.Context, form url.Values, typed bool, refused error) error {
	view := &editView{view: o.officePage(c, "staff.change.new"), ID: form.Get("id"), Rule: form.Get("regel"), Instead: form.Get("statt"), Seen: form.Get("version")}
	kind := kindOf(form.Get("art"))
	view.Kind, view.At, view.Choosing = kind.name, form.Get("wo"), !form.Has("art")
	for _, b := range o.staff.Managed(c) {
		view.Places = append(view.Places, view.managedPlace(b))
	}
	if kind.asks.office {
		view.onlyOffices()
	}
	if err := view.choose(page.ActorOf(c)); err != nil {
		return err
	}
	if !typed {
		form = o.presets(view, kind, form)
	}
	view.Which = view.T("staff.change.which_rule")
	if kind.asks.rule {
		view.Rules = view.rulesOf(rulesAt(o.app.Catalogue(), kind.name, placeOf(view.At)))
	}
	if kind.asks.shift {
		view.Which = view.T("staff.change.which_shift")
		view.Rules = view.shiftOptions(o.app.Catalogue(), placeOf(view.At))
		view.Rooms = roomTicks(o.app.Catalogue(), placeOf(view.At), form["plaetze"])
	}
	if kind.asks.entered {
		view.Entered = view.backOptions(o.app.Catalogue(), placeOf(view.At), o.today)
	}
	names := maps.Clone(formNames)
	maps.Copy(names, kind.names)
	view.Errors = view.errorsAt(refused, names)
	view.fill(kind, form, o.app.Catalogue())
	return o.staff.ShowRefused(c, view.View, refused, "edit", view)
}

// onlyOffices leaves out whole branches.
func (v *editView) onlyOffices() {
	for i := range v.Places {
		v.Places[i].Places = slices.DeleteFunc(v.Places[i].Places, func(place page.Option) bool { return !strings.Contains(place.Value, "/") })
	}
}

// choose sets the place: the one that was asked for, else the first office of its
// branch, else the first of all. Errors: Forbidden.
func (v *editView) choose(actor access.Actor) error {
	asked := placeOf(v.At)
	if asked.Branch != "" {
		if err := actor.MayManage(asked.Branch); err != nil {
			return err
		}
	}
	for _, group := range v.Places {
		if slices.ContainsFunc(group.Places, func(place page.Option) bool { return place.Value == v.At }) {
			return nil
		}
	}
	v.At = cmp.Or(firstOffice(v.Places, asked.Branch), firstOffice(v.Places, ""))
	return nil
}

// firstOffice returns the first office of a branch; empty: of any.
func firstOffice(places []closingPlaces, branch town.BranchID) string {
	for _, group := range places {
		for _, place := range group.Places {
			if at := placeOf(place.Value); at.Office != "" && (branch == "" || at.Branch == branch) {
				return place.Value
			}
		}
	}
	return ""
}

func (v *editView) fill(kind editKind, form url.Values, all *catalogue.Catalogue) {
	for _, k := range editKinds {
		query := url.Values{"art": {k.name}, "wo": {v.At}}
		for _, name := range []string{"id", "von", "bis", "statt", "version"} {
			if value := form.Get(name); value != "" {
				query.Set(name, value)
			}
		}
		v.Kinds = append(v.Kinds, page.Link{Label: v.T("staff.change.kind_" + k.name), URL: draftPath + "/neu?" + query.Encode()})
	}
	v.Fields, v.Rare = v.editFields(kind, kind.fields, form), v.editFields(kind, kind.rare, form)
	v.RareOpen = slices.ContainsFunc(v.Rare, func(f editField) bool { return f.Value != "" || f.Error != "" }) ||
		len(form["anliegen"]) > 0 || len(form["plaetze"]) > 0 || v.Errors["anliegen"] != "" || v.Errors["plaetze"] != ""
	v.DaysLabel = v.T("staff.change.field_tage")
	if kind.asks.rule || kind.asks.shift {
		v.DaysLabel = v.T("staff.change.field_tage_immer")
	}
	if kind.asks.days {
		for day := time.Monday; day <= time.Sunday+7; day++ {
			value := strconv.Itoa(int(day) % 7)
			v.Days = append(v.Days, page.Tick{Value: value, Label: v.Weekday(day % 7), On: slices.Contains(form["tage"], value)})
		}
	}
	if office := placeOf(v.At).OfficeIn(all); kind.asks.services && office != nil {
		for _, id := range office.Services {
			name := v.ItemNames(all, []town.Item{{Service: id, Quantity: 1}})
			v.Services = append(v.Services, page.Tick{Value: string(id), Label: strings.Join(name, ""), On: slices.Contains(form["anliegen"], string(id))})
		}
	}
	for _, name := range kind.ticks {
		v.Ticks = append(v.Ticks, page.Tick{Value: name, Label: v.T("staff.change.tick_" + name), On: form.Has(name)})
	}
}

// editFields are lines of the form. The days of the week stand behind the first that
// says from when on a rule holds, else behind the last.
func (v *editView) editFields(kind editKind, names []string, form url.Values) []editField {
	var fields []editField
	for _, name := range names {
		f := editField{Name: name, Label: v.T("staff.change.field_" + name), Type: cmp.Or(fieldTypes[name], "text"), Field: page.Field{Value: form.Get(name), Error: v.Errors[name]}}
		for _, hint := range []string{"staff.change.hint_" + name, "staff.change.hint_" + kind.name + "_" + name} {
			if v.Has(hint) {
				f.Hint = v.T(hint)
			}
		}
		f.Days = kind.asks.days && (name == "gilt" || name == "online" && kind.name == "zeiten")
		fields = append(fields, f)
	}
	return fields
}

// rulesOf names rules that can be changed.
func (v *editView) rulesOf(rules []booking.OpeningRule) []page.Option {
	options := []page.Option{{Value: "", Label: v.T("staff.change.rule_add")}}
	for _, r := range rules {
		options = append(options, page.Option{Value: ruleName(r), Label: v.ruleWords(r)})
	}
	return options
}

// rulesAt returns the rules of an office that a kind of edit is about.
func rulesAt(all *catalogue.Catalogue, kind string, at catalogue.Counters) []booking.OpeningRule {
	office := at.OfficeIn(all)
	switch {
	case office == nil:
		return nil
	case kind == walkInRules:
		return office.WalkIn.Hours
	}
	return office.Opening
}

// ruleName names a rule by what it says: whoever changed it meanwhile gave it
// another.
func ruleName(r booking.OpeningRule) string {
	sum := sha256.Sum256(catalogue.EncodeEdits([]catalogue.Noted{{Edit: catalogue.RuleEdit{Old: &r}}}))
	return hex.EncodeToString(sum[:8])
}

func placeOf(value string) catalogue.Counters {
	branch, office, _ := strings.Cut(value, "/")
	return catalogue.Counters{Branch: town.BranchID(branch), Office: town.OfficeID(office)}
}

// presets are what a form begins with: tomorrow, and what holds there otherwise.
func (o *Pages) presets(v *editView, kind editKind, asked url.Values) url.Values {
	form := url.Values{}
	for name, values := range asked {
		form[name] = values
	}
	at := placeOf(v.At)
	tomorrow := town.DateOf(o.app.Now(), o.staff.Frame.ZoneOf(at.Branch)).AddDays(1)
	if form.Get("von") == "" {
		form.Set("von", tomorrow.String())
	}
	if form.Get("bis") == "" {
		form.Set("bis", form.Get("von"))
	}
	rules := rulesAt(o.app.Catalogue(), kind.name, at)
	if kind.asks.rule {
		for _, r := range rules {
			if ruleName(r) == v.Rule && form.Get("zeiten") == "" {
				presetRule(form, r)
			}
		}
		return form
	}
	if kind.asks.shift {
		for _, s := range shiftsAt(o.app.Catalogue(), at) {
			if shiftName(s) == v.Rule && !form.Has("tage") {
				presetShift(form, s)
			}
		}
		return form
	}
	date, err := town.ParseDate(form.Get("von"))
	if err != nil {
		return form
	}
	if kind.name == "zeiten" && form.Get("zeiten") == "" {
		presetDay(form, rules, rulesAt(o.app.Catalogue(), walkInRules, at), date)
	}
	return form
}

// presetDay presets what the rules say about a date.
func presetDay(form url.Values, opening, walkIn []booking.OpeningRule, date town.Date) {
	for _, r := range opening {
		if r.Pattern.Matches(date) {
			presetHours(form, r)
		}
	}
	for _, r := range walkIn {
		if r.Pattern.Matches(date) {
			form.Set("ohne", writeIntervals(r.Intervals))
		}
	}
}

func presetHours(form url.Values, r booking.OpeningRule) {
	form.Set("zeiten", writeIntervals(r.Intervals))
	form.Set("schalter", strconv.Itoa(r.Capacity.Counters))
	form.Set("gesamt", strconv.Itoa(r.Capacity.Staff))
	form.Set("online", strconv.Itoa(r.Capacity.Online))
}

func presetRule(form url.Values, r booking.OpeningRule) {
	presetHours(form, r)
	for _, day := range r.Pattern.Weekdays {
		form.Add("tage", strconv.Itoa(int(day)))
	}
	presetRhythm(form, r.Pattern)
	form.Set("nth", joined(r.Pattern.Nth, strconv.Itoa))
	form.Set("daten", joined(r.Pattern.Dates, writeDate))
	for _, id := range r.Services {
		form.Add("anliegen", string(id))
	}
	if r.Holidays {
		form.Set("feiertags", "1")
	}
}

// writeDate writes a date as forms show it: 24.12.2026.
func writeDate(d town.Date) string { return d.UTC().Format("02.01.2006") }

func writeIntervals(intervals []booking.Interval) string {
	return joined(intervals, func(iv booking.Interval) string { return iv.From.String() + "-" + iv.To.String() })
}

func joined[T any](values []T, write func(T) string) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = write(value)
	}
	return strings.Join(words, ", ")
}
