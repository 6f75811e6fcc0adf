package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// draft is the fourth step's form: everything it takes to book, so that
// nothing is lost when the hold is.
type draft struct {
	choice
	start                       time.Time
	hold                        string
	name, email, phone, support string
	key                         string // makes a second click the same booking
	solution, since             string // see app.ProofAnswer
}

func (p *Pages) readDraft(c *gin.Context) (draft, error) {
	form, err := readForm(c)
	if err != nil {
		return draft{}, err
	}
	d := draft{
		choice: readChoice(form), hold: form.Get("hold"), key: form.Get("key"),
		solution: form.Get("loesung"), since: form.Get("seit"),
		name: form.Get("name"), email: form.Get("email"), phone: form.Get("phone"), support: form.Get("support"),
	}
	d.start, err = parseStart(form.Get("start"), p.zoneOf(d.branch))
	return d, err
}

func (d draft) hidden() []hidden {
	return append(d.choice.hidden(),
		hidden{"start", d.start.Format(time.RFC3339)}, hidden{"hold", d.hold}, hidden{"key", d.key}, hidden{"seit", d.since})
}

// detailsView asks who is coming, and says what the button will do.
type detailsView struct {
	*Page
	Action, ExtendAction, OtherAction string
	Hidden                            []hidden
	Name, Email, Phone, Support       field
	MaxSupport                        int
	Hold                              *holdView
	Proof                             string // what the script computes; empty: nothing
	Nearest                           []slotButton
	WishURL                           string // where the time is gone and no other is free
	When, Where                       string
}

type field struct {
	Value string
	Error string
}

// holdView is the time that is left.
type holdView struct {
	Over       bool
	Until      string // wall-clock time
	Left       string // "9 Minuten"
	Seconds    int    // for the script, which counts on its own clock
	Full       int    // seconds after an extension
	Extendable bool
	ExtendURL  string // of the JSON interface, for the script
}

// details shows the fourth step for a hold.
func (p *Pages) details(c *gin.Context) {
	held, err := p.hall.HeldSlot(c.Request.Context(), c.Param("hold"))
	if err != nil {
		p.fail(c, err)
		return
	}
	d := draft{choice: choice{items: held.Items, branch: held.Branch}, hold: held.ID}
	d.start = held.Start.In(p.zoneOf(held.Branch))
	p.showDetails(c, d, &held, nil)
}

// otherTime keeps another time for what was typed already.
func (p *Pages) otherTime(c *gin.Context) {
	d, err := p.readDraft(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	start, err := parseStart(c.PostForm("neu"), p.zoneOf(d.branch))
	if err != nil {
		p.fail(c, err)
		return
	}
	held, err := p.holdTime(c, d.choice, start)
	if err != nil {
		p.refuseDraft(c, d, err)
		return
	}
	d.start, d.hold = start, held.ID
	p.showDetails(c, d, &held, nil)
}

// extend keeps the time longer and gives back what was typed. A time that was
// lost is refused with the nearest free ones.
func (p *Pages) extend(c *gin.Context) {
	d, err := p.readDraft(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	held, err := p.hall.ExtendHold(c.Request.Context(), p.citizen(c), d.hold)
	if problem.Is(err, "hold.unknown") {
		held, err = p.holdTime(c, d.choice, d.start)
	}
	if err != nil {
		p.refuseDraft(c, d, err)
		return
	}
	d.hold = held.ID
	p.showDetails(c, d, &held, nil)
}

// refuseDraft shows the form again with what was typed and what is wrong.
func (p *Pages) refuseDraft(c *gin.Context, d draft, err error) {
	e := problem.Of(err)
	if e.Kind == problem.Internal || e.Kind == problem.NotFound {
		p.fail(c, err)
		return
	}
	held, err := p.hall.HeldSlot(c.Request.Context(), d.hold)
	if err != nil {
		p.showDetails(c, d, nil, e)
		return
	}
	p.showDetails(c, d, &held, e)
}

func (p *Pages) showDetails(c *gin.Context, d draft, held *app.Held, refused *problem.Error) {
	all := p.hall.Catalogue()
	v := p.page(c)
	v.Title, v.Step = v.T("booking.details.title"), 4
	date := town.DateOf(d.start, d.start.Location())
	v.Chosen = slices.Concat([]Chosen{v.chosenItems(all, d.choice)}, v.chosenDay(all, d.choice, date), []Chosen{v.chosenTime(d.choice, d.start)})
	d.key = rand.Text() // a form that was refused is a new request
	proof, err := p.proof(&d)
	if err != nil {
		p.fail(c, err)
		return
	}
	view := detailsView{
		Page: v, Action: v.Link("/termin/buchen"), ExtendAction: v.Link("/termin/verlaengern"), OtherAction: v.Link("/termin/daten"),
		Hidden: d.hidden(), MaxSupport: app.MaxSupport,
		Name: field{Value: d.name}, Email: field{Value: d.email}, Phone: field{Value: d.phone}, Support: field{Value: d.support},
		When: v.Moment(d.start), Where: branchName(all, d.branch, v.Lang),
		Hold: p.holdView(v, held, d.start.Location()), Proof: proof,
	}
	status := http.StatusOK
	switch {
	case refused != nil:
		status = refused.Kind.Status()
		view.refuse(refused, d)
	case view.Hold != nil && view.Hold.Over:
		if err := p.lapsed(c.Request.Context(), &view, d); err != nil {
			p.fail(c, err)
			return
		}
	}
	p.render(c, status, "details", view)
}

// lapsed offers the nearest times where a hold is over and somebody else has
// its time meanwhile.
func (p *Pages) lapsed(ctx context.Context, view *detailsView, d draft) error {
	starts, err := p.hall.Nearest(ctx, d.wanted(), d.start)
	if err != nil || slices.ContainsFunc(starts, d.start.Equal) {
		return err
	}
	view.Hold = nil
	view.Alert, view.Focus = &Alert{Title: view.T("booking.hold.over_taken")}, true
	view.offer(view.buttons(starts, d.start.Location()), d)
	return nil
}

// offer shows other times instead of one that is gone, or the way to wait for
// one.
func (view *detailsView) offer(nearest []slotButton, d draft) {
	view.Nearest = nearest
	if len(nearest) == 0 {
		view.WishURL = view.link("/termin/wunsch", d.choice.values())
	}
}

// proof returns what the browser is asked to compute, and lets waiting that
// began go on.
func (p *Pages) proof(d *draft) (string, error) {
	proof, err := p.hall.NewProof(d.hold, d.since)
	if err != nil || proof == nil {
		d.since = ""
		return "", err
	}
	d.since = proof.Since
	text, err := json.Marshal(proof)
	return string(text), err
}

func (p *Pages) holdView(v *Page, held *app.Held, zone *time.Location) *holdView {
	if held == nil {
		return nil
	}
	left := held.Expires.Sub(p.hall.Now()).Truncate(time.Second) // a hold lasts through the second in which it ends
	return &holdView{
		Over: left <= 0, Until: v.Time(held.Expires.In(zone)), Seconds: int(left.Seconds()), Full: int(app.HoldTime.Seconds()),
		Left: v.N("date.minutes", int((left+time.Minute-1)/time.Minute)), Extendable: held.Extendable,
		ExtendURL: "/api/v1/holds/" + url.PathEscape(held.ID) + "/extend",
	}
}

// refuse puts each mistake beside its field and all of them on top.
func (view *detailsView) refuse(e *problem.Error, d draft) {
	view.Alert, view.Focus = view.alert(e, []formField{
		{"name", &view.Name}, {"email", &view.Email}, {"phone", &view.Phone}, {"support", &view.Support},
	}), true
	if e.Key == "booking.slot_taken" {
		view.Hold = nil
		view.offer(view.nearest(e, d.start.Location()), d)
	}
}

// formField is a field by its name; at is nil where a mistake stands on top
// only.
type formField struct {
	name string
	at   *field
}

// alert lists what is wrong in the order of the form, and marks the fields. A
// mistake in no field of the form is the title.
func (v *Page) alert(e *problem.Error, fields []formField) *Alert {
	alert := &Alert{Title: v.Problem(e)}
	for _, f := range fields {
		key, wrong := e.Fields[f.name]
		if !wrong {
			continue
		}
		sentence := v.fieldError(f.name, key)
		if f.at != nil {
			f.at.Error = sentence
		}
		alert.Fields = append(alert.Fields, Link{sentence, "#" + f.name})
	}
	if len(alert.Fields) == 0 {
		alert.Title = v.firstField(e)
	}
	return alert
}

// fieldError says what to do about a field, in words of its own where there
// are some: a missing name is asked for by name.
func (v *Page) fieldError(name, key string) string {
	if own := "booking.details." + name + "_missing"; missing(key) && v.Has(own) {
		return v.T(own)
	}
	return v.Field(key)
}

func missing(key string) bool { return key == "field.required" || key == "request.required" }
