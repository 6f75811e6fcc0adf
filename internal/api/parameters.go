package api

import (
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
)

// parameters are the names that each route reads in its address, as the
// description has them. The others read none.
var parameters = map[string][]string{
	"GET /services":   {"date"},
	"GET /days":       {"branch", "service", "from", "to"},
	"GET /challenge":  {"branch"},
	"GET /slots":      {"branch", "service", "date"},
	"GET /queue":      {"branch"},
	"GET /unreached":  {"branch"},
	"GET /concerned":  {"branch", "from", "to"},
	"GET /figures":    {"branch", "from", "to", "by"},
	"GET /ws/caller":  {"branch", "queue"},
	"GET /ws/display": {"branch", "epoch", "after", "language"},
}

// repeatable are the parameters that may stand there more than once.
var repeatable = []string{"service"}

// onlyKnownParameters refuses an address with a parameter that its route doesn't
// read: whoever asks for the queue of another day would take today's for it. One
// that is named twice is no better, since nobody knows which of the two counts.
func (a *API) onlyKnownParameters(c *gin.Context) {
	query, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		a.fail(c, problem.New(problem.Malformed, "request.malformed").Because(err))
		return
	}
	known := parameters[c.Request.Method+" "+c.FullPath()[len(Root):]]
	for name, values := range query {
		if !slices.Contains(known, name) {
			a.fail(c, problem.UnknownField(name))
			return
		}
		if len(values) > 1 && !slices.Contains(repeatable, name) {
			a.fail(c, problem.TwiceField(name))
			return
		}
	}
}
