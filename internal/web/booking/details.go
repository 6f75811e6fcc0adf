package booking

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
	"aufruf/internal/web/page"
)

// draft is the fourth step's form: everything it takes to book, so that
// nothing is lost when the hold is.
type draft struct {
	page.Choice
	start                       time.Time
	hold                        string
	name, email, phone, support string
	answers                     map[town.QuestionID]string
	key                         string // makes a second click the same booking
	solution                    string // see app.ProofAnswer
}

func (p *Pages) readDraft(c *gin.Context) (draft, error) {
	form, err := page.ReadForm(c)
	if err != nil {
		return draft{}, err
	}
	d := draft{
		Choice: page.ReadChoice(form), hold: form.Get("hold"), key: form.Get("key"),
		solution: form.Get("loesung"),
		name:     form.Get("name"), email: form.Get("email"), phone: form.Get("phone"), support: form.Get("support"),
		answers: page.AnswersOf(form),
	}
	d.start, err = page.ParseStart(form.Get("start"), p.frame.ZoneOf(d.Branch))
	return d, err
}

func (d draft) hidden() []page.HiddenField {
	return append(d.Choice.Hidden(),
		page.HiddenField{Name: "start", Value: d.start.Format(time.RFC3339)}, page.HiddenField{Name: "hold", Value: d.hold}, page.HiddenField{Name: "key", Value: d.key})
}

// detailsView asks who is coming, and says what the button will do.
type detailsView struct {
	*page.Page
	Action, ExtendAction, OtherAction string
	Hidden                            []page.HiddenField
	Name, Email, Phone, Support       page.Field
	Questions                         []page.Question
	MailedWhat                        string // goes to the address
	MaxSupport                        int
	Hold                              *holdView
	Proof                             string // what the script computes; empty: nothing
	Unheld                            bool   // nothing keeps the time: somebody else may book it first
	Nearest                           []page.SlotButton
	WishURL                           string // where the time is gone and no other is free
	When, Where                       string
	Confirms, ChecksName              bool // what its services ask against trade, see catalogue.Service
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
func (p *Pages) details(c *gin.Context) error {
	held, err := p.app.HeldSlot(c.Request.Context(), c.Param("hold"))
	if err != nil {
		return err
	}
	d := draft{Choice: page.Choice{Items: held.Items, Branch: held.Branch}, hold: held.ID}
	d.start = held.Start.In(p.frame.ZoneOf(held.Branch))
	return p.showDetails(c, d, &held, nil)
}

// detailsUnheld shows the fourth step for a time that isn't kept: there were too
// many holds, of this browser or behind its address.
func (p *Pages) detailsUnheld(c *gin.Context) error {
	query := c.Request.URL.Query()
	if !query.Has("start") {
		return page.ErrUnknownAddress
	}
	d := draft{Choice: page.ReadChoice(query)}
	if err := d.Known(p.app.Catalogue()); err != nil {
		return err
	}
	var err error
	if d.start, err = page.ParseStart(query.Get("start"), p.frame.ZoneOf(d.Branch)); err != nil {
		return err
	}
	return p.showDetails(c, d, nil, nil)
}

// otherTime keeps another time for what was typed already.
func (p *Pages) otherTime(c *gin.Context) error {
	d, err := p.readDraft(c)
	if err != nil {
		return err
	}
	start, err := page.ParseStart(c.PostForm("neu"), p.frame.ZoneOf(d.Branch))
	if err != nil {
		return err
	}
	held, err := p.holdTime(c, d.hold, d.Choice, start)
	if problem.Is(err, app.ErrHoldTooMany.Key) {
		d.start, d.hold = start, ""
		return p.showDetails(c, d, nil, nil)
	}
	if err != nil {
		return p.refuseDraft(c, d, err)
	}
	d.start, d.hold = start, held.ID
	return p.showDetails(c, d, &held, nil)
}

// extend keeps the time longer and gives back what was typed. A time that was
// lost is refused with the nearest free ones.
func (p *Pages) extend(c *gin.Context) error {
	d, err := p.readDraft(c)
	if err != nil {
		return err
	}
	held, err := p.app.ExtendHold(c.Request.Context(), p.frame.Citizen(c), d.hold)
	if problem.Is(err, "hold.unknown") {
		held, err = p.holdTime(c, "", d.Choice, d.start)
	}
	if problem.Is(err, app.ErrHoldTooMany.Key) {
		d.hold = ""
		return p.showDetails(c, d, nil, nil)
	}
	if err != nil {
		return p.refuseDraft(c, d, err)
	}
	d.hold = held.ID
	return p.showDetails(c, d, &held, nil)
}

// refuseDraft shows the form again with what was typed and what is wrong.
func (p *Pages) refuseDraft(c *gin.Context, d draft, err error) error {
	e := problem.Of(err)
	if e.Unsettled() || e.Kind == problem.NotFound {
		return err
	}
	held, err := p.app.HeldSlot(c.Request.Context(), d.hold)
	if err != nil {
		return p.showDetails(c, d, nil, e)
	}
	return p.showDetails(c, d, &held, e)
}

func (p *Pages) showDetails(c *gin.Context, d draft, held *app.HeldSlot, refused *problem.Error) error {
	all := p.app.Catalogue()
	v := p.frame.Page(c)
	v.Title, v.Step = v.T("booking.details.title"), 4
	date := town.DateOf(d.start, d.start.Location())
	v.Chosen = slices.Concat([]page.Chosen{v.ChosenItems(all, d.Choice)}, v.ChosenDay(all, d.Choice, date), []page.Chosen{v.ChosenTime(d.Choice, d.start)})
	d.key = rand.Text() // a form that was refused is a new request
	proof, err := p.proof(c, d)
	if err != nil {
		return err
	}
	view := detailsView{
		Page: v, Action: v.Link("/termin/buchen"), ExtendAction: v.Link("/termin/verlaengern"), OtherAction: v.Link("/termin/daten"),
		Hidden: append(d.hidden(), mark(c)), Unheld: d.hold == "" && refused == nil, MaxSupport: app.MaxSupport,
		Name: page.Field{Value: d.name}, Email: page.Field{Value: d.email}, Phone: page.Field{Value: d.phone}, Support: page.Field{Value: d.support},
		Questions: v.Questions(all, d.Items, d.answers),
		When:      v.Moment(d.start), Where: page.BranchName(all, d.Branch, v.Lang),
		Hold: p.holdView(v, held, d.start.Location()), Proof: proof,
		MailedWhat: v.T("booking.details.email_hint"), Confirms: all.ConfirmsAddress(d.Items), ChecksName: all.ChecksName(d.Items),
	}
	status := http.StatusOK
	switch {
	case refused != nil:
		status = refused.Kind.Status()
		view.refuse(refused, d)
	case view.Hold != nil && view.Hold.Over:
		if err := p.lapsed(c.Request.Context(), &view, d); err != nil {
			return err
		}
	}
	return p.render(c, status, "details", view)
}

// lapsed offers the nearest times where a hold is over and somebody else has
// its time meanwhile.
func (p *Pages) lapsed(ctx context.Context, view *detailsView, d draft) error {
	starts, err := p.app.Memory.Nearest(ctx, d.Wanted(), d.start)
	if err != nil || slices.ContainsFunc(starts, d.start.Equal) {
		return err
	}
	view.Hold = nil
	view.Alert, view.Focus = &page.Alert{Title: view.T("booking.hold.over_taken")}, true
	view.offer(view.Buttons(starts, d.start.Location()), d)
	return nil
}

// offer shows other times instead of one that is gone, or the way to wait for
// one.
func (view *detailsView) offer(nearest []page.SlotButton, d draft) {
	view.Nearest = nearest
	if len(nearest) == 0 {
		view.WishURL = view.LinkWith("/termin/wunsch", d.Choice.Values())
	}
}

// proof returns what the browser is asked to compute; empty: nothing.
func (p *Pages) proof(c *gin.Context, d draft) (string, error) {
	proof, err := p.app.NewProof(c.Request.Context(), p.frame.Citizen(c), d.Branch, d.hold)
	if err != nil || proof == nil {
		return "", err
	}
	text, err := json.Marshal(proof)
	return string(text), err
}

func (p *Pages) holdView(v *page.Page, held *app.HeldSlot, zone *time.Location) *holdView {
	if held == nil {
		return nil
	}
	left := held.Expires.Sub(p.app.Now()).Truncate(time.Second) // a hold lasts through the second in which it ends
	return &holdView{
		Over: left <= 0, Until: v.Time(held.Expires.In(zone)), Seconds: int(left.Seconds()), Full: int(app.HoldTime.Seconds()),
		Left: v.N("date.minutes", int((left+time.Minute-1)/time.Minute)), Extendable: held.Extendable,
		ExtendURL: "/api/v1/holds/" + url.PathEscape(held.ID) + "/extend",
	}
}

// refuse puts each mistake beside its field and all of them on top.
func (view *detailsView) refuse(e *problem.Error, d draft) {
	view.Alert, view.Focus = view.Mistakes(e, slices.Concat(
		[]page.FormField{{Name: "name", At: &view.Name}, {Name: "email", At: &view.Email}, {Name: "phone", At: &view.Phone}},
		page.QuestionFields(view.Questions),
		[]page.FormField{{Name: "support", At: &view.Support}},
	)), true
	if e.Key == "booking.slot_taken" {
		view.Hold = nil
		view.offer(view.NearestTimes(e, d.start.Location()), d)
	}
}
