package web

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrCode is a QR code as an SVG path of squares on a grid, drawn in the page
// itself: nothing is loaded for it.
type qrCode struct {
	Size int // modules a side, with the quiet zone
	Path string
}

// quietZone is the white margin that a reader needs, in modules (ISO 18004).
const quietZone = 4

func qrOf(content string) (qrCode, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return qrCode{}, fmt.Errorf("encode QR code: %w", err)
	}
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			run := 0
			for x+run < side && dark(code.At(x+run, y).RGBA()) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, run, run)
				x += run
			}
		}
	}
	return qrCode{Size: side + 2*quietZone, Path: path.String()}, nil
}

func dark(r, _, _, _ uint32) bool { return r < 1<<15 }
