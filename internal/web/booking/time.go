package booking

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// timeView asks for the time of a day.
type timeView struct {
	*page.Page
	Day     string
	Action  string
	Hidden  []page.HiddenField
	Halves  []page.Half
	Nearest []page.SlotButton // instead of a time that was just taken
	NextDay *page.Link        // the next free day after this one
	AllDays string
	Empty   bool

	mine time.Time // kept for this person already; zero: none
}

// time shows the third step.
func (p *Pages) time(c *gin.Context) error {
	return p.showTimes(c, page.ReadChoice(c.Request.URL.Query()), c.Query("date"), nil)
}

// showTimes renders the third step, with the refusal of a time that was tried.
func (p *Pages) showTimes(c *gin.Context, chosen page.Choice, asked string, refused *problem.Error) error {
	date, err := town.ParseDate(asked)
	if err != nil {
		return problem.New(problem.NotFound, "date.unknown")
	}
	all := p.app.Catalogue()
	if err := chosen.Known(all); err != nil {
		return err
	}
	v := p.frame.Page(c)
	v.Title, v.Step = v.T("booking.time.title"), 3
	v.Chosen = append([]page.Chosen{v.ChosenItems(all, chosen)}, v.ChosenDay(all, chosen, date)...)
	view := timeView{Page: v, Action: v.Link("/termin/vormerken"), Hidden: append(chosen.Hidden(), mark(c))}
	if held, ok := p.ownHold(c); ok && held.Branch == chosen.Branch && slices.Equal(held.Items, chosen.Items) {
		view.mine = held.Start.In(p.frame.ZoneOf(held.Branch))
	}
	view.AllDays = v.LinkWith("/termin/tag", chosen.With("monat", date.String()[:7]))
	dayURL := func(d town.Date) string { return v.LinkWith("/termin/zeit", chosen.With("date", d.String())) }
	if err := p.fillTimes(c.Request.Context(), &view, chosen.Wanted(), date, dayURL); err != nil {
		return err
	}
	status := view.refuse(refused, p.frame.ZoneOf(chosen.Branch))
	return p.render(c, status, "time", view)
}

// refuse says why a time that was tried can't be had, if any was, and which others
// can; it returns the page's status.
func (v *timeView) refuse(refused *problem.Error, zone *time.Location) int {
	if refused == nil {
		return http.StatusOK
	}
	v.Alert, v.Focus = &page.Alert{Title: v.FirstField(refused)}, true
	v.Nearest = v.NearestTimes(refused, zone)
	return refused.Kind.Status()
}

func (p *Pages) fillTimes(ctx context.Context, view *timeView, w plan.Wanted, date town.Date, dayURL func(town.Date) string) error {
	slots, err := p.app.Memory.Slots(ctx, w, date)
	if err != nil {
		return err
	}
	later, err := p.app.Memory.Days(ctx, w, date.AddDays(1), date.AddDays(1))
	if err != nil {
		return err
	}
	slots = withMine(slots, view.mine, date)
	view.Day = view.Date(date)
	view.Halves, view.Empty = view.HalfDays(slots, view.mine), len(slots) == 0
	view.NextDay = nextFree(view.Page, later, dayURL)
	return nil
}

// withMine adds the time that is kept for this person where their own hold
// makes it look taken.
func withMine(slots []booking.Slot, mine time.Time, date town.Date) []booking.Slot {
	isMine := func(s booking.Slot) bool { return s.Start.Equal(mine) }
	if mine.IsZero() || town.DateOf(mine, mine.Location()) != date || slices.ContainsFunc(slots, isMine) {
		return slots
	}
	all := append(slices.Clone(slots), booking.Slot{Start: mine})
	slices.SortFunc(all, func(a, b booking.Slot) int { return a.Start.Compare(b.Start) })
	return all
}
