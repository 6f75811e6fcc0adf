package catalogue

import "testing"

func TestThingsAreNamedAsPeopleNameThem(t *testing.T) {
	for _, tc := range []struct {
		entity Entity
		name   string
		want   Thing
		ok     bool
	}{
		{EntityOffice, "markt/buergerbuero", Thing{EntityOffice, "markt", "buergerbuero"}, true},
		{EntityRoom, "markt/platz-1", Thing{EntityRoom, "markt", "platz-1"}, true},
		{EntityBranch, "markt", Thing{EntityBranch, "markt", "markt"}, true},
		{EntityOffice, "/buergerbuero", Thing{}, false},
		{EntityOffice, "markt/", Thing{}, false},
		{EntityRoom, "platz-1", Thing{}, false},
		{EntityBranch, "", Thing{}, false},
		{EntityBranch, "markt/buergerbuero", Thing{}, false},
	} {
		got, ok := ParseThing(tc.entity, tc.name)
		if ok != tc.ok || ok && got != tc.want {
			t.Errorf("%s %q: got %+v, %t", tc.entity, tc.name, got, ok)
		}
	}
}
