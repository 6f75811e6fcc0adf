package api

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/figures"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// csvType is what a table is asked for and answered as.
const csvType = "text/csv"

// figures tells a branch's figures as they may leave the house.
func (a *API) figures(c *gin.Context) {
	r, err := figureRequest(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	rows, err := a.App.Figures.Told(c.Request.Context(), actorOf(c), r)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := make(wire.List[wire.Figure], len(rows))
	for i := range rows {
		list[i] = wireFigure(r.By, &rows[i])
	}
	a.private(c)
	if c.NegotiateFormat(gin.MIMEJSON, csvType) == csvType {
		a.figureTable(c, list)
		return
	}
	a.ok(c, http.StatusOK, wire.Figures{Figures: list})
}

func figureRequest(c *gin.Context) (app.FigureRequest, error) {
	if err := actorOf(c).MayManage(town.BranchID(c.Query("branch"))); err != nil {
		return app.FigureRequest{}, err
	}
	values, err := query(c, "branch", "from", "to", "by")
	if err != nil {
		return app.FigureRequest{}, err
	}
	r := app.FigureRequest{Branch: town.BranchID(values["branch"]), By: figures.By(values["by"])}
	if !r.By.Valid() {
		return r, problem.Field("by", "figures.by")
	}
	r.From, r.To, err = span(c)
	return r, err
}

func wireFigure(by figures.By, r *figures.Row) wire.Figure {
	f := wire.Figure{
		Key: r.Key, Visits: r.Visits(), Appointments: r.Appointments(), WalkIns: r.WalkIns(),
		Served: r.Ended(figures.Served), Assumed: r.Ended(figures.Assumed), NoShows: r.Ended(figures.NoShow), Cancelled: r.Ended(figures.Cancelled),
		BookedMinutes: r.Booked(),
		Waiting:       wireSpread(r, figures.Waiting), Way: wireSpread(r, figures.Way), Serving: wireSpread(r, figures.Serving),
		Aside: wireSpread(r, figures.Aside), LateOffice: wireSpread(r, figures.LateOffice),
	}
	if by.HasCapacity() {
		f.CapacityMinutes = &r.Capacity
	}
	return f
}

func wireSpread(r *figures.Row, l figures.Length) wire.Spread {
	s := r.Spread(l)
	return wire.Spread{Mean: known(s.Mean), P10: known(s.P10), Median: known(s.Median), P90: known(s.P90)}
}

func known(s figures.Seconds) *int {
	if s == figures.Unknown {
		return nil
	}
	n := int(s)
	return &n
}

var figureColumns = strings.Fields(`key visits appointments walk_ins served assumed no_shows cancelled refused booked_minutes capacity_minutes
	waiting_s_mean waiting_s_p10 waiting_s_median waiting_s_p90 way_s_mean way_s_p10 way_s_median way_s_p90
	serving_s_mean serving_s_p10 serving_s_median serving_s_p90 aside_s_mean aside_s_p10 aside_s_median aside_s_p90
	late_office_s_mean late_office_s_p10 late_office_s_median late_office_s_p90`)

// figureTable writes the same as a table. What isn't known is empty.
func (a *API) figureTable(c *gin.Context, list []wire.Figure) {
	c.Header("Content-Type", csvType+"; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="figures.csv"`)
	c.Status(http.StatusOK)
	table := csv.NewWriter(c.Writer)
	rows := [][]string{figureColumns}
	for i := range list {
		rows = append(rows, figureCells(&list[i]))
	}
	if err := table.WriteAll(rows); err != nil && c.Request.Context().Err() == nil {
		a.Log.WarnContext(c.Request.Context(), "a table wasn't sent whole", "error", err)
	}
}

func figureCells(f *wire.Figure) []string {
	cells := []string{harmless(f.Key)}
	for _, n := range []int{f.Visits, f.Appointments, f.WalkIns, f.Served, f.Assumed, f.NoShows, f.Cancelled} {
		cells = append(cells, strconv.Itoa(n))
	}
	cells = append(cells, cell(f.Refused), strconv.Itoa(f.BookedMinutes), cell(f.CapacityMinutes))
	for _, s := range []wire.Spread{f.Waiting, f.Way, f.Serving, f.Aside, f.LateOffice} {
		cells = append(cells, cell(s.Mean), cell(s.P10), cell(s.Median), cell(s.P90))
	}
	return cells
}

func cell(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// harmless keeps a spreadsheet from reading a text as a formula (OWASP, CSV injection).
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
