package office

import (
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
	office.GET("", func(c *gin.Context) error { return page.SeeOther(c, staff.OfficeRoot+"/geraete") })
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
	office.GET("/protokoll", o.trail)
	office.GET("/protokoll/nummer", o.history)
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
		return problem.New(problem.Forbidden, "right.missing")
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

// view is what each of the office's views has.
type view struct {
	*staff.View
	ClockDoubt *clockDoubt // nil: the clock is trusted
	Trouble    string      // why no mail gets through; empty: mails do
	Pages      []staff.NavLink
	Branches   []page.Option
	Branch     string // the one that is looked at
}

// officePage starts a page of the office, about the branch that the address
// names, else the first.
func (o *Pages) officePage(c *gin.Context, title string) *view {
	v := &view{View: o.staff.NewView(c, title)}
	v.ClockDoubt = o.clockDoubt(c, v.View)
	v.Trouble = o.staff.MailTrouble(c, v.View, o.houseZone())
	for _, b := range o.staff.Managed(c) {
		v.Branches = append(v.Branches, page.Option{Value: string(b.ID), Label: b.Name.In(v.Lang)})
		if v.Branch == "" || string(b.ID) == c.Query("branch") {
			v.Branch = string(b.ID)
		}
	}
	add := func(name, label string) {
		v.Pages = append(v.Pages, staff.NavLink{Label: v.T(label), URL: staff.OfficeRoot + "/" + name, Current: c.Request.URL.Path == staff.OfficeRoot+"/"+name})
	}
	add("geraete", "staff.devices.title")
	add("schliessen", "staff.closing.title")
	add("konten", "staff.users.title")
	add("protokoll", "staff.trail.title")
	add("zahlen", "staff.figures.title")
	if page.ActorOf(c).User.Role == ledger.RoleAdmin {
		add("sicherheit", "staff.security.title")
		add("katalog", "staff.estimates.title")
	}
	return v
}
