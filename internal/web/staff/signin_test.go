package staff

import "testing"

func TestSignInNeverLeadsElsewhere(t *testing.T) {
	for _, address := range []string{"https://evil.example/staff", "//evil.example", "/staffx", "/termin", "/staff/\\evil", ""} {
		if got, want := ownPage(address), "/staff"; got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
