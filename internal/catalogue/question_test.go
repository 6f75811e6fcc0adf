package catalogue

import (
	"strings"
	"testing"

	"aufruf/internal/town"
)

func TestAnswersAreKeptInOneShape(t *testing.T) {
	choice := Question{Kind: AskChoice, Choices: []Choice{{ID: "a"}, {ID: "b"}}}
	for _, tt := range []struct {
		q     Question
		typed string
		want  string
		wrong string
	}{
		{Question{Kind: AskText}, "  zwei \t Wörter ", "zwei Wörter", ""},
		{Question{Kind: AskText}, strings.Repeat("ä", MaxAnswer), strings.Repeat("ä", MaxAnswer), ""},
		{Question{Kind: AskText}, strings.Repeat("ä", MaxAnswer+1), "", "field.too_long"},
		{Question{Kind: AskText}, "a\u202eb", "", "field.characters"},
		{Question{Kind: AskText}, "", "", ""},
		{Question{Kind: AskText, Required: true}, " ", "", "field.required"},
		{choice, "b", "b", ""},
		{choice, "c", "", "field.answer_choice"},
		{Question{Kind: AskYesNo}, "true", "true", ""},
		{Question{Kind: AskYesNo}, "yes", "", "field.answer_yes_no"},
		{Question{Kind: AskDate}, "2028-02-29", "2028-02-29", ""},
		{Question{Kind: AskDate}, "2027-02-29", "", "field.answer_date"},
		{Question{Kind: AskNumber}, "0", "0", ""},
		{Question{Kind: AskNumber}, "1000000", "1000000", ""},
		{Question{Kind: AskNumber}, "1000001", "", "field.answer_number"},
		{Question{Kind: AskNumber}, "1.5", "", "field.answer_number"},
		{Question{Kind: AskNumber}, "-1", "", "field.answer_number"},
		{Question{Kind: AskNumber}, "NaN", "", "field.answer_number"},
	} {
		if got, wrong := tt.q.Answer(tt.typed); got != tt.want || wrong != tt.wrong {
			t.Errorf("%s %q: got %q, %q; want %q, %q", tt.q.Kind, tt.typed, got, wrong, tt.want, tt.wrong)
		}
	}
}

func TestWhatIsWrongWithQuestionsIsNamed(t *testing.T) {
	for file, want := range map[string]string{
		"[{id: a, text: A, kind: choice}]":                                                                      "a choice needs 2 to 20 choices",
		"[{id: a, text: A, kind: text, choices: [{id: x, label: X}, {id: y, label: Y}]}]":                       "only a choice has choices",
		"[{id: a, text: A, kind: choice, choices: [{id: x, label: X}, {id: x, label: Y}]}]":                     "x stands twice",
		"[{id: a, text: A, kind: text}, {id: a, text: B, kind: text}]":                                          "a stands twice",
		"[{id: other, text: A, kind: date}]":                                                                    "question other is asked otherwise by another service",
		"[" + strings.Repeat("{id: ID, text: A, kind: text}, ", maxQuestions) + "{id: z, text: Z, kind: text}]": "more than 10 questions",
	} {
		for n := 'a'; strings.Contains(file, "id: ID"); n++ {
			file = strings.Replace(file, "ID", "q"+string(n), 1)
		}
		_, _, mistakes := Catalogue{}.Import("q.yaml", []byte("format: aufruf/1\nauthority: {name: A, state: DE-SN}\nservices:\n  - {id: s, name: S, minutes: 5, questions: [{id: other, text: A, kind: text}]}\n  - {id: t, name: T, minutes: 5, questions: "+file+"}\n"))
		if len(mistakes) != 1 || !strings.Contains(mistakes[0].Message, want) {
			t.Errorf("%s: got %v, want %q", file, mistakes, want)
		}
	}
}

func TestAQuestionOfTwoServicesIsRequiredWhereOneRequiresIt(t *testing.T) {
	c := Catalogue{Services: []Service{
		{ID: "a", Questions: []Question{{ID: "x", Kind: AskText}, {ID: "y", Kind: AskDate}}},
		{ID: "b", Questions: []Question{{ID: "x", Kind: AskText, Required: true}}},
	}}
	got := c.Questions([]town.Item{{Service: "a", Quantity: 1}, {Service: "b", Quantity: 1}, {Service: "gone", Quantity: 1}})
	if len(got) != 2 || got[0].ID != "x" || !got[0].Required || got[1].Required {
		t.Errorf("got %+v", got)
	}
	if c.Services[0].Questions[0].Required {
		t.Error("asking changed the catalogue")
	}
}
