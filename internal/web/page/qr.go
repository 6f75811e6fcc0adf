package page

import (
	"encoding/base64"
	"html/template"

	"aufruf/internal/qr"
)

// QRCode draws an address as a QR code that lies in the page itself: nothing is
// loaded for it.
func QRCode(address string) (template.URL, error) {
	picture, err := qr.SVG(address)
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(picture)), err
}
