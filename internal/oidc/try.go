package oidc

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// strangers are the answers of a token endpoint that doesn't take this program for
// a client (RFC 6749, 5.2).
var strangers = []string{"invalid_client", "unauthorized_client"}

// Try asks the provider as a sign-in does, without anybody who signs in: for a
// token in return for a code that it never gave. Errors: ErrUnreachable;
// ErrRefused where it says that it doesn't know this program, or another secret of
// it. A provider that looks at the code first says nothing of that.
func (rp *RelyingParty) Try(ctx context.Context) error {
	found, err := rp.discovered(ctx)
	if err != nil {
		return err
	}
	_, err = found.oauth.Exchange(oidc.ClientContext(ctx, rp.client), "none", oauth2.VerifierOption(oauth2.GenerateVerifier()))
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return refusal(err)
	}
	if slices.Contains(strangers, refused.ErrorCode) {
		return fmt.Errorf("%w: token endpoint: %.60q", ErrRefused, refused.ErrorCode)
	}
	return nil
}
