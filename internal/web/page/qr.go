package page

import (
	"encoding/base64"
	"html/template"
	"slices"
	"strings"

	"aufruf/internal/qr"
)

// DoorPath is where the poster at a branch's door leads, before the branch.
const DoorPath = "/da/"

// Grouped writes digits in groups of three, so that they can be read out and typed.
func Grouped(digits string) string {
	var groups []string
	for group := range slices.Chunk([]byte(digits), 3) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}

// QRCode draws an address as a QR code that lies in the page itself: nothing is
// loaded for it.
func QRCode(address string) (template.URL, error) {
	picture, err := qr.SVG(address)
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(picture)), err
}
