package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

func TestAnAppointmentFromBookingToItsEnd(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("09:00", with("phone", "03437 123"), with("support", "Rollstuhl"))
	if made.Start.Format(time.RFC3339) != stamp("09:00") || made.Office != "buergerbuero" || !strings.HasSuffix(made.ManageURL, "/t/"+made.Token) {
		t.Errorf("got %+v", made)
	}
	path := "/appointments/" + made.Token
	shown := h.get(path).want(http.StatusOK).doc()
	if shown["state"] != "booked" {
		t.Errorf("got %v, want it booked", shown)
	}
	for _, personal := range []string{"name", "email", "phone", "support"} {
		if got, there := shown[personal]; there {
			t.Errorf("got %s %q, want an appointment and no person", personal, got)
		}
	}
	if entry := string(h.get(path + "/ics").want(http.StatusOK).raw); !strings.HasPrefix(entry, "BEGIN:VCALENDAR") {
		t.Errorf("got %q, want a calendar entry", entry)
	}
	moved := h.ask(request{method: http.MethodPatch, path: path, body: doc{"start": stamp("10:00")}}).want(http.StatusOK).doc()
	if moved["start"] != stamp("10:00") || moved["number"] != made.Number.String() {
		t.Errorf("got %v, want ten o'clock and the same number", moved)
	}
	for range 2 {
		h.ask(request{method: http.MethodDelete, path: path}).want(http.StatusNoContent)
	}
	if got := h.get(path).want(http.StatusOK).doc(); got["state"] != "cancelled" {
		t.Errorf("got %v, want cancelled", got["state"])
	}
	h.ask(request{method: http.MethodPatch, path: path, body: doc{"start": stamp("11:00")}}).refused(http.StatusConflict, "appointment.not_movable")
	if got := h.free("10:00"); got != 2 {
		t.Errorf("got %d free, want the cancelled time back", got)
	}
}

func TestAnAppointmentIsSeenToTheEndOfItsDay(t *testing.T) {
	h := openServer(t, options{})
	path := "/appointments/" + h.book("09:00").Token
	h.set(clock("23:59"))
	h.get(path).want(http.StatusOK)
	h.set(clock("24:00"))
	for _, sub := range []string{"", "/ics"} {
		h.get(path+sub).refused(http.StatusNotFound, "appointment.over_or_unknown")
	}
	h.ask(request{method: http.MethodDelete, path: path}).refused(http.StatusNotFound, "appointment.over_or_unknown")
	h.get("/appointments/unknown").refused(http.StatusNotFound, "appointment.over_or_unknown")
	h.get("/tickets/unknown").refused(http.StatusNotFound, "appointment.over_or_unknown")
}

func TestBookingRefusesWhatCannotBe(t *testing.T) {
	h := openServer(t, options{})
	h.set(clock("10:00"))
	for name, c := range map[string]struct {
		body       any
		status     int
		field, key string
	}{
		"unknown branch":   {appointment("11:00", with("branch", "leipzig")), 404, "", "branch.unknown"},
		"unknown service":  {appointment("11:00", with("services", []doc{{"id": "passport"}})), 404, "", "service.unknown"},
		"outside hours":    {appointment("12:30"), 422, "start", "booking.start_outside_hours"},
		"at night":         {appointment("23:00"), 422, "start", "booking.start_outside_hours"},
		"across the break": {appointment("11:50", with("services", []doc{{"id": pin, "quantity": 2}})), 422, "start", "booking.start_outside_hours"},
		"off the grid":     {appointment("11:03"), 422, "start", "booking.start_off_grid"},
		"in the past":      {appointment("09:00"), 422, "start", "booking.start_past"},
		"too soon":         {appointment("10:20"), 422, "start", "booking.start_lead_time"},
		"too far":          {appointment("11:00", with("start", "2027-06-01T11:00:00+02:00")), 422, "start", "booking.start_horizon"},
		"closed day":       {appointment("11:00", with("start", "2026-12-02T11:00:00+01:00")), 422, "start", "booking.start_outside_hours"},
		"year 9999":        {appointment("11:00", with("start", "9999-12-31T23:59:59Z")), 422, "start", "booking.start_horizon"},
		"two offices":      {appointment("11:00", with("services", []doc{{"id": pin}, {"id": "gewerbe-anmelden"}})), 422, "services", "services.two_offices"},
		"quantity nought":  {appointment("11:00", with("services", []doc{{"id": pin, "quantity": 0}})), 422, "services", "services.quantity"},
		"no services":      {appointment("11:00", with("services", []doc{})), 422, "services", "request.required"},
		"no name":          {appointment("11:00", with("name", "  ")), 422, "name", "field.required"},
		"no e-mail":        {appointment("11:00", without("email")), 422, "email", "field.required"},
		"bad e-mail":       {appointment("11:00", with("email", "ada@localhost")), 422, "email", "field.email"},
		"header in e-mail": {appointment("11:00", with("email", "a@b.de\nBcc: c@d.de")), 422, "email", "field.email"},
		"bad phone":        {appointment("11:00", with("phone", "call me")), 422, "phone", "field.phone"},
		"long support":     {appointment("11:00", with("support", strings.Repeat("ü", 201))), 422, "support", "field.too_long"},
		"wrong type":       {appointment("11:00", with("name", 7)), 422, "name", "request.bad_value"},
		"start no time":    {appointment("11:00", with("start", "tomorrow")), 422, "start", "request.bad_value"},
		"overbook":         {appointment("11:00", with("overbook", true)), 403, "", "booking.overbook_staff_only"},
		"unknown field":    {appointment("11:00", with("vip", true)), 400, "", "request.unknown_field"},
		"other case":       {appointment("11:00", with("Name", "x")), 400, "", "request.unknown_field"},
		"no JSON":          {"{", 400, "", "request.malformed"},
		"two documents":    {"{}{}", 400, "", "request.malformed"},
		"an array":         {"[]", 400, "", "request.malformed"},
		"nothing":          {"", 400, "", "request.malformed"},
		"not UTF-8":        {"{\"name\":\"\xff\"}", 400, "", "request.malformed"},
		"over 64 KiB":      {`{"name":"` + strings.Repeat("a", 64<<10) + `"}`, 413, "", "request.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.post("/appointments", c.body)
			got.t = t
			if c.field != "" {
				got.wrong(c.field, c.key)
				return
			}
			got.refused(c.status, c.key)
		})
	}
	if got := h.free("11:00"); got != 2 {
		t.Errorf("got %d free, want nothing half-booked", got)
	}
}

func TestATakenSlotOffersTheNearestThree(t *testing.T) {
	h := openServer(t, options{})
	h.book("09:20")
	h.book("09:20", with("email", "bob@example.org"))
	for _, path := range []string{"/appointments", "/holds"} {
		body := appointment("09:20")
		if path == "/holds" {
			body = doc{"branch": body["branch"], "services": body["services"], "start": body["start"]}
		}
		got := h.post(path, body).refused(http.StatusConflict, "booking.slot_taken")
		alternatives, _ := got["alternatives"].([]any)
		if len(alternatives) != 3 {
			t.Errorf("%s: got alternatives %v, want three", path, got["alternatives"])
		}
	}
	other := h.book("10:00", with("email", "eve@example.org"))
	got := h.ask(request{method: http.MethodPatch, path: "/appointments/" + other.Token, body: doc{"start": stamp("09:20")}})
	if alternatives, _ := got.refused(http.StatusConflict, "booking.slot_taken")["alternatives"].([]any); len(alternatives) != 3 {
		t.Errorf("move: got %d alternatives, want three", len(alternatives))
	}
}

func TestMovingRefusesWhatItMust(t *testing.T) {
	h := openServer(t, options{})
	path := "/appointments/" + h.book("09:00").Token
	patch := func(body any) answer { return h.ask(request{method: http.MethodPatch, path: path, body: body}) }
	patch(doc{"start": stamp("10:00"), "branch": "elsewhere"}).refused(http.StatusNotFound, "branch.unknown")
	patch(doc{"start": stamp("12:30")}).wrong("start", "booking.start_outside_hours")
	patch(doc{}).wrong("start", "request.required")
	patch(doc{"start": stamp("10:00"), "number": "417"}).refused(http.StatusBadRequest, "request.unknown_field")
	patch("nonsense").refused(http.StatusBadRequest, "request.malformed")
	patch(strings.Repeat(" ", 64<<10)+"{}").refused(http.StatusRequestEntityTooLarge, "request.too_large")
	clerk := h.staff("clerk", ledger.RoleClerk)
	moved := h.ask(request{method: http.MethodPatch, path: path, token: clerk, body: doc{"start": stamp("10:00"), "branch": nerchau}}).want(http.StatusOK).doc()
	if moved["branch"] != nerchau || moved["call_mode"] != "pickup" || moved.text("meeting_point") == "" {
		t.Errorf("got %v, want Nerchau with its meeting point", moved)
	}
	only := h.staff("local", ledger.RoleClerk, markt)
	h.ask(request{method: http.MethodPatch, path: path, token: only, body: doc{"start": stamp("11:00")}}).refused(http.StatusForbidden, "right.missing")
}

func TestACitizenMovesToAnotherBranch(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("09:00")
	body := doc{"start": stamp("10:00"), "branch": nerchau}
	got := h.ask(request{method: http.MethodPatch, path: "/appointments/" + made.Token, body: body}).want(http.StatusOK).doc()
	if got["branch"] != nerchau || got["start"] != stamp("10:00") || got["call_mode"] != "pickup" {
		t.Errorf("got %v, want Nerchau at ten", got)
	}
}

func TestOnlyStaffSayWhyTheyMoveOrCancel(t *testing.T) {
	h := openServer(t, options{})
	path := "/appointments/" + h.book("09:00").Token
	clerk := h.staff("clerk", ledger.RoleClerk)
	change := func(method, token string, body any) answer {
		return h.ask(request{method: method, path: path, token: token, body: body})
	}
	why := doc{"reason": "Rohrbruch"}
	moved := doc{"start": stamp("10:00"), "reason": "Rohrbruch"}
	change(http.MethodPatch, "", moved).refused(http.StatusForbidden, "appointment.reason_staff_only")
	change(http.MethodDelete, "", why).refused(http.StatusForbidden, "appointment.reason_staff_only")
	change(http.MethodPatch, clerk, moved).want(http.StatusOK)
	change(http.MethodPatch, clerk, doc{"start": stamp("10:20"), "on_request": true}).want(http.StatusOK)
	change(http.MethodDelete, clerk, doc{"reason": strings.Repeat("a", 201)}).wrong("reason", "field.too_long")
	change(http.MethodDelete, clerk, doc{"because": "Rohrbruch"}).refused(http.StatusBadRequest, "request.unknown_field")
	change(http.MethodDelete, clerk, "nonsense").refused(http.StatusBadRequest, "request.malformed")
	for range 2 {
		change(http.MethodDelete, clerk, why).want(http.StatusNoContent)
	}
}

func TestAHoldKeepsItsSlot(t *testing.T) {
	h := openServer(t, options{})
	body := doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:00")}
	held := read[wire.Hold](h.post("/holds", body).want(http.StatusCreated))
	if want := clock("08:10"); !held.Expires.Equal(want) {
		t.Errorf("got expiry %s, want %s", held.Expires, want)
	}
	h.post("/holds", body).want(http.StatusCreated)
	if got := h.free("09:00"); got != 0 {
		t.Errorf("got %d free, want none beside two holds", got)
	}
	h.post("/appointments", appointment("09:00")).refused(http.StatusConflict, "booking.slot_taken")
	h.set(clock("08:05"))
	extended := read[wire.Hold](h.ask(request{method: http.MethodPost, path: "/holds/" + held.Hold + "/extend"}).want(http.StatusOK))
	if want := clock("08:15"); !extended.Expires.Equal(want) {
		t.Errorf("got expiry %s, want %s", extended.Expires, want)
	}
	h.post("/appointments", appointment("09:10", with("hold", held.Hold))).wrong("hold", "hold.mismatch")
	h.book("09:00", with("hold", held.Hold))
	h.ask(request{method: http.MethodDelete, path: "/holds/" + held.Hold}).refused(http.StatusNotFound, "hold.unknown")
}

func TestAnExpiredHoldStillBooksWhereTheSlotIsFree(t *testing.T) {
	h := openServer(t, options{})
	body := doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:00")}
	first := read[wire.Hold](h.post("/holds", body).want(http.StatusCreated))
	second := read[wire.Hold](h.post("/holds", body).want(http.StatusCreated))
	h.set(clock("08:11"))
	h.book("09:00", with("hold", first.Hold))
	h.book("09:00", with("email", "bob@example.org"))
	h.post("/appointments", appointment("09:00", with("hold", second.Hold))).refused(http.StatusConflict, "booking.slot_taken")
	h.ask(request{method: http.MethodPost, path: "/holds/" + second.Hold + "/extend"}).refused(http.StatusConflict, "booking.slot_taken")
}

func TestAReleasedHoldGivesItsSlotBack(t *testing.T) {
	h := openServer(t, options{})
	body := doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("09:00")}
	held := read[wire.Hold](h.post("/holds", body).want(http.StatusCreated))
	h.ask(request{method: http.MethodDelete, path: "/holds/" + held.Hold}).want(http.StatusNoContent)
	if got := h.free("09:00"); got != 2 {
		t.Errorf("got %d free, want 2", got)
	}
	h.ask(request{method: http.MethodPost, path: "/holds/" + held.Hold + "/extend"}).refused(http.StatusNotFound, "hold.unknown")
	h.post("/holds", doc{"branch": "leipzig", "services": []doc{{"id": pin}}, "start": stamp("09:00")}).refused(http.StatusNotFound, "branch.unknown")
	h.post("/holds", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("12:30")}).wrong("start", "booking.start_outside_hours")
	h.post("/holds", doc{"branch": markt}).wrong("start", "request.required")
	h.post("/holds", doc{"name": "Ada"}).refused(http.StatusBadRequest, "request.unknown_field")
	h.post("/holds", strings.Repeat(" ", 64<<10)+"{}").refused(http.StatusRequestEntityTooLarge, "request.too_large")
}

func TestAHoldCanBeExtendedTenTimesAndMore(t *testing.T) {
	h := openServer(t, options{})
	held := read[wire.Hold](h.post("/holds", doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("17:00")}).want(http.StatusCreated))
	extend := request{method: http.MethodPost, path: "/holds/" + held.Hold + "/extend"}
	for range 12 {
		h.ask(extend).want(http.StatusOK)
	}
	h.ask(extend).refused(http.StatusConflict, "hold.not_extendable")
}

func TestStaffBookWithoutMailAndBeyondTheOnlineShare(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleReception)
	book := func(changes ...func(doc)) answer {
		return h.ask(request{method: http.MethodPost, path: "/appointments", token: clerk, body: appointment("09:00", changes...)})
	}
	h.book("09:00")
	h.book("09:00", with("email", "bob@example.org"))
	book(without("email")).want(http.StatusCreated)
	book(without("email")).refused(http.StatusConflict, "booking.slot_taken")
	marked := book(without("email"), with("overbook", true)).want(http.StatusCreated).doc()
	if marked["overbooked"] != true {
		t.Errorf("got %v, want it marked", marked)
	}
}

func TestStaffBookHoldAndCancelOnlyAtTheirBranches(t *testing.T) {
	h := openServer(t, options{})
	path := "/appointments/" + h.book("10:00").Token
	other := h.staff("nerchau-only", ledger.RoleClerk, nerchau)
	hold := doc{"branch": markt, "services": []doc{{"id": pin}}, "start": stamp("11:00")}
	for _, r := range []request{
		{method: http.MethodPost, path: "/appointments", body: appointment("11:00")},
		{method: http.MethodPost, path: "/holds", body: hold},
		{method: http.MethodDelete, path: path},
	} {
		r.token = other
		h.ask(r).refused(http.StatusForbidden, "right.missing")
	}
	if got := h.get(path).want(http.StatusOK).doc()["state"]; got != "booked" {
		t.Errorf("got %v, want it booked", got)
	}
}

func TestNumbersRunOut(t *testing.T) {
	h := openServer(t, options{})
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    excluded_numbers:\n      - {from: 101, to: 999}\n")
	h.book("09:00")
	h.post("/appointments", appointment("10:00")).refused(http.StatusConflict, "number.none_left")
	if got := h.free("10:00"); got != 2 {
		t.Errorf("got %d free, want nothing half-booked", got)
	}
}

func TestARefusalSaysInWordsWhatIsWrongWithEachField(t *testing.T) {
	h := openServer(t, options{})
	body := appointment("11:00", with("services", []doc{{"id": pin}, {"id": "gewerbe-anmelden"}}))
	got := h.ask(request{method: http.MethodPost, path: "/appointments", body: body, header: http.Header{"Accept-Language": {"en"}}})
	if got, want := got.doc().text("detail"), "These matters belong to different offices. Please book two appointments."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	two := h.ask(request{method: http.MethodPost, path: "/appointments", body: appointment("11:00", without("email"), with("phone", "call me")), header: http.Header{"Accept-Language": {"en"}}})
	detail := two.doc().text("detail")
	if strings.Count(detail, ".") < 2 || detail == two.doc().text("title") {
		t.Errorf("got %q, want a sentence about the e-mail address and one about the telephone", detail)
	}
}

// TestAnAnswerSaysWhatStaffOverstepped: their programs couldn't tell a booking that
// citizens could not have made.
func TestAnAnswerSaysWhatStaffOverstepped(t *testing.T) {
	h := openServer(t, options{})
	clerk := h.staff("clerk", ledger.RoleReception)
	book := func(clock string) doc {
		return h.ask(request{method: http.MethodPost, path: "/appointments", token: clerk, body: appointment(clock)}).want(http.StatusCreated).doc()
	}
	h.set(clock("10:00"))
	if far := book("11:00"); far["oversteps"] != nil {
		t.Errorf("got %v, want nothing of what citizens may", far["oversteps"])
	}
	if got := fmt.Sprint(book("10:20")["oversteps"]); got != "[lead_time]" {
		t.Errorf("got %s, want it marked", got)
	}
}
