package catalogue

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzParse: whatever a file holds, it is read or refused with mistakes that
// have a place, and what is read survives export and import.
func FuzzParse(f *testing.F) {
	f.Add([]byte(smallTown))
	f.Add([]byte("format: aufruf/1\nservices: [{id: a, name: {de: A, en: B}, minutes: 5, fees: [{label: x, eur: 1.50}]}]\n"))
	f.Add([]byte("format: aufruf/1\nauthority: {name: |-\n"))
	f.Add([]byte("{{{{[[[[&a *a : ? - \x00\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, mistakes := Parse("fuzz.yaml", data)
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 {
				t.Fatalf("no place: %s", m)
			}
		}
		c, _, mistakes := Catalogue{}.Merge(file)
		if len(mistakes) > 0 {
			return
		}
		exported, err := Export(c)
		if err != nil {
			t.Fatal(err)
		}
		again, _, mistakes := Catalogue{}.Import("export.yaml", exported)
		if len(mistakes) > 0 {
			t.Fatalf("%s\n%s", mistakes[0], exported)
		}
		if diff := cmp.Diff(c, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-read +exported and read):\n%s", diff)
		}
	})
}
