package web

import (
	"bytes"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"

	"aufruf/assets"
	"aufruf/internal/app"
	"aufruf/internal/town"
	"aufruf/web"
)

// screenFiles is the waiting-room screen's page as the display program serves
// it too: the template, and the gong for browsers.
type screenFiles struct {
	page *template.Template
	gong []byte
}

func readScreen() (screenFiles, error) {
	page, err := template.ParseFS(web.Files, "display/display.html")
	if err != nil {
		return screenFiles{}, err
	}
	gong, err := fs.ReadFile(assets.Sounds(), "gong.wav")
	return screenFiles{page: page, gong: gong}, err
}

// screenView is what display.html takes.
type screenView struct {
	Lang, Theme, Source, Config string
	Texts                       map[string]string
}

// screenConfig is what the page's script needs.
type screenConfig struct {
	Texts         map[string]string `json:"texts"`
	Branch        town.BranchID     `json:"branch"`
	Gong          string            `json:"gong"`
	Version       string            `json:"version"`
	Demonstration bool              `json:"demonstration"`
}

func (d *Devices) registerScreen(router gin.IRouter) {
	station{Devices: d, root: "/display", kind: app.DeviceDisplay, home: d.showScreen}.register(router)
	router.GET("/display/:file", d.screenFile("display"))
	router.GET("/fonts/:file", d.screenFile("fonts"))
}

// showScreen serves the screen's page to a browser that is one.
func (d *Devices) showScreen(c *gin.Context) {
	texts := d.page(c).Texts
	config := screenConfig{
		Texts: texts.ForScreen(), Branch: device(c).Branch, Gong: "/display/gong.wav",
		Version: d.version, Demonstration: d.demonstration,
	}
	raw, err := json.Marshal(config)
	if err != nil {
		d.failDevice(c, err)
		return
	}
	theme := "dark"
	if c.Query("hell") != "" {
		theme = "light"
	}
	var content bytes.Buffer
	view := screenView{Lang: texts.HTMLLang(), Theme: theme, Source: "server", Config: string(raw), Texts: config.Texts}
	if err := d.screen.page.Execute(&content, view); err != nil {
		d.failDevice(c, err)
		return
	}
	c.Data(http.StatusOK, htmlType, content.Bytes())
}

// screenFile serves the files that the screen's page names by plain addresses,
// because the display program serves the same page.
func (d *Devices) screenFile(folder string) gin.HandlerFunc {
	return func(c *gin.Context) {
		name := path.Join(folder, path.Base(c.Param("file")))
		file, ok := d.static.files[name]
		if name == "display/gong.wav" {
			file, ok = staticFile{content: d.screen.gong, kind: "audio/wav"}, true
		}
		if !ok {
			d.NotFound(c)
			return
		}
		c.Header("Cache-Control", "no-cache")
		c.Header("X-Content-Type-Options", "nosniff")
		c.Data(http.StatusOK, file.kind, file.content)
	}
}
