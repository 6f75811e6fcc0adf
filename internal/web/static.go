package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/web"
)

// static serves the embedded files below an address that changes with their
// content, so that a browser may keep them for ever.
type static struct {
	prefix string // "/static/0123456789ab/"
	files  map[string]staticFile
}

type staticFile struct {
	content []byte
	kind    string
}

func newStatic() (*static, error) {
	s := &static{files: map[string]staticFile{}}
	sum := sha256.New()
	err := fs.WalkDir(web.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".html" {
			return err
		}
		content, err := fs.ReadFile(web.Files, name)
		if err != nil {
			return err
		}
		sum.Write([]byte(name))
		sum.Write(content)
		s.files[name] = staticFile{content: content, kind: kindOf(name)}
		return nil
	})
	s.prefix = "/static/" + hex.EncodeToString(sum.Sum(nil)[:6]) + "/"
	return s, err
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "text/plain; charset=utf-8"
}

// url returns the address of an embedded file.
func (s *static) url(name string) string { return s.prefix + name }

func (s *static) register(router gin.IRouter) {
	router.GET("/static/:version/*name", s.serve)
}

// serve answers an old version with the current content, uncached: a page that
// was rendered before an upgrade still finds its style.
func (s *static) serve(c *gin.Context) {
	file, ok := s.files[strings.TrimPrefix(c.Param("name"), "/")]
	if !ok {
		c.Status(http.StatusNotFound)
		return
	}
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-cache")
	if strings.HasPrefix(c.Request.URL.Path, s.prefix) {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	c.Data(http.StatusOK, file.kind, file.content)
}
