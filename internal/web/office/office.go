// Package office serves the pages of the office below /staff/verwaltung, for
// managers and administrators: closures, devices, accounts, trail, figures.
package office

import (
	"aufruf/internal/app"
	"aufruf/internal/web/printing"
	"aufruf/internal/web/staff"
)

// Deps is what the office's pages need.
type Deps struct {
	Staff   *staff.Pages // whose pages they stand among
	App     *app.App
	Screens staff.Screens
	// Printers of the kiosks, to say what is wrong with them; nil: none.
	Printers *printing.Printers
}

// Pages is the office's pages below /staff/verwaltung, ready to serve: for
// managers of their branches, for administrators of all.
type Pages struct {
	staff    *staff.Pages
	app      *app.App
	screens  staff.Screens
	printers *printing.Printers
}

// New returns the pages.
func New(d Deps) *Pages {
	return &Pages{staff: d.Staff, app: d.App, screens: d.Screens, printers: d.Printers}
}
