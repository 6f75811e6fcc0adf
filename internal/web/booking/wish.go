package booking

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// wishView asks for what a person would take if it became free.
type wishView struct {
	*page.Page
	Action             string
	Hidden             []page.HiddenField
	Branches           []page.Tick
	Weekdays           []page.Tick
	Hours              []page.Tick
	Where, Until       page.Field // of Where only the mistake
	First, Last        string     // bounds of Until
	Name, Email, Phone page.Field
	Questions          []page.Question
	MailedWhat         string      // goes to the address
	ChecksName         bool        // the desk compares it
	Free               []page.Link // times that are free: nobody needs to wait
	Back               string
}

// halfDay is a part of the day.
type halfDay struct {
	value, key string
	from, to   town.TimeOfDay
}

const anyHour = "alle"

// halfDays are the hours that a wish can name, as from-to.
var halfDays = []halfDay{
	{anyHour, "booking.wish.any_hour", 0, 0},
	{"vormittag", "booking.time.morning", 0, page.Noon * 60},
	{"nachmittag", "booking.time.afternoon", page.Noon * 60, 24 * 60},
}

// usualWish is how far a wish reaches unless its person says otherwise.
const usualWish = 28

// wishForm shows the form for a wish.
func (p *Pages) wishForm(c *gin.Context) error {
	query := c.Request.URL.Query()
	chosen := page.ReadChoice(query)
	if err := p.wishable(chosen); err != nil {
		return p.refuseDay(c, err)
	}
	r := app.WishRequest{Items: chosen.Items, Until: p.todayAt(chosen).AddDays(usualWish)}
	if chosen.Branch != "" {
		r.Branches = []town.BranchID{chosen.Branch}
	}
	return p.showWish(c, chosen, r, nil)
}

func (p *Pages) wishable(chosen page.Choice) error {
	if len(chosen.Items) == 0 {
		return problem.Field("services", "services.none")
	}
	if err := chosen.Known(p.app.Catalogue()); err != nil {
		return err
	}
	if len(page.BranchesFor(p.app.Catalogue(), chosen.Items)) == 0 {
		return problem.Field("services", "services.two_offices")
	}
	return nil
}

func (p *Pages) todayAt(chosen page.Choice) town.Date {
	fit := page.BranchesFor(p.app.Catalogue(), chosen.Items)
	if len(fit) == 0 {
		return town.DateOf(p.frame.LocalNow(), p.frame.LocalNow().Location())
	}
	return town.DateOf(p.app.Now(), page.Zone(fit[0]))
}

// leaveWish notes the wish. The answer is the same whether or not one was
// noted before: only the mail tells.
func (p *Pages) leaveWish(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	chosen := page.ReadChoice(form)
	if err := p.wishable(chosen); err != nil {
		return err
	}
	r, err := readWish(form, chosen)
	if err == nil {
		r.Language = p.frame.Page(c).Lang
		err = p.app.Wishes.Leave(c.Request.Context(), p.frame.Citizen(c), r)
	}
	if err != nil {
		e := problem.Of(err)
		if e.Kind != problem.Invalid && e.Kind != problem.TooMany && e.Kind != problem.Conflict {
			return err
		}
		return p.showWish(c, chosen, r, e)
	}
	return page.SeeOther(c, p.frame.Page(c).Link("/termin/wunsch/notiert"))
}

// notedWish says that a wish is noted.
func (p *Pages) notedWish(c *gin.Context) error {
	v := p.frame.Page(c)
	v.Title = v.T("booking.wish.noted")
	return p.render(c, http.StatusOK, "sorry", page.Sorry{
		Page: v, Text: v.T("booking.wish.noted_text"), Next: []page.Link{{Label: v.T("booking.sorry.start"), URL: v.Link("/termin")}},
	})
}

func readWish(form url.Values, chosen page.Choice) (app.WishRequest, error) {
	r := app.WishRequest{Items: chosen.Items, Person: app.Person{
		Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"), Answers: page.AnswersOf(form),
	}}
	for _, branch := range form["branches"] {
		r.Branches = append(r.Branches, town.BranchID(branch))
	}
	for _, day := range form["weekday"] {
		n, err := strconv.Atoi(day)
		if err != nil || n < 0 || n > 6 {
			return r, problem.Field("weekday", "request.bad_value")
		}
		r.Weekdays = append(r.Weekdays, time.Weekday(n))
	}
	hours := slices.IndexFunc(halfDays, func(half halfDay) bool { return half.value == cmp.Or(form.Get("hours"), anyHour) })
	if hours < 0 {
		return r, problem.Field("hours", "request.bad_value")
	}
	r.From, r.To = halfDays[hours].from, halfDays[hours].to
	until, err := town.ParseDate(strings.TrimSpace(form.Get("until")))
	if err != nil {
		return r, problem.Field("until", "wish.until")
	}
	r.Until = until
	return r, nil
}

func (p *Pages) showWish(c *gin.Context, chosen page.Choice, r app.WishRequest, refused *problem.Error) error {
	all, v := p.app.Catalogue(), p.frame.Page(c)
	v.Title = v.T("booking.wish.title")
	v.Chosen = []page.Chosen{v.ChosenItems(all, chosen)}
	today := p.todayAt(chosen)
	view := wishView{
		Page: v, Action: v.Link("/termin/wunsch"), Hidden: page.Choice{Items: chosen.Items}.Hidden()[:len(chosen.Items)],
		Until: page.Field{Value: dateValue(r.Until)}, First: today.String(), Last: today.AddDays(app.MaxWishDays).String(),
		Name: page.Field{Value: r.Person.Name}, Email: page.Field{Value: r.Person.Email}, Phone: page.Field{Value: r.Person.Phone},
		Questions:  v.Questions(all, chosen.Items, r.Person.Answers),
		MailedWhat: v.T("booking.wish.email_hint"), ChecksName: all.ChecksName(chosen.Items), Back: v.LinkWith("/termin/tag", chosen.Values()),
	}
	for _, branch := range page.BranchesFor(all, chosen.Items) {
		on := len(r.Branches) == 0 && refused == nil || slices.Contains(r.Branches, branch.ID)
		view.Branches = append(view.Branches, page.Tick{Value: string(branch.ID), Label: branch.Name.In(v.Lang), On: on})
	}
	for day := time.Monday; day <= time.Saturday; day++ {
		view.Weekdays = append(view.Weekdays, page.Tick{Value: strconv.Itoa(int(day)), Label: v.Weekday(day), On: slices.Contains(r.Weekdays, day)})
	}
	for _, half := range halfDays {
		view.Hours = append(view.Hours, page.Tick{Value: half.value, Label: v.T(half.key), On: r.From == half.from && r.To == half.to})
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = v.Mistakes(refused, append([]page.FormField{
			{Name: "branches", At: &view.Where}, {Name: "until", At: &view.Until}, {Name: "name", At: &view.Name}, {Name: "email", At: &view.Email}, {Name: "phone", At: &view.Phone},
		}, page.QuestionFields(view.Questions)...)), true
	}
	if refused != nil && len(refused.Alternatives) > 0 {
		view.Free = p.freeInstead(v, chosen, refused)
	}
	return p.render(c, status, "wish", view)
}

// freeInstead leads to the times that are free, each by its day.
func (p *Pages) freeInstead(v *page.Page, chosen page.Choice, refused *problem.Error) []page.Link {
	branch, _ := refused.Args["branch"].(string)
	chosen.Branch = town.BranchID(branch)
	var links []page.Link
	for _, start := range refused.Alternatives {
		start = start.In(p.frame.ZoneOf(chosen.Branch))
		values := chosen.Values()
		values.Set("date", town.DateOf(start, start.Location()).String())
		links = append(links, page.Link{Label: v.Moment(start), URL: v.LinkWith("/termin/zeit", values)})
	}
	return links
}

func dateValue(d town.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// ownWishView is a wish as the holder of its link sees it.
type ownWishView struct {
	*page.Page
	Services []string
	Branches []string
	Weekdays []string
	Hours    string
	Until    string
	Offer    *offerView
	Base     string
}

type offerView struct{ When, Where, Until string }

// ownWish shows a wish and what is offered, and changes nothing.
func (p *Pages) ownWish(c *gin.Context) error { return p.showOwnWish(c, nil) }

func (p *Pages) showOwnWish(c *gin.Context, refused *problem.Error) error {
	wish, err := p.app.Wishes.View(c.Request.Context(), c.Param("token"))
	if err != nil {
		return err
	}
	all, v := p.app.Catalogue(), p.frame.PageIn(c, wish.Language)
	v.Title = v.T("booking.wish.own")
	view := ownWishView{
		Page: v, Services: v.ItemNames(all, wish.Items), Until: v.Date(wish.Until),
		Base: "/wunsch/" + url.PathEscape(c.Param("token")),
	}
	for _, branch := range wish.Branches {
		view.Branches = append(view.Branches, page.BranchName(all, branch, v.Lang))
	}
	for _, day := range wish.Weekdays {
		view.Weekdays = append(view.Weekdays, v.Weekday(day))
	}
	for _, half := range halfDays {
		if half.to != 0 && half.from == wish.From && half.to == wish.To {
			view.Hours = v.T(half.key)
		}
	}
	if wish.Offer != nil {
		zone := p.frame.ZoneOf(wish.Offer.Branch)
		v.Title = v.T("booking.wish.offer")
		view.Offer = &offerView{
			When: v.Moment(wish.Offer.Start.In(zone)), Where: page.BranchName(all, wish.Offer.Branch, v.Lang),
			Until: v.Moment(wish.Offer.Expires.In(zone)),
		}
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &page.Alert{Title: v.Problem(refused)}, true
	}
	return p.render(c, status, "ownwish", view)
}

// acceptWish books what is offered.
func (p *Pages) acceptWish(c *gin.Context) error {
	made, err := p.app.Wishes.Accept(c.Request.Context(), c.Param("token"))
	if err != nil {
		return p.refuseWish(c, err)
	}
	return page.SeeOther(c, p.frame.Page(c).LinkWith("/t/"+url.PathEscape(made.Token), url.Values{"neu": {"1"}}))
}

// declineWish lets go of the offer and keeps the wish.
func (p *Pages) declineWish(c *gin.Context) error {
	if err := p.app.Wishes.DeclineOffer(c.Request.Context(), c.Param("token")); err != nil {
		return p.refuseWish(c, err)
	}
	return page.SeeOther(c, p.frame.Page(c).Link("/wunsch/"+url.PathEscape(c.Param("token"))))
}

// withdrawWish erases the wish.
func (p *Pages) withdrawWish(c *gin.Context) error {
	if err := p.app.Wishes.Withdraw(c.Request.Context(), c.Param("token")); err != nil {
		return p.refuseWish(c, err)
	}
	v := p.frame.Page(c)
	v.Title = v.T("booking.wish.gone")
	return p.render(c, http.StatusOK, "sorry", page.Sorry{
		Page: v, Text: v.T("booking.wish.gone_text"), Next: []page.Link{{Label: v.T("booking.over.book"), URL: v.Link("/termin")}},
	})
}

func (p *Pages) refuseWish(c *gin.Context, err error) error {
	if e := problem.Of(err); e.Kind == problem.Conflict {
		return p.showOwnWish(c, e)
	}
	return err
}
