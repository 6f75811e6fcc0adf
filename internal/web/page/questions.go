package page

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
)

// Question is a field in which a service's question is answered.
type Question struct {
	Field
	Name       string // of the field, and its id
	Text, Help string
	Required   bool
	Choices    []Tick // radio buttons; none: a line
	Type, Mode string // of a line: its type, and what a phone's keyboard offers
}

// AnswersOf reads the answers that a form sent, as typed; nil for none.
func AnswersOf(form url.Values) map[town.QuestionID]string {
	var answers map[town.QuestionID]string
	for name, values := range form {
		id, ok := strings.CutPrefix(name, app.AnswerField(""))
		if !ok || len(values) == 0 {
			continue
		}
		if answers == nil {
			answers = map[town.QuestionID]string{}
		}
		answers[town.QuestionID(id)] = values[0]
	}
	return answers
}

// Questions words what is asked for some services, with what was answered.
func (v *Page) Questions(all *catalogue.Catalogue, items []town.Item, answers map[town.QuestionID]string) []Question {
	var asked []Question
	for _, q := range all.Questions(items) {
		asked = append(asked, v.question(q, answers[q.ID]))
	}
	return asked
}

func (v *Page) question(q catalogue.Question, answer string) Question {
	words := q.Visit(v.Lang)
	asked := Question{
		Field: Field{Value: answer}, Name: app.AnswerField(q.ID), Text: words.Text, Help: words.Help, Required: q.Required, Type: "text",
	}
	switch q.Kind {
	case catalogue.AskChoice:
		for _, c := range words.Choices {
			asked.Choices = append(asked.Choices, Tick{Value: c.ID, Label: c.Label, On: c.ID == answer})
		}
	case catalogue.AskYesNo:
		for _, yes := range []bool{true, false} {
			value := strconv.FormatBool(yes)
			asked.Choices = append(asked.Choices, Tick{Value: value, Label: v.T("booking.questions." + value), On: value == answer})
		}
	case catalogue.AskDate:
		asked.Type = "date"
	case catalogue.AskNumber:
		asked.Mode = "numeric"
	}
	if len(asked.Choices) > 0 && !q.Required {
		asked.Choices = append(asked.Choices, Tick{Label: v.T("booking.questions.none"), On: answer == ""})
	}
	return asked
}

// QuestionFields are the fields of some questions, for the mistakes of a form.
func QuestionFields(questions []Question) []FormField {
	var fields []FormField
	for i := range questions {
		q := &questions[i]
		fields = append(fields, FormField{Name: q.Name, Label: q.Text, At: &q.Field})
	}
	return fields
}

// Answer is one that was given, in words.
type Answer struct{ Question, Value string }

// Answers words what was answered, in the order in which it was asked; what is asked
// no longer stands last, by its id.
func (v *Page) Answers(all *catalogue.Catalogue, items []town.Item, given map[town.QuestionID]string) []Answer {
	var worded []Answer
	left := maps.Clone(given)
	for _, q := range all.Questions(items) {
		if value, ok := left[q.ID]; ok {
			worded = append(worded, Answer{q.Text.In(v.Lang), v.answer(q, value)})
			delete(left, q.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		q, known := all.Question(id)
		if !known {
			q.Text = town.Text{v.Lang: string(id)}
		}
		worded = append(worded, Answer{q.Text.In(v.Lang), v.answer(q, left[id])})
	}
	return worded
}

func (v *Page) answer(q catalogue.Question, value string) string {
	switch q.Kind {
	case catalogue.AskYesNo:
		return v.T("booking.questions." + value)
	case catalogue.AskChoice:
		if c, ok := q.Choice(value); ok {
			return c.Label.In(v.Lang)
		}
	case catalogue.AskDate:
		if date, err := town.ParseDate(value); err == nil {
			return v.Date(date)
		}
	}
	return value
}
