package catalogue

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"aufruf/internal/town"
)

// Question is what a service has to know before somebody comes. Its answer is
// personal: it is kept and erased with the name.
type Question struct {
	ID       town.QuestionID
	Text     town.Text
	Help     town.Text
	Kind     QuestionKind
	Required bool
	Choices  []Choice // of a choice alone
}

// Choice is one of the answers that a choice allows.
type Choice struct {
	ID    string
	Label town.Text
}

// QuestionKind is what an answer must look like.
type QuestionKind string

// The kinds of question.
const (
	AskText   QuestionKind = "text"   // up to MaxAnswer characters
	AskChoice QuestionKind = "choice" // the id of one of its choices
	AskYesNo  QuestionKind = "yes_no" // "true" or "false"
	AskDate   QuestionKind = "date"   // "2026-12-01"
	AskNumber QuestionKind = "number" // a whole number from 0 to MaxCount
)

// Limits of questions and answers.
const (
	maxQuestions = 10
	maxChoices   = 20
	MaxAnswer    = 200
	MaxCount     = 1_000_000
)

var questionShape = shape[Question]{finish: finishQuestion, fields: []field[Question]{
	must("id", "never changes; two services may share a question, which is then asked once", id[town.QuestionID](), func(q *Question) *town.QuestionID { return &q.ID }),
	must("text", "as the citizen reads it", sentence(), func(q *Question) *town.Text { return &q.Text }),
	in("help", "one sentence below it", sentence(), func(q *Question) *town.Text { return &q.Help }),
	must("kind", "what the answer looks like", oneOf(AskText, AskChoice, AskYesNo, AskDate, AskNumber), func(q *Question) *QuestionKind { return &q.Kind }),
	in("required", "true: nobody books without an answer", yesNo(), func(q *Question) *bool { return &q.Required }),
	in("choices", "what can be chosen", listOf(choiceShape.kind()), func(q *Question) *[]Choice { return &q.Choices }),
}}

var choiceShape = shape[Choice]{fields: []field[Choice]{
	must("id", "never changes", id[string](), func(c *Choice) *string { return &c.ID }),
	must("label", "as the citizen reads it", sentence(), func(c *Choice) *town.Text { return &c.Label }),
}}

func finishQuestion(r *reader, n *node, q *Question) {
	switch {
	case q.Kind == AskChoice && (len(q.Choices) < 2 || len(q.Choices) > maxChoices):
		r.wrong(n.at, "a choice needs 2 to %d choices", maxChoices)
	case q.Kind != AskChoice && q.Kind != "" && len(q.Choices) > 0:
		r.wrong(n.at, "only a choice has choices")
	}
	for i, choice := range q.Choices {
		if slices.ContainsFunc(q.Choices[:i], func(other Choice) bool { return other.ID == choice.ID }) {
			r.wrong(n.at, "%v stands twice", choice.ID)
		}
	}
}

// questions names what is wrong between the questions of the services.
func (r *checker) questions() {
	first := map[town.QuestionID]Question{}
	for i := range r.catalogue.Services {
		s := &r.catalogue.Services[i]
		path := fmt.Sprintf("services[%s].questions", s.ID)
		if len(s.Questions) > maxQuestions {
			r.wrong(path, "more than %d questions", maxQuestions)
		}
		here := map[town.QuestionID]bool{}
		for j, q := range s.Questions {
			at := fmt.Sprintf("%s[%d]", path, j)
			if here[q.ID] {
				r.wrong(at, "%v stands twice", q.ID)
			}
			here[q.ID] = true
			if other, shared := first[q.ID]; shared && !other.answeredLike(q) {
				r.wrong(at, "question %s is asked otherwise by another service", q.ID)
			}
			if _, shared := first[q.ID]; !shared {
				first[q.ID] = q
			}
		}
	}
}

// answeredLike reports whether one answer fits both questions.
func (q Question) answeredLike(other Question) bool {
	return q.Kind == other.Kind && slices.EqualFunc(q.Choices, other.Choices, func(a, b Choice) bool { return a.ID == b.ID })
}

// Questions returns what is asked of whoever wants some services: each question
// once, in the services' order, required where one of them requires it.
func (c *Catalogue) Questions(items []town.Item) []Question {
	var all []Question
	for _, item := range items {
		s, ok := c.Service(item.Service)
		if !ok {
			continue
		}
		for _, q := range s.Questions {
			i := slices.IndexFunc(all, func(asked Question) bool { return asked.ID == q.ID })
			if i < 0 {
				all = append(all, q)
				continue
			}
			all[i].Required = all[i].Required || q.Required
		}
	}
	return all
}

// Question returns a question by its id, retired services' too.
func (c *Catalogue) Question(id town.QuestionID) (Question, bool) {
	for i := range c.Services {
		for _, q := range c.Services[i].Questions {
			if q.ID == id {
				return q, true
			}
		}
	}
	return Question{}, false
}

// Answer checks what was typed. It returns the answer as it is kept, empty for
// none, and else the key of what is wrong with it.
func (q Question) Answer(typed string) (answer, wrong string) {
	answer = strings.TrimSpace(typed)
	if q.Kind == AskText {
		answer = strings.Join(strings.Fields(typed), " ")
	}
	switch {
	case strings.ContainsFunc(answer, town.Unprintable) || !utf8.ValidString(answer):
		return "", "field.characters"
	case answer == "" && q.Required, answer != "" && q.Kind == AskText && !town.Visible(answer):
		return "", "field.required"
	case answer == "":
		return "", ""
	case !q.fits(answer):
		return "", q.misfit()
	}
	return answer, ""
}

func (q Question) fits(answer string) bool {
	switch q.Kind {
	case AskText:
		return utf8.RuneCountInString(answer) <= MaxAnswer
	case AskChoice:
		return slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.ID == answer })
	case AskYesNo:
		return answer == strconv.FormatBool(true) || answer == strconv.FormatBool(false)
	case AskDate:
		_, err := town.ParseDate(answer)
		return err == nil
	case AskNumber:
		n, err := strconv.ParseFloat(answer, 64)
		return err == nil && n >= 0 && n <= MaxCount && n == math.Trunc(n) && strconv.FormatFloat(n, 'f', -1, 64) == answer
	}
	return false
}

// misfit is the key of what is said of an answer of the wrong shape.
func (q Question) misfit() string {
	if q.Kind == AskText {
		return "field.too_long"
	}
	return "field.answer_" + string(q.Kind)
}

// Choice returns one of the choices by its id.
func (q Question) Choice(id string) (Choice, bool) {
	i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.ID == id })
	if i < 0 {
		return Choice{}, false
	}
	return q.Choices[i], true
}
