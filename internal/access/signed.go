package access

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"
	"time"
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
