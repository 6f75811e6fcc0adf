package wire

import (
	"encoding/json"
	"maps"
	"unicode/utf8"

	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
)

// DecodeCommand reads one frame of a station. The command returned beside an
// error carries the id wherever it could be read, so that the refusal finds
// its sender. Errors as of Decode and of deskwork.Command's Check.
func DecodeCommand(raw []byte) (deskwork.Command, error) {
	if len(raw) > MaxFrame {
		return deskwork.Command{}, problem.New(problem.TooLarge, "request.too_large")
	}
	members, err := object(raw)
	if err != nil {
		return deskwork.Command{}, err
	}
	var c deskwork.Command
	if err := fill(&c, members); err != nil {
		return deskwork.Command{ID: readID(members)}, err
	}
	return c, c.CheckSent(maps.Keys(members))
}

// readID returns the id of a frame that is otherwise no command.
func readID(members map[string]json.RawMessage) string {
	var id string
	if json.Unmarshal(members["id"], &id) != nil || utf8.RuneCountInString(id) > deskwork.MaxID {
		return ""
	}
	return id
}
