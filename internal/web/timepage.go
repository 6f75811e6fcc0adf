package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// timeView asks for the time of a day.
type timeView struct {
	*Page
	Day     string
	Action  string
	Hidden  []hidden
	Halves  []half
	Nearest []slotButton // instead of a time that was just taken
	NextDay *Link        // the next free day after this one
	AllDays string
	Empty   bool

	mine time.Time // kept for this person already; zero: none
}

// hidden is a value that a form sends back.
type hidden struct{ Name, Value string }

type half struct {
	Name  string
	Slots []slotButton
}

type slotButton struct {
	Value string // RFC 3339
	Time  string
	Date  string // only where the day isn't clear
	Last  bool   // only one person can still take it
	Mine  bool   // kept for this person already
}

// noon divides the day: what starts before it is the morning.
const noon = 12

// time shows the third step.
func (p *Pages) time(c *gin.Context) {
	p.showTimes(c, readChoice(c.Request.URL.Query()), c.Query("date"), nil)
}

// showTimes renders the third step, with the refusal of a time that was tried.
func (p *Pages) showTimes(c *gin.Context, chosen choice, asked string, refused *problem.Error) {
	date, err := town.ParseDate(asked)
	if err != nil {
		p.fail(c, problem.New(problem.NotFound, "date.unknown"))
		return
	}
	all := p.hall.Catalogue()
	if err := chosen.known(all); err != nil {
		p.fail(c, err)
		return
	}
	v := p.page(c)
	v.Title, v.Step = v.T("booking.time.title"), 3
	v.Chosen = append([]Chosen{v.chosenItems(all, chosen)}, v.chosenDay(all, chosen, date)...)
	view := timeView{Page: v, Action: v.Link("/termin/vormerken"), Hidden: chosen.hidden()}
	if held, ok := p.ownHold(c); ok && held.Branch == chosen.branch && slices.Equal(held.Items, chosen.items) {
		view.mine = held.Start.In(p.zoneOf(held.Branch))
	}
	view.AllDays = v.link("/termin/tag", chosen.with("monat", date.String()[:7]))
	dayURL := func(d town.Date) string { return v.link("/termin/zeit", chosen.with("date", d.String())) }
	if err := p.fillTimes(c.Request.Context(), &view, chosen.wanted(), date, dayURL); err != nil {
		p.fail(c, err)
		return
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &Alert{Title: v.firstField(refused)}, true
		view.Nearest = v.nearest(refused, p.zoneOf(chosen.branch))
	}
	p.render(c, status, "time", view)
}

func (p *Pages) fillTimes(ctx context.Context, view *timeView, w app.Wanted, date town.Date, dayURL func(town.Date) string) error {
	slots, err := p.hall.Slots(ctx, w, date)
	if err != nil {
		return err
	}
	later, err := p.hall.Days(ctx, w, date.AddDays(1), date.AddDays(1))
	if err != nil {
		return err
	}
	slots = withMine(slots, view.mine, date)
	view.Day = view.Date(date)
	view.Halves, view.Empty = view.halves(slots, view.mine), len(slots) == 0
	view.NextDay = view.nextFree(later, dayURL)
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

func (v *Page) halves(slots []booking.Slot, mine time.Time) []half {
	var halves []half
	for _, slot := range slots {
		name := v.T("booking.time.morning")
		if slot.Start.Hour() >= noon {
			name = v.T("booking.time.afternoon")
		}
		if len(halves) == 0 || halves[len(halves)-1].Name != name {
			halves = append(halves, half{Name: name})
		}
		last := &halves[len(halves)-1]
		last.Slots = append(last.Slots, slotButton{
			Value: slot.Start.Format(time.RFC3339), Time: v.Time(slot.Start),
			Last: slot.Free == 1, Mine: slot.Start.Equal(mine),
		})
	}
	return halves
}

// nearest words the free times that a refusal offers.
func (v *Page) nearest(refused *problem.Error, zone *time.Location) []slotButton {
	starts, _ := refused.Extra["alternatives"].([]time.Time)
	return v.buttons(starts, zone)
}

// buttons words starts that may lie on several days, the earliest first.
func (v *Page) buttons(starts []time.Time, zone *time.Location) []slotButton {
	buttons := make([]slotButton, len(starts))
	for i, start := range slices.SortedFunc(slices.Values(starts), time.Time.Compare) {
		start = start.In(zone)
		buttons[i] = slotButton{
			Value: start.Format(time.RFC3339), Time: v.Time(start), Date: v.DayMonth(town.DateOf(start, zone)),
		}
	}
	return buttons
}

// hidden writes the choice into a form.
func (c choice) hidden() []hidden {
	var fields []hidden
	for _, item := range c.items {
		fields = append(fields, hidden{"service", itemValue(item)})
	}
	return append(fields, hidden{"branch", string(c.branch)})
}
