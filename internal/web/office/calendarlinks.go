package office

import (
	"net/url"

	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// fillLinks leads on from a day, or from some: to what can be done, to who comes,
// to the days around.
func (v *spanView) fillLinks(from, to, today town.Date, w *worded) {
	v.Acts = append(v.acts(max(from, today), to, w), page.Link{Label: v.T("office.day.act_rules"), URL: v.link(hoursPath)})
	concerned := 0
	for date := from; date <= to; date++ {
		concerned += w.unfit[date]
	}
	if concerned > 0 {
		v.Lists = append(v.Lists, page.Link{Label: v.N("office.day.act_unfit", concerned), URL: staff.ConcernedPath(v.branch.ID)})
	}
	if !v.Span {
		v.Lists = append(v.Lists, page.Link{Label: v.T("office.day.act_list"), URL: staff.ListPath(v.branch.ID) + "?tag=" + from.String()})
		v.Back = append(v.Back,
			page.Link{Label: v.DayMonth(from.AddDays(-1)), URL: v.link(dayPath, "tag", from.AddDays(-1).String())},
			page.Link{Label: v.DayMonth(from.AddDays(1)), URL: v.link(dayPath, "tag", from.AddDays(1).String())},
		)
	}
	v.Back = append(v.Back,
		page.Link{Label: v.weekInFull(mondayOf(from)), URL: v.link(weekPath, "tag", from.String())},
		page.Link{Label: v.Month(from), URL: v.link(calendarPath, "monat", from.String()[:7])},
	)
}

// acts are what can be done about the days from one to another that aren't over:
// each begins a draft, but for closing today, which can't wait for one.
func (v *spanView) acts(from, to town.Date, w *worded) []page.Link {
	if to < from {
		return nil
	}
	at := []string{"von", from.String(), "bis", to.String()}
	acts := []page.Link{{Label: v.T("office.day.act_hours"), URL: v.edit("zeiten", at...)}}
	if v.holidayShut && !v.Span {
		acts = append(acts, page.Link{Label: v.T("office.day.act_holiday"), URL: v.edit("zeiten", append(at, "feiertags", "1")...)})
	}
	closing := page.Link{Label: v.T("office.day.act_close"), URL: v.edit("schliessen", at...)}
	if from == w.today {
		closing = page.Link{Label: v.T("office.day.act_close_now"), URL: closingPath + "?" + url.Values{
			"wo": {v.Wo}, "von": {from.String()}, "bis": {to.String()},
		}.Encode()}
	}
	if v.entered(from, to) {
		acts = append(acts, page.Link{Label: v.T("office.day.act_back"), URL: v.edit("zuruecknehmen")})
	}
	return append(acts, closing,
		page.Link{Label: v.T("office.day.act_roster"), URL: v.link(rosterPath, at...) + "#aendern"},
		page.Link{Label: v.T("office.day.act_note"), URL: v.edit("notiz", at...)},
		page.Link{Label: v.T("office.day.act_week"), URL: v.edit("woche", "woche", mondayOf(from).String())},
	)
}

// edit is the address of the form of a change here, into a draft.
func (p *place) edit(kind string, more ...string) string {
	query := url.Values{"art": {kind}, "wo": {p.Wo}}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return draftPath + "/neu?" + query.Encode()
}
