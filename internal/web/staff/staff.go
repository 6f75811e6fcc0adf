// Package staff serves the pages of clerks and reception below /staff: sign-in,
// desk, reception, telephone, day list. It holds no rule: it asks the use cases
// and words their answers.
package staff

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
	"aufruf/internal/web/printing"
)

// Screens knows which screens are connected. See live.Presence.
type Screens interface {
	Branch(branch town.BranchID) (connected, sounding int)
	Silent(branch town.BranchID) []string
	Connected(branch town.BranchID, device town.DeviceID) (live.Connection, bool)
}

// Deps is what the staff's pages need.
type Deps struct {
	Frame   *page.Frame // what all pages stand in
	App     *app.App
	Screens Screens
	// Printers of the kiosks, to say what is wrong with them; nil: none.
	Printers *printing.Printers
	// Elsewhere is the town's sign-in service and Grants what its groups may
	// do; nil: name and password alone.
	Elsewhere Elsewhere
	Grants    access.Grants
}

// Pages is the staff's pages below /staff, ready to serve. They work without
// script; with it the desk's page follows what happens and acts at once.
type Pages struct {
	Frame     *page.Frame
	app       *app.App
	screens   Screens
	printers  *printing.Printers
	elsewhere Elsewhere
	grants    access.Grants
	surface   page.Templates
}

// New parses the templates. An error is a mistake in what the program
// ships.
func New(d Deps) (*Pages, error) {
	parsed, err := page.ParseTemplates("staff")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	return &Pages{
		Frame: d.Frame, app: d.App, screens: d.Screens, printers: d.Printers, elsewhere: d.Elsewhere, grants: d.Grants,
		surface: parsed,
	}, nil
}

// Register adds the routes below /staff.
func (s *Pages) Register(router *gin.Engine) {
	s.Frame.ServedBy(router)
	pages := s.routes(router)
	pages.GET("/anmelden", s.signInForm)
	pages.POST("/anmelden", s.signIn)
	pages.POST("/abmelden", s.signOut)
	if s.elsewhere != nil {
		pages.POST("/anmelden/dienst", s.beginElsewhere)
		pages.GET("/anmelden/zurueck", s.finishElsewhere)
	}

	signedIn := s.SignedInRoutes(router)
	signedIn.GET("", s.start)
	signedIn.GET("/platz", s.places)
	signedIn.GET("/sperre", s.stillHere)
	signedIn.POST("/sperre", s.stillHere)
	signedIn.GET("/:branch", s.branchPlaces)
	s.registerAccount(signedIn)

	branch := signedIn.Group("/:branch", s.atBranch)
	s.registerReception(branch)
	s.registerList(pages, branch)
	s.registerUnreached(branch)
	s.registerConcerned(branch)
	s.registerDealing(branch)
	branch.GET("/:room", s.showDesk)
	branch.GET("/:room/offen", s.showOwn)
	branch.POST("/hilfe", s.answerAlarm)
	branch.POST("/:room/befehl", s.command)
	branch.POST("/:room/ton", s.testSound)
}

func (s *Pages) routes(router gin.IRouter) page.Routes {
	return page.NewRoutes(router, s.Fail).Group(Root, s.headers)
}

// SignedInRoutes are those for whoever is signed in.
func (s *Pages) SignedInRoutes(router gin.IRouter) page.Routes {
	return s.routes(router).Group("", s.signedIn)
}

// Where a member of staff begins, and where the office's pages are.
const (
	Root       = "/staff"
	OfficeRoot = Root + "/verwaltung"
)

// headers sets the headers of the staff's pages and bounds what a form may send.
// No cache keeps these pages.
func (s *Pages) headers(c *gin.Context) {
	s.Frame.Headers(c)
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, page.MaxBody)
}

// signedIn proves who asks, or leads to the sign-in and back. A session that
// locked shows what stays visible, until the password comes along.
func (s *Pages) signedIn(c *gin.Context) {
	token := s.Frame.Cookie(c, visitor.StaffCookie)
	actor, err := s.app.Access.ActorOf(c.Request.Context(), token)
	if problem.Is(err, "session.locked") {
		if actor, err = s.unlock(c, token, actor); err == nil && c.IsAborted() {
			return
		}
	}
	if err == nil && actor.Kind != access.Staff {
		err = problem.New(problem.Unauthenticated, "session.required")
	}
	if err == nil {
		err = s.letIn(c, actor)
	}
	if err == nil {
		return
	}
	c.Abort()
	if problem.Of(err).Kind != problem.Unauthenticated {
		s.Fail(c, err)
		return
	}
	next := c.Request.URL.RequestURI()
	if c.FullPath() == lockPath {
		next = c.PostForm("weiter") // a password, or that somebody is there: no form to give back
	} else if sent, ok := page.SentBy(c); ok {
		s.askAgain(c, token, sent)
		return
	}
	c.Redirect(http.StatusSeeOther, Root+"/anmelden?"+url.Values{"weiter": {next}}.Encode())
}

// letIn has a request go on in somebody's name, which is an act of theirs unless
// a script asked by itself.
func (s *Pages) letIn(c *gin.Context, actor access.Actor) error {
	actor.Address = c.ClientIP()
	c.Set(page.ActorKey, actor)
	if err := s.takeOutOfLock(c, actor); err != nil {
		return err
	}
	if actor.LocksIn == 0 || looks(c) {
		return nil
	}
	if err := s.app.Access.Acted(c.Request.Context(), actor); err != nil { // what was asked for isn't refused for that
		s.Frame.Log.WarnContext(c.Request.Context(), "act can't be noted", "error", err)
	}
	return nil
}

// atBranch lets only those in who work at the branch of the address.
func (s *Pages) atBranch(c *gin.Context) {
	branch := town.BranchID(c.Param("branch"))
	if _, ok := s.app.Catalogue().Branch(branch); !ok {
		s.Fail(c, problem.New(problem.NotFound, "branch.unknown"))
		c.Abort()
		return
	}
	if err := page.ActorOf(c).MayDesk(branch); err != nil {
		s.Fail(c, err)
		c.Abort()
	}
}

// View is what each of the staff's views has.
type View struct {
	*page.Page
	User    string // the account
	ShownAs string // what colleagues call it
	Place   string // where the person works, for the head
	List    string // address of the branch's day list, kept for offline; empty: no branch
	Nav     []NavLink
	Calls   []page.Link // to those who have to be telephoned, because no mail reached them
	News    string      // what was just done
	Lock    *lockedAt   // for the script; nil: the session doesn't lock
	Alarms  *alarmsView // nil: nobody is signed in
	Here    string      // address of the page, for forms that lead back to it
}

// NavLink is a page of the staff's navigation.
type NavLink struct {
	Label, URL string
	Current    bool
}

// NewView starts a page.
func (s *Pages) NewView(c *gin.Context, title string) *View {
	actor := page.ActorOf(c)
	user := actor.User
	v := &View{Page: s.Frame.Page(c), User: string(user.ID), ShownAs: cmp.Or(user.Shown, string(user.ID))}
	v.Title, v.News = v.T(title), v.Page.News
	v.Languages = slices.DeleteFunc(v.Languages, func(l page.Switch) bool { return l.Code == town.PlainGerman })
	if v.User != "" && !actor.Locked {
		v.Nav, v.Lock = s.nav(c, v), lockOf(actor)
	}
	if v.User != "" {
		v.Alarms, v.Here = s.alarms(c, v), backTo(c)
	}
	return v
}

// nav lists the pages that the person may open.
func (s *Pages) nav(c *gin.Context, v *View) []NavLink {
	branch, room := s.place(c)
	var all []NavLink
	add := func(label, address string) {
		here := c.Request.URL.Path
		all = append(all, NavLink{v.T(label), address, here == address || strings.HasPrefix(here, address+"/")})
	}
	if branch != "" && room != "" {
		add("staff.nav.desk", deskPath(branch, room))
	}
	if branch != "" && page.ActorOf(c).MayDesk(branch) == nil {
		v.List = ListPath(branch)
		add("staff.nav.reception", ReceptionPath(branch))
		add("staff.nav.list", v.List)
	}
	v.Calls = s.toTelephone(c, v, branch)
	for _, l := range append(s.ToDecide(c, v, branch), v.Calls...) {
		all = append(all, NavLink{l.Label, l.URL, c.Request.URL.Path == l.URL})
	}
	add("staff.nav.place", Root+"/platz")
	if len(s.Managed(c)) > 0 {
		add("staff.nav.office", OfficeRoot)
	}
	add("staff.nav.account", accountPath)
	return all
}

// Managed returns the branches that the person manages.
func (s *Pages) Managed(c *gin.Context) []*catalogue.Branch {
	all := s.app.Catalogue()
	var managed []*catalogue.Branch
	for i := range all.Branches {
		if page.ActorOf(c).MayManage(all.Branches[i].ID) == nil {
			managed = append(managed, &all.Branches[i])
		}
	}
	return managed
}

// Show writes a page of the staff's surface.
func (s *Pages) Show(c *gin.Context, status int, name string, view any) error {
	return s.Frame.Write(c, s.surface, status, name, view)
}

// ShowRefused shows a page with a refusal on top; nil: none. What is our fault
// is returned.
func (s *Pages) ShowRefused(c *gin.Context, v *View, refused error, name string, view any) error {
	if refused == nil {
		return s.Show(c, http.StatusOK, name, view)
	}
	e := problem.Of(refused)
	if e.Unsettled() {
		return refused
	}
	page.RetryAfter(c, e)
	visitor.Refuse(c, e.Key)
	v.Alert, v.Focus = &page.Alert{Title: v.FirstField(e)}, true
	return s.Show(c, e.Kind.Status(), name, view)
}

// Done303 leads back to a page that says what was done.
func (s *Pages) Done303(c *gin.Context, path, name, value string) error {
	return s.Frame.Done(c, path+"?"+url.Values{name: {value}}.Encode())
}

// Fail answers with a page that says what is wrong.
func (s *Pages) Fail(c *gin.Context, err error) {
	e := problem.Of(err)
	s.Frame.LogInternal(c, e)
	page.RetryAfter(c, e)
	visitor.Refuse(c, e.Key)
	if s.Frame.Answer(c, e) {
		return
	}
	v := s.NewView(c, "staff.sorry.title")
	s.Frame.Last(c, s.surface, e.Kind.Status(), "sorry", staffSorry{
		v, v.Reference(c, e, v.FirstField(e)), []page.Link{{Label: v.T("staff.sorry.start"), URL: Root}}, page.ResendOf(c, e),
	})
}

// staffSorry says that something isn't there, isn't allowed or didn't work.
type staffSorry struct {
	*View
	Text   string
	Next   []page.Link
	Resend *page.Resend // nil: nothing was sent
}
