package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// SignIn opens a session. It uses no token and never retries.
func (c *Client) SignIn(ctx context.Context, user town.UserID, password string) (wire.Session, error) {
	var session wire.Session
	err := c.once(ctx, "", http.MethodPost, "session", nil, wire.SessionRequest{User: user, Password: password}, &session)
	return session, err
}

// StartPairing asks for a code by which a new screen or kiosk gets its token.
func (c *Client) StartPairing(ctx context.Context, kind string) (wire.Pairing, error) {
	var pairing wire.Pairing
	err := c.once(ctx, "", http.MethodPost, "pairings", nil, wire.PairingRequest{Kind: kind}, &pairing)
	return pairing, err
}

// PollPairing asks whether the code was typed. Errors: NotFound once it is no
// longer valid.
func (c *Client) PollPairing(ctx context.Context, secret string) (wire.PollReply, error) {
	var reply wire.PollReply
	err := c.once(ctx, "", http.MethodPost, "pairings/poll", nil, wire.PollRequest{Secret: secret}, &reply)
	return reply, err
}

// Branches returns the town's branches.
func (c *Client) Branches(ctx context.Context) (wire.Branches, error) {
	return get[wire.Branches](ctx, c, "branches", nil)
}

// Services returns the services with today's fees.
func (c *Client) Services(ctx context.Context) (wire.Services, error) {
	return get[wire.Services](ctx, c, "services", nil)
}

// Days returns a branch's days for some services, both ends included.
func (c *Client) Days(ctx context.Context, branch town.BranchID, items []town.Item, from, to town.Date) (wire.Days, error) {
	query := wanted(branch, items)
	query.Set("from", from.String())
	query.Set("to", to.String())
	return get[wire.Days](ctx, c, "days", query)
}

// Slots returns the bookable times of one day.
func (c *Client) Slots(ctx context.Context, branch town.BranchID, items []town.Item, date town.Date) (wire.Slots, error) {
	query := wanted(branch, items)
	query.Set("date", date.String())
	return get[wire.Slots](ctx, c, "slots", query)
}

// Book makes an appointment.
func (c *Client) Book(ctx context.Context, request wire.AppointmentRequest) (wire.AppointmentReply, error) {
	var reply wire.AppointmentReply
	err := c.do(ctx, http.MethodPost, "appointments", nil, request, &reply)
	return reply, err
}

// Appointment returns the appointment of a citizen's token.
func (c *Client) Appointment(ctx context.Context, token string) (wire.AppointmentReply, error) {
	return get[wire.AppointmentReply](ctx, c, "appointments/"+url.PathEscape(token), nil)
}

// Cancel cancels an appointment, of a citizen by its token, of staff by its
// ticket's id; cancelling it again is no error.
func (c *Client) Cancel(ctx context.Context, token string) error {
	return c.do(ctx, http.MethodDelete, "appointments/"+url.PathEscape(token), nil, nil, nil)
}

// Move moves an appointment, named as in Cancel, to another time.
func (c *Client) Move(ctx context.Context, token string, request wire.MoveRequest) (wire.AppointmentReply, error) {
	var reply wire.AppointmentReply
	err := c.do(ctx, http.MethodPatch, "appointments/"+url.PathEscape(token), nil, request, &reply)
	return reply, err
}

// IssueTicket gives a walk-in a number.
func (c *Client) IssueTicket(ctx context.Context, request wire.TicketRequest) (wire.TicketReply, error) {
	var reply wire.TicketReply
	err := c.do(ctx, http.MethodPost, "tickets", nil, request, &reply)
	return reply, err
}

// CheckIn says that a person is here.
func (c *Client) CheckIn(ctx context.Context, request wire.CheckInRequest) (wire.CheckInReply, error) {
	var reply wire.CheckInReply
	err := c.do(ctx, http.MethodPost, "check-ins", nil, request, &reply)
	return reply, err
}

// EnterAfterwards writes down what happened while the server was away. Lines
// that are refused are no error.
func (c *Client) EnterAfterwards(ctx context.Context, request wire.AfterwardsRequest) (wire.AfterwardsReply, error) {
	var reply wire.AfterwardsReply
	err := c.do(ctx, http.MethodPost, "afterwards", nil, request, &reply)
	return reply, err
}

// Queue returns the state of a branch's desks.
func (c *Client) Queue(ctx context.Context, branch town.BranchID) (wire.Queue, error) {
	return get[wire.Queue](ctx, c, "queue", url.Values{"branch": {string(branch)}})
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	var answer T
	err := c.do(ctx, http.MethodGet, path, query, nil, &answer)
	return answer, err
}

func wanted(branch town.BranchID, items []town.Item) url.Values {
	query := url.Values{"branch": {string(branch)}}
	for _, item := range items {
		service := string(item.Service)
		if item.Quantity > 1 {
			service += ":" + strconv.Itoa(item.Quantity)
		}
		query.Add("service", service)
	}
	return query
}
