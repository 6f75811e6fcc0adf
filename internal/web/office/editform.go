package office

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// editView is the form of one edit.
type editView struct {
	*view
	ID     string // of the draft that it goes into; empty: a new one
	Kind   string
	Kinds  []page.Link
	Places []closingPlaces
	At     string
	Rules  []page.Option // of the office, for a rule
	Rule   string
	Fields []editField
	Days   []page.Tick
	Ticks  []page.Tick
}

// editField is a line of the form.
type editField struct {
	Name, Label, Hint, Type string
	page.Field
}

// editKind is how a kind of edit is asked for and read.
type editKind struct {
	name   string
	fields []string // of the form, in order
	days   bool     // days of the week can be chosen
	ticks  []string
	read   func(f *editForm) (catalogue.Edit, error)
}

var editKinds = []editKind{
	{"zeiten", []string{"von", "bis", "zeiten", "schalter", "gesamt", "online", "ohne"}, true, []string{"feiertags"}, (*editForm).special},
	{"schliessen", []string{"von", "bis", "ab", "ende", "worte"}, false, []string{"nurohne"}, (*editForm).closing},
	{"regel", []string{"gilt", "zeiten", "schalter", "gesamt", "online", "wochen", "zaehlt", "nth", "daten", "letzter"}, true, []string{"endet", "feiertags"}, (*editForm).rule},
	{"notiz", []string{"von", "bis", "text"}, false, nil, (*editForm).note},
	{"woche", []string{"woche", "erste", "letzte"}, false, nil, (*editForm).week},
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
}

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

// addEdit puts an edit into a draft.
func (o *Pages) addEdit(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	f := &editForm{Values: form, all: o.app.Catalogue()}
	edit, err := kindOf(form.Get("art")).read(f)
	if err == nil {
		err = o.intoDraft(c, form.Get("id"), edit)
	}
	if err != nil {
		return o.showEdit(c, form, true, err)
	}
	return nil
}

// showEdit shows the form: with what was typed, or with what holds now.
func (o *Pages) showEdit(c *gin.Context, form url.Values, typed bool, refused error) error {
	view := &editView{view: o.officePage(c, "staff.change.new"), ID: form.Get("id"), Rule: form.Get("regel")}
	kind := kindOf(form.Get("art"))
	view.Kind = kind.name
	view.At = form.Get("wo")
	for _, b := range o.staff.Managed(c) {
		view.Places = append(view.Places, view.managedPlace(b))
	}
	if view.At == "" {
		view.At = firstOffice(view.Places)
	}
	if !typed {
		form = o.presets(view, kind, form)
	}
	if kind.name == "regel" {
		view.Rules = view.rulesOf(o.app.Catalogue())
	}
	view.fill(kind, form)
	view.mark(refused)
	return o.staff.ShowRefused(c, view.View, refused, "edit", view)
}

func firstOffice(places []closingPlaces) string {
	for _, group := range places {
		for _, place := range group.Places {
			if strings.Contains(place.Value, "/") {
				return place.Value
			}
		}
	}
	return ""
}

func (v *editView) fill(kind editKind, form url.Values) {
	for _, k := range editKinds {
		query := url.Values{"art": {k.name}, "wo": {v.At}}
		for _, name := range []string{"id", "von", "bis"} {
			if value := form.Get(name); value != "" {
				query.Set(name, value)
			}
		}
		v.Kinds = append(v.Kinds, page.Link{Label: v.T("staff.change.kind_" + k.name), URL: draftPath + "/neu?" + query.Encode()})
	}
	for _, name := range kind.fields {
		f := editField{Name: name, Label: v.T("staff.change.field_" + name), Type: cmp.Or(fieldTypes[name], "text"), Field: page.Field{Value: form.Get(name)}}
		if hint := "staff.change.hint_" + name; v.Has(hint) {
			f.Hint = v.T(hint)
		}
		v.Fields = append(v.Fields, f)
	}
	if kind.days {
		for day := time.Monday; day <= time.Sunday+7; day++ {
			value := strconv.Itoa(int(day) % 7)
			v.Days = append(v.Days, page.Tick{Value: value, Label: v.Weekday(day % 7), On: slices.Contains(form["tage"], value)})
		}
	}
	for _, name := range kind.ticks {
		v.Ticks = append(v.Ticks, page.Tick{Value: name, Label: v.T("staff.change.tick_" + name), On: form.Has(name)})
	}
}

// mark says at the fields what stands in the way.
func (v *editView) mark(refused error) {
	if refused == nil {
		return
	}
	for name, key := range problem.Of(refused).Fields {
		name = cmp.Or(formNames[name], name)
		for i := range v.Fields {
			if v.Fields[i].Name == name {
				v.Fields[i].Error = v.Field(key)
			}
		}
	}
}

// rulesOf names the rules of the office that is chosen.
func (v *editView) rulesOf(all *catalogue.Catalogue) []page.Option {
	options := []page.Option{{Value: "", Label: v.T("staff.change.rule_add")}}
	for _, r := range openingOf(all, placeOf(v.At)) {
		options = append(options, page.Option{Value: ruleName(r), Label: v.ruleWords(r)})
	}
	return options
}

func openingOf(all *catalogue.Catalogue, at catalogue.Counters) []booking.OpeningRule {
	b, ok := all.Branch(at.Branch)
	if !ok {
		return nil
	}
	office, ok := b.Office(at.Office)
	if !ok {
		return nil
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
	rules := openingOf(o.app.Catalogue(), at)
	if kind.name == "regel" {
		for _, r := range rules {
			if ruleName(r) == v.Rule {
				presetRule(form, r)
			}
		}
		return form
	}
	date, err := town.ParseDate(form.Get("von"))
	if err != nil {
		return form
	}
	for _, r := range rules {
		if kind.name == "zeiten" && r.Pattern.Matches(date) {
			presetHours(form, r)
			form.Set("ohne", writeIntervals(r.Intervals))
		}
	}
	return form
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
	if r.Pattern.Every > 1 {
		form.Set("wochen", strconv.Itoa(r.Pattern.Every))
		form.Set("zaehlt", r.Pattern.Anchor.String())
	}
	form.Set("nth", joined(r.Pattern.Nth, strconv.Itoa))
	form.Set("daten", joined(r.Pattern.Dates, town.Date.String))
	if r.Pattern.To != nil {
		form.Set("letzter", r.Pattern.To.String())
	}
	if r.Holidays {
		form.Set("feiertags", "1")
	}
}

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
