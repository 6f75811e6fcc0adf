package page

import "testing"

func TestTheTownsAccentCanBeRead(t *testing.T) {
	for _, colour := range []string{"#c8102e", "#ffff00", "#000000", "#ffffff", "#0b4a6f", "#777777"} {
		c, ok := parseColour(colour)
		if !ok {
			t.Fatalf("%s is no colour", colour)
		}
		if got := contrast(c.readableOn(lightPaper, rgb{}), lightPaper); got < accentContrast {
			t.Errorf("%s on light paper: contrast %.2f", colour, got)
		}
		if got := contrast(c.readableOn(darkPaper, rgb{1, 1, 1}), darkPaper); got < accentContrast {
			t.Errorf("%s on dark paper: contrast %.2f", colour, got)
		}
	}
	for _, bad := range []string{"", "red", "#12345", "#gggggg", "c8102e#"} {
		if _, ok := parseColour(bad); ok {
			t.Errorf("%q was read as a colour", bad)
		}
	}
}
