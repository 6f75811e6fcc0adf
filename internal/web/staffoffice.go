package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Offices manages screens, accounts, closures and figures. See app.App for the errors.
type Offices interface {
	Devices(ctx context.Context) ([]app.Device, error)
	CompletePairing(ctx context.Context, actor app.Actor, code string, d app.Device) (app.Device, error)
	Retire(ctx context.Context, actor app.Actor, id town.DeviceID) error
	TestSound(ctx context.Context, actor app.Actor, branch town.BranchID, device town.DeviceID) (town.Seq, error)
	Close(ctx context.Context, actor app.Actor, w app.Closing) error
	Reopen(ctx context.Context, actor app.Actor, w app.Closing) error
	Closings(actor app.Actor, branch town.BranchID) (urgent, planned []app.Closing, err error)
	Concerned(ctx context.Context, actor app.Actor, branch town.BranchID) ([]queue.Ticket, error)
	Managed(ctx context.Context, actor app.Actor) ([]app.User, error)
	Hire(ctx context.Context, actor app.Actor, u app.User, password string) error
	ResetPassword(ctx context.Context, actor app.Actor, id town.UserID, password string) error
	Dismiss(ctx context.Context, actor app.Actor, id town.UserID) error
	Reinstate(ctx context.Context, actor app.Actor, id town.UserID) error
	ChangeOwnPassword(ctx context.Context, actor app.Actor, old, password string) error
	SignOutEverywhere(ctx context.Context, id town.UserID) error
	Trail(ctx context.Context, actor app.Actor, branch town.BranchID, from, to time.Time, limit int) ([]app.AuditEntry, error)
	Figures(ctx context.Context, actor app.Actor, branch town.BranchID, from, to town.Date) ([]app.Figure, error)
}

// Where the office's pages and a person's own account are.
const (
	officeRoot  = staffRoot + "/verwaltung"
	accountPath = staffRoot + "/konto"
)

func (s *Staff) registerOffice(signedIn gin.IRouter) {
	signedIn.GET("/konto", s.account)
	signedIn.POST("/konto/kennwort", s.changePassword)
	signedIn.POST("/konto/abmelden", s.signOutEverywhere)

	office := signedIn.Group("/verwaltung", s.managers)
	office.GET("", func(c *gin.Context) { c.Redirect(http.StatusSeeOther, officeRoot+"/geraete") })
	office.GET("/geraete", s.deviceList)
	office.POST("/geraete", s.pairDevice)
	office.POST("/geraete/sperren", s.retireDevice)
	office.POST("/geraete/ton", s.testDevice)
	office.GET("/konten", s.userList)
	office.POST("/konten", s.hireUser)
	office.POST("/konten/kennwort", s.resetUser)
	office.POST("/konten/sperren", s.dismissUser)
	office.POST("/konten/zulassen", s.reinstateUser)
	s.registerClosing(office)
	office.GET("/protokoll", s.trail)
	office.GET("/zahlen", s.figures)
	office.GET("/katalog", s.estimates)
}

// managers lets only those in who manage a branch.
func (s *Staff) managers(c *gin.Context) {
	if len(s.managed(c)) == 0 {
		s.fail(c, problem.New(problem.Forbidden, "right.missing"))
		c.Abort()
	}
}

// managed returns the branches that the person manages.
func (s *Staff) managed(c *gin.Context) []*catalogue.Branch {
	all := s.hall.Catalogue()
	var managed []*catalogue.Branch
	for i := range all.Branches {
		if actorOf(c).MayManage(all.Branches[i].ID) == nil {
			managed = append(managed, &all.Branches[i])
		}
	}
	return managed
}

// officePage is what each of the office's views has.
type officePage struct {
	*staffPage
	ClockJump string // in words; empty: the clock can be trusted
	Pages     []navLink
	Branches  []target
	Branch    string // the one that is looked at
}

// officePage starts a page of the office, about the branch that the address
// names, else the first.
func (s *Staff) officePage(c *gin.Context, title string) *officePage {
	v := &officePage{staffPage: s.staffPage(c, title)}
	v.ClockJump = s.clockJump(v.staffPage)
	for _, b := range s.managed(c) {
		v.Branches = append(v.Branches, target{string(b.ID), b.Name.In(v.Lang)})
		if v.Branch == "" || string(b.ID) == c.Query("branch") {
			v.Branch = string(b.ID)
		}
	}
	add := func(name, label string) {
		v.Pages = append(v.Pages, navLink{v.T(label), officeRoot + "/" + name, c.Request.URL.Path == officeRoot+"/"+name})
	}
	add("geraete", "staff.devices.title")
	add("schliessen", "staff.closing.title")
	add("konten", "staff.users.title")
	add("protokoll", "staff.trail.title")
	add("zahlen", "staff.figures.title")
	if actorOf(c).User.Role == app.RoleAdmin {
		add("katalog", "staff.estimates.title")
	}
	return v
}

// refused puts a refusal on top of a page and returns the status to answer
// with; false: it is our fault and was answered.
func (s *Staff) refused(c *gin.Context, v *staffPage, err error) (int, bool) {
	if err == nil {
		return http.StatusOK, true
	}
	e := problem.Of(err)
	if e.Kind == problem.Internal {
		s.fail(c, err)
		return 0, false
	}
	v.Alert, v.Focus = &Alert{Title: v.firstField(e)}, true
	return e.Kind.Status(), true
}
