package catalogue

import (
	"testing"

	"aufruf/internal/town"
)

// What one of the services asks binds the whole appointment.
func TestWhatOneServiceAsksAgainstTradeTheAppointmentAsks(t *testing.T) {
	c := Catalogue{Services: []Service{
		{ID: "pass"}, {ID: "stay", ConfirmAddress: true, CheckName: true, CoolDown: 90}, {ID: "car", CoolDown: 20},
	}}
	for _, tt := range []struct {
		services       []town.ServiceID
		office         int
		confirm, check bool
		coolDown       int
	}{
		{services: []town.ServiceID{"pass"}},
		{services: []town.ServiceID{"pass"}, office: 30, coolDown: 30},
		{services: []town.ServiceID{"pass", "stay"}, office: 30, confirm: true, check: true, coolDown: 90},
		{services: []town.ServiceID{"car"}, office: 30, coolDown: 30},
		{services: []town.ServiceID{"car", "gone"}, coolDown: 20},
	} {
		var items []town.Item
		for _, id := range tt.services {
			items = append(items, town.Item{Service: id, Quantity: 1})
		}
		if got := c.ConfirmsAddress(items); got != tt.confirm {
			t.Errorf("%v: confirms %v, want %v", tt.services, got, tt.confirm)
		}
		if got := c.ChecksName(items); got != tt.check {
			t.Errorf("%v: checks %v, want %v", tt.services, got, tt.check)
		}
		if got := c.CoolDown(&Office{CoolDown: tt.office}, items); got != tt.coolDown {
			t.Errorf("%v with %d: cools down %d minutes, want %d", tt.services, tt.office, got, tt.coolDown)
		}
	}
}
