package staff

import "testing"

func TestSignInNeverLeadsElsewhere(t *testing.T) {
	for _, address := range []string{
		"https://evil.example/staff", "//evil.example", "/staffx", "/termin", "/staff/\\evil", "", "staff", "//evil.example/staff/x",
		"/staff/..", "/staff/../termin", "/staff/%2e%2e/termin", "/staff/%2E%2E%2ftermin", "/staff/./../../t/x", "/staff/a/../../display",
		"/staff/..%2f..%2fevil", "/staff/%5c%5cevil", "/staff/%0d%0aX-Evil:%201", "/staff/%zz", "javascript:/staff/", "/%2f/evil.example", "/./staff/../termin",
	} {
		if got, want := ownPage(address), "/staff"; got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestSignInLeadsBackToTheStaffsPages(t *testing.T) {
	for address, want := range map[string]string{
		"/staff": "/staff", "/staff/grimma-markt/platz-1": "/staff/grimma-markt/platz-1", "/staff?lang=en": "/staff?lang=en",
		"/staff/grimma-markt/empfang/nummer?date=2026-12-01&number=417": "/staff/grimma-markt/empfang/nummer?date=2026-12-01&number=417",
		"/staff/verwaltung/../platz":                                    "/staff/platz",
		"/staff/b%C3%BCro/platz%201":                                    "/staff/b%C3%BCro/platz%201",
		"/staff/%252e%252e/termin":                                      "/staff/%252e%252e/termin", // a folder of that name, and nobody's
	} {
		if got := ownPage(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
