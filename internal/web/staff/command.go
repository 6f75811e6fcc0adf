package staff

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// What a form's target begins with: an office or a room.
const (
	officePrefix = "o:"
	roomPrefix   = "r:"
)

// command carries out one step of a page without script and leads back to the
// page. The same form sent twice has one effect.
func (s *Pages) command(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch, room := town.BranchID(c.Param("branch")), roomOf(c.Param("room"))
	cmd, err := readCommand(form, room)
	if err != nil {
		return s.refuseCommand(c, form, err)
	}
	done, err := s.app.Do(c.Request.Context(), page.ActorOf(c), branch, cmd)
	if err != nil {
		return s.refuseCommand(c, form, err)
	}
	query := url.Values{"getan": {string(cmd.Type)}}
	if done.Ticket != nil {
		query.Set("nummer", done.Ticket.Number.String())
	}
	return s.Frame.Done(c, deskPath(branch, room)+"?"+query.Encode())
}

// formFields are the fields of the forms of a room's page.
var formFields = []string{"id", "type", "ticket", "number", "note", "target", "service", "take_over", "open", "version", "sure"}

// readCommand reads a form of a room's page. It refuses only what can't be read:
// whether the fields fit the command is for Do to say, as it is wherever a
// command comes from.
func readCommand(form url.Values, room town.RoomID) (deskwork.Command, error) {
	for name := range form {
		if !slices.Contains(formFields, name) {
			return deskwork.Command{}, problem.UnknownField(name)
		}
	}
	cmd := deskwork.Command{
		ID: formID(form), Type: deskwork.Type(form.Get("type")), Ticket: town.TicketID(form.Get("ticket")),
		Note: form.Get("note"), TakeOver: form.Get("take_over") != "", Sure: form.Get("sure") != "", Service: town.ServiceID(form.Get("service")),
	}
	switch cmd.Type {
	case deskwork.CallNext, deskwork.Call, deskwork.Pause, deskwork.Resume, deskwork.Alarm:
		cmd.Room = room
	}
	if form.Has("open") {
		cmd.Open = new(town.TicketID(form.Get("open")))
	}
	for _, read := range []func(url.Values, *deskwork.Command) error{readNumber, readTarget, readVersion} {
		if err := read(form, &cmd); err != nil {
			return cmd, err
		}
	}
	return cmd, nil
}

// formID returns the id of a form's command. The forms of one page share the
// beginning of it; which form it is, and about what, is part of the id, which is
// hashed to be as short as an id must be.
func formID(form url.Values) string {
	id := form.Get("id")
	if id == "" {
		return ""
	}
	whole := strings.Join([]string{id, form.Get("type"), form.Get("ticket") + form.Get("number"), form.Get("take_over") + form.Get("sure")}, ".")
	sum := sha256.Sum256([]byte(whole))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func readNumber(form url.Values, cmd *deskwork.Command) (err error) {
	typed := strings.TrimSpace(form.Get("number"))
	if typed == "" && cmd.Type != deskwork.Call {
		return nil
	}
	if cmd.Number, err = town.ParseNumber(typed); err != nil {
		return problem.Field("number", "field.number")
	}
	return nil
}

func readTarget(form url.Values, cmd *deskwork.Command) error {
	target := form.Get("target")
	if office, ok := strings.CutPrefix(target, officePrefix); ok {
		cmd.Office = town.OfficeID(office)
		return nil
	}
	room, ok := strings.CutPrefix(target, roomPrefix)
	if !ok && target != "" {
		return problem.Field("target", "request.bad_value")
	}
	if ok {
		cmd.Room = town.RoomID(room)
	}
	return nil
}

// readVersion reads the version of the ticket that the page showed.
func readVersion(form url.Values, cmd *deskwork.Command) (err error) {
	if seen := form.Get("version"); seen != "" {
		if cmd.Version, err = strconv.ParseInt(seen, 10, 64); err != nil {
			return problem.Field("version", "request.bad_value")
		}
	}
	return nil
}

// refuseCommand shows the page with what stands in the way, and a button for
// what can be done all the same, deliberately.
func (s *Pages) refuseCommand(c *gin.Context, form url.Values, err error) error {
	e := problem.Of(err)
	if e.Unsettled() {
		return err
	}
	page.KeepTyped(c)
	return s.renderDesk(c, e.Kind.Status(), func(view *deskView) {
		view.Alert, view.Focus = &page.Alert{Title: view.FirstField(e)}, true
		view.Again = view.deliberately(form, e.Key)
	})
}

// deliberately returns the refused command as one that another button gives;
// nil: no button does.
func (v *deskView) deliberately(form url.Values, refusal string) *deliberate {
	kind := deskwork.Type(form.Get("type"))
	call := kind == deskwork.CallNext || kind == deskwork.Call
	switch {
	case refusal == "room.taken" && call:
		return &deliberate{v.T("staff.step.take_over"), v.repeated(form, "take_over")}
	case refusal == "call.too_soon":
		return &deliberate{v.T("staff.step.sure"), v.repeated(form, "sure")}
	}
	return nil
}

// repeated returns the fields of a command that is given again: a new one, with
// the field that makes it deliberate, and without what the page had seen.
func (v *deskView) repeated(form url.Values, with string) []page.HiddenField {
	fields := []page.HiddenField{{Name: "id", Value: v.Command}, {Name: with, Value: "1"}}
	for _, name := range formFields {
		switch name {
		case "id", "open", "version", with:
		default:
			if value := form.Get(name); value != "" {
				fields = append(fields, page.HiddenField{Name: name, Value: value})
			}
		}
	}
	return fields
}
