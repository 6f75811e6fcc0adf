package access

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Now is the trusted time, by which sign-ins and sessions go.
func (a *Control) Now() time.Time { return a.instant().Trusted }

// Signed returns a text that a browser keeps for us and nobody else can make:
// the content, readable, and its signature for one purpose.
func (a *Control) Signed(purpose string, content []byte) string {
	text := base64.RawURLEncoding.EncodeToString(content)
	return text + "." + base64.RawURLEncoding.EncodeToString(a.secrets.Keyed(purpose, text))
}

// Unsigned returns the content of such a text; false where the signature is
// another's, or made for something else.
func (a *Control) Unsigned(purpose, signed string) ([]byte, bool) {
	text, signature, _ := strings.Cut(signed, ".")
	given, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !hmac.Equal(given, a.secrets.Keyed(purpose, text)) {
		return nil, false
	}
	content, err := base64.RawURLEncoding.DecodeString(text)
	return content, err == nil
}

// Sealed returns a text that a browser keeps for us and can't read, for one
// purpose: whoever looks into the page learns nothing of it.
func (a *Control) Sealed(purpose string, content []byte) (string, error) {
	box, err := a.box(purpose)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(box.Seal(nil, nil, content, nil)), nil
}

// Unsealed returns the content of such a text; false for anything else.
func (a *Control) Unsealed(purpose, sealed string) ([]byte, bool) {
	box, err := a.box(purpose)
	if err != nil {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, false
	}
	content, err := box.Open(nil, nil, raw, nil)
	return content, err == nil
}

func (a *Control) box(purpose string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(a.secrets.Keyed("kept by a browser", purpose))
	if err != nil {
		return nil, fmt.Errorf("seal for a browser: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// WasSignedIn returns whose session a token was, over as it may be; empty: nothing is
// known of it any more.
func (a *Control) WasSignedIn(ctx context.Context, token string) town.UserID {
	var user town.UserID
	err := a.view(ctx, func(t *turn) error {
		_, u, err := t.People().SessionUser(ctx, secrets.Hash(token))
		user = u.ID
		return err
	})
	if err != nil {
		return ""
	}
	return user
}
