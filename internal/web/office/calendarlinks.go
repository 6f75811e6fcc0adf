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
	if to >= today {
		v.Acts = append(v.Acts, page.Link{Label: v.T("office.day.act_close"), URL: closingPath + "?" + url.Values{
			"wo": {v.Wo}, "von": {max(from, today).String()}, "bis": {to.String()},
		}.Encode()})
		v.Acts = append(v.Acts, v.editLinks(max(from, today), to)...)
	}
	v.Acts = append(v.Acts, page.Link{Label: v.T("office.day.act_rules"), URL: v.link(hoursPath)})
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

// editLinks leads to the changes that can be drafted for some dates.
func (v *spanView) editLinks(from, to town.Date) []page.Link {
	var links []page.Link
	for _, kind := range []string{"zeiten", "notiz", "woche"} {
		query := url.Values{"art": {kind}, "wo": {v.Wo}, "von": {from.String()}, "bis": {to.String()}, "woche": {from.String()}}
		links = append(links, page.Link{Label: v.T("staff.change.kind_" + kind), URL: draftPath + "/neu?" + query.Encode()})
	}
	return links
}
