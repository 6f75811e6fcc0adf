package device

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/web/page"
)

// How many concerns and groups a page of the kiosk offers at most: as many as are read
// at a glance, and have room in large type.
const (
	onePage  = 6
	onePlan  = 8
	fewTiles = 3
)

// What the addresses of these pages say.
const (
	groupQuery = "gruppe" // which group, counted from 1
	sheetQuery = "seite"  // which page of it, counted from 1
	typedQuery = "w"      // what a search has so far
)

// tilesView offers tiles to touch: groups that lead on, or concerns that each give
// a number.
type tilesView struct {
	*kioskPage
	Groups   []kioskGroup
	Concerns []kioskConcern
	Search   string // the way to the search; empty: all fit on one page
	Sheet    string // which page of how many; empty: there is one
	Next     string // the next page, after the last the first; empty: there is one
	Size     string // how many columns the tiles have, as the style sheet names it
}

// kioskGroup is concerns that belong together, by the words of the catalogue.
type kioskGroup struct {
	Name, URL string
	Concerns  []kioskConcern
}

// kioskConcern is a concern with the key of its button: a second touch is the same
// number, and another button another request.
type kioskConcern struct{ Value, Name, Key string }

// offer is the groups of what a kiosk gives numbers for, and all of it.
func (d *Pages) offer(c *gin.Context, v *kioskPage) (groups []kioskGroup, all []kioskConcern, err error) {
	offered := d.app.Catalogue()
	branch, ok := offered.Branch(device(c).Branch)
	if !ok {
		return nil, nil, problem.New(problem.NotFound, "branch.unknown")
	}
	shown := rand.Text()
	for i := range offered.Services {
		s := &offered.Services[i]
		office, ok := branch.OfficeAmong(device(c).Offices, s.ID)
		if !ok || office.Retired || s.Retired {
			continue
		}
		concern := kioskConcern{string(s.ID), s.Name.In(v.Lang), keyOf(shown, len(all))}
		all = append(all, concern)
		groups = inGroup(groups, s, concern, v)
	}
	return groups, all, nil
}

func inGroup(groups []kioskGroup, s *catalogue.Service, concern kioskConcern, v *kioskPage) []kioskGroup {
	name := s.Group.In(v.Lang)
	at := slices.IndexFunc(groups, func(g kioskGroup) bool { return g.Name == name })
	if at < 0 {
		at = len(groups)
		query := url.Values{groupQuery: {strconv.Itoa(at + 1)}}
		groups = append(groups, kioskGroup{Name: name, URL: v.LinkWith(kioskRoot+"/anliegen", query)})
	}
	groups[at].Concerns = append(groups[at].Concerns, concern)
	return groups
}

// kioskConcern asks what a person without an appointment wants: at once where that
// fits on a page, else by groups.
func (d *Pages) kioskConcern(c *gin.Context) error {
	view := tilesView{kioskPage: d.kioskPage(c, "kiosk.concern.title")}
	groups, all, err := d.offer(c, view.kioskPage)
	if err != nil {
		return err
	}
	query := url.Values{}
	switch at, err := strconv.Atoi(c.Query(groupQuery)); {
	case len(all) <= onePage || len(groups) == 1:
		view.Concerns = sheetOf(&view, c, query, all, onePage)
	case err == nil && 1 <= at && at <= len(groups):
		group := groups[at-1]
		view.Title, view.Back = group.Name, view.Link(kioskRoot+"/anliegen")
		query.Set(groupQuery, strconv.Itoa(at))
		view.Concerns = sheetOf(&view, c, query, group.Concerns, onePage)
	default:
		view.Groups = sheetOf(&view, c, query, groups, onePlan)
	}
	if len(all) > onePage {
		view.Search = view.Link(kioskRoot + "/suchen")
	}
	view.Size = sizeOf(len(view.Groups) + len(view.Concerns))
	return d.frame.Write(c, d.surface, http.StatusOK, "concern", view)
}

func sizeOf(tiles int) string {
	switch {
	case tiles <= fewTiles:
		return "few"
	case tiles > onePage:
		return "many"
	}
	return "some"
}

// sheetOf is the page of tiles that was asked for, and notes in the view how to get
// to the others.
func sheetOf[T any](view *tilesView, c *gin.Context, query url.Values, tiles []T, most int) []T {
	sheets := (len(tiles) + most - 1) / most
	if sheets < 2 {
		return tiles
	}
	at, err := strconv.Atoi(c.Query(sheetQuery))
	if err != nil || at < 1 || at > sheets {
		at = 1
	}
	query.Set(sheetQuery, strconv.Itoa(at%sheets+1))
	view.Next = view.LinkWith(c.Request.URL.Path, query)
	view.Sheet = view.T("kiosk.concern.sheet", "page", at, "pages", sheets)
	return tiles[(at-1)*most : min(at*most, len(tiles))]
}

// searchView finds concerns by letters that are touched.
type searchView struct {
	tilesView
	Heading string
	Typed   string
	Said    string // how many were found
	Rows    [][]page.Link
	Delete  string // without the last letter; empty: there is none
}

// letters are the keys of the search, row by row.
var letters = []string{"ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZÄÖÜß"}

// longestTyped bounds what is searched for.
const longestTyped = 20

// kioskSearch finds what a house with many concerns would need many pages for.
func (d *Pages) kioskSearch(c *gin.Context) error {
	view := searchView{tilesView: tilesView{kioskPage: d.kioskPage(c, "kiosk.search.title")}}
	view.Heading, view.Back = view.Title, view.Link(kioskRoot+"/anliegen")
	_, all, err := d.offer(c, view.kioskPage)
	if err != nil {
		return err
	}
	for _, r := range strings.ToUpper(c.Query(typedQuery)) {
		if len([]rune(view.Typed)) < longestTyped && strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜß ", r) {
			view.Typed += string(r)
		}
	}
	query := url.Values{typedQuery: {view.Typed}}
	if strings.TrimSpace(view.Typed) != "" {
		found := d.found(view.kioskPage, view.Typed, all)
		view.Title = view.T("kiosk.search.so_far", "typed", view.Typed)
		view.Said = view.T("kiosk.search.none")
		if len(found) > 0 {
			view.Said = view.N("kiosk.search.found", len(found))
		}
		view.Concerns = sheetOf(&view.tilesView, c, query, found, onePage)
	}
	view.keys()
	return d.frame.Write(c, d.surface, http.StatusOK, "search", view)
}

// fromHere is how many letters the catalogue's search needs.
const fromHere = 3

// found is what of a kiosk's offer a search finds, the best first. One or two letters
// find the names in which a word begins with them: each touch shows something.
func (d *Pages) found(v *kioskPage, typed string, all []kioskConcern) []kioskConcern {
	var found []kioskConcern
	if begin := strings.TrimSpace(typed); len([]rune(begin)) < fromHere {
		for _, k := range all {
			if slices.ContainsFunc(strings.Fields(strings.ToUpper(k.Name)), func(w string) bool { return strings.HasPrefix(w, begin) }) {
				found = append(found, k)
			}
		}
		return found
	}
	for _, id := range d.app.Catalogue().Search(typed, v.Lang) {
		at := slices.IndexFunc(all, func(k kioskConcern) bool { return k.Value == string(id) })
		if at >= 0 {
			found = append(found, all[at])
		}
	}
	return found
}

func (v *searchView) keys() {
	typed := func(w string) string { return v.LinkWith(kioskRoot+"/suchen", url.Values{typedQuery: {w}}) }
	for _, row := range letters {
		var keys []page.Link
		for _, r := range row {
			keys = append(keys, page.Link{Label: string(r), URL: typed(v.Typed + string(r))})
		}
		v.Rows = append(v.Rows, keys)
	}
	if so := []rune(v.Typed); len(so) > 0 {
		v.Delete = typed(string(so[:len(so)-1]))
	}
}
