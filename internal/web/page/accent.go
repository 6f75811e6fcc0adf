package page

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

// accentContrast is what text in the accent colour keeps from its background
// (WCAG 2.2, 1.4.6).
const accentContrast = 7

// rgb is a colour, each part 0 to 1.
type rgb [3]float64

// The papers of base.css that leave the least contrast.
var (
	lightPaper = rgb{0.984, 0.980, 0.969} // --paper in the light
	darkPaper  = rgb{0.125, 0.137, 0.153} // --raised in the dark
)

// Accent serves the town's accent colour as the two tokens that a page uses,
// darkened or lightened until text in it can be read.
func (f *Frame) Accent(c *gin.Context) error {
	colour, ok := parseColour(f.Town.Catalogue().Authority.Accent)
	if !ok {
		c.Status(http.StatusNotFound)
		return nil
	}
	light, dark := colour.readableOn(lightPaper, rgb{}), colour.readableOn(darkPaper, rgb{1, 1, 1})
	style := fmt.Sprintf(":root{--accent:%s}\n@media screen and (prefers-color-scheme:dark){:root{--accent:%s}}\n", light, dark)
	c.Header("Cache-Control", "public, max-age=86400")
	c.Data(http.StatusOK, "text/css; charset=utf-8", []byte(style))
	return nil
}

func parseColour(s string) (rgb, bool) {
	if len(s) != 7 || s[0] != '#' {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

// String returns the colour as CSS.
func (c rgb) String() string {
	part := func(v float64) int { return int(math.Round(v * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(c[0]), part(c[1]), part(c[2]))
}

// readableOn mixes the colour with the given end of the scale, step by step,
// until it stands out enough from the paper.
func (c rgb) readableOn(paper, end rgb) rgb {
	const steps = 50
	for i := range steps {
		mixed := c.mix(end, float64(i)/steps)
		if contrast(mixed, paper) >= accentContrast {
			return mixed
		}
	}
	return end
}

func (c rgb) mix(other rgb, share float64) rgb {
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

// contrast is the ratio of WCAG 2.2, 1 to 21.
func contrast(a, b rgb) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
