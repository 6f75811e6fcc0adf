package booking

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// dayView asks for the day, and for the branch where there are several.
type dayView struct {
	*page.Page
	Branches []branchChoice
	Branch   string
	Sheet    sheet
	List     bool // the days one below the other instead of a sheet
	Calendar string
	ListURL  string
	Instead  []page.Link // free days to go to, where this month has none
	Earliest *page.Link  // the first free day of all
	AddURL   string
	WishURL  string
	Address  string
}

// daysAnchor lets a page that only shows other days begin with them, so that
// nobody has to find the place again.
const daysAnchor = "#tage"

type branchChoice struct {
	Name, Address, URL string
	Earliest           string // "frei ab Dienstag, 8. Dezember, 9.20 Uhr", or that nothing is free
	Current            bool
}

// day shows the second step. The page is kept rendered until the branch, the
// catalogue or the time has moved on.
func (p *Pages) day(c *gin.Context) error {
	fit := page.BranchesFor(p.app.Catalogue(), page.ReadChoice(c.Request.URL.Query()).Items)
	if err := p.kept(c, "day", fit, func() (any, error) { return p.dayView(c) }); err != nil {
		return p.refuseDay(c, err)
	}
	return nil
}

// refuseDay sends services that don't go together back to the first step, and
// anything else to a page that says what is wrong.
func (p *Pages) refuseDay(c *gin.Context, err error) error {
	e := problem.Of(err)
	chosen := page.ReadChoice(c.Request.URL.Query())
	if e.Kind != problem.Invalid || chosen.Combinable().Known(p.app.Catalogue()) != nil {
		return err
	}
	return p.refuseConcern(c, chosen, e)
}

func (p *Pages) dayView(c *gin.Context) (dayView, error) {
	ctx, all := c.Request.Context(), p.app.Catalogue()
	query := c.Request.URL.Query()
	chosen := page.ReadChoice(query)
	if len(chosen.Items) == 0 {
		return dayView{}, problem.Field("services", "services.none")
	}
	if err := chosen.Known(all); err != nil {
		return dayView{}, err
	}
	v := p.frame.Page(c)
	v.Title, v.Step = v.T("booking.day.title"), 2
	v.Chosen = []page.Chosen{v.ChosenItems(all, chosen)}
	view := dayView{Page: v, List: query.Get("ansicht") == "liste", AddURL: v.LinkWith("/termin", page.WithEdit(chosen))}

	fit := page.BranchesFor(all, chosen.Items)
	if len(fit) == 0 {
		return dayView{}, problem.Field("services", "services.two_offices")
	}
	branch, err := p.chooseBranch(ctx, &view, fit, chosen)
	if err != nil {
		return dayView{}, err
	}
	return view, p.fillSheet(ctx, &view, branch, chosen.At(branch.ID), query)
}

// chooseBranch lists the branches with the earliest free day of each, and
// returns the one that was asked for, else the one that is free first.
func (p *Pages) chooseBranch(ctx context.Context, view *dayView, fit []*catalogue.Branch, chosen page.Choice) (*catalogue.Branch, error) {
	var current *catalogue.Branch
	var earliest *town.Date
	for _, branch := range fit {
		today := town.DateOf(p.app.Now(), page.Zone(branch))
		calendar, err := p.app.Memory.Days(ctx, chosen.At(branch.ID).Wanted(), today, today)
		if err != nil {
			return nil, err
		}
		choice, err := p.branchChoice(ctx, view.Page, branch, calendar, chosen)
		if err != nil {
			return nil, err
		}
		view.Branches = append(view.Branches, choice)
		sooner := calendar.NextFree != nil && (earliest == nil || *calendar.NextFree < *earliest)
		switch {
		case branch.ID == chosen.Branch:
			current = branch
		case chosen.Branch == "" && (current == nil || sooner):
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

func (p *Pages) branchChoice(ctx context.Context, v *page.Page, branch *catalogue.Branch, calendar daybook.Calendar, chosen page.Choice) (branchChoice, error) {
	chosen = chosen.At(branch.ID)
	b := branchChoice{
		Name: branch.Name.In(v.Lang), Address: branch.Address.Street,
		URL: v.LinkWith("/termin/tag", chosen.Values()) + daysAnchor, Earliest: v.T("booking.day.branch_full"),
	}
	if calendar.NextFree == nil {
		return b, nil
	}
	earliest, err := p.earliest(ctx, v, chosen, *calendar.NextFree, v.DayMonth)
	b.Earliest = v.T("booking.day.branch_from", "date", earliest)
	return b, err
}

// earliest words the first free time of a day; the day alone where it was just
// taken.
func (p *Pages) earliest(ctx context.Context, v *page.Page, chosen page.Choice, day town.Date, word func(town.Date) string) (string, error) {
	slots, err := p.app.Memory.Slots(ctx, chosen.Wanted(), day)
	if err != nil || len(slots) == 0 {
		return word(day), err
	}
	return v.T("date.moment", "date", word(day), "time", v.Time(slots[0].Start)), nil
}

func (p *Pages) fillSheet(ctx context.Context, view *dayView, branch *catalogue.Branch, chosen page.Choice, query url.Values) error {
	today := town.DateOf(p.app.Now(), page.Zone(branch))
	first := monthOf(query.Get("monat"), today)
	calendar, err := p.app.Memory.Days(ctx, chosen.Wanted(), first, nextMonth(first).AddDays(-1))
	if err != nil {
		return err
	}
	soonest, err := p.app.Memory.Days(ctx, chosen.Wanted(), today, today)
	if err != nil {
		return err
	}
	dayURL := func(d town.Date) string { return view.LinkWith("/termin/zeit", chosen.With("date", d.String())) }
	monthURL := func(asList bool) func(town.Date) string {
		return func(d town.Date) string {
			values := chosen.With("monat", d.String()[:7])
			if asList {
				values.Set("ansicht", "liste")
			}
			return view.LinkWith("/termin/tag", values) + daysAnchor
		}
	}
	view.WishURL = view.LinkWith("/termin/wunsch", chosen.Values())
	view.Branch, view.Address = branch.Name.In(view.Lang), addressLine(branch)
	view.Sheet = sheetOf(view.Page, first, today, calendar.Days, dayURL, monthURL(view.List))
	view.Calendar, view.ListURL = monthURL(false)(first), monthURL(true)(first)
	if next := soonest.NextFree; next != nil {
		label, err := p.earliest(ctx, view.Page, chosen, *next, view.Date)
		if err != nil {
			return err
		}
		view.Earliest = &page.Link{Label: label, URL: dayURL(*next)}
	}
	if office, ok := branch.OfficeOf(chosen.Items[0].Service); ok {
		view.Sheet.Opens = opens(view.Page, calendar.Days, office)
	}
	if view.Sheet.Free > 0 {
		return nil
	}
	view.Instead, err = p.instead(ctx, view, chosen, first)
	return err
}

// nextFrom looks for the next free day from a month on, and where there is
// none, for the first of all.
func (p *Pages) nextFrom(ctx context.Context, chosen page.Choice, first, today town.Date) (daybook.Calendar, error) {
	from := max(first, today)
	calendar, err := p.app.Memory.Days(ctx, chosen.Wanted(), from, from)
	if err != nil || calendar.NextFree != nil {
		return calendar, err
	}
	return p.app.Memory.Days(ctx, chosen.Wanted(), today, today)
}

// instead returns where to go from a month without a free day: the next free
// day here and at each other branch.
func (p *Pages) instead(ctx context.Context, view *dayView, chosen page.Choice, first town.Date) ([]page.Link, error) {
	var links []page.Link
	for _, branch := range page.BranchesFor(p.app.Catalogue(), chosen.Items) {
		at, key := chosen.At(branch.ID), "booking.day.next"
		if branch.ID != chosen.Branch {
			key = "booking.day.next_at"
		}
		calendar, err := p.nextFrom(ctx, at, first, town.DateOf(p.app.Now(), page.Zone(branch)))
		if err != nil {
			return nil, err
		}
		if next := calendar.NextFree; next != nil {
			links = append(links, page.Link{
				Label: view.T(key, "date", view.Date(*next), "branch", branch.Name.In(view.Lang)),
				URL:   view.LinkWith("/termin/zeit", at.With("date", next.String())),
			})
		}
	}
	return links, nil
}

func addressLine(b *catalogue.Branch) string {
	return b.Address.Street + ", " + b.Address.Postcode + " " + b.Address.City
}
