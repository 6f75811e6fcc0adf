package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// questions has the service that the tests book ask one question that must be answered,
// and one that needn't.
func (h *townHall) questions() {
	h.t.Helper()
	h.change(`format: aufruf/1
services:
  - id: ` + string(pin) + `
    questions:
      - {id: karte, text: Haben Sie die Karte?, kind: yes_no, required: true}
      - {id: seit, text: Seit wann?, kind: date}
`)
}

func TestARequiredAnswerIsAskedForOnEveryWayIn(t *testing.T) {
	h := openTownHall(t)
	h.questions()
	start := at(t, tuesday, "09:20")
	reception := access.Actor{Kind: access.Staff, User: ledger.User{ID: "rosa", Role: ledger.RoleReception}}
	for name, try := range map[string]func(answers map[town.QuestionID]string) error{
		"a citizen": func(answers map[town.QuestionID]string) error {
			r := wants(start)
			r.Person.Answers = answers
			_, err := h.Book(h.ctx(), access.Actor{}, r)
			return err
		},
		"staff": func(answers map[town.QuestionID]string) error {
			r := wants(start)
			r.Person.Answers = answers
			_, err := h.Book(h.ctx(), reception, r)
			return err
		},
		"a wish": func(answers map[town.QuestionID]string) error {
			r := wishFor(tuesday.AddDays(3), "ben@example.org")
			r.Person.Answers = answers
			return h.Wishes.Leave(h.ctx(), access.Actor{}, r)
		},
	} {
		for _, wrong := range []struct {
			answers map[town.QuestionID]string
			want    map[string]string
		}{
			{nil, map[string]string{"answers.karte": "field.required"}},
			{map[town.QuestionID]string{"karte": "vielleicht"}, map[string]string{"answers.karte": "field.answer_yes_no"}},
			{map[town.QuestionID]string{"karte": "true", "seit": "gestern"}, map[string]string{"answers.seit": "field.answer_date"}},
			{map[town.QuestionID]string{"karte": "true", "alter": "7"}, map[string]string{"answers.alter": "field.not_asked"}},
		} {
			e := problem.Of(try(wrong.answers))
			if diff := cmp.Diff(wrong.want, e.Fields); e.Kind != problem.Invalid || diff != "" {
				t.Errorf("%s, %v: got %v (-want +got):\n%s", name, wrong.answers, e, diff)
			}
		}
	}
}

func TestAnAnswerIsShownToWhoServesAndErasedWithTheName(t *testing.T) {
	h := openTownHall(t)
	h.questions()
	r := wants(at(t, tuesday, "09:20"))
	r.Person.Answers = map[town.QuestionID]string{"karte": " true ", "seit": "2026-11-30"}
	want := map[town.QuestionID]string{"karte": "true", "seit": "2026-11-30"}
	made, err := h.Book(h.ctx(), access.Actor{}, r)
	if err != nil {
		t.Fatal(err)
	}
	h.set(at(t, tuesday, "09:20"))
	h.must(clerk, next("platz-1"))
	reads := func(user town.UserID) map[town.QuestionID]string {
		known, err := h.Persons.About(h.ctx(), staff(user), markt, made.Ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		return known.Answers
	}
	if diff := cmp.Diff(want, reads(clerk)); diff != "" {
		t.Errorf("who serves (-want +got):\n%s", diff)
	}
	if got := reads("other"); got != nil {
		t.Errorf("somebody else reads %v", got)
	}
	told, err := h.Persons.Disclose(h.ctx(), markt, tuesday, made.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, told.Person.Answers); diff != "" {
		t.Errorf("who asks what is known of them (-want +got):\n%s", diff)
	}
	if _, err := h.Persons.Erase(h.ctx(), markt, tuesday, made.Ticket.Number, nil); err != nil {
		t.Fatal(err)
	}
	if got := reads(clerk); got != nil {
		t.Errorf("got %v after the person was erased", got)
	}
}

func TestAWishKeepsItsAnswersForTheAppointment(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "")
	tokens := h.fill(day)
	h.questions()
	r := wishFor(day, "ben@example.org")
	r.Person.Answers = map[town.QuestionID]string{"karte": "false"}
	h.wish(r)
	h.cancel(tokens[at(t, day, "09:20").Unix()][0])
	made, err := h.Wishes.Accept(h.ctx(), h.letters()["offer ben@example.org"][0].Person.Token)
	if err != nil {
		t.Fatal(err)
	}
	told, err := h.Persons.Disclose(h.ctx(), markt, day, made.Ticket.Number)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Person.Answers, told.Person.Answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// One answer serves two services that ask the same.
func TestASharedQuestionIsAskedOnce(t *testing.T) {
	h := openTownHall(t)
	h.change(`format: aufruf/1
services:
  - {id: meldebescheinigung, questions: [{id: wohnung, text: Seit wann wohnen Sie hier?, kind: date}]}
  - {id: ` + string(pin) + `, questions: [{id: wohnung, text: Seit wann wohnen Sie hier?, kind: date, required: true}]}
`)
	r := wants(at(t, tuesday, "09:20"))
	r.Wanted = plan.Wanted{Branch: markt, Items: append(one("meldebescheinigung"), one(pin)...)}
	if _, err := h.Book(h.ctx(), access.Actor{}, r); problem.Of(err).Fields["answers.wohnung"] != "field.required" {
		t.Errorf("got %v", err)
	}
	r.Person.Answers = map[town.QuestionID]string{"wohnung": "2026-11-01"}
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Error(err)
	}
}
