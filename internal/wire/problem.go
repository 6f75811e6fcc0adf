package wire

import (
	"time"

	"aufruf/internal/problem"
)

// ProblemType is the media type of a problem document (RFC 9457).
const ProblemType = "application/problem+json"

// Problem is a problem document. Title and Detail are sentences for people in
// their language; Key is for programs. The members behind it are there where a
// refusal offers something.
type Problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Detail string            `json:"detail,omitempty"`
	Key    string            `json:"key"`
	Fields map[string]string `json:"fields,omitempty"`

	// The free starts nearest to one that is taken; nil: not offered.
	Alternatives *List[time.Time] `json:"alternatives,omitempty"`
	// The next free start instead of a number without an appointment; it points
	// to nil where there is none.
	NextAppointment **time.Time `json:"next_appointment,omitempty"`
	RetrySeconds    int         `json:"retry_seconds,omitempty"`
	Request         string      `json:"request,omitempty"` // id under which the log holds the cause
}

// NewProblem returns the document of an error, with the sentences that the
// edge translated its key to.
func NewProblem(e *problem.Error, title, detail string) Problem {
	p := Problem{
		Type: "urn:aufruf:problem:" + e.Key, Title: title, Status: e.Kind.Status(), Detail: detail, Key: e.Key, Fields: e.Fields,
		RetrySeconds: int((e.RetryAfter + time.Second - 1) / time.Second), Request: e.Request,
	}
	if e.Alternatives != nil {
		starts := List[time.Time](e.Alternatives)
		p.Alternatives = &starts
	}
	if e.Next != nil {
		next := &e.Next.Start
		if next.IsZero() {
			next = nil
		}
		p.NextAppointment = &next
	}
	return p
}

// Err returns the error that the document describes. Its Args hold "title" and
// "detail" as the server worded them.
func (p Problem) Err() *problem.Error {
	e := problem.New(problem.KindOf(p.Status), p.Key)
	e.Fields = p.Fields
	e.RetryAfter, e.Request = time.Duration(p.RetrySeconds)*time.Second, p.Request
	if p.Alternatives != nil {
		e = e.Offering(*p.Alternatives)
	}
	if p.NextAppointment != nil && *p.NextAppointment != nil {
		e = e.OfferingNext(**p.NextAppointment)
	}
	return e.With("title", p.Title).With("detail", p.Detail)
}
