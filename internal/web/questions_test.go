package web_test

import (
	"net/http"
	"testing"
)

// questions have the small town's card ask for two things.
const questions = `format: aufruf/1
services:
  - id: ausweis
    questions:
      - {id: grund, text: Warum brauchen Sie ihn?, help: Ein Wort genügt., kind: choice, required: true, choices: [{id: verlust, label: Verlust}, {id: ablauf, label: Abgelaufen}]}
      - {id: seit, text: Seit wann?, kind: date}
      - {id: name, text: Was sollen wir noch wissen?, kind: text}
`

func TestAQuestionIsAskedAnsweredAndKept(t *testing.T) {
	s := newSite(t)
	s.Change(questions)
	form := filled()
	form.Set("answers.seit", "gestern")
	got := s.post("/termin/buchen", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantText(t, got, `<legend>Warum brauchen Sie ihn?</legend>`, `id="answers.grund-hint"`, `href="#answers.grund"`, "Warum brauchen Sie ihn? – Diese Angabe fehlt noch.",
		`value="gestern"`, `aria-describedby="answers.seit-error"`, `value="Erika Muster"`)
	form.Set("answers.seit", "2026-11-30")
	form.Set("answers.grund", "verlust")
	form.Set("key", "neuer")
	form.Set("email", "")
	again := s.post("/termin/buchen", form)
	wantStatus(t, again, http.StatusUnprocessableEntity)
	wantText(t, again, `value="verlust" checked`, `value="2026-11-30"`)
	form.Set("email", "erika@example.org")
	wantStatus(t, s.post("/termin/buchen", form), http.StatusSeeOther)
}
