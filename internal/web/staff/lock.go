package staff

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// lockPath is where a page's script says that somebody is there, and asks how long
// the session goes on.
const lockPath = Root + "/sperre"

// typedBy is what the typed fields are sealed for: the account that typed them.
func typedBy(user town.UserID) string { return "form of a locked session of " + string(user) }

// lookHeader marks what a script asks by itself: that isn't an act of the person.
const lookHeader = "X-Aufruf-Look"

// lockedAt is what the script needs, which asks for the password in the page.
type lockedAt struct {
	Path   string
	Left   int  // seconds until the session locks, if nothing is done
	Linked bool // has no password here
}

// lockOf is nil for whoever's session doesn't lock.
func lockOf(actor access.Actor) *lockedAt {
	if actor.LocksIn == 0 {
		return nil
	}
	return &lockedAt{lockPath, seconds(actor.LocksIn), actor.User.Subject != ""}
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// Socket is where the page's script follows the branch.
func (v *floorView) Socket() string { return socketPath(v.Branch, "") }

// lockedView asks for the password, above what a locked session still shows. Its
// form does what was asked for, once the password is right.
type lockedView struct {
	*View
	Action string
	Next   string     // page to go on with; empty: what was typed is
	Kept   string     // what was typed, sealed
	Linked bool       // has no password here
	Floor  *floorView // nil: this browser has no room
}

// looks reports whether a script asked by itself. Browsers say so of what is asked
// over an encrypted connection; what a form sends is an act in any case.
func looks(c *gin.Context) bool {
	if c.Request.Method != http.MethodGet {
		return false
	}
	mode := c.GetHeader("Sec-Fetch-Mode")
	return c.GetHeader(lookHeader) != "" || mode != "" && mode != "navigate" || c.FullPath() == lockPath
}

// stillHere answers how many seconds the session goes on; by POST that is an act.
func (s *Pages) stillHere(c *gin.Context) error {
	if next := c.PostForm("weiter"); next != "" {
		return page.SeeOther(c, ownPage(next))
	}
	actor, err := s.app.Access.ActorOf(c.Request.Context(), s.Frame.Cookie(c, visitor.StaffCookie))
	if err != nil {
		return err
	}
	c.String(http.StatusOK, strconv.Itoa(seconds(actor.LocksIn)))
	return nil
}

// unlock lets somebody go on whose session locked, by the password that came
// along. Else the answer shows what stays visible, and nothing of the request is
// done, but a call for help.
func (s *Pages) unlock(c *gin.Context, token string, actor access.Actor) (access.Actor, error) {
	if c.Request.Method != http.MethodPost {
		return actor, s.showLocked(c, actor, nil)
	}
	form, err := page.ReadForm(c)
	if err != nil {
		return actor, err
	}
	password := form.Get(page.UnlockField)
	switch {
	case password == "" && c.FullPath() == Root+"/:branch/:room/befehl" && form.Get("type") == string(deskwork.Alarm):
		return actor, s.alarmLocked(c, actor, form)
	case password == "":
		return actor, s.showLocked(c, actor, nil)
	}
	from, err := s.Frame.From(c, s.app.Access)
	if err != nil {
		return actor, err
	}
	ctx := c.Request.Context()
	if err := s.app.Access.Unlock(ctx, token, password, from); err != nil {
		return actor, s.showLocked(c, actor, err)
	}
	return s.app.Access.ActorOf(ctx, token)
}

// alarmLocked calls for help: whoever needs it has no time for a password.
func (s *Pages) alarmLocked(c *gin.Context, actor access.Actor, form url.Values) error {
	branch, room := town.BranchID(c.Param("branch")), roomOf(c.Param("room"))
	cmd := deskwork.Command{ID: formID(form), Type: deskwork.Alarm, Room: room}
	if _, err := s.app.Do(c.Request.Context(), actor, branch, cmd); err != nil {
		return s.showLocked(c, actor, err)
	}
	c.Abort()
	return s.Frame.Done(c, deskPath(branch, room)+"?"+url.Values{"getan": {string(cmd.Type)}}.Encode())
}

// takeOutOfLock gives a form its fields back that a locked page kept.
func (s *Pages) takeOutOfLock(c *gin.Context, actor access.Actor) error {
	if c.Request.Method != http.MethodPost {
		return nil
	}
	form, err := page.ReadForm(c)
	if err != nil || !form.Has(page.UnlockField) && !form.Has(page.LockedField) {
		return err
	}
	if form.Has(page.LockedField) {
		kept, ok := s.keptUnderLock(actor.User.ID, form)
		if !ok {
			return problem.New(problem.Malformed, "request.malformed")
		}
		form = kept
	}
	form.Del(page.UnlockField)
	page.ReplaceForm(c, form)
	return nil
}

// keptUnderLock opens what an account typed into a form that a locked page kept;
// false: there is nothing, or it is another's.
func (s *Pages) keptUnderLock(user town.UserID, form url.Values) (url.Values, bool) {
	raw, ok := s.app.Access.Unsealed(typedBy(user), form.Get(page.LockedField))
	kept, err := url.ParseQuery(string(raw))
	return kept, ok && err == nil
}

// showLocked answers with what a locked session still shows, and asks for the
// password.
func (s *Pages) showLocked(c *gin.Context, actor access.Actor, refused error) error {
	c.Abort()
	status := http.StatusUnauthorized
	actor.Address = c.ClientIP()
	c.Set(page.ActorKey, actor)
	view := lockedView{View: s.NewView(c, "staff.lock.title"), Action: lockPath, Linked: actor.User.Subject != ""}
	view.Languages = nil
	if refused != nil {
		e := problem.Of(refused)
		if e.Unsettled() {
			return refused
		}
		status, view.Alert, view.Focus = e.Kind.Status(), &page.Alert{Title: s.notUnlocked(c, e)}, true
	}
	if err := s.fillLocked(c, actor, &view); err != nil {
		return err
	}
	return s.Show(c, status, "locked", view)
}

func (s *Pages) fillLocked(c *gin.Context, actor access.Actor, view *lockedView) (err error) {
	switch {
	case c.Request.Method == http.MethodGet:
		view.Next = c.Request.URL.RequestURI()
	case c.Request.URL.Path == lockPath:
		view.Next = c.PostForm("weiter")
	default:
		err = s.keepTyped(c, actor, view)
	}
	if err != nil {
		return err
	}
	view.Floor, err = s.lockedFloor(c.Request.Context(), c, actor, view.View)
	return err
}

// keepTyped seals what was typed into the page, which takes it along.
func (s *Pages) keepTyped(c *gin.Context, actor access.Actor, view *lockedView) (err error) {
	view.Action = c.Request.URL.RequestURI()
	if view.Kept = c.Request.PostForm.Get(page.LockedField); view.Kept != "" {
		return nil
	}
	typed := maps.Clone(c.Request.PostForm)
	typed.Del(page.UnlockField)
	view.Kept, err = s.app.Access.Sealed(typedBy(actor.User.ID), []byte(typed.Encode()))
	return err
}

// notUnlocked words why a session stays locked.
func (s *Pages) notUnlocked(c *gin.Context, e *problem.Error) string {
	page.RetryAfter(c, e)
	visitor.Refuse(c, e.Key)
	v := s.Frame.Page(c)
	if e.Key == "session.wrong" {
		return v.T("staff.lock.wrong")
	}
	if wait := int(e.RetryAfter.Seconds()); wait > 0 && e.Kind == problem.TooMany {
		return v.N("staff.signin.wait", wait)
	}
	return v.Problem(e)
}

// lockedFloor gathers what stays visible of the room at which this browser stands:
// numbers, whether a call arrived, how many wait, and the call for help. nil: it
// stands at none.
func (s *Pages) lockedFloor(ctx context.Context, c *gin.Context, actor access.Actor, v *View) (*floorView, error) {
	id, room := s.place(c)
	all := s.app.Catalogue()
	b, ok := all.Branch(id)
	if !ok || room == "" || actor.MayDesk(id) != nil {
		return nil, nil
	}
	r, ok := b.Room(room)
	if !ok || r.Retired {
		return nil, nil
	}
	day, err := s.app.Workday(ctx, actor, id, 0)
	if err != nil {
		return nil, err
	}
	v.Place = b.Name.In(v.Lang) + ", " + r.Label
	happened := s.Frame.Happened(c)
	v.News = v.done(happened.Get("getan"), happened.Get("nummer"))
	view := &floorView{View: v, Base: deskPath(id, room), Branch: string(id), Command: rand.Text(), Room: string(room), Label: r.Label}
	f := &floorPlan{Pages: s, view: view, all: all, branch: b, room: room, actor: actor, day: day}
	return view, f.fillLocked(ctx)
}

// fillLocked tells what a room has open, without whose it is.
func (f *floorPlan) fillLocked(ctx context.Context) error {
	for _, t := range f.day.Open {
		if t.Room != f.room {
			continue
		}
		open := f.numberOf(t)
		if err := f.arrived(ctx, t, &open); err != nil {
			return err
		}
		f.view.Open = append(f.view.Open, open)
	}
	f.fillLine()
	f.view.screens(f.Pages.screens, f.branch.ID)
	return nil
}
