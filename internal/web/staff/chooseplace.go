package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// placeCookie remembers where this browser stands: "branch/room".
const (
	placeCookie = "aufruf_platz"
	placeKept   = 365 * 24 * time.Hour
)

// placesView asks where the person works today.
type placesView struct {
	*View
	Branches []placeBranch
	None     string // why there are none
}

type placeBranch struct {
	Name  string
	Rooms []page.Link
	More  []page.Link // reception and the like
}

// start leads to the place that the browser remembers.
func (s *Pages) start(c *gin.Context) error {
	branch, room := s.place(c)
	if branch == "" || room == "" || page.ActorOf(c).MayDesk(branch) != nil {
		return page.SeeOther(c, Root+"/platz")
	}
	return page.SeeOther(c, deskPath(branch, room))
}

// places shows all rooms in which the person may work.
func (s *Pages) places(c *gin.Context) error {
	v := s.NewView(c, "staff.place.title")
	view := placesView{View: v}
	for i := range s.app.Catalogue().Branches {
		if b := &s.app.Catalogue().Branches[i]; !b.Retired && page.ActorOf(c).MayDesk(b.ID) == nil {
			view.Branches = append(view.Branches, v.placeBranch(b))
		}
	}
	view.None = v.T("staff.place.none")
	if len(s.app.Catalogue().Branches) == 0 {
		view.None = v.T("problem.branch.none")
	}
	return s.Show(c, http.StatusOK, "places", view)
}

// branchPlaces leads a shortened address to the choice of a room.
func (s *Pages) branchPlaces(c *gin.Context) error {
	return page.SeeOther(c, Root+"/platz#"+url.PathEscape(c.Param("branch")))
}

func (v *View) placeBranch(b *catalogue.Branch) placeBranch {
	out := placeBranch{Name: b.Name.In(v.Lang)}
	for _, room := range workRooms(b) {
		out.Rooms = append(out.Rooms, page.Link{Label: room.Label, URL: deskPath(b.ID, room.ID)})
	}
	out.More = []page.Link{{Label: v.T("staff.nav.reception"), URL: ReceptionPath(b.ID)}}
	return out
}

// workRooms returns the rooms that an office calls people to.
func workRooms(b *catalogue.Branch) []catalogue.Room {
	return slices.DeleteFunc(slices.Clone(b.Rooms), func(r catalogue.Room) bool {
		return r.Retired || len(b.OfficesOf(r.ID)) == 0
	})
}

// place returns where this browser works, as the address or the cookie says.
func (s *Pages) place(c *gin.Context) (town.BranchID, town.RoomID) {
	if branch, room := c.Param("branch"), c.Param("room"); room != "" {
		return town.BranchID(branch), roomOf(room)
	}
	kept, _ := c.Cookie(placeCookie)
	branch, room, _ := strings.Cut(kept, "/")
	if here := c.Param("branch"); here != "" && here != branch {
		return town.BranchID(here), ""
	}
	b, ok := s.app.Catalogue().Branch(town.BranchID(branch))
	if !ok || b.Retired {
		return "", ""
	}
	if r, ok := b.Room(town.RoomID(room)); !ok || r.Retired {
		return b.ID, ""
	}
	return b.ID, town.RoomID(room)
}

func (s *Pages) rememberPlace(c *gin.Context, branch town.BranchID, room town.RoomID) {
	if kept, _ := c.Cookie(placeCookie); kept != string(branch)+"/"+string(room) {
		s.Frame.SetCookie(c, placeCookie, string(branch)+"/"+string(room), Root, placeKept)
	}
}

// notRooms are the last parts of addresses that name no room. A room with such
// an id is written with a tilde, which no id begins with.
var notRooms = []string{"anrufen", "empfang", "hilfe", "liste"}

// deskPath returns the address of a room's page.
func deskPath(branch town.BranchID, room town.RoomID) string {
	name := string(room)
	if slices.Contains(notRooms, name) {
		name = "~" + name
	}
	return Root + "/" + url.PathEscape(string(branch)) + "/" + url.PathEscape(name)
}

func roomOf(param string) town.RoomID { return town.RoomID(strings.TrimPrefix(param, "~")) }
