package booking

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/web/page"
)

// keptPages bounds the cache; a page of a month is about 20 kB.
const keptPages = 512

// freshness is how long a rendered page may be behind the clock, in seconds: a
// hold that expires and a lead time that passes change a month without any
// event.
const freshness = 10

// pageCache keeps rendered pages until their moment has passed.
type pageCache struct {
	mu     sync.Mutex
	moment moment
	pages  map[string][]byte
}

// moment is what every page depends on. The catalogue is a snapshot, so its
// address is its identity.
type moment struct {
	catalogue *catalogue.Catalogue
	tick      int64
}

// pageKey names a page at a moment: its address, its language and the
// positions of the branches that it shows.
type pageKey struct {
	moment moment
	page   string
}

func newPageCache() *pageCache { return &pageCache{pages: map[string][]byte{}} }

// kept answers with a page as it was rendered for the same address, language
// and moment, or renders and keeps it. It shows nothing of its reader, and of
// the branches only what their positions stand for. An error is that of view,
// or of rendering; nothing is answered then.
func (p *Pages) kept(c *gin.Context, name string, branches []*catalogue.Branch, view func() (any, error)) error {
	key := p.pageKey(c, branches)
	content, ok := p.pages.get(key)
	if !ok {
		v, err := view()
		if err != nil {
			return err
		}
		if content, err = p.rendered(name, v); err != nil {
			return err
		}
		p.pages.put(key, content)
	}
	c.Data(http.StatusOK, page.HTMLType, content)
	return nil
}

// pageKey names the page that is asked for, in the language that it will have,
// at this moment.
func (p *Pages) pageKey(c *gin.Context, branches []*catalogue.Branch) pageKey {
	lang, carry := p.frame.Language(c, "")
	var page strings.Builder
	fmt.Fprintf(&page, "%s %t %s %s", lang, carry, c.Request.URL.Path, c.Request.URL.Query().Encode())
	for _, branch := range branches {
		fmt.Fprintf(&page, " %d", p.app.Memory.Seq(branch.ID))
	}
	return pageKey{moment: moment{catalogue: p.app.Catalogue(), tick: p.app.Now().Unix() / freshness}, page: page.String()}
}

func (s *pageCache) get(key pageKey) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moment != key.moment {
		return nil, false
	}
	content, ok := s.pages[key.page]
	return content, ok
}

// put keeps a page that was rendered at the key's moment. A full cache starts
// anew: the pages that are asked for come back at once.
func (s *pageCache) put(key pageKey, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moment != key.moment || len(s.pages) >= keptPages {
		s.moment, s.pages = key.moment, map[string][]byte{}
	}
	s.pages[key.page] = content
}
