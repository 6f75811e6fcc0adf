package api

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/plan"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// book makes an appointment.
func (a *API) book(c *gin.Context) {
	r, err := body[wire.AppointmentRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	language := r.Language
	if language == "" {
		language = a.language(c)
	}
	actor, err := a.App.ShowProof(c.Request.Context(), actorOf(c), r.Branch, r.Proof)
	if err != nil {
		a.fail(c, err)
		return
	}
	made, err := a.App.Book(c.Request.Context(), actor, app.BookRequest{
		Wanted: plan.Wanted{Branch: r.Branch, Items: wire.Items(r.Services)},
		Start:  r.Start, Language: language, Hold: r.Hold, Overbook: r.Overbook,
		Person: app.Person{Name: r.Name, Email: r.Email, Phone: r.Phone, Support: r.Support, Answers: r.Answers},
	})
	if err != nil {
		a.fail(c, err)
		return
	}
	if !made.ConfirmBy.IsZero() {
		a.ok(c, http.StatusAccepted, wire.ConfirmReply{ConfirmBy: wire.Seconds(made.ConfirmBy, a.App.Zone(r.Branch))})
		return
	}
	reply := a.reply(made, a.language(c))
	a.private(c)
	c.Header("Location", placeOf(made))
	a.ok(c, http.StatusCreated, reply)
}

// appointment shows an appointment to its holder.
func (a *API) appointment(c *gin.Context) {
	found, err := a.App.Appointment(c.Request.Context(), c.Param("token"))
	if err != nil {
		a.fail(c, err)
		return
	}
	a.show(c, found)
}

// move gives an appointment another start; staff name it by its ticket's id.
func (a *API) move(c *gin.Context) {
	r, err := body[wire.MoveRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	why := app.StaffReason{Requested: r.OnRequest, Reason: r.Reason}
	moved, err := a.App.MoveFor(c.Request.Context(), actorOf(c), c.Param("token"), r.Branch, r.Start, why)
	if err != nil {
		a.fail(c, err)
		return
	}
	a.show(c, moved)
}

// cancel gives an appointment back. Staff name it by its ticket's id, and may say
// why in a body.
func (a *API) cancel(c *gin.Context) {
	r, err := bodyOrNone[wire.CancelRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	why := app.StaffReason{Requested: r.OnRequest, Reason: r.Reason}
	if err := a.App.CancelFor(c.Request.Context(), actorOf(c), c.Param("token"), why); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// ics answers an appointment's calendar entry.
func (a *API) ics(c *gin.Context) {
	found, err := a.App.Appointment(c.Request.Context(), c.Param("token"))
	if err != nil {
		a.fail(c, err)
		return
	}
	entry, err := a.Calendar(found)
	if err != nil {
		a.fail(c, err)
		return
	}
	a.private(c)
	c.Header("Content-Disposition", `attachment; filename="termin.ics"`)
	c.Data(http.StatusOK, "text/calendar; charset=utf-8", entry)
}

// show answers with an appointment as it stands.
func (a *API) show(c *gin.Context, stands app.Appointment) {
	reply := a.reply(stands, a.language(c))
	reply.State, reply.Language = wire.TicketState(stands.Ticket.State), stands.Ticket.Language
	a.private(c)
	a.ok(c, http.StatusOK, reply)
}

// private keeps an answer for its holder out of caches and referrers.
func (a *API) private(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "no-referrer")
}

// placeOf is where an answer's token opens what was made.
func placeOf(made app.Appointment) string {
	if made.Weak {
		return Root + "/tickets/" + url.PathEscape(made.Token)
	}
	return Root + "/appointments/" + url.PathEscape(made.Token)
}

// reply words an appointment for whoever has its token: with the addresses that a
// citizen's opens, or with the id that staff change it by.
func (a *API) reply(found app.Appointment, language town.Language) wire.AppointmentReply {
	t := found.Ticket
	reply := wire.AppointmentReply{
		Token: found.Token, Number: t.Number, Branch: t.Branch, Office: t.Office,
		Start: t.Start, End: t.End, Services: a.items(t.Items, language), Overbooked: t.Overbooked,
		CallMode:     a.App.Mode(t.Branch, t.Office, t.Date),
		MeetingPoint: a.App.MeetingPoint(t.Branch, t.Office, t.Date).In(language),
	}
	if found.Weak {
		reply.Ticket = t.ID
		for _, o := range a.App.Oversteps(t) {
			reply.Oversteps = append(reply.Oversteps, string(o))
		}
		return reply
	}
	reply.ManageURL = a.BaseURL + "/t/" + url.PathEscape(found.Token)
	reply.ICSURL = a.BaseURL + placeOf(found) + "/ics"
	return reply
}

func (a *API) items(items []town.Item, language town.Language) wire.List[wire.Item] {
	list := make(wire.List[wire.Item], len(items))
	for i, item := range items {
		list[i] = wire.Item{ID: item.Service, Quantity: item.Quantity}
		if s, ok := a.App.Catalogue().Service(item.Service); ok {
			list[i].Name = s.Name.In(language)
		}
	}
	return list
}
