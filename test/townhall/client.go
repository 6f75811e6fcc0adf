package townhall

import (
	"context"

	"aufruf/internal/client"
	"aufruf/internal/town"
)

// Client returns a client of the server without sign-in, as a citizen's.
func (s *Server) Client() (*client.Client, error) { return client.New(s.URL, nil, "") }

// SignIn returns a client with a session of an account.
func (s *Server) SignIn(ctx context.Context, user town.UserID, password string) (*client.Client, error) {
	citizen, err := s.Client()
	if err != nil {
		return nil, err
	}
	session, err := citizen.SignIn(ctx, user, password)
	if err != nil {
		return nil, err
	}
	return client.New(s.URL, client.Fixed(session.Token), "")
}
