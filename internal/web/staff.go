package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
)

// Accounts proves who asks. See app.App for the errors.
type Accounts interface {
	ActorOf(ctx context.Context, token string) (app.Actor, error)
	SignIn(ctx context.Context, actor app.Actor, id town.UserID, password, origin string) (string, app.Session, error)
	SignInProven(ctx context.Context, grants app.Grants, p app.Proven) (string, app.Session, error)
	SignOut(ctx context.Context, token string) error
}

// Desks calls people. See app.App for the errors.
type Desks interface {
	Workday(ctx context.Context, actor app.Actor, branch town.BranchID, date town.Date) (app.Workday, error)
	Candidates(actor app.Actor, branch town.BranchID, room town.RoomID, tickets []queue.Ticket) []queue.Ticket
	About(ctx context.Context, actor app.Actor, branch town.BranchID, id town.TicketID) (app.About, error)
	Do(ctx context.Context, actor app.Actor, branch town.BranchID, cmd app.Command) (app.Done, error)
	Deliveries(ctx context.Context, branch town.BranchID, call town.Seq) ([]app.Delivery, error)
	EventsAfter(ctx context.Context, branch town.BranchID, after town.Seq, limit int) ([]app.Event, error)
	CallableFrom(t queue.Ticket) time.Time
	MeetingPoint(branch town.BranchID, office town.OfficeID, date town.Date) town.Text
}

// StaffHall is everything that the staff's pages ask for.
type StaffHall interface {
	Accounts
	Desks
	FrontDesk
	Offices
	Telephoning
}

// Screens knows which screens are connected. See live.Presence.
type Screens interface {
	Branch(branch town.BranchID) (connected, sounding int)
	Connected(branch town.BranchID, device town.DeviceID) (live.Connection, bool)
}

// StaffDeps is what the staff's pages need.
type StaffDeps struct {
	Pages   *Pages // the town hall's other pages: files, texts, frame
	Hall    StaffHall
	Screens Screens
	// Printers of the kiosks, to say what is wrong with them; nil: none.
	Printers *Printers
	// Elsewhere is the town's sign-in service and Grants what its groups may
	// do; nil: name and password alone.
	Elsewhere Elsewhere
	Grants    app.Grants
	// Clock is how far the server's clock can be trusted; nil: always.
	Clock Clock
}

// Staff is the staff's pages below /staff, ready to serve. They work without
// script; with it the desk's page follows what happens and acts at once.
type Staff struct {
	*Pages
	desk      StaffHall
	screens   Screens
	printers  *Printers
	elsewhere Elsewhere
	grants    app.Grants
	clock     Clock
	surface   templates
}

// NewStaff parses the templates. An error is a mistake in what the program
// ships.
func NewStaff(d StaffDeps) (*Staff, error) {
	parsed, err := parseTemplates("staff")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	return &Staff{
		Pages: d.Pages, desk: d.Hall, screens: d.Screens, printers: d.Printers, elsewhere: d.Elsewhere, grants: d.Grants,
		clock: d.Clock, surface: parsed,
	}, nil
}

// Register adds the routes below /staff.
func (s *Staff) Register(router gin.IRouter) {
	pages := router.Group("/staff", s.headers)
	pages.GET("/anmelden", s.signInForm)
	pages.POST("/anmelden", s.signIn)
	pages.POST("/abmelden", s.signOut)
	if s.elsewhere != nil {
		pages.POST("/anmelden/dienst", s.beginElsewhere)
		pages.GET("/anmelden/zurueck", s.finishElsewhere)
	}

	signedIn := pages.Group("", s.signedIn)
	signedIn.GET("", s.start)
	signedIn.GET("/platz", s.places)
	signedIn.GET("/:branch", s.branchPlaces)
	s.registerOffice(signedIn)

	branch := signedIn.Group("/:branch", s.atBranch)
	s.registerReception(branch)
	s.registerList(pages, branch)
	s.registerUnreached(branch)
	branch.GET("/:room", s.showDesk)
	branch.POST("/:room/befehl", s.command)
	branch.POST("/:room/ton", s.testSound)
}

// staffRoot is where a member of staff begins.
const staffRoot = "/staff"

// headers sets the headers of the staff's pages, of which nothing stays in a
// cache, and bounds what a form may send.
func (s *Staff) headers(c *gin.Context) {
	s.Pages.headers(c)
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxForm)
}

// actorKey is where a request keeps who asks, once that is proved.
const actorKey = "actor"

// signedIn proves who asks, or leads to the sign-in and back.
func (s *Staff) signedIn(c *gin.Context) {
	token, _ := c.Cookie(visitor.StaffCookie)
	actor, err := s.desk.ActorOf(c.Request.Context(), token)
	if err == nil && actor.Kind != app.Staff {
		err = problem.New(problem.Unauthenticated, "session.required")
	}
	if err == nil {
		c.Set(actorKey, actor)
		return
	}
	c.Abort()
	if problem.Of(err).Kind != problem.Unauthenticated {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, staffRoot+"/anmelden?"+url.Values{"weiter": {backTo(c)}}.Encode())
}

// backTo is the page that a person wanted; of a form the page it stood on.
func backTo(c *gin.Context) string {
	if c.Request.Method == http.MethodGet {
		return c.Request.URL.RequestURI()
	}
	return staffRoot
}

func actorOf(c *gin.Context) app.Actor {
	actor, _ := c.Get(actorKey)
	proved, _ := actor.(app.Actor)
	return proved
}

// atBranch lets only those in who work at the branch of the address.
func (s *Staff) atBranch(c *gin.Context) {
	branch := town.BranchID(c.Param("branch"))
	if _, ok := s.hall.Catalogue().Branch(branch); !ok {
		s.fail(c, problem.New(problem.NotFound, "branch.unknown"))
		c.Abort()
		return
	}
	if err := actorOf(c).MayDesk(branch); err != nil {
		s.fail(c, err)
		c.Abort()
	}
}

// staffPage is what each of the staff's views has.
type staffPage struct {
	*Page
	User  string
	Place string // where the person works, for the head
	List  string // address of the branch's day list, kept for offline; empty: no branch
	Nav   []navLink
	Calls []Link // to those who have to be telephoned, because no mail reached them
	News  string // what was just done
}

// navLink is a page of the staff's navigation.
type navLink struct {
	Label, URL string
	Current    bool
}

// staffPage starts a page.
func (s *Staff) staffPage(c *gin.Context, title string) *staffPage {
	v := &staffPage{Page: s.page(c), User: string(actorOf(c).User.ID)}
	v.Title = v.T(title)
	v.Languages = slices.DeleteFunc(v.Languages, func(l Switch) bool { return l.Label == v.T("language."+string(town.PlainGerman)) })
	if v.User != "" {
		v.Nav = s.nav(c, v)
	}
	return v
}

// nav lists the pages that the person may open.
func (s *Staff) nav(c *gin.Context, v *staffPage) []navLink {
	branch, room := s.place(c)
	var all []navLink
	add := func(label, address string) {
		here := c.Request.URL.Path
		all = append(all, navLink{v.T(label), address, here == address || strings.HasPrefix(here, address+"/")})
	}
	if branch != "" && room != "" {
		add("staff.nav.desk", deskPath(branch, room))
	}
	if branch != "" && actorOf(c).MayDesk(branch) == nil {
		v.List = listPath(branch)
		add("staff.nav.reception", receptionPath(branch))
		add("staff.nav.list", v.List)
	}
	v.Calls = s.toTelephone(c, v, branch)
	for _, l := range v.Calls {
		all = append(all, navLink{l.Label, l.URL, c.Request.URL.Path == l.URL})
	}
	add("staff.nav.place", staffRoot+"/platz")
	if len(s.managed(c)) > 0 {
		add("staff.nav.office", officeRoot)
	}
	add("staff.nav.account", accountPath)
	return all
}

// show writes a page of the staff's surface.
func (s *Staff) show(c *gin.Context, status int, name string, view any) {
	s.write(c, s.surface, status, name, view)
}

// fail answers with a page that says what is wrong.
func (s *Staff) fail(c *gin.Context, err error) {
	e := problem.Of(err)
	s.logInternal(c, e)
	v := s.staffPage(c, "staff.sorry.title")
	s.show(c, e.Kind.Status(), "sorry", staffSorry{v, v.firstField(e), []Link{{v.T("staff.sorry.start"), staffRoot}}})
}

// staffSorry says that something isn't there, isn't allowed or didn't work.
type staffSorry struct {
	*staffPage
	Text string
	Next []Link
}
