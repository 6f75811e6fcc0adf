package plan

import (
	"slices"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Unfit judges the live appointments of a branch and date, in any order, and
// returns why each of those that no longer fit doesn't. Only who isn't called yet
// is judged; all others, and what is kept deliberately, stay and take their place.
func (p *Plan) Unfit(b *Branch, date town.Date, live []queue.Ticket) map[town.TicketID]booking.Unfit {
	unfit := map[town.TicketID]booking.Unfit{}
	for office, tickets := range byOffice(live) {
		standing := make([]booking.Standing, len(tickets))
		for i, t := range tickets {
			standing[i] = p.standing(b, t)
		}
		for i, why := range b.bookingOf(office).Unfit(date, standing) {
			if why != "" {
				unfit[tickets[i].ID] = why
			}
		}
	}
	return unfit
}

// byOffice parts appointments by office, those created first first.
func byOffice(live []queue.Ticket) map[town.OfficeID][]queue.Ticket {
	parted := map[town.OfficeID][]queue.Ticket{}
	for _, t := range live {
		if t.Kind == queue.Appointment && t.State != queue.Cancelled {
			parted[t.Office] = append(parted[t.Office], t)
		}
	}
	for _, tickets := range parted {
		slices.SortFunc(tickets, queue.ByCreation)
	}
	return parted
}

// bookingOf returns how an office is booked; one that is gone is never open.
func (b *Branch) bookingOf(office town.OfficeID) *booking.Plan {
	if o, ok := b.PlanOf[office]; ok {
		return o.Booking
	}
	return &booking.Plan{Zone: b.Zone}
}

func (p *Plan) standing(b *Branch, t queue.Ticket) booking.Standing {
	s := booking.Standing{Start: t.Start, End: t.End, Settled: t.Kept || !t.ToBeCalled(), Overbooked: t.Overbooked}
	for _, item := range t.Items {
		s.Services = append(s.Services, item.Service)
		if service, ok := p.Catalogue.Service(item.Service); ok {
			s.First, s.Last = later(s.First, service.First), earlier(s.Last, service.Last)
		}
	}
	s.Gone = p.gone(b, t.Office, s.Services)
	return s
}

// gone says what of an appointment isn't in the catalogue any more.
func (p *Plan) gone(b *Branch, id town.OfficeID, services []town.ServiceID) booking.Unfit {
	office, ok := b.PlanOf[id]
	switch {
	case b.Retired:
		return booking.BranchGone
	case !ok || office.Retired:
		return booking.OfficeGone
	case slices.ContainsFunc(services, func(s town.ServiceID) bool { return !p.offered(b, s) }):
		return booking.ServiceGone
	case !offersAll(office.Office, services) && len(services) == 1:
		return booking.ServiceGone
	case !offersAll(office.Office, services) || len(services) > 1 && slices.ContainsFunc(services, p.standsAlone):
		return booking.Combination
	}
	return ""
}

// offered reports whether some office of the branch still offers a service.
func (p *Plan) offered(b *Branch, id town.ServiceID) bool {
	service, ok := p.Catalogue.Service(id)
	return ok && !service.Retired && slices.ContainsFunc(b.Offices, func(o catalogue.Office) bool {
		return !o.Retired && slices.Contains(o.Services, id)
	})
}

func offersAll(office *catalogue.Office, services []town.ServiceID) bool {
	return !slices.ContainsFunc(services, func(s town.ServiceID) bool { return !slices.Contains(office.Services, s) })
}

// standsAlone reports whether a service is never combined with others.
func (p *Plan) standsAlone(id town.ServiceID) bool {
	service, ok := p.Catalogue.Service(id)
	return ok && service.Single
}
