package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/town"
)

// knownWishes is what `server personal-data --wishes-of` prints.
type knownWishes struct {
	Wishes     []knownWish `json:"wishes"`
	Unreadable int         `json:"unreadable"` // wishes of anybody that this key file doesn't open
}

type knownWish struct {
	Branches []town.BranchID `json:"branches"`
	Services []town.Item     `json:"services"`
	Weekdays []string        `json:"weekdays,omitempty"` // empty: any
	From     *town.TimeOfDay `json:"from,omitempty"`     // of the day; none: any time
	To       *town.TimeOfDay `json:"to,omitempty"`
	Until    town.Date       `json:"until"`
	Created  time.Time       `json:"created"`
	// Confirmed: somebody has opened the link that went to the address.
	Confirmed bool          `json:"confirmed"`
	Offered   *time.Time    `json:"offered,omitempty"`
	Language  town.Language `json:"language"`
	Name      string        `json:"name"`
	Email     string        `json:"email"`
	Phone     string        `json:"phone,omitempty"`
}

func wishData(ctx context.Context, w world, a *app.App, email string) error {
	found, unreadable, err := a.Wishes.OfPerson(ctx, email)
	if err != nil {
		return err
	}
	all := knownWishes{Wishes: []knownWish{}, Unreadable: unreadable}
	for _, data := range found {
		all.Wishes = append(all.Wishes, toldWish(data, a.Zone(data.Wish.Branch)))
	}
	out := json.NewEncoder(w.stdout)
	out.SetIndent("", "  ")
	return out.Encode(all)
}

func toldWish(data app.WishData, zone *time.Location) knownWish {
	k := knownWish{
		Branches: data.Wish.Branches, Services: data.Wish.Items, Until: data.Wish.Until, Created: data.Wish.Created.In(zone), Confirmed: !data.Unconfirmed,
		Language: data.Language, Name: data.Name, Email: data.Email, Phone: data.Phone,
	}
	for _, day := range data.Wish.Weekdays {
		k.Weekdays = append(k.Weekdays, day.String())
	}
	if data.Wish.To != 0 {
		k.From, k.To = &data.Wish.From, &data.Wish.To
	}
	if !data.Wish.Offered.IsZero() {
		offered := data.Wish.Offered.In(zone)
		k.Offered = &offered
	}
	return k
}

func (w world) eraseWishes(ctx context.Context, a *app.App, email string, folder app.MailFolder) error {
	erased, unreadable, err := a.Wishes.ErasePerson(ctx, email, folder)
	if err != nil {
		return err
	}
	if unreadable > 0 {
		fmt.Fprintln(w.stderr, w.texts.T("cli.server.unreadable_wishes", "count", unreadable))
	}
	return w.say("cli.server.erased_wishes", "count", erased)
}
