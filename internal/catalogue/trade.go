package catalogue

import (
	"slices"

	"aufruf/internal/town"
)

// This file says what a town asks against trade in its appointments. What one of
// the services of an appointment asks, the appointment asks.

// ConfirmsAddress reports whether citizens confirm their mail address before an
// appointment for some services stands.
func (c *Catalogue) ConfirmsAddress(items []town.Item) bool {
	return c.anyOf(items, func(s *Service) bool { return s.ConfirmAddress })
}

// ChecksName reports whether the desk compares the name of who comes for some
// services.
func (c *Catalogue) ChecksName(items []town.Item) bool {
	return c.anyOf(items, func(s *Service) bool { return s.CheckName })
}

// CoolDown is after how many minutes a time that is given back is free again at
// the latest: the office's, or the longest of its services.
func (c *Catalogue) CoolDown(office *Office, items []town.Item) int {
	most := office.CoolDown
	for _, item := range items {
		if s, ok := c.Service(item.Service); ok {
			most = max(most, s.CoolDown)
		}
	}
	return most
}

func (c *Catalogue) anyOf(items []town.Item, is func(*Service) bool) bool {
	return slices.ContainsFunc(items, func(item town.Item) bool {
		s, ok := c.Service(item.Service)
		return ok && is(s)
	})
}
