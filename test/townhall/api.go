package townhall

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// API speaks the public JSON interface as a stranger's program would, with
// types of its own: a field that is renamed on the server is missed here.
type API struct {
	Base  string // the server's URL
	Token string // of a session; empty for a citizen
}

// Problem is an answer from 400 on.
type Problem struct {
	Status int               `json:"status"`
	Key    string            `json:"key"`
	Title  string            `json:"title"`
	Detail string            `json:"detail"`
	Fields map[string]string `json:"fields"`
}

// Error says what the server answered.
func (p *Problem) Error() string {
	return fmt.Sprintf("%d %s: %s %v", p.Status, p.Key, p.Detail, p.Fields)
}

// The parts of answers that callers of this package look at.
type (
	// Day is a line of GET /days.
	Day struct {
		Date   string `json:"date"`
		State  string `json:"state"`
		Free   int    `json:"free"`
		Reason string `json:"reason"`
	}
	// Slot is a line of GET /slots.
	Slot struct {
		Start time.Time `json:"start"`
		End   time.Time `json:"end"`
		Free  int       `json:"free"`
	}
	// Item asks for a service.
	Item struct {
		ID       string `json:"id"`
		Quantity int    `json:"quantity"`
	}
	// Booking is the body of POST /appointments.
	Booking struct {
		Branch   string    `json:"branch"`
		Services []Item    `json:"services"`
		Start    time.Time `json:"start"`
		Name     string    `json:"name"`
		Email    string    `json:"email,omitempty"`
		Language string    `json:"language,omitempty"`
	}
	// Appointment is its answer.
	Appointment struct {
		Token     string    `json:"token"`
		Number    string    `json:"number"`
		Start     time.Time `json:"start"`
		ManageURL string    `json:"manage_url"`
		State     string    `json:"state"`
	}
	// WalkIn is the answer to POST /tickets.
	WalkIn struct {
		Token  string `json:"token"`
		Number string `json:"number"`
		Ahead  int    `json:"ahead"`
	}
	// Queue is the answer to GET /queue.
	Queue struct {
		Seq     int64         `json:"seq"`
		Waiting []QueueTicket `json:"waiting"`
		Open    []QueueTicket `json:"open"`
	}
	// QueueTicket is a line of it.
	QueueTicket struct {
		Ticket string `json:"ticket"`
		Number string `json:"number"`
		Kind   string `json:"kind"`
		State  string `json:"state"`
	}
)

// SignIn returns the interface with a session of an account.
func (a API) SignIn(ctx context.Context, user, password string) (API, error) {
	var session struct {
		Token string `json:"token"`
	}
	err := a.Do(ctx, http.MethodPost, "/session", map[string]string{"user": user, "password": password}, &session)
	return API{Base: a.Base, Token: session.Token}, err
}

// Do sends a request below /api/v1 and decodes the answer into one, if given.
// An answer from 400 on is a *Problem.
func (a API) Do(ctx context.Context, method, path string, body, answer any) error {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, a.Base+"/api/v1"+path, content)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if a.Token != "" {
		request.Header.Set("Authorization", "Bearer "+a.Token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if err := decode(response, answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func decode(response *http.Response, answer any) error {
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		problem := &Problem{Status: response.StatusCode, Detail: string(text)}
		_ = json.Unmarshal(text, problem) // what isn't a problem document stays as detail
		return problem
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
