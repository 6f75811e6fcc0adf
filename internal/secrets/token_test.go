package secrets_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"aufruf/internal/secrets"
)

// TestATokenEndsInALetterOrDigit: mail programs take a sign at the end of an address
// for the sentence's, and the link is dead.
func TestATokenEndsInALetterOrDigit(t *testing.T) {
	source := secrets.New(rand.Reader, time.Now, []byte("secret"))
	for i := range 2000 {
		drawn, err := source.Token()
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{drawn, source.Derived("scope", fmt.Sprint(i), "salt")} {
			if strings.HasSuffix(token, "-") || strings.HasSuffix(token, "_") || len(token) != 32 {
				t.Fatalf("got %q", token)
			}
		}
	}
}
