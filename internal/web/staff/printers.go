package staff

import (
	"time"

	"aufruf/internal/web/printing"
)

// Fault words what is wrong with a kiosk's printer.
func (v *View) Fault(f printing.PrinterFault, zone *time.Location) string {
	return v.T("staff.printer."+printing.SlipOf(f.Why), "kiosk", f.Kiosk, "time", v.Time(f.Since.In(zone)))
}
