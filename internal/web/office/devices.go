package office

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// devicesView lists screens and kiosks with their state, and takes the code of
// a new one.
type devicesView struct {
	*view
	Devices    []deviceRow
	Code, Name string // as typed
	Offices    []branchOffices
}

// branchOffices is the offices of a branch to choose from.
type branchOffices struct {
	Branch  string
	Offices []page.Tick
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

func (o *Pages) deviceList(c *gin.Context) error { return o.showDevices(c, nil) }

func (o *Pages) showDevices(c *gin.Context, refused error) error {
	view := devicesView{view: o.officePage(c, "staff.devices.title"), Code: c.PostForm("code"), Name: c.PostForm("name")}
	devices, err := o.app.Access.Devices(c.Request.Context())
	if err != nil {
		return err
	}
	if branch := c.PostForm("branch"); branch != "" {
		view.Branch = branch
	}
	view.Offices = o.officeChoice(c, view.Lang)
	for _, d := range devices {
		if !d.Revoked && page.ActorOf(c).MayManage(d.Branch) == nil {
			view.Devices = append(view.Devices, o.deviceRow(view.View, d))
		}
	}
	happened := o.staff.Frame.Happened(c)
	if name := happened.Get("gekoppelt"); name != "" {
		view.News = view.T("staff.devices.paired", "name", name)
	}
	if happened.Has("ton") {
		view.News = view.T("staff.devices.sounding")
	}
	return o.staff.ShowRefused(c, view.View, refused, "devices", view)
}

// officeChoice lists the offices of each branch that has several.
func (o *Pages) officeChoice(c *gin.Context, lang town.Language) []branchOffices {
	var all []branchOffices
	chosen := c.PostFormArray("office")
	for _, b := range o.staff.Managed(c) {
		group := branchOffices{Branch: b.Name.In(lang)}
		for i := range b.Offices {
			if o := &b.Offices[i]; !o.Retired {
				value := officeValue(b.ID, o.ID)
				group.Offices = append(group.Offices, page.Tick{Value: value, Label: o.Name.In(lang), On: slices.Contains(chosen, value)})
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
func whereabouts(v *staff.View, all *catalogue.Catalogue, d ledger.Device) string {
	where := page.BranchName(all, d.Branch, v.Lang)
	b, ok := all.Branch(d.Branch)
	if !ok || len(d.Offices) == 0 {
		return where
	}
	names := make([]string, len(d.Offices))
	for i, id := range d.Offices {
		names[i] = page.OfficeOf(b, id).Name.In(v.Lang)
	}
	return where + ": " + strings.Join(names, ", ")
}

// brokenUnnoticed is longer than a line that broke without a word counts as a
// connection.
const brokenUnnoticed = time.Minute

func (o *Pages) deviceRow(v *staff.View, d ledger.Device) deviceRow {
	row := deviceRow{
		ID: string(d.ID), Name: d.Name, Kind: v.T("staff.devices.kind_" + string(d.Kind)),
		Branch: whereabouts(v, o.app.Catalogue(), d), BranchID: string(d.Branch), Version: d.Program, Screen: d.Kind == ledger.DeviceDisplay,
	}
	connection, connected := o.screens.Connected(d.Branch, d.ID)
	row.Connected = connected
	if row.Screen {
		row.State = v.T("staff.devices.away")
		if connected {
			row.State = v.T("staff.devices.connected", "moment", moment(v, o, d.Branch, connection.Since))
		}
		if twice := connection.Twice; !twice.IsZero() && o.app.Now().Sub(twice) > brokenUnnoticed {
			row.State, row.Fault = v.T("staff.devices.twice"), true
		}
		row.Sound, row.Warn = sound(v, cmp.Or(connection.Sound, d.Sound))
	}
	if fault, ok := o.printers.FaultOf(d.ID); ok {
		row.State, row.Fault = v.Fault(fault, o.staff.Frame.ZoneOf(d.Branch)), true
	}
	row.Seen, row.Shown = moment(v, o, d.Branch, d.Seen), moment(v, o, d.Branch, d.Shown)
	return row
}

// sound words what a screen says of its sound, and whether it doesn't work.
func sound(v *staff.View, state string) (words string, warn bool) {
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
func moment(v *staff.View, o *Pages, branch town.BranchID, at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	at = at.In(o.staff.Frame.ZoneOf(branch))
	return v.DateNumbers(town.DateOf(at, at.Location())) + ", " + v.Time(at)
}

// pairDevice gives the screen that shows a code the rights of a device.
func (o *Pages) pairDevice(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	d := ledger.Device{Name: form.Get("name"), Branch: town.BranchID(form.Get("branch"))}
	if d.Offices, err = officesChosen(form["office"], d.Branch); err != nil {
		return o.showDevices(c, err)
	}
	paired, err := o.app.Access.CompletePairing(c.Request.Context(), page.ActorOf(c), form.Get("code"), d)
	if err != nil {
		return o.showDevices(c, err)
	}
	return o.staff.Done303(c, staff.OfficeRoot+"/geraete", "gekoppelt", paired.Name)
}

// retireDevice takes a device's rights.
func (o *Pages) retireDevice(c *gin.Context) error {
	if err := o.app.Access.Retire(c.Request.Context(), page.ActorOf(c), town.DeviceID(c.PostForm("device"))); err != nil {
		return o.showDevices(c, err)
	}
	return page.SeeOther(c, staff.OfficeRoot+"/geraete")
}

// testDevice has a screen sound its gong once.
func (o *Pages) testDevice(c *gin.Context) error {
	_, err := o.app.TestSound(c.Request.Context(), page.ActorOf(c), town.BranchID(c.PostForm("branch")), town.DeviceID(c.PostForm("device")))
	if err != nil {
		return o.showDevices(c, err)
	}
	return o.staff.Done303(c, staff.OfficeRoot+"/geraete", "ton", "1")
}
