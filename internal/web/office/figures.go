package office

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/figures"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// figuresView counts per office, never per person.
type figuresView struct {
	*view
	From, To string
	Rows     []figureRow
}

type figureRow struct {
	Office                                          string
	Appointments, WalkIns, Served, Assumed, NoShows int
	Wait, Service                                   string
}

// figureDays is the span that is shown first.
const figureDays = 28

func (o *Pages) figures(c *gin.Context) error {
	view := figuresView{view: o.officePage(c, "staff.figures.title")}
	branch := town.BranchID(view.Branch)
	today := town.DateOf(o.app.Now(), o.staff.Frame.ZoneOf(branch))
	from, to := today.AddDays(1-figureDays), today
	if asked, err := town.ParseDate(c.Query("von")); err == nil {
		from = asked
	}
	if asked, err := town.ParseDate(c.Query("bis")); err == nil {
		to = asked
	}
	view.From, view.To = from.String(), to.String()
	rows, refused := o.app.Figures.Counted(c.Request.Context(), page.ActorOf(c), app.FigureRequest{Branch: branch, From: from, To: to, By: figures.ByOffice})
	b, _ := o.app.Catalogue().Branch(branch)
	for i := range rows {
		f := &rows[i]
		if f.Visits() == 0 {
			continue
		}
		view.Rows = append(view.Rows, figureRow{
			Office: page.OfficeOf(b, town.OfficeID(f.Key)).Name.In(view.Lang), Appointments: f.Appointments(), WalkIns: f.WalkIns(),
			Served: f.Ended(figures.Served), Assumed: f.Ended(figures.Assumed), NoShows: f.Ended(figures.NoShow),
			Wait: minutesOf(f.Spread(figures.Waiting).Mean), Service: minutesOf(f.Spread(figures.Serving).Mean),
		})
	}
	return o.staff.ShowRefused(c, view.View, refused, "figures", view)
}

func minutesOf(length figures.Seconds) string {
	if length == figures.Unknown {
		return "–"
	}
	return fmt.Sprintf("%d min", int((time.Duration(length)*time.Second).Round(time.Minute)/time.Minute))
}
