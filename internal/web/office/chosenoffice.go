package office

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// place is an office of a branch that is looked at, and what else there is to
// look at.
type place struct {
	Wo         string // as in the address: "grimma-markt/buergerbuero"
	OfficeName string // "Bürgerbüro"
	At         string // the branch's name
	Places     []closingPlaces
	Only       bool // there is no other

	branch *catalogue.Branch
	office *catalogue.Office
}

// placeOf returns the office that the address names, else the first of the branch
// that it names, else of all. Errors: Forbidden; NotFound.
func (o *Pages) placeOf(c *gin.Context, v *view) (place, error) {
	branch, office, _ := strings.Cut(c.Query("wo"), "/")
	if branch == "" {
		branch = v.Branch
	}
	p := place{Only: true}
	for _, b := range o.staff.Managed(c) {
		group := closingPlaces{Branch: b.Name.In(v.Lang)}
		for i := range b.Offices {
			own := &b.Offices[i]
			if own.Retired {
				continue
			}
			group.Places = append(group.Places, page.Option{Value: officeValue(b.ID, own.ID), Label: own.Name.In(v.Lang)})
			if p.office == nil && string(b.ID) == branch && (office == "" || string(own.ID) == office) {
				p.branch, p.office = b, own
			}
		}
		if len(group.Places) > 0 {
			p.Places = append(p.Places, group)
		}
	}
	if p.office == nil {
		if err := page.ActorOf(c).MayManage(town.BranchID(branch)); err != nil {
			return p, err
		}
		return p, plan.ErrOffice
	}
	p.Only = len(p.Places) == 1 && len(p.Places[0].Places) == 1
	p.Wo, p.OfficeName, p.At = officeValue(p.branch.ID, p.office.ID), p.office.Name.In(v.Lang), p.branch.Name.In(v.Lang)
	return p, nil
}

// link returns the address of a page of the office about this place.
func (p *place) link(path string, more ...string) string {
	query := url.Values{"wo": {p.Wo}}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return staff.OfficeRoot + path + "?" + query.Encode()
}

// notesOn returns what staff should know about a date: the branch's notes, the
// office's, and why its counters are others than usual.
func (p *place) notesOn(date town.Date) []string {
	var notes []string
	for _, n := range slices.Concat(p.branch.StaffNotes, p.office.StaffNotes) {
		if n.From <= date && date <= n.To {
			notes = append(notes, n.Text)
		}
	}
	for i := range p.office.Roster.Exceptions {
		if e := &p.office.Roster.Exceptions[i]; e.Covers(date) && e.Reason != "" {
			notes = append(notes, e.Reason)
		}
	}
	return notes
}

// entered reports whether anything is entered for dates that can be taken back.
func (p *place) entered(from, to town.Date) bool {
	return slices.ContainsFunc(slices.Concat(p.branch.Closures, p.branch.Urgent, p.office.Closures, p.office.Urgent), func(c booking.Closure) bool {
		return c.From <= to && from <= c.To
	}) || slices.ContainsFunc(p.office.Special, func(s catalogue.SpecialHours) bool { return s.From <= to && from <= s.To })
}

// special reports whether a date has hours of its own instead of the rules'.
func (p *place) special(date town.Date) bool {
	return slices.ContainsFunc(p.office.Special, func(s catalogue.SpecialHours) bool {
		return s.From <= date && date <= s.To && (len(s.Days) == 0 || slices.Contains(s.Days, date.Weekday()))
	})
}
