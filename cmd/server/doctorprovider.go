package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"aufruf/internal/oidc"
)

// lookAtProvider asks the town's sign-in service, where there is one, whether it
// answers and knows this program.
func (d *selfCheck) lookAtProvider(ctx context.Context) {
	if d.issuer == "" {
		return
	}
	if info, err := os.Stat(d.secretFile); err == nil && info.Mode()&privateModes != 0 {
		d.Fault("provider_secret", "file", d.secretFile)
	}
	provider, err := d.signIn.relyingParty(d.baseURL, slog.New(slog.DiscardHandler))
	if err != nil {
		d.Fault("provider_settings", "cause", tell(d.texts, err))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorAsks)
	defer cancel()
	switch err := provider.Try(ctx); {
	case errors.Is(err, oidc.ErrRefused):
		d.Fault("provider_refuses", "issuer", d.issuer, "client", d.clientID, "cause", err)
	case err != nil:
		d.Fault("provider_away", "issuer", d.issuer, "cause", err)
	default:
		d.Fine("provider", "issuer", d.issuer)
	}
}

// lookAtGrants finds roles that are given at branches which don't exist: a server
// doesn't start with them.
func (d *selfCheck) lookAtGrants(o *opened) {
	if d.issuer == "" {
		return
	}
	if _, err := d.signIn.grantsIn(o.Catalogue()); err != nil {
		d.Fault("provider_settings", "cause", tell(d.texts, err))
	}
}
