package page

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// TestAChoiceIsReadAsItWasMade: an empty service is none, a wrong quantity is refused
// later and not mended, and of too many one too many is kept.
func TestAChoiceIsReadAsItWasMade(t *testing.T) {
	many := make([]string, plan.MaxItems+5)
	for i := range many {
		many[i] = "a"
	}
	for _, c := range []struct {
		services []string
		want     []town.Item
	}{
		{nil, nil}, {[]string{""}, nil},
		{[]string{"a", "", "b:2"}, []town.Item{{Service: "a", Quantity: 1}, {Service: "b", Quantity: 2}}},
		{[]string{"a:", "b:x", "c:-1"}, []town.Item{{Service: "a"}, {Service: "b"}, {Service: "c", Quantity: -1}}},
	} {
		got := ReadChoice(url.Values{"service": c.services, "branch": {"markt"}})
		if diff := cmp.Diff(c.want, got.Items); diff != "" || got.Branch != "markt" {
			t.Errorf("%q at %q (-want +got):\n%s", c.services, got.Branch, diff)
		}
	}
	if got := len(ReadChoice(url.Values{"service": many}).Items); got != plan.MaxItems+1 {
		t.Errorf("got %d of %d, want one too many", got, len(many))
	}
}

// TestWhatIsGoneIsCalledByItsID: of a day that is past.
func TestWhatIsGoneIsCalledByItsID(t *testing.T) {
	b := &catalogue.Branch{ID: "markt", Name: town.Plain("Am Markt"), Rooms: []catalogue.Room{{ID: "platz-1", Label: "Platz 1"}}}
	all := &catalogue.Catalogue{Branches: []catalogue.Branch{*b}}
	for want, got := range map[string]string{
		"Platz 1": RoomLabel(b, "platz-1"), "platz-9": RoomLabel(b, "platz-9"),
		"Am Markt": BranchName(all, "markt", town.German), "nerchau": BranchName(all, "nerchau", town.German),
		"amt": string(OfficeOf(b, "amt").ID),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
