package office

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/daybook"
	"aufruf/internal/problem"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

const (
	draftsPath = staff.OfficeRoot + "/entwuerfe"
	draftPath  = staff.OfficeRoot + "/entwurf"
)

// draftAddress is the page of one draft.
func draftAddress(id string) string { return draftPath + "?" + url.Values{"id": {id}}.Encode() }

func (o *Pages) registerDrafts(office page.Routes) {
	office.GET("/entwuerfe", o.drafts)
	office.GET("/entwurf", o.draft)
	office.POST("/entwurf", o.decideDraft)
	office.GET("/entwurf/neu", o.newEdit)
	office.POST("/entwurf/neu", o.addEdit)
	office.GET("/verlauf", o.townHistory)
	office.GET("/verlauf/zurueck", o.tryUndo)
	office.POST("/verlauf/zurueck", o.undoChange)
}

// draftsView lists drafts.
type draftsView struct {
	*view
	Drafts []draftLine
	New    string // where a new one begins
}

type draftLine struct {
	URL, Owner, Changed string
	Edits               []editRow
}

func (o *Pages) drafts(c *gin.Context) error {
	view := &draftsView{view: o.officePage(c, "staff.change.drafts"), New: draftPath + "/neu"}
	drafts, err := o.app.Drafts.All(c.Request.Context(), page.ActorOf(c))
	if err != nil {
		return err
	}
	for _, d := range drafts {
		line := draftLine{URL: draftAddress(d.ID), Owner: string(d.Owner), Changed: view.Moment(d.Changed.In(o.houseZone()))}
		for _, e := range d.Edits {
			line.Edits = append(line.Edits, view.editRow(o.app.Catalogue(), e.Edit))
		}
		view.Drafts = append(view.Drafts, line)
	}
	if o.staff.Frame.Happened(c).Has("verworfen") {
		view.News = view.T("staff.change.dropped")
	}
	return o.staff.Show(c, http.StatusOK, "drafts", view)
}

// draftView is a draft with what it would do.
type draftView struct {
	*view
	ID          string
	Version     int
	Shown       app.Shown // what this page says, for what is decided by it
	Owner       string
	Edits       []draftEdit
	Overwriting bool // one of them would overwrite what wasn't seen
	Stuck       bool // one of them can't be made
	Concerned   []concernedRow
	Places      []placesRow
	Add         string      // where an edit is added
	Next        []page.Link // to rules that hold beside those which it changes
}

type draftEdit struct {
	editRow
	At        int
	Refused   string      // why it can't be made
	Saw, Here []string    // both versions, where it would overwrite
	Instead   []page.Link // to the same change of what stands there now
	Shut      []string    // what stays closed all the same
	Back      string      // where that can be taken back
}

// placesRow is what a draft does to an office's free places of a week.
type placesRow struct {
	Where, Week   string
	Before, After int
}

func (o *Pages) draft(c *gin.Context) error { return o.showDraft(c, c.Query("id"), nil) }

func (o *Pages) showDraft(c *gin.Context, id string, refused error) error {
	p, err := o.app.Drafts.Preview(c.Request.Context(), page.ActorOf(c), id)
	if problem.Is(err, "draft.unknown") && refused != nil {
		err = refused
	}
	if err != nil {
		return err
	}
	view := &draftView{
		view: o.officePage(c, "staff.change.draft"), ID: id, Version: p.Draft.Version, Owner: string(p.Draft.Owner),
		Add: draftPath + "/neu?" + url.Values{"id": {id}}.Encode(),
	}
	view.fill(o.app.Catalogue(), p)
	if view.Shown = p.Shown; view.Overwriting {
		view.Shown = p.Compared
	}
	if o.staff.Frame.Happened(c).Has("neu") {
		view.News = view.T("staff.change.noted")
	}
	return o.staff.ShowRefused(c, view.View, refused, "draft", view)
}

func (v *draftView) fill(all *catalogue.Catalogue, p app.Preview) {
	for i, e := range p.Draft.Edits {
		v.Edits = append(v.Edits, draftEdit{editRow: v.editRow(all, e.Edit), At: i})
	}
	for _, obstacle := range p.Obstacles {
		e := &v.Edits[obstacle.At]
		if obstacle.Err != nil {
			e.Refused, v.Stuck = v.FirstField(problem.Of(obstacle.Err)), true
		}
		if obstacle.Saw == nil {
			continue
		}
		v.Overwriting = true
		at := p.Draft.Edits[obstacle.At].Place()
		e.Saw, e.Here = v.standingWords(all, at, *obstacle.Saw), v.standingWords(all, at, obstacle.Here)
		if errors.Is(obstacle.Err, catalogue.ErrGone) {
			e.Instead = v.instead(p.Draft, obstacle)
		}
	}
	v.fillShut(p)
	v.fillNext(all, p.Draft.Edits)
	for _, u := range p.Concerned {
		v.Concerned = append(v.Concerned, v.concernedRow(all, u.Ticket))
	}
	v.Places = v.placesRows(all, p)
}

// placesRows says which free places change.
func (v *view) placesRows(all *catalogue.Catalogue, p app.Preview) []placesRow {
	var rows []placesRow
	for _, w := range p.Weeks {
		if w.Before != w.After {
			rows = append(rows, placesRow{v.placeName(all, w.Counters), v.DateNumbers(w.Monday), w.Before, w.After})
		}
	}
	return rows
}

// shutShown is how many dates that stay closed are named of an edit.
const shutShown = 5

// fillShut says at each edit what stays closed all the same.
func (v *draftView) fillShut(p app.Preview) {
	more := map[int]int{}
	for _, shut := range p.Shut {
		e := &v.Edits[shut.At]
		if len(e.Shut) == shutShown {
			more[shut.At]++
			continue
		}
		key := "staff.change.shut_" + string(shut.Why)
		e.Shut = append(e.Shut, v.T(key, "date", v.Date(shut.Date), "why", cmp.Or(shut.Text.In(v.Lang), v.T("staff.change.no_reason"))))
		if shut.Why == booking.ReasonClosure {
			at := p.Draft.Edits[shut.At].Place()
			e.Back = draftPath + "/neu?" + url.Values{"art": {"zuruecknehmen"}, "wo": {officeValue(at.Branch, at.Office)}, "id": {p.Draft.ID}}.Encode()
		}
	}
	for at, n := range more {
		v.Edits[at].Shut = append(v.Edits[at].Shut, v.N("staff.change.shut_more", n))
	}
}

// instead leads to the form of a change of a rule that is gone, for each rule that
// stands on its days now.
func (v *view) instead(d app.Draft, obstacle app.Obstacle) []page.Link {
	edit, kind, rules := catalogue.RuleEdit{}, "regel", obstacle.Here.Opening
	switch e := d.Edits[obstacle.At].Edit.(type) {
	case catalogue.RuleEdit:
		edit = e
	case catalogue.WalkInRuleEdit:
		edit, kind, rules = catalogue.RuleEdit(e), walkInRules, obstacle.Here.WalkIn
	}
	var links []page.Link
	for _, rule := range rules {
		form := url.Values{
			"art": {kind}, "wo": {officeValue(edit.Branch, edit.Office)}, "id": {d.ID}, "regel": {ruleName(rule)},
			"statt": {strconv.Itoa(obstacle.At)}, "version": {strconv.Itoa(d.Version)},
		}
		if edit.New != nil {
			presetRule(form, *edit.New)
		} else {
			form.Set("endet", "1")
		}
		if edit.From != nil {
			form.Set("gilt", edit.From.String())
		}
		links = append(links, page.Link{Label: v.T("staff.change.instead", "rule", v.ruleWords(rule)), URL: draftPath + "/neu?" + form.Encode()})
	}
	return links
}

// decideDraft takes an edit out of a draft, compares it again, throws it away, or
// makes the change that it is.
func (o *Pages) decideDraft(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	ctx, actor, id := c.Request.Context(), page.ActorOf(c), form.Get("id")
	version, err := strconv.Atoi(form.Get("version"))
	shown := app.Shown(form.Get("gesehen"))
	if decides := form.Get("was") == "vergleichen" || form.Get("was") == "uebernehmen" || form.Get("was") == "entscheiden"; err != nil || version < 1 || decides && shown == app.Unseen {
		return problem.New(problem.Malformed, "request.malformed")
	}
	switch form.Get("was") {
	case "entfernen":
		at, atErr := strconv.Atoi(form.Get("nr"))
		if atErr != nil {
			return problem.New(problem.Malformed, "request.malformed")
		}
		_, err = o.app.Drafts.RemoveEdit(ctx, actor, id, version, at)
	case "vergleichen":
		_, err = o.app.Drafts.LookAgain(ctx, actor, id, version, shown)
	case "verwerfen":
		if err = o.app.Drafts.Drop(ctx, actor, id, version); err == nil {
			return o.staff.Done303(c, draftsPath, "verworfen", "1")
		}
	case "uebernehmen", "entscheiden":
		var done app.Applied
		if done, err = o.app.Drafts.Apply(ctx, actor, id, version, shown); err == nil {
			if form.Get("was") == "entscheiden" && len(done.Concerned) > 0 {
				return o.staff.Frame.Done(c, decideAbout(done.Concerned))
			}
			return o.staff.Done303(c, historyPath, "uebernommen", strconv.FormatInt(done.Change, 10))
		}
	default:
		return problem.New(problem.Malformed, "request.malformed")
	}
	if err != nil {
		return o.showDraft(c, id, err)
	}
	return o.staff.Frame.Done(c, draftAddress(id))
}

// mostChosen is how many appointments an address names.
const mostChosen = 60

// decideAbout is the address of the list on which those of the first branch are
// chosen: each, or, of many, all on their days.
func decideAbout(concerned []daybook.Unfit) string {
	chosen, from, to := url.Values{}, concerned[0].Date, concerned[0].Date
	for _, u := range concerned {
		if u.Branch == concerned[0].Branch {
			chosen.Add("termin", string(u.ID))
			from, to = min(from, u.Date), max(to, u.Date)
		}
	}
	if len(chosen["termin"]) > mostChosen {
		return staff.ConcernedSpan(concerned[0].Branch, from, to)
	}
	return staff.ConcernedPath(concerned[0].Branch) + "?" + chosen.Encode()
}

// intoDraft adds edits to the draft of this id, or begins one, and leads there.
func (o *Pages) intoDraft(c *gin.Context, id string, edits ...catalogue.Edit) (err error) {
	d := app.Draft{}
	if id == "" {
		d, err = o.app.Drafts.New(c.Request.Context(), page.ActorOf(c), edits...)
	} else {
		d, err = o.app.Drafts.Add(c.Request.Context(), page.ActorOf(c), id, edits...)
	}
	if err != nil {
		return err
	}
	return o.staff.Frame.Done(c, draftAddress(d.ID)+"&neu=1")
}

const historyPath = staff.OfficeRoot + "/verlauf"

// historyRows is how many changes a page shows.
const historyRows = 50

// townHistoryView is what was changed in the browser.
type townHistoryView struct {
	*view
	Changes []changeRow
	Older   string
	Lists   []page.Link // of what no longer fits
}

type changeRow struct {
	ID               int64
	When, Who        string
	Edits            []editRow
	Undoes, UndoneBy int64
	Elsewhere        bool // it changes branches of others too
	MayUndo          bool
	UndoURL          string
}

func (o *Pages) townHistory(c *gin.Context) error { return o.showHistory(c, nil) }

func (o *Pages) showHistory(c *gin.Context, refused error) error {
	view := &townHistoryView{view: o.officePage(c, "staff.change.history")}
	before, _ := strconv.ParseInt(c.Query("vor"), 10, 64)
	changes, more, err := o.app.Town.History(c.Request.Context(), page.ActorOf(c), before, historyRows)
	if err != nil {
		return err
	}
	for _, change := range changes {
		view.Changes = append(view.Changes, o.changeRow(c, view.view, change))
	}
	if more {
		view.Older = historyPath + "?vor=" + strconv.FormatInt(changes[len(changes)-1].ID, 10)
	}
	happened := o.staff.Frame.Happened(c)
	switch {
	case happened.Has("uebernommen"):
		view.News = view.T("staff.change.applied")
	case happened.Has("zurueckgenommen"):
		view.News = view.T("staff.change.undone")
	}
	view.Lists = o.staff.ToDecide(c, view.View, "")
	return o.staff.ShowRefused(c, view.View, refused, "townhistory", view)
}

func (o *Pages) changeRow(c *gin.Context, v *view, change app.TownChange) changeRow {
	row := changeRow{
		ID: change.ID, When: v.Moment(change.At.In(o.houseZone())), Who: wordOr(v.View, "staff.trail.actor_", change.Actor),
		Undoes: change.Undoes, UndoneBy: change.UndoneBy, Elsewhere: change.Elsewhere, MayUndo: change.UndoneBy == 0,
		UndoURL: historyPath + "/zurueck?nr=" + strconv.FormatInt(change.ID, 10),
	}
	for _, id := range change.Branches {
		row.MayUndo = row.MayUndo && page.ActorOf(c).MayManage(id) == nil
	}
	for _, e := range change.Edits {
		row.MayUndo = row.MayUndo && e.Kind() != catalogue.KindImported
		row.Edits = append(row.Edits, v.editRow(o.app.Catalogue(), e.Edit))
	}
	return row
}

// undoView asks before a change is taken back.
type undoView struct {
	*view
	changeRow
	Concerned []concernedRow
	Places    []placesRow
	Shown     app.Shown
}

func (o *Pages) tryUndo(c *gin.Context) error {
	id, err := strconv.ParseInt(c.Query("nr"), 10, 64)
	if err != nil {
		return problem.New(problem.NotFound, "change.unknown")
	}
	return o.showUndo(c, id, nil)
}

// showUndo shows what taking a change back would do, and asks.
func (o *Pages) showUndo(c *gin.Context, id int64, refused error) error {
	change, p, err := o.app.Town.TryUndo(c.Request.Context(), page.ActorOf(c), id)
	if err != nil {
		if problem.Of(err).Kind == problem.Conflict {
			return o.showHistory(c, err)
		}
		return err
	}
	view := &undoView{view: o.officePage(c, "staff.change.undo_title")}
	view.changeRow, view.Shown = o.changeRow(c, view.view, change), p.Shown
	for _, u := range p.Concerned {
		view.Concerned = append(view.Concerned, view.concernedRow(o.app.Catalogue(), u.Ticket))
	}
	view.Places = view.placesRows(o.app.Catalogue(), p)
	return o.staff.ShowRefused(c, view.View, refused, "undochange", view)
}

func (o *Pages) undoChange(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(form.Get("nr"), 10, 64)
	if err != nil {
		return problem.New(problem.NotFound, "change.unknown")
	}
	shown := app.Shown(form.Get("gesehen"))
	if shown == app.Unseen {
		return o.showUndo(c, id, nil)
	}
	if _, err := o.app.Town.Undo(c.Request.Context(), page.ActorOf(c), id, shown); err != nil {
		if problem.Is(err, "edit.unseen") {
			return o.showUndo(c, id, err)
		}
		if problem.Of(err).Kind == problem.Conflict {
			return o.showHistory(c, err)
		}
		return err
	}
	return o.staff.Done303(c, historyPath, "zurueckgenommen", "1")
}

// managedPlace is what can be changed at a branch: all of it, or an office.
func (v *view) managedPlace(b *catalogue.Branch) closingPlaces {
	name := b.Name.In(v.Lang)
	group := closingPlaces{Branch: name, Places: []page.Option{{Value: string(b.ID), Label: v.T("staff.closing.whole", "branch", name)}}}
	for i := range b.Offices {
		if o := &b.Offices[i]; !o.Retired {
			group.Places = append(group.Places, page.Option{Value: officeValue(b.ID, o.ID), Label: o.Name.In(v.Lang)})
		}
	}
	return group
}
