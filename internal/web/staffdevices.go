package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// devicesView lists screens and kiosks with their state, and takes the code of
// a new one.
type devicesView struct {
	*officePage
	Devices    []deviceRow
	Code, Name string // as typed
	Offices    []branchOffices
}

// branchOffices is the offices of a branch to choose from.
type branchOffices struct {
	Branch  string
	Offices []tick
}

type deviceRow struct {
	ID, Name, Kind, Branch string
	BranchID               string
	State                  string
	Connected              bool
	Sound                  string
	Warn                   bool // the sound doesn't work
	Fault                  bool // State says what is wrong
	Seen, Shown            string
	Version                string
	Screen                 bool
}

func (s *Staff) deviceList(c *gin.Context) { s.showDevices(c, nil) }

func (s *Staff) showDevices(c *gin.Context, refused error) {
	view := devicesView{officePage: s.officePage(c, "staff.devices.title"), Code: c.PostForm("code"), Name: c.PostForm("name")}
	devices, err := s.desk.Devices(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	if branch := c.PostForm("branch"); branch != "" {
		view.Branch = branch
	}
	view.Offices = s.officeChoice(c, view.Lang)
	for _, d := range devices {
		if !d.Revoked && actorOf(c).MayManage(d.Branch) == nil {
			view.Devices = append(view.Devices, s.deviceRow(view.staffPage, d))
		}
	}
	if c.Query("gekoppelt") != "" {
		view.News = view.T("staff.devices.paired", "name", c.Query("gekoppelt"))
	}
	if c.Query("ton") != "" {
		view.News = view.T("staff.devices.sounding")
	}
	if status, ok := s.refused(c, view.staffPage, refused); ok {
		s.show(c, status, "devices", view)
	}
}

// officeChoice lists the offices of each branch that has several.
func (s *Staff) officeChoice(c *gin.Context, lang town.Language) []branchOffices {
	var all []branchOffices
	chosen := c.PostFormArray("office")
	for _, b := range s.managed(c) {
		group := branchOffices{Branch: b.Name.In(lang)}
		for i := range b.Offices {
			if o := &b.Offices[i]; !o.Retired {
				value := officeValue(b.ID, o.ID)
				group.Offices = append(group.Offices, tick{value, o.Name.In(lang), slices.Contains(chosen, value)})
			}
		}
		if len(group.Offices) > 1 {
			all = append(all, group)
		}
	}
	return all
}

// officeValue names an office in a form: ids are unique within a branch only.
func officeValue(branch town.BranchID, office town.OfficeID) string {
	return string(branch) + "/" + string(office)
}

// officesChosen reads the offices of a device at a branch; one without branch
// is the device's.
func officesChosen(values []string, branch town.BranchID) ([]town.OfficeID, error) {
	var chosen []town.OfficeID
	for _, v := range values {
		at, office, named := strings.Cut(v, "/")
		if !named {
			at, office = string(branch), v
		}
		if at != string(branch) {
			return nil, problem.Field("office", "device.office_elsewhere")
		}
		chosen = append(chosen, town.OfficeID(office))
	}
	return chosen, nil
}

// whereabouts says what a device serves: its branch, and its offices where it
// is bound to some.
func (v *staffPage) whereabouts(all *catalogue.Catalogue, d app.Device) string {
	where := branchName(all, d.Branch, v.Lang)
	b, ok := all.Branch(d.Branch)
	if !ok || len(d.Offices) == 0 {
		return where
	}
	names := make([]string, len(d.Offices))
	for i, id := range d.Offices {
		names[i] = officeOf(b, id).Name.In(v.Lang)
	}
	return where + ": " + strings.Join(names, ", ")
}

// brokenUnnoticed is longer than a line that broke without a word counts as a
// connection.
const brokenUnnoticed = time.Minute

func (s *Staff) deviceRow(v *staffPage, d app.Device) deviceRow {
	row := deviceRow{
		ID: string(d.ID), Name: d.Name, Kind: v.T("staff.devices.kind_" + string(d.Kind)),
		Branch: v.whereabouts(s.hall.Catalogue(), d), BranchID: string(d.Branch), Version: d.Program, Screen: d.Kind == app.DeviceDisplay,
	}
	connection, connected := s.screens.Connected(d.Branch, d.ID)
	row.Connected = connected
	if row.Screen {
		row.State = v.T("staff.devices.away")
		if connected {
			row.State = v.T("staff.devices.connected", "moment", v.moment(s, d.Branch, connection.Since))
		}
		if twice := connection.Twice; !twice.IsZero() && s.hall.Now().Sub(twice) > brokenUnnoticed {
			row.State, row.Fault = v.T("staff.devices.twice"), true
		}
		row.Sound, row.Warn = v.sound(cmp.Or(connection.Sound, d.Sound))
	}
	if fault, ok := s.printers.faultOf(d.ID); ok {
		row.State, row.Fault = v.fault(fault, s.zoneOf(d.Branch)), true
	}
	row.Seen, row.Shown = v.moment(s, d.Branch, d.Seen), v.moment(s, d.Branch, d.Shown)
	return row
}

// sound words what a screen says of its sound, and whether it doesn't work.
func (v *staffPage) sound(state string) (words string, warn bool) {
	switch state {
	case "":
		return "–", false
	case "ready", "played":
		return v.T("staff.devices.sound_ready"), false
	}
	if key := "staff.devices.sound_" + state; v.Has(key) {
		return v.T(key), state != "off"
	}
	return state, true
}

// moment words an instant by a branch's clock; a dash for none.
func (v *staffPage) moment(s *Staff, branch town.BranchID, at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	at = at.In(s.zoneOf(branch))
	return v.DateNumbers(town.DateOf(at, at.Location())) + ", " + v.Time(at)
}

// pairDevice gives the screen that shows a code the rights of a device.
func (s *Staff) pairDevice(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	d := app.Device{Name: form.Get("name"), Branch: town.BranchID(form.Get("branch"))}
	if d.Offices, err = officesChosen(form["office"], d.Branch); err != nil {
		s.showDevices(c, err)
		return
	}
	paired, err := s.desk.CompletePairing(c.Request.Context(), actorOf(c), form.Get("code"), d)
	if err != nil {
		s.showDevices(c, err)
		return
	}
	s.done303(c, officeRoot+"/geraete", "gekoppelt", paired.Name)
}

// retireDevice takes a device's rights.
func (s *Staff) retireDevice(c *gin.Context) {
	if err := s.desk.Retire(c.Request.Context(), actorOf(c), town.DeviceID(c.PostForm("device"))); err != nil {
		s.showDevices(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, officeRoot+"/geraete")
}

// testDevice has a screen sound its gong once.
func (s *Staff) testDevice(c *gin.Context) {
	_, err := s.desk.TestSound(c.Request.Context(), actorOf(c), town.BranchID(c.PostForm("branch")), town.DeviceID(c.PostForm("device")))
	if err != nil {
		s.showDevices(c, err)
		return
	}
	s.done303(c, officeRoot+"/geraete", "ton", "1")
}
