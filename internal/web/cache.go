package web

import (
	"fmt"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
)

// keptPages bounds the cache; a page of a month is about 20 kB.
const keptPages = 512

// freshness is how long a rendered month may be behind the clock, in seconds:
// a hold that expires and a lead time that passes change the sheet without any
// event.
const freshness = 10

// pageCache keeps rendered pages until their moment has passed.
type pageCache struct {
	mu     sync.Mutex
	moment moment
	pages  map[string][]byte
}

// moment is what every month depends on. The catalogue is a snapshot, so its
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

// sheetKey names the page that is asked for, in the language that it will
// have, at this moment.
func (p *Pages) sheetKey(c *gin.Context) pageKey {
	lang, carry := p.language(c, "")
	all, query := p.hall.Catalogue(), c.Request.URL.Query()
	var page strings.Builder
	fmt.Fprintf(&page, "%s %t %s", lang, carry, query.Encode())
	for _, branch := range branchesFor(all, readChoice(query).items) {
		fmt.Fprintf(&page, " %d", p.hall.Seq(branch.ID))
	}
	return pageKey{moment: moment{catalogue: all, tick: p.hall.Now().Unix() / freshness}, page: page.String()}
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
