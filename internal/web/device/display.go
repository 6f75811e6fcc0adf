package device

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/assets"
	"aufruf/internal/announce"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/wire"
	"aufruf/web"
)

// screenFiles is the waiting-room screen's page, which the display program
// serves too.
type screenFiles struct {
	page *template.Template
}

func readScreen() (screenFiles, error) {
	page, err := template.ParseFS(web.Files, "display/display.html")
	return screenFiles{page: page}, err
}

// screenView is what display.html takes.
type screenView struct {
	Lang, Theme, Source, Config string
	Texts                       map[string]string
}

// screenConfig is what the page's script needs.
type screenConfig struct {
	Texts    map[town.Language]i18n.ScreenTexts `json:"texts"`
	Language town.Language                      `json:"language"` // asked for; empty: the town's
	Theme    string                             `json:"theme"`    // the same
	Branch   town.BranchID                      `json:"branch"`
	Sounds   string                             `json:"sounds"` // address before a clip's name
	Speech   map[town.Language][]string         `json:"speech"` // the clips of each language
	Version  string                             `json:"version"`
}

// screenRoot is where the screen's page is.
const screenRoot = "/display"

func (d *Pages) registerScreen(router gin.IRouter) {
	station{Pages: d, root: screenRoot, kind: ledger.DeviceDisplay, home: d.showScreen}.register(router)
	files := page.NewRoutes(router, d.fail)
	files.GET("/display/:file", d.screenFile("display"))
	files.GET("/display/ton/*clip", d.clip)
	files.GET(wire.SlidePath+":branch/:name", d.slide)
	files.GET("/fonts/:file", d.screenFile("fonts"))
}

// showScreen serves the screen's page to a browser that is one.
func (d *Pages) showScreen(c *gin.Context) error {
	texts := d.frame.Page(c).Texts
	config := screenConfig{
		Texts: d.frame.Texts.ForScreens(), Theme: askedTheme(c), Branch: device(c).Branch,
		Sounds: "/display/ton/", Speech: vocabulary(), Version: d.version,
	}
	if asked := town.Language(c.Query(page.LanguageQuery)); slices.Contains(d.frame.Texts.Languages(), asked) {
		config.Language = asked
	}
	raw, err := json.Marshal(config)
	if err != nil {
		return err
	}
	theme := cmp.Or(config.Theme, "dark")
	var content bytes.Buffer
	view := screenView{Lang: texts.HTMLLang(), Theme: theme, Source: "server", Config: string(raw), Texts: texts.ForScreen()}
	if err := d.screen.page.Execute(&content, view); err != nil {
		return err
	}
	c.Data(http.StatusOK, page.HTMLType, content.Bytes())
	return nil
}

// askedTheme is what stands in the address: ?hell=1, ?dunkel=1 or ?kontrast=1;
// else the town's choice counts.
func askedTheme(c *gin.Context) string {
	switch {
	case c.Query("hell") != "":
		return "light"
	case c.Query("dunkel") != "":
		return "dark"
	case c.Query("kontrast") != "":
		return "contrast"
	}
	return ""
}

// vocabulary names the clips of each language that can be spoken.
func vocabulary() map[town.Language][]string {
	clips := map[town.Language][]string{}
	for _, language := range announce.Languages() {
		for clip := range announce.Vocabulary(language) {
			clips[language] = append(clips[language], string(clip))
		}
		slices.Sort(clips[language])
	}
	return clips
}

// clip serves a sound by its name without the ending.
func (d *Pages) clip(c *gin.Context) error {
	name := strings.TrimPrefix(c.Param("clip"), "/")
	for _, kind := range []struct{ ending, mime string }{{".wav", "audio/wav"}, {".ogg", "audio/ogg"}} {
		sound, err := fs.ReadFile(assets.Sounds(), name+kind.ending)
		if err != nil {
			continue // not a name, or another kind
		}
		c.Header("Cache-Control", "max-age=86400")
		c.Header("X-Content-Type-Options", "nosniff")
		c.Data(http.StatusOK, kind.mime, sound)
		return nil
	}
	return page.ErrUnknownAddress
}

// slide serves a picture that screens of a branch show while nobody is called. Its
// name changes with its content, so it is kept for ever.
func (d *Pages) slide(c *gin.Context) error {
	for _, picture := range d.app.Pictures(town.BranchID(c.Param("branch"))) {
		if picture.File != c.Param("name") {
			continue
		}
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
		c.Header("X-Content-Type-Options", "nosniff")
		c.Data(http.StatusOK, picture.Kind, picture.Content)
		return nil
	}
	return page.ErrUnknownAddress
}

// screenFile serves the files that the screen's page names by plain addresses,
// because the display program serves the same page.
func (d *Pages) screenFile(folder string) page.Handler {
	return func(c *gin.Context) error {
		name := path.Join(folder, path.Base(c.Param("file")))
		file, ok := d.frame.Static.Files[name]
		if !ok {
			return page.ErrUnknownAddress
		}
		c.Header("Cache-Control", "no-cache")
		c.Header("X-Content-Type-Options", "nosniff")
		c.Data(http.StatusOK, file.Kind, file.Content)
		return nil
	}
}
