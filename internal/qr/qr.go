// Package qr draws an address as a QR code, sharp at any size. It knows
// nothing of what the address means.
package qr

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quiet is the border in modules that ISO/IEC 18004 asks for.
const quiet = 4

// SVG returns a picture of dark modules on white paper, whatever the page's
// colours are: many readers don't take the reverse. An error means that the
// text doesn't fit into a code.
func SVG(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("encode QR code: %w", err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			if width := run(code, x, y); width > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, width, width)
				x += width
			}
		}
	}
	side := size + 2*quiet
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, side, side, side, side, path.String()), nil
}

// run counts the dark modules of a row from x on.
func run(code barcode.Barcode, x, y int) int {
	width := 0
	for ; x+width < code.Bounds().Dx(); width++ {
		if level := color.GrayModel.Convert(code.At(x+width, y)).(color.Gray); level.Y > 127 {
			break
		}
	}
	return width
}
