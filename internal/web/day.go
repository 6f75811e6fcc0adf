package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// dayView asks for the day, and for the branch where there are several.
type dayView struct {
	*Page
	Branches []branchChoice
	Branch   string
	Sheet    sheet
	List     bool // the days one below the other instead of a sheet
	Calendar string
	ListURL  string
	Next     *Link // the next free day, where this month has none
	Earliest *Link // the first free day of all
	AddURL   string
	WishURL  string
	Address  string
}

type branchChoice struct {
	Name, Address, URL string
	Earliest           string // "ab Dienstag, 8. Dezember", or that nothing is free
	Current            bool
}

// day shows the second step. The page is kept rendered until the branch, the
// catalogue or the time has moved on.
func (p *Pages) day(c *gin.Context) {
	key := p.sheetKey(c)
	if content, ok := p.sheets.get(key); ok {
		c.Data(http.StatusOK, htmlType, content)
		return
	}
	view, err := p.dayView(c)
	if err != nil {
		p.refuseDay(c, err)
		return
	}
	content, err := p.rendered("day", view)
	if err != nil {
		p.fail(c, err)
		return
	}
	p.sheets.put(key, content)
	c.Data(http.StatusOK, htmlType, content)
}

// refuseDay sends services that don't go together back to the first step, and
// anything else to a page that says what is wrong.
func (p *Pages) refuseDay(c *gin.Context, err error) {
	e := problem.Of(err)
	chosen := readChoice(c.Request.URL.Query())
	if e.Kind != problem.Invalid || chosen.known(p.hall.Catalogue()) != nil {
		p.fail(c, err)
		return
	}
	p.showConcern(c, chosen, "", e)
}

func (p *Pages) dayView(c *gin.Context) (dayView, error) {
	ctx, all := c.Request.Context(), p.hall.Catalogue()
	query := c.Request.URL.Query()
	chosen := readChoice(query)
	if len(chosen.items) == 0 {
		return dayView{}, problem.Field("services", "services.none")
	}
	if err := chosen.known(all); err != nil {
		return dayView{}, err
	}
	v := p.page(c)
	v.Title, v.Step = v.T("booking.day.title"), 2
	v.Chosen = []Chosen{v.chosenItems(all, chosen)}
	view := dayView{Page: v, List: query.Get("ansicht") == "liste", AddURL: v.link("/termin", withEdit(chosen))}

	fit := branchesFor(all, chosen.items)
	if len(fit) == 0 {
		return dayView{}, problem.Field("services", "services.two_offices")
	}
	branch, err := p.chooseBranch(ctx, &view, fit, chosen)
	if err != nil {
		return dayView{}, err
	}
	return view, p.fillSheet(ctx, &view, branch, chosen.at(branch.ID), query)
}

// chooseBranch lists the branches with the earliest free day of each, and
// returns the one that was asked for, else the one that is free first.
func (p *Pages) chooseBranch(ctx context.Context, view *dayView, fit []*catalogue.Branch, chosen choice) (*catalogue.Branch, error) {
	var current *catalogue.Branch
	var earliest *town.Date
	for _, branch := range fit {
		today := town.DateOf(p.hall.Now(), zone(branch))
		calendar, err := p.hall.Days(ctx, chosen.at(branch.ID).wanted(), today, today)
		if err != nil {
			return nil, err
		}
		view.Branches = append(view.Branches, view.branchChoice(branch, calendar, chosen))
		sooner := calendar.NextFree != nil && (earliest == nil || *calendar.NextFree < *earliest)
		switch {
		case branch.ID == chosen.branch:
			current = branch
		case chosen.branch == "" && (current == nil || sooner):
			current, earliest = branch, calendar.NextFree
		}
	}
	if current == nil {
		return nil, problem.New(problem.NotFound, "branch.unknown")
	}
	for i, branch := range fit {
		view.Branches[i].Current = branch == current
	}
	return current, nil
}

func (view *dayView) branchChoice(branch *catalogue.Branch, calendar app.Calendar, chosen choice) branchChoice {
	b := branchChoice{
		Name: branch.Name.In(view.Lang), Address: branch.Address.Street,
		URL: view.link("/termin/tag", chosen.at(branch.ID).values()), Earliest: view.T("booking.day.branch_full"),
	}
	if calendar.NextFree != nil {
		b.Earliest = view.T("booking.day.branch_from", "date", view.DayMonth(*calendar.NextFree))
	}
	return b
}

func (p *Pages) fillSheet(ctx context.Context, view *dayView, branch *catalogue.Branch, chosen choice, query url.Values) error {
	today := town.DateOf(p.hall.Now(), zone(branch))
	first := monthOf(query.Get("monat"), today)
	calendar, err := p.hall.Days(ctx, chosen.wanted(), first, nextMonth(first).AddDays(-1))
	if err != nil {
		return err
	}
	soonest, err := p.hall.Days(ctx, chosen.wanted(), today, today)
	if err != nil {
		return err
	}
	dayURL := func(d town.Date) string { return view.link("/termin/zeit", chosen.with("date", d.String())) }
	monthURL := func(asList bool) func(town.Date) string {
		return func(d town.Date) string {
			values := chosen.with("monat", d.String()[:7])
			if asList {
				values.Set("ansicht", "liste")
			}
			return view.link("/termin/tag", values)
		}
	}
	view.WishURL = view.link("/termin/wunsch", chosen.values())
	view.Branch, view.Address = branch.Name.In(view.Lang), addressLine(branch)
	view.Sheet = view.sheetOf(first, today, calendar.Days, dayURL, monthURL(view.List))
	view.Calendar, view.ListURL = monthURL(false)(first), monthURL(true)(first)
	view.Earliest = view.nextFree(soonest, dayURL)
	if view.Sheet.Free == 0 {
		view.Next = view.nextFree(calendar, dayURL)
	}
	return nil
}

func addressLine(b *catalogue.Branch) string {
	return b.Address.Street + ", " + b.Address.Postcode + " " + b.Address.City
}
