package office

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// tradeView shows what looks like trade in appointments today, and nobody's name.
type tradeView struct {
	*view
	Since  string
	Series []tradeSeries
	Passed []tradePassed
}

// tradeSeries is appointments that one network made.
type tradeSeries struct {
	Title string
	Made  []tradeMade
}

type tradeMade struct {
	At, When, What string
	Gone           bool
}

// tradePassed is a time that was given back and booked again at once.
type tradePassed struct {
	When, What, Back, Again string
	Same                    bool
}

// tradeSigns shows managers what looks like trade at a branch today.
func (o *Pages) tradeSigns(c *gin.Context) error {
	view := tradeView{view: o.officePage(c, "office.trade.title")}
	branch := town.BranchID(view.Branch)
	signs, err := o.app.Figures.TradeSigns(c.Request.Context(), page.ActorOf(c), branch)
	if err != nil {
		return err
	}
	zone := o.staff.Frame.ZoneOf(branch)
	view.Since = view.Date(town.DateOf(signs.Since, zone))
	for _, series := range signs.Series {
		gone, rows := 0, make([]tradeMade, len(series))
		for i, m := range series {
			rows[i] = tradeMade{At: view.Time(m.At.In(zone)), When: view.Moment(m.Start.In(zone)), What: o.wanted(view.view, m), Gone: m.Gone}
			if m.Gone {
				gone++
			}
		}
		title := view.N("office.trade.series", len(series), "gone", gone)
		view.Series = append(view.Series, tradeSeries{Title: title, Made: rows})
	}
	for _, p := range signs.Passed {
		view.Passed = append(view.Passed, tradePassed{
			When: view.Moment(p.Again.Start.In(zone)), What: o.wanted(view.view, p.Again), Same: p.Same,
			Back: view.Time(p.Back.At.In(zone)), Again: view.Time(p.Again.At.In(zone)),
		})
	}
	return o.staff.Show(c, http.StatusOK, "trade", view)
}

func (o *Pages) wanted(v *view, m booking.Made) string {
	return page.Joined(v.ItemNames(o.app.Catalogue(), m.Items))
}
