package wire

import (
	"encoding/json"
	"maps"
	"slices"

	"aufruf/internal/problem"
)

// ProblemType is the media type of a problem document (RFC 9457).
const ProblemType = "application/problem+json"

// Problem is a problem document. Title and Detail are sentences for people in
// their language; Key is for programs. Extra holds further members, for
// example "alternatives".
type Problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Detail string            `json:"detail,omitempty"`
	Key    string            `json:"key"`
	Fields map[string]string `json:"fields,omitempty"`
	Extra  map[string]any    `json:"-"`
}

// NewProblem returns the document of an error, with the sentences that the
// edge translated its key to.
func NewProblem(e *problem.Error, title, detail string) Problem {
	return Problem{
		Type:   "urn:aufruf:problem:" + e.Key,
		Title:  title,
		Status: e.Kind.Status(),
		Detail: detail,
		Key:    e.Key,
		Fields: e.Fields,
		Extra:  e.Extra,
	}
}

// Err returns the error that the document describes. Its Args hold "title" and
// "detail" as the server worded them.
func (p Problem) Err() *problem.Error {
	e := problem.New(problem.KindOf(p.Status), p.Key)
	e.Fields = p.Fields
	e.Extra = p.Extra
	return e.With("title", p.Title).With("detail", p.Detail)
}

// plain is Problem without its methods, so that they can use encoding/json.
type plain Problem

// MarshalJSON writes the document, Extra as members of its own behind the
// fixed ones. A fixed member wins over one of the same name in Extra.
func (p Problem) MarshalJSON() ([]byte, error) {
	out, err := json.Marshal(plain(p))
	if err != nil || len(p.Extra) == 0 {
		return out, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Extra)) {
		if fixedMembers[name] {
			continue
		}
		member, err := json.Marshal(map[string]any{name: p.Extra[name]})
		if err != nil {
			return nil, err
		}
		out = append(append(out[:len(out)-1], ','), member[1:]...)
	}
	return out, nil
}

// UnmarshalJSON reads a document; members it doesn't know go to Extra.
func (p *Problem) UnmarshalJSON(raw []byte) error {
	var all map[string]any
	if err := json.Unmarshal(raw, (*plain)(p)); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	maps.DeleteFunc(all, func(name string, _ any) bool { return fixedMembers[name] })
	if len(all) > 0 {
		p.Extra = all
	}
	return nil
}

var fixedMembers = map[string]bool{
	"type": true, "title": true, "status": true, "detail": true, "key": true, "fields": true,
}
