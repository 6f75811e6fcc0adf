package office

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// history answers with all that was done with a number of a day, as a file for
// a spreadsheet: whole, and with instants that mean the same everywhere.
func (o *Pages) history(c *gin.Context) error {
	v := o.officePage(c, "staff.trail.title")
	branch := town.BranchID(c.Query("branch"))
	date, dateErr := town.ParseDate(c.Query("tag"))
	number, numberErr := town.ParseNumber(c.Query("nummer"))
	if dateErr != nil || numberErr != nil {
		return problem.New(problem.NotFound, "number.unknown")
	}
	entries, err := o.app.Trail.History(c.Request.Context(), page.ActorOf(c), branch, date, number)
	if err != nil {
		return err
	}
	content, err := o.historyFile(v.View, entries)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.csv"`, date, number))
	c.Data(http.StatusOK, "text/csv; charset=utf-8", content)
	return nil
}

func (o *Pages) historyFile(v *staff.View, entries []ledger.AuditEntry) ([]byte, error) {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	w.UseCRLF = true // RFC 4180
	rows := [][]string{{v.T("staff.today.time"), v.T("staff.trail.actor"), v.T("staff.trail.what"), v.T("staff.today.number"), v.T("staff.nav.desk"), v.T("staff.today.state")}}
	for _, e := range entries {
		row := o.trailRow(v, e.Branch, e)
		at := e.At.In(o.staff.Frame.ZoneOf(e.Branch)).Format(time.RFC3339)
		rows = append(rows, []string{at, row.Actor, row.What, row.Number, row.Room, row.Detail})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = noFormula(row[i])
		}
	}
	err := w.WriteAll(rows)
	return file.Bytes(), err
}

// noFormula keeps a spreadsheet from reckoning with a text.
func noFormula(text string) string {
	if strings.ContainsAny(text[:min(1, len(text))], "=+-@\t\r") {
		return "'" + text
	}
	return text
}
