package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// branches lists where people are served.
func (a *API) branches(c *gin.Context) {
	language := a.language(c)
	var list wire.Branches
	all := a.App.Catalogue()
	for i := range all.Branches {
		if b := &all.Branches[i]; !b.Retired {
			list.Branches = append(list.Branches, a.branch(all, b, language))
		}
	}
	a.ok(c, http.StatusOK, list)
}

func (a *API) branch(all *catalogue.Catalogue, b *catalogue.Branch, language town.Language) wire.Branch {
	out := wire.Branch{
		ID: b.ID, Name: b.Name.In(language), TimeZone: b.TimeZone,
		Address: wire.Address{Street: b.Address.Street, Postcode: b.Address.Postcode, City: b.Address.City},
	}
	today := a.App.Today(b.ID)
	for i := range b.Offices {
		o := &b.Offices[i]
		if o.Retired {
			continue
		}
		office := wire.Office{ID: o.ID, Name: o.Name.In(language), CallMode: b.Mode(o, today)}
		if office.CallMode == town.CallPickup {
			office.MeetingPoint = b.PickupPoint(o).In(language)
		}
		for _, id := range o.Services {
			if s, ok := all.Service(id); ok && !s.Retired {
				office.Services = append(office.Services, id)
			}
		}
		for _, id := range o.Rooms {
			if r, ok := b.Room(id); ok && !r.Retired {
				office.Rooms = append(office.Rooms, wire.Room{ID: r.ID, Label: r.Label})
			}
		}
		out.Offices = append(out.Offices, office)
	}
	return out
}

// services lists what people come for, with the fees of a day.
func (a *API) services(c *gin.Context) {
	day := town.DateOf(a.App.Now(), a.zone())
	if value, given := c.GetQuery("date"); given {
		parsed, err := date("date", value)
		if err != nil {
			a.fail(c, err)
			return
		}
		day = parsed
	}
	language := a.language(c)
	var list wire.Services
	all := a.App.Catalogue()
	for i := range all.Services {
		if s := &all.Services[i]; !s.Retired {
			list.Services = append(list.Services, a.service(s.Visit(day, language), language))
		}
	}
	a.ok(c, http.StatusOK, list)
}

func (a *API) service(known catalogue.VisitService, language town.Language) wire.Service {
	out := wire.Service{
		ID: known.ID, Name: known.Name, Description: known.Description,
		Minutes: known.Minutes, MaxQuantity: known.MaxQuantity, LeiKa: known.LeiKa,
		Documents: known.Documents, Notes: known.Notes, ConfirmAddress: known.ConfirmAddress,
	}
	for _, q := range known.Questions {
		asked := wire.Question{ID: q.ID, Text: q.Text, Help: q.Help, Kind: string(q.Kind), Required: q.Required}
		for _, choice := range q.Choices {
			asked.Choices = append(asked.Choices, wire.Choice{ID: choice.ID, Label: choice.Label})
		}
		out.Questions = append(out.Questions, asked)
	}
	for _, f := range known.Forms {
		out.Forms = append(out.Forms, wire.Form{Label: f.Label, URL: f.URL})
	}
	for _, d := range known.Details {
		out.Details = append(out.Details, wire.Detail{Key: d.Key, Text: a.Texts.For(language).T("visit."+d.Key, "text", d.Text)})
	}
	for _, f := range known.Fees {
		fee := wire.Fee{Label: f.Label, EUR: wire.Cents(f.Cents), Optional: f.Optional, Estimate: f.Estimate}
		if f.UpTo > 0 {
			upTo := wire.Cents(f.UpTo)
			fee.ToEUR = &upTo
		}
		out.Fees = append(out.Fees, fee)
	}
	return out
}
