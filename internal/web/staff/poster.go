package staff

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// posterView is what a branch hangs at its door, in the town's languages: a code
// that leads to the page where people say that they are here.
type posterView struct {
	*View
	Base    string
	Said    []posterText
	Code    template.URL
	Address string // to be typed where no code can be read
}

type posterText struct{ Lang, Title, Text string }

// posterPath is the address of a branch's poster; empty: it needs none.
func (s *Pages) posterPath(c *gin.Context) string {
	branch := s.branch(c)
	if !s.app.ChecksIn(branch.ID) {
		return ""
	}
	return ReceptionPath(branch.ID) + "/aushang"
}

// poster shows a branch's poster, to be printed.
func (s *Pages) poster(c *gin.Context) error {
	if s.posterPath(c) == "" {
		return problem.New(problem.NotFound, "route.unknown")
	}
	branch := s.branch(c)
	view := posterView{View: s.NewView(c, "staff.poster.title"), Base: ReceptionPath(branch.ID)}
	view.Place = branch.Name.In(view.Lang)
	for _, lang := range s.Frame.Offered() {
		if lang == town.PlainGerman {
			continue // the German is plain as it is
		}
		t := s.Frame.Texts.For(lang)
		view.Said = append(view.Said, posterText{t.HTMLLang(), t.T("booking.poster.title"), t.T("booking.poster.text")})
	}
	address := s.Frame.Base + page.DoorPath + url.PathEscape(string(branch.ID))
	_, view.Address, _ = strings.Cut(address, "://")
	var err error
	if view.Code, err = page.QRCode(address); err != nil {
		return err
	}
	return s.Show(c, http.StatusOK, "poster", view)
}
