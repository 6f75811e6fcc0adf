package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/booking"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// zone is the first branch's, for days that belong to no branch.
func (a *API) zone() *time.Location {
	if branches := a.App.Catalogue().Branches; len(branches) > 0 {
		return a.App.Zone(branches[0].ID)
	}
	return time.UTC
}

// wanted reads branch and services from the address; "S:2" asks for S twice.
func wanted(c *gin.Context) (plan.Wanted, error) {
	values, err := query(c, "branch", "service")
	if err != nil {
		return plan.Wanted{}, err
	}
	w := plan.Wanted{Branch: town.BranchID(values["branch"]), Staff: actorOf(c).Kind == access.Staff}
	for _, value := range c.QueryArray("service") {
		item := town.Item{Service: town.ServiceID(value), Quantity: 1}
		if id, quantity, ok := strings.Cut(value, ":"); ok {
			n, err := strconv.Atoi(quantity)
			if err != nil {
				return plan.Wanted{}, problem.Field("service", "services.quantity")
			}
			item = town.Item{Service: town.ServiceID(id), Quantity: n}
		}
		w.Items = append(w.Items, item)
	}
	return w, nil
}

// aboutParameter has a refusal name the parameter of the address, which is called
// otherwise than the field of a body.
func aboutParameter(err error) error {
	var refused *problem.Error
	if !errors.As(err, &refused) || refused.Fields["services"] == "" {
		return err
	}
	renamed := *refused
	renamed.Fields = map[string]string{"service": refused.Fields["services"]}
	return &renamed
}

// days answers one entry for each day of a span.
func (a *API) days(c *gin.Context) {
	w, err := wanted(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	from, to, err := span(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	calendar, err := a.App.Memory.Days(c.Request.Context(), w, from, to)
	if err != nil {
		a.fail(c, aboutParameter(err))
		return
	}
	a.ok(c, http.StatusOK, wire.Days{Days: wireDays(calendar.Days, a.language(c)), NextFree: calendar.NextFree})
}

func span(c *gin.Context) (from, to town.Date, err error) {
	values, err := query(c, "from", "to")
	if err != nil {
		return 0, 0, err
	}
	if from, err = date("from", values["from"]); err != nil {
		return 0, 0, err
	}
	to, err = date("to", values["to"])
	return from, to, err
}

func wireDays(days []booking.Day, language town.Language) wire.List[wire.Day] {
	list := make(wire.List[wire.Day], len(days))
	for i, d := range days {
		list[i] = wire.Day{Date: d.Date, State: wire.DayState(d.State), Free: d.Free, Reason: string(d.Reason), Text: d.Text.In(language)}
	}
	return list
}

// slots answers the bookable starts of a day.
func (a *API) slots(c *gin.Context) {
	w, err := wanted(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	values, err := query(c, "date")
	if err != nil {
		a.fail(c, err)
		return
	}
	day, err := date("date", values["date"])
	if err != nil {
		a.fail(c, err)
		return
	}
	slots, err := a.App.Memory.Slots(c.Request.Context(), w, day)
	if err != nil {
		a.fail(c, aboutParameter(err))
		return
	}
	list := make(wire.List[wire.Slot], len(slots))
	for i, s := range slots {
		list[i] = wire.Slot{Start: s.Start, End: s.End, Free: s.Free}
	}
	a.ok(c, http.StatusOK, wire.Slots{Slots: list})
}
