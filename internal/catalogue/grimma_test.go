package catalogue

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestGrimmaHasNoMistake(t *testing.T) {
	f, mistakes := Parse("grimma.yaml", grimma)
	for _, m := range mistakes {
		t.Error(m)
	}
	_, _, mistakes = Catalogue{}.Merge(f)
	for _, m := range mistakes {
		t.Error(m)
	}
}

func TestExportOfGrimmaChangesNothing(t *testing.T) {
	want := grimmaCatalogue(t)
	data, err := Export(want)
	if err != nil {
		t.Fatal(err)
	}
	f, mistakes := Parse("export.yaml", data)
	if len(mistakes) > 0 {
		t.Fatal(mistakes[0], string(data))
	}
	got, changes, mistakes := want.Merge(f)
	if len(mistakes) > 0 {
		t.Fatal(mistakes[0])
	}
	for _, c := range changes {
		if c.Kind != Unchanged {
			t.Errorf("got %v, want unchanged", c)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("export then import (-want +got):\n%s", diff)
	}
}

func grimmaCatalogue(t testing.TB) Catalogue {
	t.Helper()
	c, err := Grimma()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
