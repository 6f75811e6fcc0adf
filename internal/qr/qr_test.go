package qr

import (
	"encoding/xml"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	picture, err := SVG("https://termin.example.org/warteraum/grimma-markt")
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(picture, new(struct{})); err != nil {
		t.Errorf("not XML: %v", err)
	}
	// The finder pattern in the upper left corner: seven dark modules.
	if !strings.Contains(string(picture), "M4 4h7v1h-7z") {
		t.Errorf("no finder pattern in %s", picture)
	}
	if _, err := SVG(strings.Repeat("x", 4000)); err == nil {
		t.Error("4,000 characters: got no error")
	}
}
