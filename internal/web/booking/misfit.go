package booking

import (
	"context"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/queue"
	"aufruf/internal/web/page"
)

// misfitView says that an appointment can't take place as it stands, and what can
// be done about it.
type misfitView struct {
	Lead     string   // that it can't
	Why      []string // by what the plan says, and the town's reason
	Offer    string   // that a time is reserved, until when; or what became of it
	OfferURL string   // where it is answered; empty: none is open
	Choose   string   // what to do, where none is open
	Phone    string   // of the office
	Gone     bool     // another time doesn't help: what it is for is no longer there
}

// movable reports whether another time can be chosen; of one that fits, nil, too.
func (m *misfitView) movable() bool { return m == nil || !m.Gone }

// misfit words why an appointment no longer fits; nil: it does. The page's foot
// then names the office's telephone, as its mails do.
func (p *Pages) misfit(ctx context.Context, v *page.Page, t queue.Ticket, token string) (*misfitView, error) {
	m, err := p.app.Misfit(ctx, t)
	if err != nil || m == nil {
		return nil, err
	}
	phone := v.VisitOf(p.app.Catalogue(), t).Phone
	answeredBy(v, phone)
	view := &misfitView{Lead: v.T("booking.misfit.perhaps"), Why: misfitReasons(v, m), Phone: phone, Choose: v.T("booking.misfit.choose")}
	if view.Gone = !canMove(m.Why); view.Gone {
		view.Choose = v.T("booking.misfit.call")
	}
	if m.Offered == nil {
		return view, nil
	}
	view.Lead = v.T("booking.misfit.certain")
	switch {
	case m.Offered.Gone:
		view.Offer = v.T("booking.misfit.offer_gone", "moment", v.Moment(m.Offered.Start))
	case m.Offered.Over:
		view.Offer = v.T("booking.misfit.offer_over")
	default:
		view.Offer = v.T("booking.misfit.offer", "moment", v.Moment(m.Offered.Until))
		view.OfferURL, view.Choose = v.Link(ownAddress(token)+"/neue-zeit"), ""
	}
	return view, nil
}

// misfitReasons words why an appointment no longer fits, with the town's reason.
func misfitReasons(v *page.Page, m *app.Misfit) []string {
	reasons := []string{v.T("booking.misfit.why_" + string(m.Why))}
	if because := m.Because.In(v.Lang); because != "" {
		reasons = append(reasons, because)
	}
	return reasons
}

// canMove reports whether another time can help: not where what the appointment is
// for is no longer there.
func canMove(why booking.Unfit) bool {
	switch why {
	case booking.BranchGone, booking.OfficeGone, booking.ServiceGone, booking.Combination:
		return false
	}
	return true
}

// answeredBy names at the page's foot who answers about the appointment.
func answeredBy(v *page.Page, phone string) {
	if phone != "" {
		v.Town.Phone = phone
	}
}
