package catalogue

import "testing"

// BenchmarkMergeOneKey merges a file of one key onto a whole town.
func BenchmarkMergeOneKey(b *testing.B) {
	whole, _ := BuiltIn()
	grimma, _, _ := Catalogue{}.Merge(whole)
	file, mistakes := Parse("one.yaml", []byte("format: aufruf/1\nservices: [{id: eid-pin, minutes: 25}]\n"))
	if len(mistakes) > 0 {
		b.Fatal(mistakes)
	}
	for b.Loop() {
		if _, _, mistakes := grimma.Merge(file); len(mistakes) > 0 {
			b.Fatal(mistakes)
		}
	}
}
