package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// placeCookie remembers where this browser stands: "branch/room".
const (
	placeCookie = "aufruf_platz"
	placeKept   = 365 * 24 * time.Hour
)

// placesView asks where the person works today.
type placesView struct {
	*staffPage
	Branches []placeBranch
}

type placeBranch struct {
	Name  string
	Rooms []Link
	More  []Link // reception and the like
}

// start leads to the place that the browser remembers.
func (s *Staff) start(c *gin.Context) {
	branch, room := s.place(c)
	if branch == "" || room == "" || actorOf(c).MayDesk(branch) != nil {
		c.Redirect(http.StatusSeeOther, staffRoot+"/platz")
		return
	}
	c.Redirect(http.StatusSeeOther, deskPath(branch, room))
}

// places shows all rooms in which the person may work.
func (s *Staff) places(c *gin.Context) {
	v := s.staffPage(c, "staff.place.title")
	view := placesView{staffPage: v}
	for i := range s.hall.Catalogue().Branches {
		if b := &s.hall.Catalogue().Branches[i]; !b.Retired && actorOf(c).MayDesk(b.ID) == nil {
			view.Branches = append(view.Branches, v.placeBranch(b))
		}
	}
	s.show(c, http.StatusOK, "places", view)
}

// branchPlaces leads a shortened address to the choice of a room.
func (s *Staff) branchPlaces(c *gin.Context) {
	c.Redirect(http.StatusSeeOther, staffRoot+"/platz#"+url.PathEscape(c.Param("branch")))
}

func (v *staffPage) placeBranch(b *catalogue.Branch) placeBranch {
	out := placeBranch{Name: b.Name.In(v.Lang)}
	for _, room := range workRooms(b) {
		out.Rooms = append(out.Rooms, Link{room.Label, deskPath(b.ID, room.ID)})
	}
	out.More = []Link{{v.T("staff.nav.reception"), receptionPath(b.ID)}}
	return out
}

// workRooms returns the rooms that an office calls people to.
func workRooms(b *catalogue.Branch) []catalogue.Room {
	return slices.DeleteFunc(slices.Clone(b.Rooms), func(r catalogue.Room) bool {
		return r.Retired || len(b.OfficesOf(r.ID)) == 0
	})
}

// place returns where this browser works, as the address or the cookie says.
func (s *Staff) place(c *gin.Context) (town.BranchID, town.RoomID) {
	if branch, room := c.Param("branch"), c.Param("room"); room != "" {
		return town.BranchID(branch), roomOf(room)
	}
	kept, _ := c.Cookie(placeCookie)
	branch, room, _ := strings.Cut(kept, "/")
	if here := c.Param("branch"); here != "" && here != branch {
		return town.BranchID(here), ""
	}
	b, ok := s.hall.Catalogue().Branch(town.BranchID(branch))
	if !ok || b.Retired {
		return "", ""
	}
	if r, ok := b.Room(town.RoomID(room)); !ok || r.Retired {
		return b.ID, ""
	}
	return b.ID, town.RoomID(room)
}

func (s *Staff) rememberPlace(c *gin.Context, branch town.BranchID, room town.RoomID) {
	if kept, _ := c.Cookie(placeCookie); kept != string(branch)+"/"+string(room) {
		s.setCookie(c, placeCookie, string(branch)+"/"+string(room), staffRoot, placeKept)
	}
}

// notRooms are the last parts of addresses that name no room. A room with such
// an id is written with a tilde, which no id begins with.
var notRooms = []string{"anrufen", "empfang", "liste"}

// deskPath returns the address of a room's page.
func deskPath(branch town.BranchID, room town.RoomID) string {
	name := string(room)
	if slices.Contains(notRooms, name) {
		name = "~" + name
	}
	return staffRoot + "/" + url.PathEscape(string(branch)) + "/" + url.PathEscape(name)
}

func roomOf(param string) town.RoomID { return town.RoomID(strings.TrimPrefix(param, "~")) }
