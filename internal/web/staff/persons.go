package staff

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// personsView is the appointments whose person may be meant by what was typed. It
// names nobody: whom it is about is opened one by one.
type personsView struct {
	*View
	Base     string
	Typed    string
	From, To string
	Found    string // how many
	Hits     []personHit
}

// personHit is an appointment by which its person is recognised on the telephone.
type personHit struct {
	Number, Date, Ticket string
	When, What, State    string
	URL                  string // of its number's page
}

// searchPersons finds appointments by what is known of a person. It is a POST, so that
// what was typed stands in no address, history or log.
func (s *Pages) searchPersons(c *gin.Context) error {
	page.Private(c)
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	r := app.PersonSearch{Typed: form.Get("q")}
	if r.From, err = optionalDate(form, "von"); err != nil {
		return err
	}
	if r.To, err = optionalDate(form, "bis"); err != nil {
		return err
	}
	hits, err := s.app.Persons.Search(c.Request.Context(), page.ActorOf(c), branch.ID, r)
	if err != nil {
		return err
	}
	view := &personsView{
		View: s.NewView(c, "staff.persons.title"), Base: ReceptionPath(branch.ID), Typed: r.Typed, From: hits.From.String(), To: hits.To.String(),
	}
	view.Place = branch.Name.In(view.Lang)
	view.Found = view.N("staff.persons.found", len(hits.Tickets))
	if hits.More {
		view.Found = view.T("staff.persons.more", "count", len(hits.Tickets))
	}
	for _, t := range hits.Tickets {
		view.Hits = append(view.Hits, personHit{
			Number: t.Number.String(), Date: t.Date.String(), Ticket: string(t.ID), When: view.Moment(t.Start),
			What: page.Joined(view.ItemNames(s.app.Catalogue(), t.Items)), State: view.T("staff.state." + string(t.State)),
			URL: NumberPath(branch.ID, t.Date, t.Number),
		})
	}
	return s.Show(c, http.StatusOK, "persons", view)
}

// optionalDate reads a day that may be left out: zero.
func optionalDate(form url.Values, name string) (town.Date, error) {
	if form.Get(name) == "" {
		return 0, nil
	}
	date, err := town.ParseDate(form.Get(name))
	if err != nil {
		return 0, problem.Field(name, "date.unknown")
	}
	return date, nil
}
