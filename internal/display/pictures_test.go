package display_test

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aufruf/internal/display"
	"aufruf/internal/town"
	"aufruf/internal/wire"
	"aufruf/test/browser"
	"aufruf/web"
)

var renewPictures = flag.Bool("renew-pictures", false, "replace the pictures of the hall by what it looks like now (make pictures)")

// hallPictures is where the sheets lie: one for each format, a row for each state, a
// column for each theme.
const hallPictures = "../../docs/pictures/hall"

// formats are those that halls have. The sheet shows each in a cell of this width.
var formats = []struct {
	name string
	view browser.View
	cell int
}{
	{"1920x1080", browser.View{Width: 1920, Height: 1080}, 480},
	{"3840x2160", browser.View{Width: 3840, Height: 2160}, 480},
	{"1080x1920", browser.View{Width: 1080, Height: 1920}, 240},
	{"1024x768", browser.View{Width: 1024, Height: 768}, 400},
}

var themes = []string{"dark", "light", "contrast"}

// grimma is the look of the town that ships.
func grimma() wire.ScreenLook {
	arms, _ := web.Files.ReadFile("display/grimma.svg") // it ships
	return wire.ScreenLook{
		Town: "Große Kreisstadt Grimma", Branch: "Grimma am Markt", Accent: "#0b4f7a", Language: "de",
		QueueURL: "https://termin.example.org/warteraum/grimma-markt", Logo: "data:image/svg+xml;base64," + encoded(arms),
	}
}

func aDay() *wire.Today {
	return &wire.Today{Offices: []wire.OfficeToday{
		{ID: "buergerbuero", Name: "Bürgerbüro", Hours: []string{"09:00-12:00", "13:00-18:00"}, Waiting: 4, Wait: &wire.Minutes{Low: 10, High: 20}},
		{ID: "standesamt", Name: "Standesamt", Hours: []string{"09:00-12:00"}, Waiting: 1},
	}}
}

const longNotice = "Wegen einer Personalversammlung ist das Bürgerbüro am Donnerstag, 10. Dezember, nur von 13:00 bis 18:00 Uhr " +
	"geöffnet. Bitte halten Sie Ihre Unterlagen bereit; Fotos machen wir am Platz."

// states are what a hall shows in a day.
func states() []face {
	look := grimma()
	lane, both, columns, slide := look, look, look, look
	both.Second = &wire.SecondLanguage{Language: "en", Notice: "Please have your documents ready."}
	columns.Columns = []wire.OfficeColumn{{ID: "b", Name: "Bürgerbüro"}, {ID: "s", Name: "Standesamt"}, {ID: "g", Name: "Gewerbeamt"}}
	slide.Slides = []wire.Slide{{Text: "Reisepass vergessen? Auch die vorläufige Ausweisnummer genügt."}}
	laneDay := aDay()
	laneDay.Next = []town.Number{315, 902, 127}
	hinted := called(204, 640, "Zimmer 2.03")
	hinted.Direction = town.Text{"de": "1. Etage, links", "en": "1st floor, left"}
	far := called(205, 808, annex)
	far.Direction = town.Text{"de": "1. Etage, links den Gang entlang bis zur Glastür"}
	finished := listed("Platz 1", "Zimmer 2.03", "Platz 12", "Platz 2", "Platz 3", "Zimmer 1.01")
	for i := range finished {
		finished[i].Cleared = i > 1
	}
	long := listed("Bürgerservice Empfang links", annex, "Trauzimmer", "Platz 1", "Ausländerbehörde", "Zimmer 2.03", "Platz 3", "Platz 4")
	three := slices.Clone(finished[:2])
	inColumns := listed("Platz 1", "Trauzimmer", "Zimmer 2.03", "Platz 2", "Zimmer 3.01", "Zimmer 1.12")
	for i := range inColumns {
		inColumns[i].Office = []town.OfficeID{"b", "s", "g"}[i%3]
		inColumns[i].Cleared = i > 2
	}
	since := morning.Add(-1200e9)
	return []face{
		{name: "idle", view: online(display.View{Look: &look, Today: aDay()})},
		{name: "idle-list", view: online(display.View{Look: &both, Today: aDay(), List: finished, Notice: "Bitte halten Sie Ihre Unterlagen bereit."})},
		{name: "one", view: online(display.View{Look: &look, Today: aDay(), Large: called(201, 417, "Platz 1")}), calm: true},
		{name: "three", view: online(display.View{Look: &look, Large: hinted, List: three, Notice: "Heute bis 18:00 Uhr geöffnet"}), calm: true},
		{name: "eight", view: online(display.View{Look: &lane, Today: laneDay, Large: recalled(202, 808, "Zimmer 2.03"), List: finished}), calm: true},
		{name: "columns", view: online(display.View{Look: &columns, Large: called(203, 555, "Platz 4"), List: inColumns}), calm: true},
		{name: "long", view: online(display.View{Look: &look, Large: far, List: long, Notice: longNotice})},
		{name: "longest", view: online(display.View{Look: &both, Large: recalled(206, 706, "Bürgerservice Empfang links"), List: long[1:], Notice: longNotice})},
		{name: "lost", view: display.View{Now: &morning, Since: &since, Look: &look, Large: hinted, List: finished, Sound: "no_device"}},
	}
}

// TestTheHallInPictures takes the sheets; with -renew-pictures it keeps them.
func TestTheHallInPictures(t *testing.T) {
	g := newGlass(t, browser.Wall)
	g.opens(states()[0].view)
	for _, format := range formats {
		g.View(format.view)
		cell := image.Pt(format.cell, format.cell*int(format.view.Height)/int(format.view.Width))
		const air = 8
		sheet := image.NewNRGBA(image.Rect(0, 0, air+len(themes)*(cell.X+air), air+len(states())*(cell.Y+air)))
		draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.Gray{128}), image.Point{}, draw.Src)
		for row, f := range states() {
			for column, theme := range themes {
				f.view.Theme = theme
				g.shows(f.view)
				g.settles(f.view)
				taken := readPicture(t, g.Picture(f.name+"-"+theme+"-"+format.name))
				at := image.Pt(air+column*(cell.X+air), air+row*(cell.Y+air))
				shrinkInto(sheet, image.Rectangle{Min: at, Max: at.Add(cell)}, taken)
			}
		}
		keepSheet(t, sheet, format.name)
	}
}

// settles waits until a view is on the glass, with its pictures.
func (g *glass) settles(v display.View) {
	g.Await("the theme", fmt.Sprintf("document.documentElement.dataset.theme === %q", v.Theme))
	number := ""
	if v.Large != nil {
		number = v.Large.Number.String()
	}
	g.Await("the number", fmt.Sprintf(`(document.getElementById("screen").dataset.state === "call" ? document.getElementById("number").textContent : "") === %q`, number))
	g.Await("the pictures", "[...document.images].every((i) => i.hidden || i.complete)")
	g.Frame()
	g.Frame()
}

func readPicture(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// shrinkInto draws a picture smaller, each point the mean of what it stands for.
func shrinkInto(sheet *image.NRGBA, place image.Rectangle, picture image.Image) {
	from := picture.Bounds()
	for y := range place.Dy() {
		for x := range place.Dx() {
			part := image.Rect(x*from.Dx()/place.Dx(), y*from.Dy()/place.Dy(), (x+1)*from.Dx()/place.Dx(), (y+1)*from.Dy()/place.Dy())
			sheet.Set(place.Min.X+x, place.Min.Y+y, mean(picture, part.Add(from.Min)))
		}
	}
}

func mean(picture image.Image, part image.Rectangle) color.Color {
	var sum [3]uint32
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
		}
	}
	n := uint32(part.Dx() * part.Dy())
	const step = 8 // of a colour: a sheet is looked over, and half as large
	return color.NRGBA{uint8(sum[0] / n / step * step), uint8(sum[1] / n / step * step), uint8(sum[2] / n / step * step), 255}
}

func keepSheet(t *testing.T, sheet image.Image, name string) {
	t.Helper()
	kept := filepath.Join(hallPictures, name+".png")
	if !*renewPictures {
		if _, err := os.Stat(kept); err != nil {
			t.Errorf("%v; make pictures takes it", err)
		}
		return
	}
	if err := os.MkdirAll(hallPictures, 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(kept)
	if err != nil {
		t.Fatal(err)
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(file, sheet); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}
