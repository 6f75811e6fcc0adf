package api

import (
	"cmp"
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// concerned lists the appointments of a branch that no longer fit.
func (a *API) concerned(c *gin.Context) {
	branch, err := a.deskBranch(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	from, to, err := a.concernedDates(c, branch)
	if err != nil {
		a.fail(c, err)
		return
	}
	found, err := a.App.Dealings.Concerned(c.Request.Context(), actorOf(c), branch, from, to)
	if err != nil {
		a.fail(c, aboutParameter(err))
		return
	}
	list := make(wire.List[wire.Concerned], len(found))
	for i, u := range found {
		list[i] = wireConcerned(u)
	}
	a.private(c)
	a.ok(c, http.StatusOK, wire.ConcernedList{Concerned: list})
}

// concernedDates reads the dates asked for: from today, without end, where none
// are named.
func (a *API) concernedDates(c *gin.Context, branch town.BranchID) (from, to town.Date, err error) {
	today := town.DateOf(a.App.Now(), a.App.Zone(branch))
	if from, err = date("from", cmp.Or(c.Query("from"), today.String())); err != nil {
		return 0, 0, err
	}
	if c.Query("to") == "" {
		return from, app.NoEnd, nil
	}
	to, err = date("to", c.Query("to"))
	return from, to, err
}

func wireConcerned(u app.Concerned) wire.Concerned {
	services := make([]wire.Quantity, len(u.Items))
	for i, item := range u.Items {
		services[i] = wire.Quantity{ID: item.Service, Quantity: item.Quantity}
	}
	return wire.Concerned{
		Ticket: u.ID, Number: u.Number, Start: u.Start, Office: u.Office, Services: services,
		Reason: string(u.Why), Reachable: string(u.Reachable),
	}
}
