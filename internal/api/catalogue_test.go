package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/wire"
)

func TestBranchesShowOfficesServicesAndRooms(t *testing.T) {
	h := openServer(t, options{})
	got := read[wire.Branches](h.get("/branches").want(http.StatusOK))
	if len(got.Branches) != 2 || got.Branches[0].ID != markt || got.Branches[1].ID != nerchau {
		t.Fatalf("got %+v, want Markt and Nerchau", got.Branches)
	}
	office := got.Branches[0].Offices[0]
	if office.ID != "buergerbuero" || office.CallMode != "screen" || office.MeetingPoint != "" || len(office.Services) != 23 {
		t.Errorf("got office %+v, want the Bürgerbüro on screen with 23 services", office)
	}
	if want := (wire.Room{ID: "platz-1", Label: "Platz 1"}); office.Rooms[0] != want {
		t.Errorf("got room %+v, want %+v", office.Rooms[0], want)
	}
	if pickup := got.Branches[1].Offices[0]; pickup.CallMode != "pickup" || pickup.MeetingPoint == "" {
		t.Errorf("got %s at %q, want pickup at a meeting point", pickup.CallMode, pickup.MeetingPoint)
	}
}

func TestServicesShowTheFeesOfADay(t *testing.T) {
	h := openServer(t, options{})
	h.change("format: aufruf/1\nservices:\n  - id: eid-pin\n    fees:\n      - {label: Alt, eur: 10, valid_to: 2026-12-31}\n      - {label: Neu, eur: 12.5, valid_from: 2027-01-01}\n")
	for date, want := range map[string]wire.Cents{"2026-12-31": 1000, "2027-01-01": 1250} {
		got := read[wire.Services](h.get("/services?date=" + date).want(http.StatusOK))
		i := slices.IndexFunc(got.Services, func(s wire.Service) bool { return s.ID == pin })
		if i < 0 || len(got.Services[i].Fees) != 1 || got.Services[i].Fees[0].EUR != want {
			t.Errorf("on %s: got %+v, want one fee of %d cents", date, got.Services[i].Fees, want)
		}
	}
	h.get("/services?date=2026-02-30").wrong("date", "field.date")
	h.get("/services?date=").wrong("date", "field.date")
}

func TestLanguageFollowsTheClient(t *testing.T) {
	h := openServer(t, options{})
	english := h.ask(request{path: "/branches", header: http.Header{"Accept-Language": {"en;q=0.9, fr"}}})
	if got := read[wire.Branches](english).Branches[0].Offices[0].Name; got != "Citizens' office" {
		t.Errorf("got %q, want the English name", got)
	}
	refused := h.ask(request{path: "/queue", header: http.Header{"Accept-Language": {"en"}}}).refused(401, "session.required")
	german := h.get("/queue").refused(401, "session.required")
	if refused.text("title") == german.text("title") {
		t.Errorf("got %q in both languages", german.text("title"))
	}
}

func days(from, to string, services ...string) string {
	return "/days?" + url.Values{"branch": {markt}, "service": services, "from": {from}, "to": {to}}.Encode()
}

func TestDaysAnswerEachDayOnce(t *testing.T) {
	h := openServer(t, options{})
	got := read[wire.Days](h.get(days("2026-11-29", "2027-03-01", pin)).want(http.StatusOK))
	if len(got.Days) != 93 {
		t.Fatalf("got %d days, want 93", len(got.Days))
	}
	reasons := map[string]string{}
	for i, d := range got.Days {
		if want := got.Days[0].Date.AddDays(i); d.Date != want {
			t.Fatalf("got %s at %d, want %s", d.Date, i, want)
		}
		reasons[d.Date.String()] = d.Reason
	}
	want := map[string]string{
		"2026-11-30": "past", "2026-12-01": "", "2026-12-02": "weekday", "2026-12-22": "closure", "2027-02-01": "horizon",
	}
	for date, reason := range want {
		if reasons[date] != reason {
			t.Errorf("%s: got reason %q, want %q", date, reasons[date], reason)
		}
	}
	if got.NextFree == nil || *got.NextFree != tuesday {
		t.Errorf("got next free %v, want %s", got.NextFree, tuesday)
	}
}

func TestQuantityTakesItsTime(t *testing.T) {
	h := openServer(t, options{})
	one := read[wire.Slots](h.get("/slots?branch=" + markt + "&service=" + pin + "&date=2026-12-01").want(http.StatusOK))
	two := read[wire.Slots](h.get("/slots?branch=" + markt + "&service=" + pin + ":2&date=2026-12-01").want(http.StatusOK))
	length := func(s wire.Slots) string { return s.Slots[0].End.Sub(s.Slots[0].Start).String() }
	if got := []string{length(one), length(two)}; got[0] == got[1] {
		t.Errorf("got %v, want twice the time for two", got)
	}
	if !one.Slots[0].Start.Equal(clock("09:00")) || one.Slots[0].Start.Format("-07:00") != "+01:00" {
		t.Errorf("got first start %s, want 09:00+01:00", one.Slots[0].Start)
	}
}

func TestCalendarRefusesWhatItDoesNotKnow(t *testing.T) {
	h := openServer(t, options{})
	for path, want := range map[string]struct {
		status     int
		key, field string
	}{
		"/days?branch=leipzig&service=eid-pin&from=2026-12-01&to=2026-12-02":                     {404, "branch.unknown", ""},
		days("2026-12-01", "2026-12-02", "passport"):                                             {404, "service.unknown", ""},
		days("2026-12-01", "2026-12-02", pin, "gewerbe-anmelden"):                                {422, "services.two_offices", "service"},
		days("2026-12-01", "2026-12-02", pin, pin):                                               {422, "services.twice", "service"},
		days("2026-12-01", "2026-12-02", pin+":0"):                                               {422, "services.quantity", "service"},
		days("2026-12-01", "2026-12-02", pin+":99"):                                              {422, "services.quantity", "service"},
		days("2026-12-01", "2026-12-02", pin+":many"):                                            {422, "services.quantity", "service"},
		days("2026-12-02", "2026-12-01", pin):                                                    {422, "days.reversed", "to"},
		days("2026-12-01", "2027-03-04", pin):                                                    {422, "days.too_many", "to"},
		days("1.12.2026", "2026-12-02", pin):                                                     {422, "field.date", "from"},
		"/days?branch=grimma-markt&from=2026-12-01&to=2026-12-02":                                {422, "field.required", "service"},
		"/slots?branch=grimma-markt&service=eid-pin":                                             {422, "field.required", "date"},
		"/slots?branch=grimma-markt&service=eid-pin&date=2026-13-01":                             {422, "field.date", "date"},
		"/slots?branch=nirgends&service=eid-pin&date=2026-12-01":                                 {404, "branch.unknown", ""},
		"/slots?branch=" + url.QueryEscape("' or 1=1 --") + "&service=eid-pin&date=2026-12-01":   {404, "branch.unknown", ""},
		"/slots?branch=grimma-markt&service=" + url.QueryEscape("\x00\xff") + "&date=2026-12-01": {404, "service.unknown", ""},
	} {
		got := h.get(path)
		if want.field != "" {
			got.wrong(want.field, want.key)
			continue
		}
		got.refused(want.status, want.key)
	}
}

func TestUnknownRoutesAndMethodsAreProblemsToo(t *testing.T) {
	h := openServer(t, options{})
	h.get("/nothing").refused(http.StatusNotFound, "route.unknown")
	h.ask(request{method: http.MethodPut, path: "/branches"}).refused(http.StatusMethodNotAllowed, "route.method")
	h.ask(request{method: http.MethodDelete, path: "/appointments"}).refused(http.StatusMethodNotAllowed, "route.method")
}

func TestAnswersAreNotForCaches(t *testing.T) {
	h := openServer(t, options{})
	made := h.book("09:00")
	want := http.Header{"Cache-Control": {"no-store"}, "Referrer-Policy": {"no-referrer"}}
	got := h.get("/appointments/" + made.Token).want(http.StatusOK).header
	if diff := cmp.Diff(want, http.Header{"Cache-Control": got["Cache-Control"], "Referrer-Policy": got["Referrer-Policy"]}); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}
