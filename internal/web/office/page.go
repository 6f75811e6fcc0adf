package office

import (
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// Register adds the routes below /staff/verwaltung.
func (o *Pages) Register(router gin.IRouter) {
	office := o.staff.SignedInRoutes(router).Group("/verwaltung", o.managers)
	office.GET("", o.overview)
	o.registerCalendar(office)
	office.GET("/geraete", o.deviceList)
	office.POST("/geraete", o.pairDevice)
	office.POST("/geraete/sperren", o.retireDevice)
	office.POST("/geraete/ton", o.testDevice)
	office.GET("/konten", o.userList)
	office.POST("/konten", o.hireUser)
	office.GET("/konten/aendern", o.user)
	office.POST("/konten/aendern", o.amendUser)
	office.POST("/konten/kennwort", o.resetUser)
	office.POST("/konten/sperren", o.dismissUser)
	office.POST("/konten/zulassen", o.reinstateUser)
	o.registerClosing(office)
	o.registerRoster(office)
	o.registerDrafts(office)
	office.GET("/protokoll", o.trail)
	office.GET("/protokoll/nummer", o.history)
	office.GET("/auffaelliges", o.tradeSigns)
	office.GET("/sicherheit", o.securityEvents)
	office.GET("/zahlen", o.figures)
	office.GET("/katalog", o.estimates)
	office.POST("/katalog/loeschen", o.removeThing)
	office.POST("/uhr", o.confirmClock)
}

// managers lets only those in who manage a branch, and that one which the address
// names, if any: nobody is shown another one in its place.
func (o *Pages) managers(c *gin.Context) {
	if err := o.mayManage(c); err != nil {
		o.staff.Fail(c, err)
		c.Abort()
	}
}

func (o *Pages) mayManage(c *gin.Context) error {
	if len(o.staff.Managed(c)) == 0 {
		return o.nothingToManage(page.ActorOf(c).User.Role)
	}
	named := town.BranchID(c.Query("branch"))
	if named == "" {
		return nil
	}
	if _, ok := o.app.Catalogue().Branch(named); !ok {
		return problem.New(problem.NotFound, "branch.unknown")
	}
	return page.ActorOf(c).MayManage(named)
}

// nothingToManage says why somebody manages no branch: a town that was begun
// empty has none, and lacks a file and no right.
func (o *Pages) nothingToManage(role ledger.Role) error {
	manages := role == ledger.RoleManager || role == ledger.RoleAdmin
	if manages && len(o.app.Catalogue().Branches) == 0 {
		return problem.New(problem.Conflict, "branch.none")
	}
	return problem.New(problem.Forbidden, "right.missing")
}

// view is what each of the office's views has.
type view struct {
	*staff.View
	ClockDoubt *clockDoubt // nil: the clock is trusted
	Trouble    string      // why no mail gets through; empty: mails do
	Rushes     []string    // branches where strangers must work before they book; nil: none
	Menu       []pageGroup
	Branches   []page.Option
	Branch     string // the one that is looked at

	today town.Date
}

// officePage starts a page of the office, about the branch that the address
// names, else the first.
func (o *Pages) officePage(c *gin.Context, title string) *view {
	v := &view{View: o.staff.NewView(c, title), today: town.DateOf(o.app.Now(), o.houseZone())}
	v.ClockDoubt = o.clockDoubt(c, v.View)
	v.Trouble = o.staff.MailTrouble(c, v.View, o.houseZone())
	v.Rushes = o.rushes(c, v.View)
	for _, b := range o.staff.Managed(c) {
		v.Branches = append(v.Branches, page.Option{Value: string(b.ID), Label: b.Name.In(v.Lang)})
		if v.Branch == "" || string(b.ID) == c.Query("branch") {
			v.Branch = string(b.ID)
		}
	}
	v.Menu = officePages(c, v.View)
	return v
}

// pageGroup is pages of the office that belong together.
type pageGroup struct {
	Title string
	Pages []staff.NavLink
}

// officePages lists the office's pages that the person may open, grouped by what
// they are for.
func officePages(c *gin.Context, v *staff.View) []pageGroup {
	here := c.Request.URL.Path
	link := func(path, label string) staff.NavLink {
		address := staff.OfficeRoot + path
		return staff.NavLink{Label: v.T(label), URL: address, Current: here == address || path != "" && strings.HasPrefix(here, address+"/")}
	}
	house := []staff.NavLink{link("/geraete", "staff.devices.title"), link("/konten", "staff.users.title")}
	looked := []staff.NavLink{link("/zahlen", "staff.figures.title"), link("/protokoll", "staff.trail.title"), link("/auffaelliges", "office.trade.title")}
	if page.ActorOf(c).User.Role == ledger.RoleAdmin {
		house = append(house, link("/katalog", "staff.estimates.title"))
		looked = append(looked, link("/sicherheit", "staff.security.title"))
	}
	return []pageGroup{
		{v.T("office.nav.plan"), []staff.NavLink{
			link("", "office.overview.nav"), link(calendarPath, "office.calendar.title"), link(rosterPath, "office.roster.title"),
			link(hoursPath, "office.hours.title"), link("/schliessen", "staff.closing.title"),
			link("/entwuerfe", "staff.change.drafts"), link("/verlauf", "staff.change.history"),
		}},
		{v.T("office.nav.house"), house},
		{v.T("office.nav.look"), looked},
	}
}
