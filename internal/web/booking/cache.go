package booking

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/web/page"
)

// keptBytes bounds the cache, names of pages included; a page of a month is about
// 20 kB. What is larger than keptPage isn't kept: it would crowd out the others.
const (
	keptBytes = 8 << 20
	keptPage  = 256 << 10
)

// knownNames are the names in a query that a kept page depends on.
var knownNames = []string{"service", "branch", "q", "aendern", "monat", "ansicht", page.LanguageQuery, page.FramedQuery}

// freshness is how long a rendered page may be behind the clock, in seconds: a
// hold that expires and a lead time that passes change a month without any
// event.
const freshness = 10

// pageCache keeps rendered pages until their moment has passed.
type pageCache struct {
	mu     sync.Mutex
	moment moment
	pages  map[string][]byte
	bytes  int // of names and content; at most keptBytes
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

// onlyKnown leaves of an address what its page depends on, before anything reads
// it: whatever else a stranger writes there is no page of its own in the cache,
// and in no link.
func onlyKnown(c *gin.Context) {
	asked := c.Request.URL.Query()
	query := url.Values{}
	for _, name := range knownNames {
		values := asked[name]
		if len(values) > 1 && name != "service" {
			values = values[:1]
		}
		if len(values) > 0 {
			query[name] = values
		}
	}
	c.Request.URL.RawQuery = query.Encode()
}

func newPageCache() *pageCache { return &pageCache{pages: map[string][]byte{}} }

// kept answers with a page as it was rendered for the same address, language
// and moment, or renders and keeps it. It shows nothing of its reader, and of
// the branches only what their positions stand for; one that comes back says why
// to whoever sent its form, and so is neither kept nor taken from here. An error is
// that of view, or of rendering; nothing is answered then.
func (p *Pages) kept(c *gin.Context, name string, branches []*catalogue.Branch, view func() (any, error)) error {
	if page.ComesBack(c) {
		v, err := view()
		if err != nil {
			return err
		}
		return p.render(c, http.StatusOK, name, v)
	}
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
	var name strings.Builder
	fmt.Fprintf(&name, "%s %t %s %s", lang, carry, c.Request.URL.Path, c.Request.URL.RawQuery)
	for _, branch := range branches {
		fmt.Fprintf(&name, " %d", p.app.Memory.Seq(branch.ID))
	}
	return pageKey{moment: moment{catalogue: p.app.Catalogue(), tick: p.app.Now().Unix() / freshness}, page: name.String()}
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
	size := len(key.page) + len(content)
	if size > keptPage {
		return
	}
	if s.moment != key.moment || s.bytes+size > keptBytes {
		s.moment, s.pages, s.bytes = key.moment, map[string][]byte{}, 0
	}
	if _, again := s.pages[key.page]; !again {
		s.bytes += size
	}
	s.pages[key.page] = content
}
