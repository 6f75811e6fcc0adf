package client

import (
	"context"
	"errors"
)

// ErrFixed is returned by Renew where no new token can be had.
var ErrFixed = errors.New("token can't be renewed")

// Tokens gives the bearer token of a client.
type Tokens interface {
	// Token returns the current token, empty for none.
	Token(ctx context.Context) (string, error)
	// Renew returns another token than the one given, which the server
	// refused; ErrFixed where there is none to be had. Any other error is a
	// *problem.Error.
	Renew(ctx context.Context, refused string) (string, error)
}

// Fixed is a token that can't be renewed, as that of a device.
type Fixed string

// Token returns the token.
func (f Fixed) Token(context.Context) (string, error) { return string(f), nil }

// Renew returns ErrFixed.
func (f Fixed) Renew(context.Context, string) (string, error) { return "", ErrFixed }

type anonymous struct{}

func (anonymous) Token(context.Context) (string, error)         { return "", nil }
func (anonymous) Renew(context.Context, string) (string, error) { return "", ErrFixed }
