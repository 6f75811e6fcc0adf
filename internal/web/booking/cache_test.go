package booking

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestTheCacheIsBoundedInBytes(t *testing.T) {
	cache := newPageCache()
	content := make([]byte, keptPage/2)
	for i := range 3 * keptBytes / len(content) {
		cache.put(pageKey{page: fmt.Sprint(i)}, content)
		cache.put(pageKey{page: fmt.Sprint(i)}, content) // again counts once
		cache.put(pageKey{page: strings.Repeat("x", keptPage)}, content)
	}
	kept := 0
	for name, content := range cache.pages {
		kept += len(name) + len(content)
	}
	if kept > keptBytes || kept != cache.bytes || kept == 0 {
		t.Errorf("got %d bytes counted as %d, want at most %d", kept, cache.bytes, keptBytes)
	}
}

// What a stranger adds to an address is no page of its own, and in no link.
func TestAnUnknownNameInTheAddressIsNoPageOfItsOwn(t *testing.T) {
	want := "aendern=1&service=a&service=b"
	for _, query := range []string{"aendern=1&service=a&service=b", "z=1&service=a&service=b&aendern=1&aendern=2", "service=a&service=b&utm_source=" + strings.Repeat("x", 99) + "&aendern=1"} {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest(http.MethodGet, "/termin?"+query, nil)
		if onlyKnown(c); c.Request.URL.RawQuery != want {
			t.Errorf("got %s, want %s", c.Request.URL.RawQuery, want)
		}
	}
}
