package main

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// about says what a route is asked for at a branch. Each request is about
// something of its own, so that none stands in another's way.
var about = map[string]func(d *doors, branch town.BranchID, asker string) request{
	"GET /api/v1/days": func(_ *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "service", "eid-pin", "from", "2026-12-08", "to", "2026-12-09")}
	},
	"GET /api/v1/slots": func(_ *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "service", "eid-pin", "date", "2026-12-08")}
	},
	"POST /api/v1/holds": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"branch": b, "services": pin(), "start": d.start(b)}}
	},
	"POST /api/v1/appointments": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"branch": b, "services": pin(), "start": d.start(b), "name": "Ada Beispiel", "email": d.fresh() + "@example.org"}}
	},
	"PATCH /api/v1/appointments/:token": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"start": d.start(b)}}
	},
	"POST /api/v1/wishes": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"branches": []town.BranchID{b}, "services": pin(), "from": "05:00", "to": "06:00", "until": "2026-12-15", "name": "Ada", "email": d.fresh() + "@example.org"}}
	},
	"POST /api/v1/tickets": func(_ *doors, b town.BranchID, _ string) request {
		return request{body: doc{"branch": b, "services": pin()}}
	},
	"POST /api/v1/check-ins": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"branch": b, "number": d.walkIn(b).Ticket.Number}}
	},
	"POST /api/v1/afterwards": func(_ *doors, b town.BranchID, _ string) request {
		return request{body: doc{"branch": b, "entries": []doc{{"service": "eid-pin", "outcome": "served"}}}}
	},
	"GET /api/v1/queue":     atQueryBranch,
	"GET /api/v1/unreached": atQueryBranch,
	"GET /api/v1/concerned": atQueryBranch,
	"GET /api/v1/challenge": atQueryBranch,
	"GET /api/v1/figures": func(_ *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/figures?by=day&from=2026-12-01&to=2026-12-02&branch=" + string(b)}
	},
	"DELETE /api/v1/unreached/:mail": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/unreached/" + url.PathEscape(d.mail(b))}
	},
	"POST /api/v1/session":       func(*doors, town.BranchID, string) request { return request{body: doc{}} },
	"POST /api/v1/pairings":      func(*doors, town.BranchID, string) request { return request{body: doc{"kind": "display"}} },
	"POST /api/v1/pairings/poll": func(*doors, town.BranchID, string) request { return request{body: doc{"secret": "unknown"}} },
	"GET /api/v1/ws/caller":      atQueryBranch,
	"GET /api/v1/ws/display":     atQueryBranch,

	"GET /termin/tag": func(_ *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "service", "eid-pin")}
	},
	"GET /termin/zeit": func(_ *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "service", "eid-pin", "date", "2026-12-15")}
	},
	"GET /termin/daten": func(d *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "service", "eid-pin", "start", stamped(d.start(b)))}
	},
	"POST /termin/vormerken": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("branch", string(b), "service", "eid-pin", "start", stamped(d.start(b)))}
	},
	"POST /termin/daten": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("branch", string(b), "service", "eid-pin", "start", stamped(d.start(b)), "neu", stamped(d.start(b)))}
	},
	"POST /termin/verlaengern": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("branch", string(b), "service", "eid-pin", "start", stamped(d.start(b)), "hold", d.hold(b))}
	},
	"POST /termin/buchen": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("branch", string(b), "service", "eid-pin", "start", stamped(d.start(b)), "name", "Ada", "email", d.fresh()+"@example.org")}
	},
	"GET /termin/wunsch": func(_ *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "service", "eid-pin")}
	},
	"POST /termin/wunsch": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("service", "eid-pin", "branches", string(b), "hours", "alle", "weekday", "0", "until", "2026-12-15", "name", "Ada", "email", d.fresh()+"@example.org")}
	},
	// A number without an appointment: its token is worth less.
	"GET /api/v1/appointments/:token (walk-in)":     aboutWalkIn("/api/v1/appointments/", "", nil),
	"GET /api/v1/appointments/:token/ics (walk-in)": aboutWalkIn("/api/v1/appointments/", "/ics", nil),
	"PATCH /api/v1/appointments/:token (walk-in)":   aboutWalkIn("/api/v1/appointments/", "", doc{"start": "2026-12-15T10:00:00+01:00"}),
	"GET /t/:token (walk-in)":                       aboutWalkIn("/t/", "", nil),
	"GET /t/:token/absagen (walk-in)":               aboutWalkIn("/t/", "/absagen", nil),
	"POST /t/:token/absagen (walk-in)":              aboutWalkIn("/t/", "/absagen", nil),
	"DELETE /api/v1/appointments/:token (walk-in)":  aboutWalkIn("/api/v1/appointments/", "", nil),
	// An appointment's weak token, which staff have too: what it opens, everybody
	// may; it opens nothing else to anybody.
	"GET /api/v1/appointments/:token (weak)":     aboutWeak("/api/v1/appointments/", "", nil),
	"GET /api/v1/appointments/:token/ics (weak)": aboutWeak("/api/v1/appointments/", "/ics", nil),
	"PATCH /api/v1/appointments/:token (weak)":   aboutWeak("/api/v1/appointments/", "", doc{"start": "2026-12-15T10:00:00+01:00"}),
	"DELETE /api/v1/appointments/:token (weak)":  aboutWeak("/api/v1/appointments/", "", nil),
	"GET /api/v1/tickets/:token (weak)":          aboutWeak("/api/v1/tickets/", "", nil),
	"GET /api/v1/wishes/:token (weak)":           aboutWeak("/api/v1/wishes/", "", nil),
	"POST /api/v1/check-ins (weak)": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"token": d.weak(b)}}
	},
	"GET /t/:token (weak)":                                       aboutWeak("/t/", "", nil),
	"GET /t/:token/absagen (weak)":                               aboutWeak("/t/", "/absagen", nil),
	"POST /t/:token/absagen (weak)":                              aboutWeak("/t/", "/absagen", nil),
	"GET /t/:token/verschieben (weak)":                           aboutWeak("/t/", "/verschieben", nil),
	"GET /t/:token/verschieben/zeit (weak)":                      aboutWeak("/t/", "/verschieben/zeit?date=2026-12-15", nil),
	"POST /t/:token/verschieben (weak)":                          aboutWeak("/t/", "/verschieben", nil),
	"GET /bestaetigen/:token (weak)":                             aboutWeak("/bestaetigen/", "", nil),
	"POST /bestaetigen/:token (weak)":                            aboutWeak("/bestaetigen/", "", nil),
	"GET /wunsch/:token (weak)":                                  aboutWeak("/wunsch/", "", nil),
	"GET /kiosk/ticket/:token (weak)":                            aboutWeak("/kiosk/ticket/", "", nil),
	"GET /staff/:branch/empfang/ticket/:token (weak)":            aboutWeak("/staff/grimma-markt/empfang/ticket/", "", nil),
	"GET /staff/:branch/empfang/ticket/:token (by the own desk)": aboutWalkIn("/staff/grimma-markt/empfang/ticket/", "", nil),
	// A ticket's id opens nothing but to staff, who change an appointment by it.
	"GET /api/v1/appointments/:token (ticket)":     aboutTicket("/api/v1/appointments/", "", nil),
	"GET /api/v1/appointments/:token/ics (ticket)": aboutTicket("/api/v1/appointments/", "/ics", nil),
	"PATCH /api/v1/appointments/:token (ticket)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/appointments/" + string(d.appointment(b).Ticket.ID), body: doc{"start": d.start(b)}}
	},
	"PATCH /api/v1/appointments/:token (ticket, to own)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/appointments/" + string(d.appointment(b).Ticket.ID), body: doc{"branch": ownBranch, "start": d.start(ownBranch)}}
	},
	"PATCH /api/v1/appointments/:token (ticket, from own)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/appointments/" + string(d.appointment(ownBranch).Ticket.ID), body: doc{"branch": b, "start": d.start(b)}}
	},
	"DELETE /api/v1/appointments/:token (ticket)": aboutTicket("/api/v1/appointments/", "", nil),
	"GET /api/v1/tickets/:token (ticket)":         aboutTicket("/api/v1/tickets/", "", nil),
	"POST /api/v1/check-ins (ticket)": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"token": string(d.appointment(b).Ticket.ID)}}
	},
	"POST /t/:token/da (ticket)":           aboutTicket("/t/", "/da", nil),
	"POST /t/:token/da (walk-in)":          aboutWalkIn("/t/", "/da", nil),
	"POST /t/:token/da (weak)":             aboutWeak("/t/", "/da", nil),
	"GET /t/:token (ticket)":               aboutTicket("/t/", "", nil),
	"GET /t/:token/verschieben (walk-in)":  aboutWalkIn("/t/", "/verschieben", nil),
	"GET /api/v1/tickets/:token (walk-in)": aboutWalkIn("/api/v1/tickets/", "", nil),
	"POST /da/:branch": func(d *doors, b town.BranchID, _ string) request {
		t := d.todays(b)
		return request{form: values("number", t.Number.String(), "uhrzeit", t.Start.Format("15:04"))}
	},
	// By token, as a phone in the hall does it: one's own presence.
	"POST /api/v1/check-ins (token)": func(d *doors, b town.BranchID, _ string) request {
		return request{body: doc{"token": d.walkIn(b).Token}}
	},
	// From a branch to another one: whoever moves works at both.
	"PATCH /api/v1/appointments/:token (from own)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/appointments/" + d.appointment(ownBranch).Token, body: doc{"branch": b, "start": d.start(b)}}
	},
	"PATCH /api/v1/appointments/:token (to own)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/api/v1/appointments/" + d.appointment(b).Token, body: doc{"branch": ownBranch, "start": d.start(ownBranch)}}
	},
	"POST /staff/:branch/empfang/verschieben (from own)": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(ownBranch).Ticket
		return request{path: "/staff/grimma-markt/empfang/verschieben", form: values("ticket", string(t.ID), "number", t.Number.String(),
			"date", t.Date.String(), "nach", string(b), "start", stamped(d.start(b)))}
	},
	"POST /staff/:branch/empfang/verschieben (to own)": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{path: "/staff/" + string(b) + "/empfang/verschieben", form: values("ticket", string(t.ID), "number", t.Number.String(),
			"date", t.Date.String(), "nach", string(ownBranch), "start", stamped(d.start(ownBranch)))}
	},
	// An account for all branches is more than that of one.
	"POST /staff/verwaltung/konten (all branches)": func(d *doors, _ town.BranchID, _ string) request {
		return request{form: values("name", d.fresh(), "role", "clerk", "alle", "1", "allefachbereiche", "1", "kennwort", doorPassword)}
	},
	"POST /staff/verwaltung/konten (both branches)": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("name", d.fresh(), "role", "clerk", "branch", string(ownBranch), "branch", string(b), "allefachbereiche", "1", "kennwort", doorPassword)}
	},
	"POST /staff/verwaltung/konten (manager)": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("name", d.fresh(), "role", "manager", "branch", string(b), "allefachbereiche", "1", "kennwort", doorPassword)}
	},
	// The address says the own branch, the form something else.
	"POST /staff/:branch/empfang/absagen (by the own desk)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/staff/grimma-markt/empfang/absagen", form: values("ticket", string(d.appointment(b).Ticket.ID))}
	},
	"POST /staff/:branch/anrufen (by the own desk)": func(d *doors, b town.BranchID, _ string) request {
		return request{path: "/staff/grimma-markt/anrufen", form: values("mail", d.mail(b), "number", "417")}
	},
	"POST /staff/verwaltung/geraete/ton (by the own branch)": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("branch", string(ownBranch), "device", d.device(b))}
	},

	"POST /staff/anmelden": func(*doors, town.BranchID, string) request {
		return request{form: values("name", "nobody", "kennwort", strings.Repeat("x", 201))} // too long to be tried
	},
	"GET /t/:token/verschieben/zeit": func(*doors, town.BranchID, string) request {
		return request{query: values("date", "2026-12-15")}
	},
	"POST /t/:token/verschieben": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("start", stamped(d.start(b)))}
	},

	"POST /staff/konto/kennwort": func(*doors, town.BranchID, string) request {
		return request{form: values("alt", strings.Repeat("x", 201), "neu", "noch viel länger und geheim")}
	},
	"POST /staff/verwaltung/geraete": func(d *doors, b town.BranchID, _ string) request {
		p, err := d.Access.StartPairing(d.t.Context(), access.Actor{}, ledger.DeviceDisplay)
		d.must(err)
		return request{form: values("code", p.Code, "name", d.fresh(), "branch", string(b))}
	},
	"POST /staff/verwaltung/geraete/sperren": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("device", d.device(b))}
	},
	"POST /staff/verwaltung/geraete/ton": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("branch", string(b), "device", d.device(b))}
	},
	"POST /staff/verwaltung/konten": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("name", d.fresh(), "role", "clerk", "branch", string(b), "allefachbereiche", "1", "kennwort", doorPassword)}
	},
	"GET /staff/verwaltung/konten/aendern": func(d *doors, b town.BranchID, _ string) request {
		return request{query: values("user", d.newcomer(b))}
	},
	"POST /staff/verwaltung/konten/aendern": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("user", d.newcomer(b), "role", "reception", "branch", string(b), "allefachbereiche", "1")}
	},
	// A manager makes no managers.
	"POST /staff/verwaltung/konten/aendern (to manager)": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("user", d.newcomer(b), "role", "manager", "branch", string(b), "allefachbereiche", "1")}
	},
	"POST /staff/verwaltung/konten/kennwort": func(_ *doors, b town.BranchID, _ string) request {
		return request{form: values("user", string(colleague(b)), "kennwort", doorPassword)}
	},
	"POST /staff/verwaltung/konten/sperren":  aboutColleague,
	"POST /staff/verwaltung/konten/zulassen": aboutColleague,
	"GET /staff/verwaltung/protokoll/nummer": func(d *doors, b town.BranchID, _ string) request {
		return request{query: values("branch", string(b), "tag", "2026-12-01", "nummer", d.numberAt(b).String())}
	},
	"POST /staff/verwaltung/uhr": func(d *doors, _ town.BranchID, _ string) request {
		return request{form: values("shown", d.Now().Format(time.RFC3339))}
	},
	"POST /staff/verwaltung/schliessen": func(d *doors, b town.BranchID, _ string) request {
		return request{form: closedDay(d, b)}
	},
	"POST /staff/verwaltung/schliessen/oeffnen": func(d *doors, b town.BranchID, _ string) request {
		form := closedDay(d, b)
		d.must(d.Closings.CloseOffice(d.t.Context(), d.desk, closing(d.t, form), app.Unseen))
		return request{form: form}
	},
	"POST /staff/verwaltung/besetzung": func(d *doors, b town.BranchID, _ string) request {
		return request{form: shortDay(d, b)}
	},
	"POST /staff/verwaltung/besetzung/zuruecknehmen": func(d *doors, b town.BranchID, _ string) request {
		form := shortDay(d, b)
		d.must(d.Rosters.Change(d.t.Context(), d.desk, rostering(d.t, form), app.Unseen))
		return request{form: form}
	},
	"GET /staff/verwaltung/protokoll":    atQueryBranch,
	"GET /staff/verwaltung/zahlen":       atQueryBranch,
	"GET /staff/verwaltung/auffaelliges": atQueryBranch,

	"GET /staff/verwaltung/kalender":        atQueryBranch,
	"GET /staff/verwaltung/kalender/tag":    atQueryBranch,
	"GET /staff/verwaltung/kalender/woche":  atQueryBranch,
	"GET /staff/verwaltung/oeffnungszeiten": atQueryBranch,
	"GET /staff/verwaltung/entwurf": func(d *doors, b town.BranchID, _ string) request {
		return request{query: values("id", d.draft(b).ID)}
	},
	"POST /staff/verwaltung/entwurf": func(d *doors, b town.BranchID, _ string) request {
		id := d.draft(b).ID
		p, err := d.Drafts.Preview(d.t.Context(), d.desk, id)
		d.must(err)
		return request{form: values("id", id, "version", "1", "was", "uebernehmen", "gesehen", string(p.Shown))}
	},
	"POST /staff/verwaltung/entwurf/neu": func(d *doors, b town.BranchID, _ string) request {
		form := closedDay(d, b)
		form.Set("art", "schliessen")
		return request{form: form}
	},
	"GET /staff/verwaltung/verlauf/zurueck": func(d *doors, b town.BranchID, _ string) request {
		return request{query: values("nr", d.changed(b))}
	},
	"POST /staff/verwaltung/verlauf/zurueck": func(d *doors, b town.BranchID, _ string) request {
		id, err := strconv.ParseInt(d.changed(b), 10, 64)
		d.must(err)
		_, p, err := d.Town.TryUndo(d.t.Context(), d.desk, id)
		d.must(err)
		return request{form: values("nr", strconv.FormatInt(id, 10), "gesehen", string(p.Shown))}
	},
	"GET /staff/verwaltung/entwuerfe (branch)": atQueryBranch,
	"GET /staff/verwaltung/verlauf (branch)":   atQueryBranch,
	// An address that names a foreign branch shows nobody their own in its place.
	"GET /staff/verwaltung/geraete (branch)":    atQueryBranch,
	"GET /staff/verwaltung/konten (branch)":     atQueryBranch,
	"GET /staff/verwaltung/schliessen (branch)": atQueryBranch,
	"GET /staff/verwaltung/besetzung (branch)":  atQueryBranch,
	"GET /staff/verwaltung/katalog (branch)":    atQueryBranch,
	"GET /staff/verwaltung (branch)":            atQueryBranch,
	"GET /staff/:branch/empfang/verschieben (to)": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(ownBranch).Ticket
		return request{path: "/staff/grimma-markt/empfang/verschieben",
			query: values("number", t.Number.String(), "date", t.Date.String(), "nach", string(b))}
	},

	"POST /staff/:branch/empfang/ticket": func(_ *doors, b town.BranchID, _ string) request {
		return request{form: values("service", "eid-pin")}
	},
	"GET /staff/:branch/empfang/ticket/:token": walkInsSlip,
	"POST /staff/:branch/empfang/ticket/:token/drucken": func(d *doors, b town.BranchID, asker string) request {
		r := walkInsSlip(d, b, asker)
		r.path += "/drucken"
		return r
	},
	"POST /staff/:branch/empfang/anmelden": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("number", d.numberAt(b).String())}
	},
	"GET /staff/:branch/empfang/termin": func(*doors, town.BranchID, string) request {
		return request{query: values("service", "eid-pin")}
	},
	"POST /staff/:branch/empfang/termin": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("service", "eid-pin", "start", stamped(d.start(b)), "name", "Ada")}
	},
	"GET /staff/:branch/empfang/nummer": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{query: values("number", t.Number.String(), "date", t.Date.String())}
	},
	"POST /staff/:branch/empfang/bestaetigung": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{form: values("ticket", string(t.ID), "number", t.Number.String(), "date", t.Date.String())}
	},
	"POST /staff/:branch/empfang/termin/tag": func(*doors, town.BranchID, string) request {
		return request{form: values("service", "eid-pin", "tag", "2026-12-15", "name", "Ada")}
	},
	"POST /staff/:branch/empfang/suche": func(*doors, town.BranchID, string) request {
		return request{form: values("q", "Beispiel")}
	},
	"POST /staff/:branch/empfang/person": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{form: values("ticket", string(t.ID), "number", t.Number.String(), "date", t.Date.String())}
	},
	// Whoever says the own branch in the address opens nobody of another one.
	"POST /staff/:branch/empfang/person (by the own desk)": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{path: "/staff/grimma-markt/empfang/person", form: values("ticket", string(t.ID), "number", t.Number.String(), "date", t.Date.String())}
	},
	"POST /staff/:branch/empfang/absagen": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("ticket", string(d.appointment(b).Ticket.ID))}
	},
	"GET /staff/:branch/empfang/verschieben": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{query: values("number", t.Number.String(), "date", t.Date.String())}
	},
	"POST /staff/:branch/empfang/verschieben": func(d *doors, b town.BranchID, _ string) request {
		t := d.appointment(b).Ticket
		return request{form: values("ticket", string(t.ID), "number", t.Number.String(), "date", t.Date.String(), "nach", string(b), "start", stamped(d.start(b)))}
	},
	"POST /staff/:branch/liste/nachtrag": func(_ *doors, b town.BranchID, _ string) request {
		return request{form: values("tag", "2026-12-01", "service", "eid-pin", "count", "1")}
	},
	"POST /staff/:branch/liste/nachtrag/zurueck": func(d *doors, b town.BranchID, asker string) request {
		t := d.called(b, asker)
		return request{form: values("ticket", string(t.ID), "version", strconv.FormatInt(t.Version, 10))}
	},
	"POST /staff/:branch/empfang/zurueck": func(d *doors, b town.BranchID, asker string) request {
		t := d.called(b, asker)
		return request{form: values("ticket", string(t.ID), "version", strconv.FormatInt(t.Version, 10))}
	},
	"POST /staff/:branch/passt-nicht/vorschau": func(*doors, town.BranchID, string) request {
		return request{form: values("termin", "unknown", "art", "verlegen")}
	},
	"POST /staff/:branch/passt-nicht/lauf": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("termin", "unknown", "art", "verlegen", "lauf", "2AH-3q-uQIOQrtGi8o")}
	},
	"POST /staff/:branch/anrufen/antwort": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("termin", string(d.appointment(b).Ticket.ID), "antwort", "nein", "number", "417")}
	},
	"POST /staff/:branch/passt-nicht/behalten": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("termin", "unknown")}
	},
	"POST /staff/:branch/passt-nicht/absagen": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("termin", "unknown")}
	},
	"POST /staff/:branch/anrufen": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("mail", d.mail(b), "number", "417")}
	},
	"POST /staff/:branch/hilfe": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("id", d.fresh(), "type", "alarm_seen", "alarm", "unknown", "weiter", "/staff")}
	},
	"POST /staff/:branch/:room/befehl": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("id", d.fresh(), "type", "pause")}
	},
	"POST /kiosk/ticket": func(*doors, town.BranchID, string) request {
		return request{form: values("service", "eid-pin")}
	},
	"GET /kiosk/ticket/:token": kiosksTicket,
	"POST /kiosk/ticket/:token/drucken": func(d *doors, b town.BranchID, asker string) request {
		r := kiosksTicket(d, b, asker)
		r.path += "/drucken"
		return r
	},
	"POST /kiosk/anmelden": func(d *doors, b town.BranchID, _ string) request {
		return request{form: values("number", d.numberAt(b).String())}
	},
	"POST /kiosk/geraet":   func(*doors, town.BranchID, string) request { return request{form: values("token", "unknown")} },
	"POST /display/geraet": func(*doors, town.BranchID, string) request { return request{form: values("token", "unknown")} },
}

type doc = map[string]any

// routeOf leaves out what tells two requests to one route apart.
func routeOf(route string) string {
	route, _, _ = strings.Cut(route, " (")
	return route
}

// request makes a route's request about a branch: what the route says of
// itself, and something of that branch wherever its address has a parameter.
func (d *doors) request(route, asker string, branch town.BranchID) request {
	d.t.Helper()
	var r request
	if say, ok := about[route]; ok {
		r = say(d, branch, asker)
	}
	if r.path != "" {
		return r
	}
	_, pattern, _ := strings.Cut(routeOf(route), " ")
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		switch part {
		case ":branch":
			parts[i] = string(branch)
		case ":room":
			parts[i] = "platz-1"
		case ":token":
			parts[i] = url.PathEscape(d.appointment(branch).Token)
		case ":hold":
			parts[i] = url.PathEscape(d.hold(branch))
		case ":file":
			parts[i] = map[string]string{"display": "main.js", "fonts": "OFL.txt"}[parts[1]]
		case ":version":
			parts[i] = "old"
		case "*name":
			parts[i] = "base.css"
		case "*clip":
			parts[i] = "gong"
		}
	}
	r.path = strings.Join(parts, "/")
	return r
}

// newcomer is a clerk of a branch whom nobody else asks about.
func (d *doors) newcomer(b town.BranchID) string {
	d.t.Helper()
	name := d.fresh()
	d.must(d.Access.AddUser(d.t.Context(), ledger.User{ID: town.UserID(name), Role: ledger.RoleClerk, Branches: []town.BranchID{b}}, doorPassword))
	return name
}
