package page

import (
	"bytes"
	"compress/gzip"
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
	Files  map[string]staticFile
}

type staticFile struct {
	Content    []byte
	compressed []byte // by gzip; nil where that saves nothing
	Kind       string
}

func newStatic() (*static, error) {
	s := &static{Files: map[string]staticFile{}}
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
		file := staticFile{Content: content, Kind: kindOf(name)}
		file.compressed, err = compress(content)
		s.Files[name] = file
		return err
	})
	s.prefix = "/static/" + hex.EncodeToString(sum.Sum(nil)[:6]) + "/"
	return s, err
}

// compress returns nil where little is gained, as with fonts. Only files that
// are the same for everybody are compressed: with pages, their size would tell
// about what is secret in them (BREACH).
func compress(content []byte) ([]byte, error) {
	var compressed bytes.Buffer
	w, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil || compressed.Len() > len(content)*9/10 {
		return nil, err
	}
	return compressed.Bytes(), nil
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

func (s *static) Register(router gin.IRouter) {
	router.GET("/static/:version/*name", s.serve)
}

// serve answers an old version with the current content, uncached: a page that
// was rendered before an upgrade still finds its style.
func (s *static) serve(c *gin.Context) {
	file, ok := s.Files[strings.TrimPrefix(c.Param("name"), "/")]
	if !ok {
		c.Status(http.StatusNotFound)
		return
	}
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-cache")
	if strings.HasPrefix(c.Request.URL.Path, s.prefix) {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	if file.compressed == nil {
		c.Data(http.StatusOK, file.Kind, file.Content)
		return
	}
	c.Header("Vary", "Accept-Encoding")
	if !takesGzip(c.GetHeader("Accept-Encoding")) {
		c.Data(http.StatusOK, file.Kind, file.Content)
		return
	}
	c.Header("Content-Encoding", "gzip")
	c.Data(http.StatusOK, file.Kind, file.compressed)
}

// takesGzip reads an Accept-Encoding header (RFC 9110, section 12.5.3).
func takesGzip(accepted string) bool {
	for entry := range strings.SplitSeq(accepted, ",") {
		coding, weight, _ := strings.Cut(entry, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		_, q, weighted := strings.Cut(weight, "=")
		return !weighted || strings.Trim(q, " 0.") != ""
	}
	return false
}
