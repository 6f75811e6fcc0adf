package catalogue

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	"aufruf/internal/town"
)

// Slide is what an idle screen shows for some seconds: a text or a still picture.
type Slide struct {
	Text    town.Text
	Picture string    // a data URL
	Alt     town.Text // the picture in words
}

// maxPicture bounds a picture in a file, in characters: a photograph for a screen
// with 1920 by 1080 points has 300 kB as a JPEG.
const maxPicture = 1 << 20

var slideShape = shape[Slide]{finish: finishSlide, fields: []field[Slide]{
	in("text", "of a slide without a picture; two or three short lines", sentence(), func(s *Slide) *town.Text { return &s.Text }),
	in("picture", "a data: address of a PNG, JPEG or WebP picture that stands still", stillPicture(), func(s *Slide) *string { return &s.Picture }),
	in("alt", "the picture in words, for those who can't see it", sentence(), func(s *Slide) *town.Text { return &s.Alt }),
}}

func finishSlide(r *reader, n *node, s *Slide) {
	switch {
	case len(s.Text) == 0 && s.Picture == "" || len(s.Text) > 0 && s.Picture != "":
		r.wrong(n.at, "a slide is a text or a picture")
	case s.Picture != "" && len(s.Alt) == 0:
		r.wrong(n.at, missingKey, "alt")
	}
}

const stillExpression = `^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$`

func stillPicture() kind[string] {
	return line[string](func(s string) error {
		if _, _, ok := pictureOf(s); !ok {
			return said("want a data: address of a PNG, JPEG or WebP picture that doesn't move, of at most 1 MB")
		}
		return nil
	}, func() *node { return schemaOf("string").with("pattern", textNode(stillExpression)) })
}

// Picture is a still picture, as screens ask for it.
type Picture struct {
	Content []byte
	Kind    string // media type
	File    string // a name that changes with the content
}

// Pictures reads the pictures of all a branch's screens, by the addresses that its
// slides have. It unpacks each: ask for it once for each state of a branch.
func (b *Branch) Pictures() map[string]Picture {
	pictures := map[string]Picture{}
	read := func(style ScreenStyle) {
		for _, slide := range style.Slides {
			content, kind, ok := pictureOf(slide.Picture)
			if !ok {
				continue
			}
			sum := sha256.Sum256(content)
			file := hex.EncodeToString(sum[:8]) + "." + strings.TrimPrefix(kind, "image/")
			pictures[slide.Picture] = Picture{content, kind, file}
		}
	}
	read(b.Screen)
	for _, s := range b.Screens {
		read(s.ScreenStyle)
	}
	return pictures
}

// pictureOf reads a data URL. A picture that moves is none: nothing on the glass
// moves but what calls.
func pictureOf(address string) (content []byte, kind string, ok bool) {
	kind, encoded, found := strings.Cut(strings.TrimPrefix(address, "data:"), ";base64,")
	if !found || len(address) > maxPicture || kind != "image/png" && kind != "image/jpeg" && kind != "image/webp" {
		return nil, "", false
	}
	content, err := base64.StdEncoding.DecodeString(encoded)
	return content, kind, err == nil && isStill(kind, content)
}

// isStill reports whether bytes begin as their kind does and hold one picture.
func isStill(kind string, content []byte) bool {
	text := string(content)
	switch kind {
	case "image/png":
		return strings.HasPrefix(text, "\x89PNG\r\n\x1a\n") && !strings.Contains(text, "acTL")
	case "image/jpeg":
		return strings.HasPrefix(text, "\xff\xd8\xff")
	default:
		return strings.HasPrefix(text, "RIFF") && len(text) > 12 && text[8:12] == "WEBP" && !strings.Contains(text, "ANIM")
	}
}

// readable is the contrast of writing from its ground (WCAG 2.2, 1.4.6).
const readable = 7

// ground is a colour on which black or white can be read.
func ground() kind[string] {
	colour := pattern[string](`^#[0-9a-fA-F]{6}$`, "a colour like #1f5f8b")
	read := colour.read
	colour.read = func(r *reader, n *node, into *string) {
		read(r, n, into)
		if light, ok := luminance(*into); ok && max(1.05/(light+0.05), (light+0.05)/0.05) < readable {
			r.wrong(n.at, "%q: neither black nor white can be read on it (contrast below 7)", *into)
		}
	}
	return colour
}

// luminance is that of WCAG 2.
func luminance(hex string) (float64, bool) {
	value, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		return 0, false
	}
	part := func(shift uint) float64 {
		c := float64(value>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0), true
}
