package wire

import (
	"bytes"
	"encoding/json"
	"fmt"

	"aufruf/internal/town"
)

// Question is what a service asks of whoever books it. Kind is text, choice,
// yes_no, date or number; kinds are added as towns ask for more.
type Question struct {
	ID       town.QuestionID `json:"id"`
	Text     string          `json:"text"`
	Help     string          `json:"help,omitempty"`
	Kind     string          `json:"kind"`
	Required bool            `json:"required"`
	Choices  []Choice        `json:"choices,omitempty"` // of a choice: what is answered is an id
}

// Choice is one of the answers that a choice allows.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Answers are the answers to questions. A value is a string; true or false for
// yes_no, and a whole number for number, may stand as such.
type Answers map[town.QuestionID]string

// UnmarshalJSON reads strings, booleans and numbers; null is no answer.
func (a *Answers) UnmarshalJSON(raw []byte) error {
	var values map[town.QuestionID]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return err
	}
	read := Answers{}
	for id, value := range values {
		text, err := answer(value)
		if err != nil {
			return fmt.Errorf("answer %s: %w", id, err)
		}
		read[id] = text
	}
	*a = read
	return nil
}

func answer(raw json.RawMessage) (string, error) {
	switch first := raw[0]; {
	case first == '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case first == '{' || first == '[':
		return "", fmt.Errorf("want a string, true, false or a number")
	case bytes.Equal(raw, []byte("null")):
		return "", nil
	}
	return string(raw), nil
}
