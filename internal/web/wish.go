package web

import (
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
)

// wishView asks for what a person would take if it became free.
type wishView struct {
	*Page
	Action             string
	Hidden             []hidden
	Branches           []tick
	Weekdays           []tick
	Hours              []tick
	Where, Until       field  // of Where only the mistake
	First, Last        string // bounds of Until
	Name, Email, Phone field
	Back               string
}

// tick is a box to tick, or one of several to choose from.
type tick struct {
	Value, Label string
	On           bool
}

// halfDays are the hours that a wish can name, as from-to.
var halfDays = []struct {
	value, key string
	from, to   town.TimeOfDay
}{
	{"alle", "booking.wish.any_hour", 0, 0},
	{"vormittag", "booking.time.morning", 0, noon * 60},
	{"nachmittag", "booking.time.afternoon", noon * 60, 24 * 60},
}

// usualWish is how far a wish reaches unless its person says otherwise.
const usualWish = 28

// wishForm shows the form for a wish.
func (p *Pages) wishForm(c *gin.Context) {
	query := c.Request.URL.Query()
	chosen := readChoice(query)
	if err := p.wishable(chosen); err != nil {
		p.refuseDay(c, err)
		return
	}
	r := app.WishRequest{Items: chosen.items, Until: p.todayAt(chosen).AddDays(usualWish)}
	if chosen.branch != "" {
		r.Branches = []town.BranchID{chosen.branch}
	}
	p.showWish(c, chosen, r, nil)
}

func (p *Pages) wishable(chosen choice) error {
	if len(chosen.items) == 0 {
		return problem.Field("services", "services.none")
	}
	if err := chosen.known(p.hall.Catalogue()); err != nil {
		return err
	}
	if len(branchesFor(p.hall.Catalogue(), chosen.items)) == 0 {
		return problem.Field("services", "services.two_offices")
	}
	return nil
}

func (p *Pages) todayAt(chosen choice) town.Date {
	fit := branchesFor(p.hall.Catalogue(), chosen.items)
	if len(fit) == 0 {
		return town.DateOf(p.localNow(), p.localNow().Location())
	}
	return town.DateOf(p.hall.Now(), zone(fit[0]))
}

// leaveWish notes the wish. The answer is the same whether or not one was
// noted before: only the mail tells.
func (p *Pages) leaveWish(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	chosen := readChoice(form)
	if err := p.wishable(chosen); err != nil {
		p.fail(c, err)
		return
	}
	r, err := readWish(form, chosen)
	if err == nil {
		r.Language = p.page(c).Lang
		err = p.hall.LeaveWish(c.Request.Context(), p.citizen(c), r)
	}
	if err != nil {
		e := problem.Of(err)
		if e.Kind != problem.Invalid && e.Kind != problem.TooMany {
			p.fail(c, err)
			return
		}
		p.showWish(c, chosen, r, e)
		return
	}
	c.Redirect(http.StatusSeeOther, p.page(c).Link("/termin/wunsch/notiert"))
}

// notedWish says that a wish is noted.
func (p *Pages) notedWish(c *gin.Context) {
	v := p.page(c)
	v.Title = v.T("booking.wish.noted")
	p.render(c, http.StatusOK, "sorry", sorryView{
		Page: v, Text: v.T("booking.wish.noted_text"), Next: []Link{{v.T("booking.sorry.start"), v.Link("/termin")}},
	})
}

func readWish(form url.Values, chosen choice) (app.WishRequest, error) {
	r := app.WishRequest{Items: chosen.items, Person: app.Person{
		Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"),
	}}
	for _, branch := range form["branches"] {
		r.Branches = append(r.Branches, town.BranchID(branch))
	}
	for _, day := range form["weekday"] {
		if n, err := strconv.Atoi(day); err == nil && n >= 0 && n <= 6 {
			r.Weekdays = append(r.Weekdays, time.Weekday(n))
		}
	}
	for _, half := range halfDays {
		if form.Get("hours") == half.value {
			r.From, r.To = half.from, half.to
		}
	}
	until, err := town.ParseDate(strings.TrimSpace(form.Get("until")))
	if err != nil {
		return r, problem.Field("until", "wish.until")
	}
	r.Until = until
	return r, nil
}

func (p *Pages) showWish(c *gin.Context, chosen choice, r app.WishRequest, refused *problem.Error) {
	all, v := p.hall.Catalogue(), p.page(c)
	v.Title = v.T("booking.wish.title")
	v.Chosen = []Chosen{v.chosenItems(all, chosen)}
	today := p.todayAt(chosen)
	view := wishView{
		Page: v, Action: v.Link("/termin/wunsch"), Hidden: choice{items: chosen.items}.hidden()[:len(chosen.items)],
		Until: field{Value: dateValue(r.Until)}, First: today.String(), Last: today.AddDays(app.MaxWishDays).String(),
		Name: field{Value: r.Person.Name}, Email: field{Value: r.Person.Email}, Phone: field{Value: r.Person.Phone},
		Back: v.link("/termin/tag", chosen.values()),
	}
	for _, branch := range branchesFor(all, chosen.items) {
		on := len(r.Branches) == 0 && refused == nil || slices.Contains(r.Branches, branch.ID)
		view.Branches = append(view.Branches, tick{string(branch.ID), branch.Name.In(v.Lang), on})
	}
	for day := time.Monday; day <= time.Saturday; day++ {
		view.Weekdays = append(view.Weekdays, tick{strconv.Itoa(int(day)), v.Weekday(day), slices.Contains(r.Weekdays, day)})
	}
	for _, half := range halfDays {
		view.Hours = append(view.Hours, tick{half.value, v.T(half.key), r.From == half.from && r.To == half.to})
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = v.alert(refused, []formField{
			{"branches", &view.Where}, {"until", &view.Until}, {"name", &view.Name}, {"email", &view.Email}, {"phone", &view.Phone},
		}), true
	}
	p.render(c, status, "wish", view)
}

func dateValue(d town.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// ownWishView is a wish as the holder of its link sees it.
type ownWishView struct {
	*Page
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
func (p *Pages) ownWish(c *gin.Context) { p.showOwnWish(c, nil) }

func (p *Pages) showOwnWish(c *gin.Context, refused *problem.Error) {
	wish, err := p.hall.WishOf(c.Request.Context(), c.Param("token"))
	if err != nil {
		p.failWish(c, err)
		return
	}
	all, v := p.hall.Catalogue(), p.pageIn(c, wish.Language)
	v.Title = v.T("booking.wish.own")
	view := ownWishView{
		Page: v, Services: v.itemNames(all, wish.Items), Until: v.Date(wish.Until),
		Base: "/wunsch/" + url.PathEscape(c.Param("token")),
	}
	for _, branch := range wish.Branches {
		view.Branches = append(view.Branches, branchName(all, branch, v.Lang))
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
		zone := p.zoneOf(wish.Offer.Branch)
		v.Title = v.T("booking.wish.offer")
		view.Offer = &offerView{
			When: v.Moment(wish.Offer.Start.In(zone)), Where: branchName(all, wish.Offer.Branch, v.Lang),
			Until: v.Moment(wish.Offer.Expires.In(zone)),
		}
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &Alert{Title: v.Problem(refused)}, true
	}
	p.render(c, status, "ownwish", view)
}

// acceptWish books what is offered.
func (p *Pages) acceptWish(c *gin.Context) {
	made, err := p.hall.AcceptWish(c.Request.Context(), c.Param("token"))
	if err != nil {
		p.refuseWish(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, p.page(c).link("/t/"+url.PathEscape(made.Token), url.Values{"neu": {"1"}}))
}

// declineWish lets go of the offer and keeps the wish.
func (p *Pages) declineWish(c *gin.Context) {
	if err := p.hall.DeclineOffer(c.Request.Context(), c.Param("token")); err != nil {
		p.refuseWish(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, p.page(c).Link("/wunsch/"+url.PathEscape(c.Param("token"))))
}

// withdrawWish erases the wish.
func (p *Pages) withdrawWish(c *gin.Context) {
	if err := p.hall.WithdrawWish(c.Request.Context(), c.Param("token")); err != nil {
		p.refuseWish(c, err)
		return
	}
	v := p.page(c)
	v.Title = v.T("booking.wish.gone")
	p.render(c, http.StatusOK, "sorry", sorryView{
		Page: v, Text: v.T("booking.wish.gone_text"), Next: []Link{{v.T("booking.over.book"), v.Link("/termin")}},
	})
}

func (p *Pages) refuseWish(c *gin.Context, err error) {
	if e := problem.Of(err); e.Kind == problem.Conflict {
		p.showOwnWish(c, e)
		return
	}
	p.failWish(c, err)
}

// failWish answers a link that is over or unknown in a friendly way.
func (p *Pages) failWish(c *gin.Context, err error) {
	if problem.Of(err).Kind != problem.NotFound {
		p.fail(c, err)
		return
	}
	v := p.page(c)
	v.Title = v.T("booking.wish.over")
	p.render(c, http.StatusNotFound, "sorry", sorryView{
		Page: v, Text: v.T("booking.wish.over_text"), Next: []Link{{v.T("booking.over.book"), v.Link("/termin")}},
	})
}
