package security_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"aufruf/internal/access"
)

// setting returns what a setting of the blocker's example in the documents says,
// a continued line for each.
func setting(t *testing.T, name string) []string {
	t.Helper()
	var values []string
	in := false
	for line := range strings.Lines(read(t, "../../docs/operations.md")) {
		value, begins := strings.CutPrefix(line, name+" = ")
		switch {
		case begins:
			in, values = true, append(values, strings.TrimSpace(value))
		case in && strings.HasPrefix(line, " "):
			values = append(values, strings.TrimSpace(line))
		default:
			in = false
		}
	}
	if len(values) == 0 {
		t.Fatalf("docs/operations.md has no %s", name)
	}
	return values
}

// TestTheBlockersExampleReadsOurLines does with the filter what fail2ban does: it
// finds the date by its pattern, cuts it out, and looks for the address.
func TestTheBlockersExampleReadsOurLines(t *testing.T) {
	pattern := regexp.QuoteMeta(setting(t, "datepattern")[0])
	for directive, digits := range map[string]string{"%%Y": `\d{4}`, "%%m": `\d\d`, "%%d": `\d\d`, "%%H": `\d\d`, "%%M": `\d\d`, "%%S": `\d\d`, "%%z": "Z"} {
		pattern = strings.ReplaceAll(pattern, directive, digits)
	}
	date := regexp.MustCompile(pattern)
	var filters []*regexp.Regexp
	for _, filter := range setting(t, "failregex") {
		filters = append(filters, regexp.MustCompile(strings.ReplaceAll(filter, "<ADDR>", `(?P<ip>[0-9a-fA-F.:]+)`)))
	}
	blocked := func(e access.Event) string {
		f, path := openFile(t, noon)
		write(t, f, noon, e)
		line := read(t, path)
		at := date.FindStringIndex(line)
		if at == nil {
			t.Fatalf("no date in %s", line)
		}
		line = line[:at[0]] + line[at[1]:]
		for _, filter := range filters {
			if found := filter.FindStringSubmatch(line); found != nil {
				return found[1]
			}
		}
		return ""
	}
	guessed := []string{access.EventSignInRefused, access.EventSignInSlowed, access.EventTokenRefused}
	for _, name := range access.EventNames {
		for _, address := range []string{"203.0.113.7", "2001:db8::7"} {
			want := ""
			if slices.Contains(guessed, name) {
				want = address
			}
			if got := blocked(access.Event{Name: name, Address: address, Account: "anna", Way: access.ByPassword, Detail: "x"}); got != want {
				t.Errorf("%s: got %q blocked, want %q", name, got, want)
			}
		}
	}
	// What somebody else chose blocks nobody.
	forged := access.Event{Name: access.EventDeviceAdded, Address: "203.0.113.7", Detail: `","event":"sign_in_refused","address":"198.51.100.1"`}
	if got := blocked(forged); got != "" {
		t.Errorf("a device's name blocks %s", got)
	}
}
